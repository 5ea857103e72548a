# SPDX-License-Identifier: MIT
"""A file in another writing on its way into a body, its length known before the first byte goes."""

import base64
import codecs
from collections.abc import Iterable
from typing import Protocol

from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.values.escapes import ESCAPES

LINE = 57
"""Bytes that become one line of base64, of 76 characters (RFC 2045, section 6.8)."""

_GROUP = 3  # bytes that become four characters
_LEAST_READ = 4096  # bytes


class Encoder(Protocol):
    """Writes blocks otherwise, one after another."""

    def __call__(self, data: bytes, *, last: bool) -> bytes:
        """Return what can be written now; with `last`, all that is left."""


class Base64:
    """Base64, in lines with `line` bytes each, or in one."""

    def __init__(self, *, line: int | None) -> None:
        self._line = line
        self._kept = b""
        self._begun = False

    def __call__(self, data: bytes, *, last: bool) -> bytes:
        """Encode whole groups, keeping what is left for the next block."""
        whole = self._kept + data
        end = len(whole) if last else len(whole) - len(whole) % (self._line or _GROUP)
        text, self._kept = base64.b64encode(whole[:end]), whole[end:]
        if self._line is None or not text:
            return text
        wide = _written(self._line)
        lines = b"\r\n".join(text[at : at + wide] for at in range(0, len(text), wide))
        joint = b"\r\n" if self._begun else b""
        self._begun = True
        return joint + lines

    def length(self, size: int) -> int:
        """Return how many bytes `size` bytes become."""
        breaks = (size - 1) // self._line * len(b"\r\n") if self._line and size else 0
        return _written(size) + breaks


class Escaped:
    """Bytes, or their base64, with what must not stand there written otherwise.

    Its `length` must be measured, as it depends on the bytes.
    """

    def __init__(self, escape: str, *, as_base64: bool) -> None:
        self._escape = ESCAPES[escape]
        self._base64 = Base64(line=None) if as_base64 else None

    def __call__(self, data: bytes, *, last: bool) -> bytes:
        """Encode a block."""
        return self._escape(self._base64(data, last=last) if self._base64 else data)

    def length(self, blocks: Iterable[bytes]) -> int:
        """Return how many bytes these blocks become.

        Raises ValueError for a text that is no UTF-8, or holds what cannot be written there: one wrong byte
        in it would break all of it.
        """
        check = codecs.getincrementaldecoder("utf-8")()
        total = 0
        for block in blocks:
            if self._base64 is None:
                check.decode(block)
            total += len(self(block, last=False))
        check.decode(b"", final=True)
        return total + len(self(b"", last=True))


class Encoded:
    """Reads a file through an encoder; `len` is what is left of `length` bytes.

    Raises SourceError when it turns out otherwise: the file is another one than that which was measured.
    """

    def __init__(self, file: FileBytes, encoder: Encoder, length: int) -> None:
        self.len = length
        self._file = file
        self._encoder = encoder
        self._ready = b""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and at least one while any are left. Raises as the file does."""
        while not self._ready and self.len:
            data = self._file.read(max(_LEAST_READ, size * _GROUP // (_GROUP + 1)))
            self._ready = self._encoder(data, last=self._file.complete)
            # The last byte of the file must be the last of the encoded ones, neither sooner nor later.
            if len(self._ready) > self.len or (len(self._ready) == self.len) != self._file.complete:
                raise self._file.changed()
        data, self._ready = self._ready[:size], self._ready[size:]
        self.len -= len(data)
        return data


def _written(size: int) -> int:
    """Return how many characters of base64 so many bytes become, breaks not counted."""
    return (size + _GROUP - 1) // _GROUP * 4
