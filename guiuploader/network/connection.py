# SPDX-License-Identifier: MIT
"""urllib3's connections, made such that they hear an early answer, can be cut, and time each phase."""

import socket
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import ClassVar, Protocol, TypeAlias

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.contrib.socks import SOCKSConnection

from guiuploader.network.answer import Answer
from guiuploader.network.body_phase import BodyPhase
from guiuploader.network.dialing import dial
from guiuploader.network.expect import PATIENCE
from guiuploader.network.line import Line

# What a server that did not want the body says of it stands there at once; a server may also hold the line.
_LAST_WORDS = 1.5  # seconds for all of it

# A body of so many bytes may be complete at the server as soon as it knows of it. Whoever made it has done
# what was to be done before that.
_TOGETHER = 64 * 1024


class Readable(Protocol):
    """A body that is asked for its bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, `b""` only at the end."""


Content: TypeAlias = bytes | Readable | Iterable[bytes]


class _Watched(HTTPConnection):
    """Reports to its line; the line is set on a subclass made for each session."""

    line: ClassVar[Line]
    _phase: BodyPhase | None = None
    _asks = False
    _waits = False
    _head = b""
    _asked_for = ("", "")

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

    def request(  # type: ignore[override] # what requests and urllib3's pool give it
        self,
        method: str,
        url: str,
        body: Content | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        chunked: bool = False,
        **_: bool,
    ) -> None:
        """Send a request, asking first whether the body is wanted where that is worth its while.

        The head of a small one waits for the body, and both go together. The headers must be complete: to
        find out what is missing costs urllib3 as long as it takes to send such a one.
        """
        fields = {name.lower(): (name, value) for name, value in (headers or {}).items()}
        length = float("inf") if chunked else int(fields.get("content-length", ("", 0))[1])
        self._asks = self.line.asking.is_due(self._server, length)
        self._waits = 0 < length <= _TOGETHER and not self._asks
        self._head = b""
        self._asked_for = (method, url)
        self.putrequest(method, url, skip_host="host" in fields, skip_accept_encoding=True)
        for name, value in fields.values():
            self.putheader(name, value)
        if self._asks:
            self.putheader("Expect", "100-continue")
        self.endheaders()
        for block in _blocks(body, self.blocksize):
            self.send(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
        if chunked:
            self.send(b"0\r\n\r\n")
        if self._head:
            self.send(b"")

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
        self.line.hear(self._phase)
        super().endheaders(message_body, encode_chunked=encode_chunked)  # type: ignore[arg-type] # http.client's
        if self._asks:
            self._await_leave(self._phase)

    def send(self, data: object) -> None:
        """Send bytes of the request, or of what goes before it to a proxy."""
        if self._phase is None or not isinstance(data, bytes | bytearray | memoryview):
            super().send(data)  # type: ignore[arg-type] # http.client's
        elif self._waits:
            self._head, self._waits = bytes(data), False
        else:
            self._phase.write(self._head + data if self._head else data)
            self._head = b""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # urllib3's own, as its pool expects
        """Return the head of the answer."""
        self.sock.settimeout(self.timeout)
        answer = super(HTTPConnection, self).getresponse()
        method, url = self._asked_for
        return HTTPResponse(
            answer,
            HTTPHeaderDict(answer.headers.items()),
            answer.status,
            answer.version,
            reason=answer.reason,
            preload_content=False,
            decode_content=False,
            original_response=answer,
            request_method=method,
            request_url=url,
        )

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
                self.line.asking.declined_by(self._server)
            raise
        if not phase.welcome and phase.status is None:
            self.line.asking.ignored_by(self._server)

    def _in_use(self) -> None:
        self.line.attach(self.sock)
        self.line.connected = True


def _blocks(body: Content | None, size: int) -> Iterable[bytes]:
    """Return a body in the blocks that it goes out in; an empty one would end a body in chunks."""
    if body is None or isinstance(body, bytes):
        return [body] if body else []
    if hasattr(body, "read"):
        return iter(lambda: body.read(size), b"")
    return filter(None, body)


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
