# SPDX-License-Identifier: MIT
"""Write uploads into one folder: under temporary names first, then all files of a request or none."""

import hashlib
import itertools
import secrets
import time
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Self

from .names import numbered, safe_name
from .quota import Quota
from .refusal import disk_errors

_STALE_SECONDS = 600  # a connection that brings nothing is ended long before


class Storage:
    """The folder. Several threads may write into it at the same time."""

    def __init__(self, folder: Path, quota: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self._folder = folder
        self._quota = Quota(folder, quota)

    def delivery(self, announced: int) -> "Delivery":
        """Open a delivery for a body of `announced` bytes, 0 if unknown; raise a 507 Refusal if too many."""
        with disk_errors():
            return Delivery(self._folder, self._quota, announced)

    def open_finished(self, name: str) -> BufferedReader | None:
        """Open the finished file of that name, or return None; never one outside, linked or incoming."""
        path = self._folder / name
        if name != safe_name(name) or path.is_symlink() or not path.is_file():
            return None
        try:
            return path.open("rb")
        except OSError:
            return None

    def totals(self) -> tuple[int, int]:
        """Return the number of finished files and their bytes; raise a 500 Refusal if the disk fails."""
        with disk_errors():
            return self._quota.measure()


def _sweep(folder: Path) -> None:
    """Delete what a receiver that was killed left unfinished; one that still runs here writes to its own."""
    for path in folder.glob(".*-????????????????.part"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink()


class Delivery:
    """The files of one request, as a context: what has not been kept at its end is deleted."""

    def __init__(self, folder: Path, quota: Quota, announced: int) -> None:
        self._folder = folder
        self._quota = quota
        self._files: list[IncomingFile] = []
        self._written = 0
        self._kept = False
        quota.reserve(announced)
        self._promised = announced

    def begin(self, sent_name: str) -> "IncomingFile":
        """Start a file under a temporary name; raise Refusal if the disk does not take it."""
        file = IncomingFile(self, self._folder, safe_name(sent_name))
        self._files.append(file)
        return file

    def grow(self, size: int) -> None:
        """Count `size` more bytes; raise a 507 Refusal once they exceed announcement and quota."""
        self._written += size
        missing = self._written - self._promised
        if missing > 0:
            self._quota.reserve(missing)
            self._promised += missing

    def keep(self) -> None:
        """Give every file its final name; raise Refusal, and keep none, if one cannot have it."""
        for file in self._files:
            file.publish()
        self._kept = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._kept:
            for file in self._files:
                file.discard()
        self._quota.settle(promised=self._promised, stored=self._written if self._kept else 0)


class IncomingFile:
    """One file on its way to the disk, hashed as it is written."""

    def __init__(self, delivery: Delivery, folder: Path, name: str) -> None:
        self._delivery = delivery
        self._hash = hashlib.sha256()
        self.size = 0
        self.path = folder / f".{name}-{secrets.token_hex(8)}.part"
        self._wanted = folder / name
        with disk_errors():
            self._file = self.path.open("xb", buffering=0)

    @property
    def name(self) -> str:
        """The name in the folder: the final one after `publish`."""
        return self.path.name

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has been written, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, piece: memoryview) -> None:
        """Append bytes; raise a 507 Refusal when quota or disk are full, a 500 one if the disk fails."""
        self._delivery.grow(len(piece))
        self._hash.update(piece)
        self.size += len(piece)
        with disk_errors():
            while piece:
                piece = piece[self._file.write(piece) :]

    def close(self) -> None:
        """End the writing; the temporary name stays."""
        with disk_errors():
            self._file.close()

    def publish(self) -> None:
        """Move the file to the first free variant of its name.

        The name is claimed with an empty file that only one thread or program can create, and then replaced:
        unlike a hard link this works on every file system.
        """
        self.close()
        with disk_errors():
            for number in itertools.count(1):
                target = self._wanted.with_name(numbered(self._wanted.name, number))
                with suppress(FileExistsError):
                    target.open("xb").close()
                    break
            try:
                self.path.replace(target)
            except OSError:
                target.unlink(missing_ok=True)
                raise
        self.path = target

    def discard(self) -> None:
        """Delete the file, under whatever name it has; a disk that refuses even that is ignored."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
