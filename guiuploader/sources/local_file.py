# SPDX-License-Identifier: MIT
"""Files on this computer's disks."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from guiuploader.sources.content_type import guess
from guiuploader.sources.source import Fingerprint
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.redact import printable

# Non-blocking, so that a name which became a pipe cannot hold us.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CLOSED = -1  # in place of a descriptor
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A regular file as it was when it was added."""

    path: Path
    relpath: str
    fingerprint: Fingerprint

    @property
    def name(self) -> str:
        """The file's name; bytes that are no text on this system become U+FFFD."""
        return repaired(self.path.name)

    @property
    def size(self) -> int:
        """The length in bytes when it was added."""
        return self.fingerprint.size

    @property
    def content_type(self) -> str:
        """The media type by the name's ending."""
        return guess(self.path.name)

    @property
    def location(self) -> str:
        """The whole path, printable."""
        return shown(self.path)

    def open(self) -> "LocalReader":
        """Open the file unbuffered. Raises SourceError when it is gone, unreadable or no longer the same."""
        reader = LocalReader(self.path, self.fingerprint.size)
        now = reader.fingerprint
        if now != self.fingerprint:
            reader.close()
            raise SourceError(
                ErrorCode.SOURCE_CHANGED, path=self.location, before=self.fingerprint.size, now=now.size
            )
        return reader

    def open_at(self, offset: int, /) -> "LocalReader":
        """Open the file at a byte. Raises SourceError as `open` does."""
        reader = self.open()
        reader.skip(offset)
        return reader

    def renewed(self) -> "LocalFile":
        """Return the file as it is now. Raises SourceError."""
        return replace(self, fingerprint=examine(self.path))


class LocalReader:
    """One pass over a file's first `size` bytes; what is appended meanwhile is left out."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._left = size
        self._size = size
        with _translating(path):
            descriptor = os.open(path, _FLAGS)
        try:
            with _translating(path):
                self.fingerprint = _fingerprint(path, os.fstat(descriptor))
        except SourceError:
            os.close(descriptor)
            raise
        # Not as a file object, which would ask for the state once more: thousands of small ones are read.
        self._descriptor = descriptor

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, all that is left for a negative one.

        Raises SourceError when the file ends early or its disk fails.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        if wanted == 0:
            return b""
        try:
            data = os.read(self._descriptor, wanted)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if not data:
            raise SourceError(
                ErrorCode.SOURCE_SHORT, path=shown(self._path), missing=self._left, size=self._size
            )
        self._left -= len(data)
        return data

    def skip(self, count: int) -> None:
        """Leave out so many bytes."""
        os.lseek(self._descriptor, count, os.SEEK_CUR)
        self._left -= count

    def changed(self) -> bool:
        """Tell whether the file's length or time moved since it was opened."""
        try:
            return _fingerprint(self._path, os.fstat(self._descriptor)) != self.fingerprint
        except OSError:  # the disk is gone, or the reader is closed
            return True

    def close(self) -> None:
        """Close the file; may be called twice."""
        descriptor, self._descriptor = self._descriptor, _CLOSED
        if descriptor != _CLOSED:
            os.close(descriptor)


def local_file(path: Path, relpath: str | None = None) -> LocalFile:
    """Describe a file for the queue.

    Raises SourceError for what cannot be sent: no regular file, unreadable, or content without a length as
    files below /proc have, which would arrive empty.
    """
    fingerprint = examine(path)
    return LocalFile(path, repaired(path.name) if relpath is None else relpath, fingerprint)


def examine(path: Path) -> Fingerprint:
    """Return the fingerprint of a file that can be sent. Raises SourceError as `local_file` does."""
    with _translating(path):
        # Asked before opening, which a device could answer by doing something.
        _fingerprint(path, os.stat(path))  # noqa: PTH116 - by the hundred thousand, and Path takes twice as long
        descriptor = os.open(path, _FLAGS)
        try:
            found = _fingerprint(path, os.fstat(descriptor))
            if found.size == 0 and os.read(descriptor, 1):
                raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=shown(path))
        finally:
            os.close(descriptor)
    return found


def repaired(name: str) -> str:
    """Return the name as text that can be encoded: a lone surrogate becomes U+FFFD."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", name)


def shown(path: Path) -> str:
    """Return the path fit for a message."""
    return printable(repaired(str(path)))


def _fingerprint(path: Path, status: os.stat_result) -> Fingerprint:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise SourceError(ErrorCode.SOURCE_NOT_A_FILE, path=shown(path), kind=kind)
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ino)


@contextmanager
def _translating(path: Path) -> Iterator[None]:
    """Turn what the system says of a path into our errors; a null character in it is a ValueError."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceError(ErrorCode.SOURCE_MISSING, path=shown(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    reason = error.strerror or "unknown error"
    return SourceError(ErrorCode.SOURCE_UNREADABLE, path=shown(path), reason=reason)
