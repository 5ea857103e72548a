# SPDX-License-Identifier: MIT
"""A raw HTTP/1.1 server on 127.0.0.1 that records each request to the byte and answers by a script.

No library stands between the socket and the record, so a test sees what really went over the wire; and the
server can do what no well-kept server does: stall, cut the line, stay silent, answer before the body.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.client import responses
from io import BufferedReader
from typing import Protocol, TypeAlias

import trustme

from tests.helpers.waiting import wait_until

PIECE = 1 << 16  # bytes taken from a body at once


class Ending(Enum):
    """What becomes of the connection after an answer."""

    KEEP = "kept for the next request, once the rest of the body is read"
    CLOSE = "closed at once, unread bytes or not"
    RESET = "reset: the client's next call on the socket fails"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server does with one request."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    interim: tuple[int, ...] = ()  # statuses such as 100, sent before the body is read
    read: int | None = None  # body bytes read before the answer; None: all
    gate: threading.Event | None = None  # waited for between reading and answering
    silent: bool = False  # no answer at all
    heeds_expect: bool = True  # says 100 to who asks, if it wants the body
    framed: bool = False  # `headers` and `body` frame themselves: no Content-Length is added
    ending: Ending = Ending.KEEP


@dataclass
class Request:
    """One request as it came over the wire; `body` grows while it is read."""

    connection: int  # counts from 0
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytearray = field(default_factory=bytearray)  # without chunked framing
    chunk_sizes: list[int] = field(default_factory=list)
    complete: bool = False  # the whole body was read

    def header(self, name: str) -> str | None:
        """Return the value of the only header `name`, None if there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None


Script: TypeAlias = Answer | Sequence[Answer] | Callable[[Request], Answer]
"""One answer for all requests, one for each in turn, or a function of the request."""


class StartServer(Protocol):
    """The type of the fixture `scripted_server`."""

    def __call__(self, script: Script, *, tls: bool = False) -> "ScriptedServer": ...


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    """Read the whole request, then answer; `Content_Type="text/plain"` becomes a header."""
    return Answer(
        status=status, body=body, headers=tuple((k.replace("_", "-"), v) for k, v in headers.items())
    )


def answer_early(status: int, *, after: int = 0, ending: Ending = Ending.KEEP) -> Answer:
    """Answer when `after` bytes of the body are read."""
    return Answer(status=status, read=after, ending=ending)


def close_after(count: int) -> Answer:
    """Close the connection, unanswered, when `count` bytes of the body are read."""
    return Answer(read=count, silent=True, ending=Ending.CLOSE)


def reset_after(count: int) -> Answer:
    """Reset the connection, unanswered, when `count` bytes of the body are read."""
    return Answer(read=count, silent=True, ending=Ending.RESET)


def never_answer() -> Answer:
    """Read the whole request and stay silent until the server is closed."""
    return Answer(gate=threading.Event(), silent=True, ending=Ending.CLOSE)


def stall_after(count: int, *, gate: threading.Event | None = None) -> Answer:
    """Stop reading after `count` bytes of the body, until `gate` is set; then read on and answer 200."""
    return Answer(read=count, gate=gate or threading.Event())


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """Return a TLS context for 127.0.0.1 and localhost, certified by `authority`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


class ScriptedServer:
    """Serves `script` on `url` from the moment it is made until `close`; one thread for each connection."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.requests: list[Request] = []
        self._script = script
        self._tls = tls
        self._closing = threading.Event()
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        # A small receive buffer lets a stalled client feel it soon; connections inherit it.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        self._threads = [threading.Thread(target=self._accept, name="scripted server")]
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads[0].start()

    def request(self, index: int = 0) -> Request:
        """Return the `index`-th request as soon as its head is here."""
        wait_until(lambda: len(self.requests) > index, message=f"no request number {index}")
        return self.requests[index]

    @property
    def connections(self) -> int:
        """Return how many connections were accepted so far."""
        return len(self._connections)

    def close(self) -> None:
        """Cut every connection, stop listening and wait for all threads."""
        self._closing.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes `accept` on every system
        self._threads[0].join()
        for connection in self._connections:
            with suppress(OSError):  # closed long ago
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with self._listener:
            while True:
                connection, _ = self._listener.accept()
                if self._closing.is_set():
                    connection.close()
                    return
                if self._tls:
                    connection = self._tls.wrap_socket(
                        connection, server_side=True, do_handshake_on_connect=False
                    )
                self._connections.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection, self.connections - 1))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        # The client may go away, or `close` cut the line: the record shows how far it came.
        with suppress(OSError, EOFError), connection, connection.makefile("rb") as reader:
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            while self._exchange(connection, reader, number):
                pass

    def _exchange(self, connection: socket.socket, reader: BufferedReader, number: int) -> bool:
        """Serve one request and return whether the connection goes on."""
        method, target, _ = _line(reader).split(" ")
        lines = iter(lambda: _line(reader), "")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        request = Request(number, method, target, headers)
        plan = self._plan(request)
        self.requests.append(request)
        waits = request.header("Expect") == "100-continue" and (plan.read != 0 or plan.gate)
        for status in plan.interim or ((100,) if waits and plan.heeds_expect else ()):
            connection.sendall(_head(status, ()))
        body = _Body(reader, request)
        body.read(plan.read)
        if plan.gate:
            while not (plan.gate.wait(0.02) or self._closing.is_set()):
                pass
            body.read(None)
        if not plan.silent:
            framing = () if plan.framed else (("Content-Length", str(len(plan.body))),)
            connection.sendall(_head(plan.status, plan.headers + framing) + plan.body)
        if plan.ending is Ending.RESET:
            # Lingering for no time turns the close into a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif plan.ending is Ending.KEEP:
            body.read(None)
        return plan.ending is Ending.KEEP

    def _plan(self, request: Request) -> Answer:
        if isinstance(self._script, Answer):
            return self._script
        if callable(self._script):
            return self._script(request)
        if len(self.requests) < len(self._script):
            return self._script[len(self.requests)]
        return Answer(status=500, body=b"the test's script has no answer left")


class _Body:
    """Takes a request's body from the wire, in steps where the script wants it."""

    def __init__(self, reader: BufferedReader, request: Request) -> None:
        self._reader = reader
        self._request = request
        self._chunked = (request.header("Transfer-Encoding") or "").lower() == "chunked"
        self._left = 0 if self._chunked else int(request.header("Content-Length") or 0)
        request.complete = not self._chunked and not self._left

    def read(self, count: int | None) -> None:
        """Read until `count` bytes of the body are recorded; None: to its end."""
        request = self._request
        while not request.complete and (count is None or len(request.body) < count):
            if self._chunked and not self._left:
                self._open_chunk()
                continue
            wanted = self._left if count is None else min(self._left, count - len(request.body))
            piece = self._reader.read1(min(wanted, PIECE))
            if not piece:
                raise EOFError
            request.body += piece
            self._left -= len(piece)
            if self._chunked and not self._left:
                _line(self._reader)
            request.complete = not self._chunked and not self._left

    def _open_chunk(self) -> None:
        self._left = int(_line(self._reader), 16)
        self._request.chunk_sizes.append(self._left)
        if not self._left:
            _line(self._reader)
            self._request.complete = True


def _line(reader: BufferedReader) -> str:
    line = reader.readline()
    if not line.endswith(b"\r\n"):
        raise EOFError
    return line[:-2].decode("latin-1")


def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {responses.get(status, '')}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
