# SPDX-License-Identifier: MIT
"""A body made of texts and streams, read in order as one."""

from collections import deque
from collections.abc import Iterable
from typing import Protocol


class Segment(Protocol):
    """A content that is read once, from its beginning to its end."""

    @property
    def len(self) -> int:
        """The bytes left to read."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and at least one while any are left."""


class Segments:
    """The segments in order; `len` is what is left of all of them, in bytes."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._left = deque(segments)

    @property
    def len(self) -> int:
        """The bytes left to read."""
        return sum(segment.len for segment in self._left)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, `b""` only at the end.

        What is at hand goes together, so that a small form is one block. Where a segment gives less than it
        was asked for, what there is goes out: it may be held back to keep a speed, or come from afar.
        """
        pieces: list[bytes] = []
        room = size
        while room and self._left:
            wanted = min(room, self._left[0].len)
            if not wanted:
                self._left.popleft()
                continue
            piece = self._left[0].read(wanted)
            pieces.append(piece)
            room -= len(piece)
            if len(piece) < wanted:
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
