# SPDX-License-Identifier: MIT
"""The head of a server's answer, read more strictly than http.client does."""

import http.client
import socket
from http import HTTPStatus
from io import BufferedReader


class Answer(http.client.HTTPResponse):
    """An answer whose head came whole; interim ones before it are skipped.

    http.client takes a head that was cut off for a short one, and every interim answer but 100 for the final
    one (RFC 9110, section 15.2, lets a server send any number of them).
    """

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
        super().__init__(sock, debuglevel, method)
        self._lines = _Lines(self.fp.detach())
        self.fp = self._lines

    def begin(self) -> None:
        """Read the head of the final answer. Raises ConnectionResetError when it is cut off."""
        self._read_head()
        while self.status // 100 == 1 and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
            self.headers = self.msg = None  # type: ignore[assignment] # as before the first head
            self._read_head()

    def _read_head(self) -> None:
        self._lines.begin_head()
        super().begin()
        self._lines.end_head()


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
