# SPDX-License-Identifier: MIT
"""The head of a server's answer, read more strictly than http.client does."""

import http.client
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from io import BufferedReader, RawIOBase

from guiuploader.network.fields import read_fields

_HTTP_1_0, _HTTP_1_1 = 10, 11  # how http.client names them
_FIRST_REFUSAL = 300
_MOST_INTERIM = 100  # answers before the final one
_SLACK = 0.01  # of a timeout: to set it anew for each piece takes as long as to receive it
_LONGEST = 8 * 1024 * 1024  # bytes of an answer, however its body is coded
_BODILESS = frozenset({HTTPStatus.SWITCHING_PROTOCOLS, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Answer(http.client.HTTPResponse):
    """An answer whose head came whole; interim ones before it are skipped.

    http.client takes a head that was cut off for a short one, and every interim answer but 100 for the final
    one (RFC 9110, section 15.2, lets a server send any number of them). `heard` is what of the answer was
    received before. After a request that was `cut_short` the connection is not used again.

    The socket's timeout, in seconds, is what all of the head may take, and then all of the body, so that a
    server cannot hold us by a byte now and then; after a request that was cut short it is for both together.
    """

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        *,
        heard: bytes = b"",
        cut_short: bool = False,
    ) -> None:
        super().__init__(sock, debuglevel, method)
        self._arriving = _Arriving(sock, self.fp.detach())
        self._lines = _Lines(_Resumed(heard, self._arriving) if heard else self._arriving)
        self.fp = self._lines
        self._cut_short = cut_short

    def begin(self) -> None:
        """Read the head of the final answer.

        Raises ConnectionResetError when it is cut off, TimeoutError when it takes too long, and HTTPException
        when it is none, or too many came before it.
        """
        for _ in range(_MOST_INTERIM + 1):
            self._read_head()
            if self.status // 100 != 1 or self.status == HTTPStatus.SWITCHING_PROTOCOLS:
                break
        else:
            raise http.client.HTTPException(f"got more than {_MOST_INTERIM} interim answers")
        self._note_framing()
        if not self._cut_short:
            self._arriving.start_clock()

    def _read_head(self) -> None:
        self._lines.begin_head()
        version, self.status, reason = self._read_status()  # type: ignore[attr-defined] # http.client's
        self.code = self.status
        self.reason = reason.strip()
        if not version.startswith(("HTTP/0.9", "HTTP/1.")):
            raise http.client.UnknownProtocol(version)
        self.version = _HTTP_1_0 if version in {"HTTP/0.9", "HTTP/1.0"} else _HTTP_1_1
        try:
            self.headers = self.msg = read_fields(self._lines)
        except OSError:
            # A refusal that we stopped for counts, even if the rest of it is lost.
            if not self._cut_short or self.status < _FIRST_REFUSAL:
                raise
            self.headers = self.msg = http.client.HTTPMessage()
        self._lines.end_head()

    def _note_framing(self) -> None:
        """Note where the body ends, and whether the connection does with it, as http.client would."""
        self.chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = None
        if not self.chunked:
            with suppress(ValueError):
                self.length = int(self.headers.get("content-length", ""))
        if self.length is not None and self.length < 0:
            self.length = None
        if self.status in _BODILESS or self._method == "HEAD":  # type: ignore[attr-defined] # http.client's
            self.length = 0
        connection = self.headers.get("connection", "").lower()
        stays = "close" not in connection if self.version == _HTTP_1_1 else "keep-alive" in connection
        has_end = self.chunked or self.length is not None
        self.will_close = not stays or not has_end or self._cut_short


class _Arriving(RawIOBase):
    """What a socket receives within its timeout, taken as the time for all of it, and not without end."""

    def __init__(self, sock: socket.socket, stream: RawIOBase) -> None:
        self._socket = sock
        self._stream = stream
        self._seconds = self._set = sock.gettimeout() or 0.0
        self._left = _LONGEST
        self.start_clock()

    def start_clock(self) -> None:
        """Allow the same time again, from now on."""
        self._deadline = time.monotonic() + self._seconds

    def readable(self) -> bool:
        """Return True, as BufferedReader asks."""
        return True

    def readinto(self, target: memoryview, /) -> int | None:  # type: ignore[override] # what a buffer gives
        """Read into `target` and return how many bytes, 0 at the end.

        Raises TimeoutError when the time is over, and HTTPException when it is too much.
        """
        if self._left <= 0:
            raise http.client.HTTPException(f"got more than {_LONGEST} bytes")
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the answer takes too long")
        if not 0 <= self._set - seconds <= self._seconds * _SLACK:
            self._socket.settimeout(seconds)
            self._set = seconds
        count = self._stream.readinto(target)
        self._left -= count or 0
        return count

    def close(self) -> None:
        """Close the stream behind too: a socket counts those that read from it."""
        self._stream.close()
        super().close()


class _Resumed(RawIOBase):
    """A stream whose beginning was received before."""

    def __init__(self, heard: bytes, stream: RawIOBase) -> None:
        self._heard = memoryview(heard)
        self._stream = stream

    def readable(self) -> bool:
        """Return True, as BufferedReader asks."""
        return True

    def readinto(self, target: memoryview, /) -> int | None:  # type: ignore[override] # what a buffer gives
        """Read into `target` and return how many bytes, 0 at the end."""
        if not self._heard:
            return self._stream.readinto(target)
        count = min(len(target), len(self._heard))
        target[:count] = self._heard[:count]
        self._heard = self._heard[count:]
        return count

    def close(self) -> None:
        """Close the stream behind too: a socket counts those that read from it."""
        self._stream.close()
        super().close()


class _Lines(BufferedReader):
    """What a connection says; within a head it must not end before the empty line."""

    _in_head = False
    _head_begun = False

    def begin_head(self) -> None:
        """Note that what comes next is the first line of a head, which may be missing or no HTTP."""
        self._in_head, self._head_begun = True, False

    def end_head(self) -> None:
        """Note that the head is over."""
        self._in_head = False

    def readline(self, limit: int | None = -1, /) -> bytes:
        """Return the next line, at most `limit` bytes of it."""
        line = super().readline(limit)
        ended = not line.endswith(b"\n") and len(line) < (limit or 0)
        if self._in_head and ended and (self._head_begun or line.startswith(b"HTTP/")):
            raise ConnectionResetError("the connection ended within the head of the answer")
        self._head_begun = True
        return line
