# SPDX-License-Identifier: MIT
"""Sees each time that a thread touches the disk, or stands and waits for another that might."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FrameType

_SYSTEM = frozenset({"posix", "nt", "io", "_io", "fcntl", "shutil", "_sqlite3", "sqlite3"})
_NO_DISK = frozenset({"getpid", "urandom", "fspath", "get_terminal_size"})
_WAITS = frozenset({"Condition.wait", "Future.result", "Thread.join"})


@contextmanager
def disk_watched() -> Iterator[list[str]]:
    """Give a list that fills with what the calling thread does meanwhile and that may need a disk."""
    seen: list[str] = []

    def note(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        place = f"{code.co_filename}:{frame.f_lineno}"
        if event == "call" and code.co_qualname in _WAITS:
            seen.append(f"{code.co_qualname} at {place}")
        if event == "c_call" and isinstance(argument, BuiltinFunctionType) and _is_disk(argument):
            seen.append(f"{argument.__qualname__} at {place}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def _is_disk(called: BuiltinFunctionType) -> bool:
    if isinstance(called.__self__, sqlite3.Connection | sqlite3.Cursor | sqlite3.Blob):
        return True
    home = getattr(called, "__module__", None) or type(called.__self__).__module__
    return home in _SYSTEM and called.__name__ not in _NO_DISK
