# SPDX-License-Identifier: MIT
"""urllib3's connections, made such that they hear an early answer, can be cut, and time each phase."""

import socket
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.contrib.socks import SOCKSConnection

from guiuploader.network.answer import Answer
from guiuploader.network.body_phase import BodyPhase
from guiuploader.network.dialing import dial
from guiuploader.network.expect import PATIENCE
from guiuploader.network.line import Line

# What a server that did not want the body says of it stands there at once; a server may also hold the line.
_LAST_WORDS = 1.5  # seconds without a byte


class _Watched(HTTPConnection):
    """Reports to its line; the line is set on a subclass made for each session."""

    line: ClassVar[Line]
    _phase: BodyPhase | None = None
    _asks = False

    def _new_conn(self) -> socket.socket:
        started = time.perf_counter()
        if isinstance(self, SOCKSConnection):
            made = super()._new_conn()
        else:
            made = dial(self._dns_host, self.port or self.default_port, timeout=self.timeout, line=self.line)
        self.line.connect_seconds = time.perf_counter() - started
        try:
            self.line.attach(made)
        except ConnectionAbortedError:
            made.close()
            raise
        return made

    def connect(self) -> None:
        """Connect, and shake hands where that is due."""
        super().connect()
        self._in_use()

    def request(  # type: ignore[override] # what urllib3's pool and requests give it
        self,
        method: str,
        url: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        **how: bool,
    ) -> None:
        """Send a request, asking first whether the body is wanted where that is worth its while."""
        fields = dict(headers or {})
        self._asks = self.line.asking.is_due(self._server, fields)
        if self._asks:
            fields["Expect"] = "100-continue"
        super().request(method, url, body, fields, **how)  # type: ignore[arg-type] # passed on

    def putrequest(self, method: str, _url: str, **skipped: bool) -> None:  # type: ignore[override] # as called
        """Begin the head with the target as given; urllib3 would have encoded parts of it anew."""
        super().putrequest(method, self.line.target, **skipped)

    def endheaders(self, message_body: object = None, *, encode_chunked: bool = False) -> None:
        """Send the head; from here on the stall clock counts, and the server is listened to."""
        if self.sock is None:
            self.connect()
        else:
            self._in_use()
        self._phase = BodyPhase(self.sock, self.line.stall_timeout)
        super().endheaders(message_body, encode_chunked=encode_chunked)  # type: ignore[arg-type] # http.client's
        if self._asks:
            self._await_leave(self._phase)

    def send(self, data: object) -> None:
        """Send bytes of the request, or of what goes before it to a proxy."""
        if self._phase is None or not isinstance(data, bytes | bytearray | memoryview):
            super().send(data)  # type: ignore[arg-type] # http.client's
        else:
            self._phase.write(data)

    def response_class(  # type: ignore[override] # http.client only calls it
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None
    ) -> Answer:
        """Return the answer to be read, beginning with what was heard while the request went out."""
        phase = self._phase
        if phase is None:  # a proxy's answer to CONNECT
            return Answer(sock, debuglevel, method)
        if phase.cut_short:
            sock.settimeout(_LAST_WORDS)
        return Answer(sock, debuglevel, method, heard=bytes(phase.heard), cut_short=phase.cut_short)

    def close(self) -> None:
        """Close the connection; it may be opened again."""
        self._phase = None
        super().close()

    @property
    def _server(self) -> tuple[str, int]:
        return (self._tunnel_host or self.host, self._tunnel_port or self.port)

    def _await_leave(self, phase: BodyPhase) -> None:
        try:
            phase.await_leave(PATIENCE)
        except BrokenPipeError:
            if phase.status == HTTPStatus.EXPECTATION_FAILED:
                self.line.asking.ignored_by(self._server)
            raise
        if not phase.welcome and phase.status is None:
            self.line.asking.ignored_by(self._server)

    def _in_use(self) -> None:
        self.line.attach(self.sock)
        self.line.connected = True


class _WatchedTls(_Watched, HTTPSConnection):
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
    plain = type("Connection", (_Watched,), {"line": line})
    tls = type("TlsConnection", (_WatchedTls,), {"line": line})
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("TlsPool", (_TlsPool,), {"ConnectionCls": tls}),
    }
