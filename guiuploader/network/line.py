# SPDX-License-Identifier: MIT
"""The connection in use, as seen from outside: how long each phase took, and the means to cut it."""

import socket
import threading
from contextlib import suppress

from guiuploader.network.body_phase import BodyPhase
from guiuploader.network.expect import Asking


class Line:
    """The one connection that a session uses at a time.

    `target` is the request target as it shall go out, and `stall_timeout` is how many seconds the server may
    take no byte of it; `asking` decides whether it asks for leave first. `connect_seconds` and `tls_seconds`
    are None when the request went over a connection kept from before.
    """

    def __init__(self, stall_timeout: float) -> None:
        self.stall_timeout = stall_timeout
        self.target = "/"
        self.asking = Asking()
        self.connect_seconds: float | None = None
        self.tls_seconds: float | None = None
        self.connected = False
        self._phase: BodyPhase | None = None
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Forget the last request; call it before `cut` can be called for the new one."""
        with self._lock:
            self.connect_seconds = self.tls_seconds = None
            self.connected = False
            self._socket = None
            self._is_cut = False
        self._phase = None

    def hear(self, phase: BodyPhase) -> None:
        """Note the request that is on its way out."""
        self._phase = phase

    def listen(self) -> None:
        """Raise, as sending would, when the server has hung up or said no; only from the session's thread."""
        if self._phase is not None:
            self._phase.listen(0)

    def attach(self, used: socket.socket) -> None:
        """Note the socket that the request goes out on. Raises ConnectionAbortedError after a cut."""
        with self._lock:
            self._raise_if_cut()
            self._socket = used

    def raise_if_cut(self) -> None:
        """Raise ConnectionAbortedError after a cut; asked again and again by who waits without a socket."""
        with self._lock:
            self._raise_if_cut()

    def cut(self) -> None:
        """End the connection now, from any thread; whoever waits in it gets an error.

        Closing a socket does not wake a thread that waits in it, shutting it down does. The plain socket's
        method is used because `SSLSocket.shutdown` drops its TLS state first, and a racing send could then
        go out unencrypted. A look-up of the name cannot be woken; it ends by itself.
        """
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _raise_if_cut(self) -> None:
        if self._is_cut:
            raise ConnectionAbortedError("cut while the connection was made")
