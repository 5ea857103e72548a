# SPDX-License-Identifier: MIT
"""Retry-After is understood in both its forms, and nonsense is not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.transfer.retry_after import LONGEST, retry_after

NOW = dt.datetime(1994, 11, 6, 8, 49, 37, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("86400", 86400),
        ("86401", LONGEST),
        ("9" * 5000, LONGEST),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:50:37 1994", 60),
        ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    ],
)
def test_it_is_a_number_of_seconds_or_a_time(value: str, seconds: float) -> None:
    assert retry_after(value, date="", now=NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        *("", "-1", "1.5", "+5", "1e3", "soon", "120, 120", "٣", "0x10", "12 s"),
        "Sun, 06 Nov 1994 08:50:37",
        "Sun, 06 Nov 1994 08:50:37 CET",
        "Sun, 06 Nov 1994 25:50:37 GMT",
        "Sun, 31 Feb 1994 08:50:37 GMT",
        "1994-11-06T08:50:37Z",
    ],
)
def test_nonsense_asks_for_nothing(value: str) -> None:
    assert retry_after(value, date="", now=NOW) is None


def test_a_time_counts_from_the_server_s_own_clock() -> None:
    date = "Sun, 06 Nov 1994 07:00:00 GMT"
    assert retry_after("Sun, 06 Nov 1994 07:00:30 GMT", date=date, now=NOW) == 30
    assert retry_after("30", date=date, now=NOW) == 30
    assert retry_after("Sun, 06 Nov 1994 08:50:37 GMT", date="today", now=NOW) == 60


@given(st.text(), st.text())
def test_no_text_is_too_much(value: str, date: str) -> None:
    seconds = retry_after(value, date=date, now=NOW)
    assert seconds is None or 0 <= seconds <= LONGEST
