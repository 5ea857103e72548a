# SPDX-License-Identifier: MIT
"""Lengths of time as they are written in settings: a whole number and its unit, such as "72h"."""

import re
from collections.abc import Mapping

_DURATION = re.compile(r"([0-9]{1,9})\s*([smhd])")
_SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MOST_DAYS = 366


def seconds_of(text: str) -> int:
    """Return the seconds of a text like "90s", "15m", "72h" or "7d".

    Raises ValueError whose words follow the name of a key: "must be …".
    """
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError('must be a whole number with s, m, h or d behind it, such as "90s", "15m" or "72h"')
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds > _MOST_DAYS * _SECONDS["d"]:
        raise ValueError(f'must be at most "{_MOST_DAYS}d"')
    return seconds
