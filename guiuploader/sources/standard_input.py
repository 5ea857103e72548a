# SPDX-License-Identifier: MIT
"""What another program writes into this one: bytes that come once, and are kept nowhere."""

import os
import select
import sys
from collections.abc import Callable

from guiuploader.sources.content_type import guess
from guiuploader.values.errors import ErrorCode, SourceError, TransferCancelled

_LOOK_UP = 0.1  # seconds between two looks whether it is to stop while nothing comes


class StandardInput:
    """A source that can be opened again only until its first byte was read.

    `size` is in bytes, None where nobody said it; where it stands, exactly so many must come.
    """

    def __init__(self, descriptor: int, *, name: str, size: int | None) -> None:
        self.name = name
        self.size = size
        self.is_spent = False
        self._descriptor = descriptor
        self._is_stopped: Callable[[], bool] = lambda: False

    @property
    def relpath(self) -> str:
        """The name."""
        return self.name

    @property
    def content_type(self) -> str:
        """The media type by the name's ending."""
        return guess(self.name)

    @property
    def location(self) -> str:
        """What a person calls it."""
        return "standard input"

    def heed(self, is_stopped: Callable[[], bool]) -> None:
        """Let a read that waits for bytes raise TransferCancelled when this says so."""
        self._is_stopped = is_stopped

    def open(self) -> "StandardInputReader":
        """Start the one pass. Raises SourceError when bytes were read already, or more come than none."""
        if self.is_spent:
            raise self.unusable("it can be read only once, and part of it was read already")
        reader = StandardInputReader(self)
        if self.size == 0 and self.take(1):
            raise self.too_long()
        return reader

    def renewed(self) -> "StandardInput":
        """Return the same. Raises SourceError when bytes were read already."""
        if self.is_spent:
            raise self.unusable("it can be read only once, and part of it was read already")
        return self

    def take(self, size: int) -> bytes:
        """Wait for some bytes and return up to `size` of them, none at the end.

        Raises OSError, and TransferCancelled.
        """
        if sys.platform != "win32":  # where only sockets can be waited for, a stop waits for the next bytes
            while not select.select([self._descriptor], [], [], _LOOK_UP)[0]:
                if self._is_stopped():
                    raise TransferCancelled
        data = os.read(self._descriptor, size)
        self.is_spent = self.is_spent or bool(data)
        return data

    def too_long(self) -> SourceError:
        """Return the error for more bytes than were announced."""
        return self.unusable(f"more came than the {self.size} bytes that --size announced")

    def unusable(self, reason: str) -> SourceError:
        """Return the error that says why it cannot be sent, as half a sentence."""
        return SourceError(ErrorCode.SOURCE_INPUT, path=self.location, reason=reason)


class StandardInputReader:
    """The one pass over standard input."""

    def __init__(self, source: StandardInput) -> None:
        self._source = source
        self._count = 0

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and `b""` only at the end.

        The last announced byte is only given when nothing follows it, so that no server takes a part of the
        input for the whole. Raises SourceError and TransferCancelled.
        """
        whole = self._source.size
        wanted = size if whole is None else min(size, whole - self._count)
        if wanted <= 0:
            return b""
        try:
            data = self._source.take(wanted)
            self._count += len(data)
            if self._count == whole and self._source.take(1):
                raise self._source.too_long()
        except OSError as error:
            raise self._source.unusable(error.strerror or "unknown error") from error
        if not data and whole is not None:
            raise self._source.unusable(
                f"it ended after {self._count} bytes and --size announced {whole}, so the server got no whole"
                " file"
            )
        if not self._count:
            raise self._source.unusable("nothing came by it; an empty file is sent with “--size 0”")
        return data

    def changed(self) -> bool:
        """Say no: what was read is what came."""
        return False

    def close(self) -> None:
        """Do nothing: what is left is for whoever started this program."""
