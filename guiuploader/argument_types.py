# SPDX-License-Identifier: MIT
"""What argparse makes of the words of the command line; each says what it would have taken instead."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

_RATE = re.compile(r"(\d+(?:\.\d+)?)([kmg]?)", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}


def path(text: str) -> Path:
    """Return a path."""
    if not text:
        # An unset variable in a script would otherwise mean the whole current folder.
        raise argparse.ArgumentTypeError("an empty path was given")
    return Path(text)


def number(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number between these, both among them."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a number from {least} to {most}")
        return int(text)

    return read


def rate(text: str) -> int:
    """Return bytes per second."""
    found = _RATE.fullmatch(text)
    per_second = round(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
    if not per_second:
        raise argparse.ArgumentTypeError("must be bytes per second such as 500k, 5M or 1.5G")
    return per_second
