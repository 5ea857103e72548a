# SPDX-License-Identifier: MIT
"""A server on 127.0.0.1 that counts what it stored, tells of each moment on the way, and can be killed.

It stores as streaming servers do: a file counts as soon as its last byte is in, before the form's closing
boundary. It knows that byte by the file's name, which ends in its size in bytes: `7.4096.bin`. By HEAD it
tells the size of what it has.
"""

import re
import socket
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from io import BufferedReader

from guiuploader.network.session import READ_SIZE

PIECE = 1 << 16  # bytes taken from a body at once
ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n" + b'{"ok": true}'
_SIZE = re.compile(r"(\d+)\.bin\Z")
_BOUNDARY = re.compile(r'boundary="?([^";]+)')
_FILE_NAME = re.compile(rb'filename="([^"]+)"')


class Moment(Enum):
    """How far a request has come."""

    HEADERS_IN = "its headers are in"
    PIECE_IN = "some more bytes of a file are in"
    MID_BODY = "half of its first file is in"
    TAIL_DUE = "all is in but the block with the last byte of its first file"
    BODY_COMPLETE = "its body is in"
    REPLY_HALF = "half of the reply is sent"
    REPLY_SENT = "the reply is sent"


@dataclass(eq=False)
class Seen:
    """A request so far; `length` is its body's in bytes, None in chunks, `names` are those of its files."""

    length: int | None = None
    names: list[str] = field(default_factory=list)
    body_in: int = 0
    """Bytes of the body that are in, without what frames chunks."""
    key: str | None = None
    checksums: list[int] = field(default_factory=list)


Watch = Callable[[Moment, Seen], None]
"""Called in the thread that serves the request, which goes on when it returns; it may raise CutError."""


class CutError(Exception):
    """Raised by who watches, to end a connection where it is."""


def size_of(name: str) -> int:
    """Return the size that a file's name tells, in bytes."""
    found = _SIZE.search(name)
    assert found, name
    return int(found[1])


