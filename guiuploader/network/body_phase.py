# SPDX-License-Identifier: MIT
"""Sending a request and listening meanwhile: a server that has said no need not be sent the rest."""

import errno
import http.client
import re
import selectors
import socket
import ssl
import time
from functools import cached_property

# Where there is one, `poll` holds no file descriptor of its own that would have to be closed.
_SELECTOR: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.SelectSelector)
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
# OpenSSL says that it took a slice only when it took all of it: so much must pass within the stall clock.
_TLS_SLICE = 64 * 1024
_PIECE = 64 * 1024  # bytes heard at once
_MOST_PIECES = 32  # heard in a row: a server that never stops talking must not keep us from sending
_HEARD_LIMIT = 1024 * 1024  # bytes of an answer kept while the body is still being sent

_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_STATUS = re.compile(rb"HTTP/[^ \t\r\n]*[ \t]+([1-9]\d\d)\s")
_HEAD_END = re.compile(rb"\n\r?\n")
_LONGEST_HEAD = 64 * 1024  # bytes of an interim answer
_FIRST_FINAL, _FIRST_REFUSAL = 200, 300
_SWITCHING, _CONTINUE = 101, 100


class BodyPhase:
    """One request on its way out over a connected socket, from its first byte to its last.

    The socket does not block meanwhile. Interim answers are dropped. A final one of 300 or more stops the
    sending at once with BrokenPipeError, which urllib3 takes as the sign to read the answer; after an early
    yes the rest is still sent (both as curl does). `heard` is what of the answer has come so far, and
    `cut_short` says that the request did not go out whole, so that the connection is of no further use.
    """

    def __init__(self, used: socket.socket, stall_timeout: float) -> None:
        used.settimeout(0)
        self.heard = bytearray()
        self.cut_short = False
        self.welcome = False
        """Whether `100 Continue` came."""
        self.status: int | None = None
        """The final status, if it came already."""
        self._socket = used
        self._stall_timeout = stall_timeout
        self._slice = _TLS_SLICE if isinstance(used, ssl.SSLSocket) else None
        self._events = _READ
        self._listening = True
        self._has_begun = False

    @cached_property
    def _selector(self) -> selectors.BaseSelector:
        """What waits for the socket; a small request on a quiet line never does."""
        made = _SELECTOR()
        made.register(self._socket, _READ)
        return made

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send all of `data`, listening before and whenever the socket is full.

        Only the first time it does not listen before: who took the connection up has just looked at it.
        Raises TimeoutError when no byte was taken for the stall time, whatever was said meanwhile,
        BrokenPipeError when an answer is to be read instead, BadStatusLine when that is no HTTP,
        ConnectionAbortedError when the connection ended without an answer, and SSLError when TLS itself said
        why.
        """
        if self._has_begun:
            self.listen(0)
        self._has_begun = True
        deadline = time.monotonic() + self._stall_timeout
        rest = memoryview(data).cast("B")
        while rest:
            try:
                rest = rest[self._socket.send(rest[: self._slice]) :]
                deadline = time.monotonic() + self._stall_timeout
            except ssl.SSLWantReadError:
                self._wait(_READ, deadline)
            except _NOT_NOW:
                self._wait(_READ | _WRITE if self._listening else _WRITE, deadline)
            except OSError as error:
                # The reason for it may have come before it.
                self._hear()
                raise self._stopped() from error

    def listen(self, seconds: float) -> None:
        """Wait up to so many seconds for something to be heard. Raises as `write` does."""
        if self._listening and self._ready(_READ, seconds):
            self._hear()

    def await_leave(self, seconds: float) -> None:
        """Wait up to so many seconds until the server says whether it wants the body; raises as `write`."""
        deadline = time.monotonic() + seconds
        while not self.welcome and self.status is None and (left := deadline - time.monotonic()) > 0:
            self.listen(left)

    def _wait(self, events: int, deadline: float) -> None:
        ready = self._ready(events, max(0.0, deadline - time.monotonic()))
        if ready & _READ and self._listening:
            self._hear()
        if not ready & _WRITE and time.monotonic() >= deadline:
            # A server that said yes and takes no more may as well have hung up.
            raise TimeoutError("the server takes no more") if self.status is None else self._stopped()

    def _ready(self, events: int, seconds: float) -> int:
        if events != self._events:
            self._selector.modify(self._socket, events)
            self._events = events
        ready = self._selector.select(seconds)
        return ready[0][1] if ready else 0

    def _hear(self) -> None:
        """Take in what has come; a readable TLS connection may yet say nothing (session tickets)."""
        for _ in range(_MOST_PIECES):
            piece = self._received() if self._listening else None
            if piece is None:
                return
            if piece:
                self.heard += piece
                self._judge()
                self._listening = len(self.heard) < _HEARD_LIMIT
            elif self.status is None:
                raise self._stopped()
            else:  # after an early yes the server may still read on
                self._listening = False

    def _received(self) -> bytes | None:
        """Return what has come, empty at the end, None if nothing has."""
        try:
            return self._socket.recv(_PIECE)
        except _NOT_NOW:
            return None
        except OSError as error:
            ended = self._stopped()
            if isinstance(error, ssl.SSLError) and not self.heard:
                raise  # an alert says why, unless an answer has said it
            raise ended from error

    def _judge(self) -> None:
        """Drop the interim answers and stop at a final no, or at what is no HTTP."""
        while self.status is None and self.heard:
            line = _STATUS.match(self.heard)
            if line is None:
                is_no_line = b"\n" in self.heard or len(self.heard) > _LONGEST_HEAD
                if is_no_line or not self.heard.startswith(b"HTTP/"[: len(self.heard)]):
                    raise self._no_http()
                return
            status = int(line[1])
            if status >= _FIRST_FINAL or status == _SWITCHING:
                self.status = status
                if status >= _FIRST_REFUSAL:
                    raise self._stopped()
                return
            end = _HEAD_END.search(self.heard)
            if end is None:
                if len(self.heard) > _LONGEST_HEAD:
                    raise self._no_http()
                return
            self.welcome = self.welcome or status == _CONTINUE
            del self.heard[: end.end()]

    def _no_http(self) -> http.client.HTTPException:
        self.cut_short = True
        return http.client.BadStatusLine("no HTTP")

    def _stopped(self) -> OSError:
        """Return the error that ends the sending: one that urllib3 swallows if there is an answer to read."""
        self.cut_short = True
        if self.heard:
            return BrokenPipeError(errno.EPIPE, "the server answered before it had all")
        return ConnectionAbortedError(errno.ECONNABORTED, "the connection ended while the request went out")
