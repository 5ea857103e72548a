# SPDX-License-Identifier: MIT
"""A server that speaks as soon as it has the head of a request, and then treats the connection as told."""

import functools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

MIB = 1024 * 1024
LARGE = 64 * MIB
HEAD_END = b"\r\n\r\n"
YES = b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

Then: TypeAlias = Callable[["Visit"], None]
"""What a server does when it has said its word."""


def refusal(status: int) -> bytes:
    """Return a whole answer that says no, or a redirect."""
    words = b"not like this"
    return b"HTTP/1.1 %d No\r\nLocation: http://else.invalid/\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(words),
        words,
    )


class Visit:
    """One connection as the server sees it: how many bytes of the body came."""

    def __init__(self, connection: socket.socket, leave: threading.Event) -> None:
        self.connection = connection
        self.leave = leave
        self.taken = 0

    def read_head(self) -> None:
        head = b""
        while HEAD_END not in head:
            head += self.connection.recv(1) or b"\r\n\r\n"

    def reads_on(self) -> None:
        while piece := self.connection.recv(MIB):
            self.taken += len(piece)

    def reads_all_and_agrees(self) -> None:
        while self.taken < LARGE:
            self.taken += len(self.connection.recv(MIB))
        # The closing boundary comes behind the file, in the same piece or the next.
        self.connection.settimeout(0.1)
        with suppress(TimeoutError):
            self.taken += len(self.connection.recv(MIB))
        self.connection.sendall(YES)

    def closes(self) -> None:
        self.leave.wait(0.05)  # an answer with the end right behind it may be lost: see the test of resets

    def resets(self) -> None:
        self.leave.wait(0.05)
        self.resets_at_once()

    def resets_at_once(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def drips(self, piece: bytes, every: float) -> None:
        """Say the same again and again, pausing so many seconds in between, and read nothing."""
        given_up = time.monotonic() + 6
        while time.monotonic() < given_up and not self.leave.wait(every):
            self.connection.sendall(piece)

    def holds(self) -> None:
        self.leave.wait(20)


def dripping(piece: bytes, *, every: float = 0.05) -> Then:
    """Return what a server does that never stops talking; `every` is in seconds."""
    return functools.partial(Visit.drips, piece=piece, every=every)


class OutspokenServer:
    """Says `said` as soon as it has the head of a request, then does what `then` says."""

    def __init__(self, said: bytes, then: Then, tls: ssl.SSLContext | None) -> None:
        self.visits: list[Visit] = []
        self._said, self._then, self._tls = said, then, tls
        self._leave = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, name="outspoken server")
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread.start()

    @property
    def taken(self) -> int:
        return self.visits[-1].taken

    def close(self) -> None:
        if self._leave.is_set():
            return
        self._leave.set()
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()

    def _run(self) -> None:
        with self._listener:
            while True:
                connection, _ = self._listener.accept()
                if self._leave.is_set():
                    connection.close()
                    return
                with suppress(OSError), connection:
                    self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection:
            visit = Visit(connection, self._leave)
            visit.read_head()
            self.visits.append(visit)
            connection.sendall(self._said)
            self._then(visit)
