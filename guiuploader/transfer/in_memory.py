# SPDX-License-Identifier: MIT
"""A whole body in memory, given out in slices, so that progress and stop work as in a stream."""

from collections.abc import Sequence

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.transfer.progress import Meter


class InMemory:
    """Gives out `content`; `files` are where in it files are, in order, and how many of their bytes count.

    The first one's end is the commit point; without a file it is the end of all.
    """

    def __init__(
        self, content: bytes, control: Control, meter: Meter, *, files: Sequence[tuple[range, int]] = ()
    ) -> None:
        self._content = memoryview(content)
        self._files = files
        self._commits_at = files[0][0].stop if files else len(content)
        self._given = 0
        self._control = control
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        """Return up to `size` bytes, `b""` only at the end, when they may go. Raises TransferCancelled."""
        data = bytes(self._content[self._given : self._given + self._control.piece(size)])
        self._control.pace(len(data))
        self._given += len(data)
        if data:
            sent = sum(self._sent_of(place, size) for place, size in self._files)
            self._meter.given(sent, complete=self._given >= self._commits_at)
        else:
            self._meter.finished()
        return data

    def _sent_of(self, place: range, size: int) -> int:
        """Return how many of a file's bytes were given; in base64 it takes more room than it has bytes."""
        given = min(self._given, place.stop) - place.start
        return size * given // len(place) if given > 0 else 0