class CountingServer:
    """Serves from its making until `close`; `stored` holds for each name a CRC-32 for each time it came.

    A request with an Idempotency-Key is stored as a whole when all of it is there, and with the same key not
    again; `confused` names the files of repeats that were other requests than the first.
    """

    def __init__(self) -> None:
        self.stored: dict[str, list[int]] = {}
        self.confused: list[list[str]] = []
        self._by_key: dict[str, list[str]] = {}
        self.told = 0  # how often it was asked for a file that it has
        self.watch: Watch = _see_nothing
        self._life = _Life(0, self._serve)
        self.port = self._life.port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_idle(self) -> bool:
        """Whether no connection is open: what clients sent is read to its end."""
        return not self._life.connections

    def times(self, name: str) -> int:
        """Return how often a file was stored."""
        return len(self.stored.get(name, ()))

    def crash(self) -> None:
        """Cut all connections, read or not, stop listening, and start anew at the same port."""
        self._life.end()
        self._life = _Life(self.port, self._serve)

    def close(self) -> None:
        """Cut every connection and stop."""
        self._life.end()

    def _serve(self, life: "_Life", connection: socket.socket) -> None:
        with suppress(OSError, EOFError, CutError), connection.makefile("rb") as reader:
            while True:
                self._exchange(life, connection, reader)

    def _exchange(self, life: "_Life", connection: socket.socket, reader: BufferedReader) -> None:
        method, target, _ = _line(reader).split(" ")
        lines = iter(lambda: _line(reader), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if method == "HEAD":
            connection.sendall(self._told(target.rpartition("/")[2]))
            return
        seen = Seen(None if "transfer-encoding" in headers else int(headers.get("content-length", 0)))
        seen.key = headers.get("idempotency-key")
        boundary = _BOUNDARY.search(headers.get("content-type", ""))
        if boundary is None:
            seen.names.append(target.rpartition("/")[2])
        self.watch(Moment.HEADERS_IN, seen)
        if headers.get("expect") == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = _Body(reader, seen)
        if boundary is None:
            self._store(life, seen, body)
        else:
            self._store_form(life, seen, body, b"--" + boundary[1].encode())
        body.end()
        if seen.key is not None:
            self._store_once(life, seen, seen.key)
        self.watch(Moment.BODY_COMPLETE, seen)
        half = len(ANSWER) // 2
        connection.sendall(ANSWER[:half])
        self.watch(Moment.REPLY_HALF, seen)
        connection.sendall(ANSWER[half:])
        self.watch(Moment.REPLY_SENT, seen)

    def _told(self, name: str) -> bytes:
        if not self.times(name):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        self.told += 1
        return f"HTTP/1.1 200 OK\r\nContent-Length: {size_of(name)}\r\n\r\n".encode()

    def _store_form(self, life: "_Life", seen: Seen, body: "_Body", boundary: bytes) -> None:
        while body.line() != boundary + b"--":
            head = b"\n".join(iter(body.line, b""))
            name = _FILE_NAME.search(head)
            assert name, head
            seen.names.append(name[1].decode())
            self._store(life, seen, body)
            assert body.line() == b""

    def _store(self, life: "_Life", seen: Seen, body: "_Body") -> None:
        """Read the file that was named last, and count it at its last byte."""
        name = seen.names[-1]
        size, done, checksum = size_of(name), 0, 0
        # The client gives out blocks of this size; the one with the last byte of the first file is the tail.
        before_tail = size - 1 - (seen.body_in + size - 1) % READ_SIZE
        stops = {size // 2: Moment.MID_BODY, before_tail: Moment.TAIL_DUE} if len(seen.names) == 1 else {}
        while done < size:
            stop = min((at for at in stops if at > done), default=size)
            piece = body.read(min(PIECE, stop - done))
            checksum = zlib.crc32(piece, checksum)
            done += len(piece)
            if done < size:
                self.watch(stops.get(done, Moment.PIECE_IN), seen)
        seen.checksums.append(checksum)
        with life.lock:
            if not life.ended and seen.key is None:
                self.stored.setdefault(name, []).append(checksum)

    def _store_once(self, life: "_Life", seen: Seen, key: str) -> None:
        with life.lock:
            if life.ended:
                return
            if self._by_key.setdefault(key, seen.names) is not seen.names:
                if self._by_key[key] != seen.names:
                    self.confused.append(seen.names)
                return
            for name, checksum in zip(seen.names, seen.checksums, strict=True):
                self.stored.setdefault(name, []).append(checksum)


class _Body:
    """A request's body, out of its chunks."""

    def __init__(self, reader: BufferedReader, seen: Seen) -> None:
        self._reader = reader
        self._seen = seen
        self._in_chunks = seen.length is None
        self._left = seen.length or 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes. Raises EOFError when the client has gone."""
        if self._in_chunks and not self._left:
            self._left = int(_line(self._reader), 16)
        piece = self._reader.read1(min(size, self._left))
        if not piece:
            raise EOFError
        self._taken(len(piece))
        if self._in_chunks and not self._left:
            _line(self._reader)
        return piece

    def line(self) -> bytes:
        """Return a line of a form. Raises EOFError when the client has gone."""
        line = self._reader.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        self._taken(len(line))
        return line[:-2]

    def end(self) -> None:
        """Read what ends the body."""
        if self._in_chunks:
            assert (_line(self._reader), _line(self._reader)) == ("0", "")
        assert self._left == 0

    def _taken(self, count: int) -> None:
        self._left -= count
        self._seen.body_in += count


class _Life:
    """A listening socket and what it accepted, until `end`; port 0 takes a free one."""

    def __init__(self, port: int, serve: Callable[["_Life", socket.socket], None]) -> None:
        self.lock = threading.Lock()
        self.ended = False
        self.connections: set[socket.socket] = set()
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", port))
        # A small buffer keeps the client near to what was read; connections inherit it.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, name="counting server")
        self._accepting.start()

    def end(self) -> None:
        """Cut all connections; nothing is stored any more, and nobody listens."""
        with self.lock:
            self.ended = True
            for connection in self.connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()  # wakes `accept` on every system
        self._accepting.join()

    def _accept(self) -> None:
        with self._listener:
            while True:
                connection, _ = self._listener.accept()
                with self.lock:
                    if self.ended:
                        connection.close()
                        return
                    self.connections.add(connection)
                threading.Thread(target=self._run, args=(connection,), name="counting server").start()

    def _run(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._serve(self, connection)
        finally:
            with self.lock:
                self.connections.discard(connection)


def _line(reader: BufferedReader) -> str:
    line = reader.readline()
    if not line.endswith(b"\r\n"):
        raise EOFError
    return line[:-2].decode("latin-1")


def _see_nothing(_: Moment, __: Seen) -> None:
    """Let everything pass."""
