# SPDX-License-Identifier: MIT
"""Sizes, speeds and times read as a person would say them."""

import pytest

from guiuploader.values.quantities import duration_text, size_text, speed_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (300_000, "300 kB"),
        (999_999, "1 MB"),
        (94_400_000, "94 MB"),
        (1_200_000_000, "1.2 GB"),
        (40_000_000_000, "40 GB"),
        (41_300_000_000, "41.3 GB"),
        (2**40, "1.1 TB"),
        (12_000_000_000_000_000_000, "12000 PB"),
    ],
)
def test_a_size_is_decimal_and_short(count: int, text: str) -> None:
    assert size_text(count) == text


def test_a_speed_is_a_size_in_a_second() -> None:
    assert speed_text(94_000_000.4) == "94 MB/s"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59, "59 s"),
        (59.5, "1 min"),
        (61, "2 min"),
        (3540, "59 min"),
        (3541, "1 h 0 min"),
        (7500, "2 h 5 min"),
        (86_341, "1 d 0 h"),
        (100 * 3600, "4 d 4 h"),
    ],
)
def test_a_time_is_rounded_up(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_units_can_be_translated() -> None:
    assert size_text(2_000_000, lambda text: text.replace("MB", "Mo")) == "2 Mo"
