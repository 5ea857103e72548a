# SPDX-License-Identifier: MIT
"""A multipart/form-data encoder that gives a file's blocks on as they were read.

The stock encoder moves each byte through a buffer of its own and copies it three times on the way, which
costs more than sending it. This one keeps its parts, boundary and length, and only reads them otherwise.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Protocol

from requests_toolbelt import MultipartEncoder
from requests_toolbelt.multipart.encoder import CustomBytesIO


class Part(Protocol):
    """A content that is read once, from its beginning to its end."""

    @property
    def len(self) -> int:
        """The bytes left to read."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and at least one while any are left."""


class FormEncoder(MultipartEncoder):  # type: ignore[misc] # the library ships no types
    """The stock encoder with another `read`; a content that is no text and no bytes must be a `Part`."""

    def __init__(self, fields: Sequence[tuple[str, object]], boundary: str | None = None) -> None:
        super().__init__(fields, boundary)
        self._segments = deque(self._joined())

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that are left for a negative number, `b""` only at the end.

        What is at hand goes together, so that a small form is one block. Where a part gives less than it was
        asked for, what there is goes out: it may be held back to keep a speed, or come from afar.
        """
        pieces: list[bytes] = []
        room = self.len if size < 0 else size
        while room and self._segments:
            wanted = min(room, self._segments[0].len)
            if not wanted:
                self._segments.popleft()
                continue
            piece = self._segments[0].read(wanted)
            pieces.append(piece)
            room -= len(piece)
            if size >= 0 and len(piece) < wanted:
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _joined(self) -> Iterator[Part]:
        """Yield the body in order, all that lies between two streamed parts as one."""
        line = self._encoded_boundary
        plain = b""
        for part in self.parts:
            plain += line + part.headers
            if isinstance(part.body, BytesIO):
                plain += part.body.getvalue()
            else:
                yield CustomBytesIO(plain)
                yield part.body
                plain = b""
            plain += b"\r\n"
        yield CustomBytesIO(plain + line.removesuffix(b"\r\n") + b"--\r\n")
