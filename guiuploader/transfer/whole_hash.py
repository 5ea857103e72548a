# SPDX-License-Identifier: MIT
"""The hash of a whole file whose parts travel one by one, some of them long ago."""

from collections.abc import Callable
from contextlib import closing

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Source
from guiuploader.transfer.cargo import blaming
from guiuploader.transfer.control import Control
from guiuploader.transfer.hashing import hasher
from guiuploader.transfer.slice import SliceReader


class WholeHash:
    """Takes what is read of the parts as far as it comes in order, and reads by itself what is missing.

    `passing` is called before it does so. With the algorithm "none" it does nothing. Close it.
    """

    def __init__(self, source: Source, algorithm: str, control: Control, passing: Callable[[], None]) -> None:
        self._source = source
        self._control = control
        self._passing = passing
        self._hasher = hasher(algorithm, source.size)
        self._at = 0

    def watch(self, at: int, data: bytes) -> None:
        """See a block that was read at this place."""
        if self._hasher is not None and at <= self._at < at + len(data):
            piece = data[self._at - at :]
            self._hasher.update(piece)
            self._at += len(piece)

    def catch_up(self, until: int) -> None:
        """Read what comes before `until`, in bytes. Raises SourceError and TransferCancelled."""
        if self._hasher is None or self._at >= until:
            return
        self._passing()
        with (
            blaming(0),
            closing(SliceReader(self._source, self._at, self._control, self.watch)) as reader,
        ):
            while self._at < until and reader.read(min(READ_SIZE, until - self._at)):
                self._control.raise_if_cancelled()

    def hexdigest(self) -> str | None:
        """Return the hash in hex, None where none is wanted; nothing can follow."""
        return None if self._hasher is None else self._hasher.hexdigest()

    def close(self) -> None:
        """End what hashes; may be called twice."""
        if self._hasher is not None:
            self._hasher.close()
