# SPDX-License-Identifier: MIT
"""Know the sockets in use, so that closing the receiver can end the threads that wait on them."""

import socket
import threading
from contextlib import suppress


class OpenSockets:
    """The sockets of all connections; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._cut = False

    def add(self, connection: socket.socket) -> None:
        """Remember a connection; one that comes after the cut is cut at once."""
        with self._lock:
            self._sockets.add(connection)
            if self._cut:
                _end(connection)

    def remove(self, connection: socket.socket) -> None:
        """Forget a connection, before its socket is closed and its number may belong to somebody else."""
        with self._lock:
            self._sockets.discard(connection)

    def cut(self) -> None:
        """Wake every thread that reads or writes, by ending its socket under it."""
        with self._lock:
            self._cut = True
            for connection in self._sockets:
                _end(connection)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):  # the client may have ended it already
        connection.shutdown(socket.SHUT_RDWR)
