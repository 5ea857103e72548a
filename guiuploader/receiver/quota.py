# SPDX-License-Identifier: MIT
"""Count the bytes in the folder, so that uploads cannot fill the disk."""

import stat
import threading
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from .refusal import Refusal


class Quota:
    """At most `limit` bytes in a folder: what is stored there plus what is promised to uploads under way."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._stored = self.measure()[1]
        self._promised = 0

    def reserve(self, size: int) -> None:
        """Promise `size` bytes; raise a 507 Refusal if they do not fit."""
        with self._lock:
            if self._stored + self._promised + size > self._limit:
                self._stored = self.measure()[1]  # somebody may have made room since
            if self._stored + self._promised + size > self._limit:
                raise Refusal(
                    HTTPStatus.INSUFFICIENT_STORAGE,
                    f"The receiver's folder may hold {self._limit} bytes, and this upload would exceed that.",
                )
            self._promised += size

    def settle(self, *, promised: int, stored: int) -> None:
        """Take back a promise of `promised` bytes of which `stored` bytes are now in finished files."""
        with self._lock:
            self._promised -= promised
            self._stored += stored

    def measure(self) -> tuple[int, int]:
        """Return the number of finished files in the folder, and their bytes."""
        sizes = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # it may go while we look
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and not is_temporary(path.name):
                    sizes.append(status.st_size)
        return len(sizes), sum(sizes)


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is still being written."""
    return name.startswith(".") and name.endswith(".part")
