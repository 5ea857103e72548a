# SPDX-License-Identifier: MIT
"""A length of time is a number and a unit, and anything else is said to be none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.durations import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("72h", 259_200),
        ("7d", 604_800),
        ("0s", 0),
        (" 3 h ", 10_800),
        ("366d", 31_622_400),
    ],
)
def test_a_number_and_its_unit_are_seconds(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "72", "h", "-1h", "1.5h", "1h30m", "3H", "٣h", "2 weeks", "9" * 5000 + "s"]
)
def test_anything_else_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match='must be a whole number with s, m, h or d behind it, such as "90s"'):
        seconds_of(text)


@pytest.mark.parametrize("text", ["367d", "31622401s", "999999999d"])
def test_too_long_is_said_to_be_so(text: str) -> None:
    with pytest.raises(ValueError, match='must be at most "366d"'):
        seconds_of(text)


@given(st.integers(0, 8784), st.sampled_from("smh"))
def test_what_is_written_is_what_is_read(number: int, unit: str) -> None:
    assert seconds_of(f"{number}{unit}") == number * {"s": 1, "m": 60, "h": 3600}[unit]
