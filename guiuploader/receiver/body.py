# SPDX-License-Identifier: MIT
"""Read a request body piece by piece, exactly as long as its framing says.

Two framings exist, Content-Length and chunked. Anything doubtful is refused: a server that guesses here may
disagree with a proxy in front of it, which is how requests are smuggled.
"""

import re
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from io import BufferedIOBase
from typing import Protocol, TypeVar

from .refusal import Refusal

# Bytes asked of the socket at once.
PIECE = 256 * 1024
_NOTHING = memoryview(b"")
_LONGEST_LINE = 4096
_MOST_TRAILERS = 100
_Wanted = TypeVar("_Wanted")
_Got = TypeVar("_Got", int, bytes)

_LENGTH = re.compile(r"[0-9]{1,19}")
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")


class Body(Protocol):
    """A request body that can be read once."""

    length: int | None
    """Bytes announced, or None where only the end will tell."""
    finished: bool
    """Whether every byte of the body has been taken off the connection."""

    def read(self) -> memoryview:
        """Return the next piece, at most PIECE bytes, or nothing at the end; raise Refusal if bad or cut.

        The next call overwrites the piece: one buffer serves the whole body, as fresh ones halve the speed.
        """


def open_body(headers: Message, stream: BufferedIOBase, version: str) -> Body | None:
    """Return the body that the headers announce, or None if they announce none; raise Refusal if unclear."""
    lengths = headers.get_all("Content-Length", [])
    codings = headers.get_all("Transfer-Encoding", [])
    if codings and lengths:
        raise _bad("A request has either Content-Length or Transfer-Encoding, not both.")
    if codings:
        if version < "HTTP/1.1":
            raise _bad("Transfer-Encoding needs HTTP/1.1.")
        if [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "The only Transfer-Encoding known here is chunked.")
        return ChunkedBody(stream)
    if not lengths:
        return None
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0].strip()):
        raise _bad("Content-Length must be one decimal number.")
    return SizedBody(stream, int(lengths[0]))


class SizedBody:
    """A body of `length` bytes."""

    def __init__(self, stream: BufferedIOBase, length: int) -> None:
        self._stream = stream
        self._buffer = memoryview(bytearray(PIECE))
        self._left = length
        self.length: int | None = length
        self.finished = length == 0

    def read(self) -> memoryview:
        """Return the next piece, or nothing at the end; raise Refusal if the client stops early."""
        if self.finished:
            return _NOTHING
        piece = self._buffer[: min(self._left, PIECE)]
        piece = piece[: _take(self._stream.readinto1, piece)]
        self._left -= len(piece)
        self.finished = self._left == 0
        return piece


class ChunkedBody:
    """A body in chunks. Extensions and trailers are read and forgotten."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._buffer = memoryview(bytearray(PIECE))
        self._left = 0
        self.length: int | None = None
        self.finished = False

    def read(self) -> memoryview:
        """Return the next piece, or nothing at the end; raise Refusal on bad framing or an early end."""
        if self.finished:
            return _NOTHING
        if self._left == 0:
            self._left = self._chunk_size()
            if self._left == 0:
                self._skip_trailers()
                self.finished = True
                return _NOTHING
        piece = self._buffer[: min(self._left, PIECE)]
        piece = piece[: _take(self._stream.readinto1, piece)]
        self._left -= len(piece)
        if self._left == 0 and _take(self._stream.read, 2) != b"\r\n":
            raise _bad("A chunk is longer than its size says.")
        return piece

    def _chunk_size(self) -> int:
        head = _CHUNK_HEAD.fullmatch(_take(self._stream.readline, _LONGEST_LINE))
        if head is None:
            raise _bad("A chunk does not start with its size in hexadecimal and a line end.")
        return int(head[1], 16)

    def _skip_trailers(self) -> None:
        for _ in range(_MOST_TRAILERS):
            line = _take(self._stream.readline, _LONGEST_LINE)
            if line == b"\r\n":
                return
            if not line.endswith(b"\r\n"):
                raise _bad("A trailer line is too long or has no proper line end.")
        raise _bad("The body has too many trailer lines.")


def _take(read: Callable[[_Wanted], _Got], wanted: _Wanted) -> _Got:
    """Read from the connection and put its ways of failing in words."""
    try:
        got = read(wanted)
    except TimeoutError:
        raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "No byte of the body arrived for too long.") from None
    except ConnectionError:
        raise _cut() from None
    if not got:
        raise _cut()
    return got


def _cut() -> Refusal:
    return _bad("The connection ended before the whole body had arrived.")


def _bad(message: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, message)
