# SPDX-License-Identifier: MIT
"""Sizes, speeds and times as a person reads them; decimal units, as disks and networks count."""

import math

from guiuploader.values.words import QT_TR_NOOP, Translate, untranslated

_UNITS = (
    QT_TR_NOOP("{number} bytes"),
    QT_TR_NOOP("{number} kB"),
    QT_TR_NOOP("{number} MB"),
    QT_TR_NOOP("{number} GB"),
    QT_TR_NOOP("{number} TB"),
    QT_TR_NOOP("{number} PB"),
)
_ALWAYS_ONE_DIGIT = 3  # from GB on, a tenth is much
_STEP = 1000
_FEW = 10

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def size_text(count: int, translate: Translate = untranslated) -> str:
    """Return a number of bytes such as "1 byte", "300 kB" or "1.2 GB"."""
    if count == 1:
        return translate(QT_TR_NOOP("1 byte"))
    unit, value = 0, float(count)
    # 999,999 bytes round to 1000 kB, which is 1 MB.
    while _rounded(value, unit) >= _STEP and unit < len(_UNITS) - 1:
        unit, value = unit + 1, value / _STEP
    return translate(_UNITS[unit]).format(number=f"{_rounded(value, unit):.1f}".removesuffix(".0"))


def speed_text(bytes_per_second: float, translate: Translate = untranslated) -> str:
    """Return a speed such as "94 MB/s"."""
    return translate(QT_TR_NOOP("{size}/s")).format(size=size_text(round(bytes_per_second), translate))


def duration_text(seconds: float, translate: Translate = untranslated) -> str:
    """Return a time still to wait such as "3 s", "7 min", "2 h 5 min" or "3 d 4 h", rounded up."""
    whole = max(1, math.ceil(seconds))
    if whole < _MINUTE:
        return translate(QT_TR_NOOP("{seconds} s")).format(seconds=whole)
    if whole <= _HOUR - _MINUTE:
        return translate(QT_TR_NOOP("{minutes} min")).format(minutes=math.ceil(whole / _MINUTE))
    if whole <= _DAY - _MINUTE:
        hours, minutes = divmod(math.ceil(whole / _MINUTE), 60)
        return translate(QT_TR_NOOP("{hours} h {minutes} min")).format(hours=hours, minutes=minutes)
    days, hours = divmod(math.ceil(whole / _HOUR), 24)
    return translate(QT_TR_NOOP("{days} d {hours} h")).format(days=days, hours=hours)


def _rounded(value: float, unit: int) -> float:
    digits = 1 if unit >= _ALWAYS_ONE_DIGIT or (unit and value < _FEW) else 0
    return round(value, digits)
