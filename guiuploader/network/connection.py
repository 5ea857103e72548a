# SPDX-License-Identifier: MIT
"""Connections that can be cut from another thread and that tell how long each phase took."""

import socket
import threading
import time
from contextlib import suppress
from typing import ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from guiuploader.network.answer import Answer

# TLS takes a whole slice or waits: this much must pass within the stall clock.
_SLICE = 64 * 1024


class Line:
    """The one connection that a session uses at a time.

    `target` is the request target as it shall go out. `connect_seconds` and `tls_seconds` are None when the
    request went over a connection kept from before.
    """

    def __init__(self, stall_timeout: float) -> None:
        self.stall_timeout = stall_timeout
        self.target = "/"
        self.connect_seconds: float | None = None
        self.tls_seconds: float | None = None
        self.connected = False
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

    def attach(self, used: socket.socket) -> None:
        """Note the socket that the request goes out on. Raises ConnectionAbortedError after a cut."""
        with self._lock:
            if self._is_cut:
                raise ConnectionAbortedError("cut while the connection was made")
            self._socket = used

    def cut(self) -> None:
        """End the connection now, from any thread; whoever waits in it gets an error.

        Closing a socket does not wake a thread that waits in it, shutting it down does. The plain socket's
        method is used because `SSLSocket.shutdown` drops its TLS state first, and a racing send could then
        go out unencrypted. A look-up of the name and a connection still being made cannot be woken; they end
        by their own timeout.
        """
        with self._lock:
            self._is_cut = True
            self._shut_down()

    def _shut_down(self) -> None:
        with suppress(OSError):
            if self._socket is not None:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Timed(HTTPConnection):
    """Reports to its line; the line is set on a subclass made for each session."""

    line: ClassVar[Line]
    response_class = Answer

    def _new_conn(self) -> socket.socket:
        started = time.perf_counter()
        made = super()._new_conn()
        self.line.connect_seconds = time.perf_counter() - started
        return made

    def connect(self) -> None:
        """Connect, and shake hands where that is due."""
        super().connect()
        self._in_use()

    def putrequest(self, method: str, _url: str, **skipped: bool) -> None:  # type: ignore[override] # as called
        """Begin the head with the target as given; urllib3 would have encoded parts of it anew."""
        super().putrequest(method, self.line.target, **skipped)

    def endheaders(self, message_body: object = None, *, encode_chunked: bool = False) -> None:
        """Send the head, then let the stall clock, not the connect clock, watch over the body."""
        if self.sock is not None:
            self._in_use()
        super().endheaders(message_body, encode_chunked=encode_chunked)  # type: ignore[arg-type] # http.client's
        self.sock.settimeout(self.line.stall_timeout)

    def send(self, data: object) -> None:
        """Send bytes so that the clock starts anew whenever some were accepted.

        `sendall` counts its timeout over the whole block, which a slow line may well need.
        """
        if self.sock is None or not isinstance(data, bytes):
            super().send(data)  # type: ignore[arg-type] # http.client's; this connects
            return
        rest = memoryview(data)
        while rest:
            rest = rest[self.sock.send(rest[:_SLICE]) :]

    def _in_use(self) -> None:
        self.line.attach(self.sock)
        self.line.connected = True


class _TimedTls(_Timed, HTTPSConnection):
    """The same over TLS."""

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        # The handshake takes this object apart; a second handle on the same connection can be cut meanwhile.
        self._handle = made.dup()
        try:
            self.line.attach(self._handle)
        except ConnectionAbortedError:
            made.close()
            raise
        return made

    def connect(self) -> None:
        """Connect and shake hands."""
        started = time.perf_counter()
        try:
            super().connect()
        finally:
            if self._handle is not None:  # else the connection did not come about
                self._handle.close()
                self._handle = None
        self.line.tls_seconds = time.perf_counter() - started - (self.line.connect_seconds or 0.0)


class _TlsPool(HTTPSConnectionPool):
    def _validate_conn(self, conn: HTTPSConnection) -> None:  # type: ignore[override] # our ConnectionCls
        """Shake hands before the request, as urllib3 does, but without its warning.

        Not to check a certificate is the person's own setting; the warning would come with each file.
        """
        if conn.is_closed:
            conn.connect()


def pool_classes(line: Line) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3's pool classes by scheme, their connections tied to this line."""
    plain = type("Connection", (_Timed,), {"line": line})
    tls = type("TlsConnection", (_TimedTls,), {"line": line})
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("TlsPool", (_TlsPool,), {"ConnectionCls": tls}),
    }
