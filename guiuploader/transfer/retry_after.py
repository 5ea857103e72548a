# SPDX-License-Identifier: MIT
"""How long a server asks to be left alone (RFC 9110, section 10.2.3)."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

LONGEST = 24 * 60 * 60.0
"""Seconds; what is asked for beyond that is a mistake, or a no in other words."""

_DIGITS = re.compile(r"[0-9]+")
_MOST_DIGITS = 9
_DAY, _LONG_DAY = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)", r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH, _TIME = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
# The three forms of RFC 9110, section 5.6.7; the last two are obsolete, and yet to be understood.
_DATE = re.compile(
    rf"{_DAY}, [0-9]{{2}} {_MONTH} [0-9]{{4}} {_TIME} GMT"
    rf"|{_LONG_DAY}, [0-9]{{2}}-{_MONTH}-[0-9]{{2}} {_TIME} GMT"
    rf"|{_DAY} {_MONTH} [0-9 ][0-9] {_TIME} [0-9]{{4}}"
)


def retry_after(value: str, *, date: str, now: dt.datetime) -> float | None:
    """Return the seconds that a Retry-After asks for, 0 to LONGEST, or None where it makes no sense.

    One that names a time is counted from the reply's own Date, so that the two clocks need not agree; from
    `now` where that is missing.
    """
    text = value.strip()
    if _DIGITS.fullmatch(text):
        return LONGEST if len(text) > _MOST_DIGITS else min(float(text), LONGEST)
    until = _moment(text)
    if until is None:
        return None
    seconds = (until - (_moment(date.strip()) or now)).total_seconds()
    return min(max(seconds, 0.0), LONGEST)


def _moment(text: str) -> dt.datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC)
