# SPDX-License-Identifier: MIT
"""A server that takes a request and answers with any bytes at all, then closes."""

import socket
import threading
from contextlib import suppress
from typing import Self

_PIECE = 1 << 16


class RawServer:
    """Reads up to the empty line and the declared length of a body, sends `said`, closes; again and again."""

    def __init__(self, said: bytes = b"", *, reads_body: bool = True) -> None:
        self.said = said
        self.requests = 0
        self._reads_body = reads_body
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, name="raw server")
        self._closing = False
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()

    def _run(self) -> None:
        with self._listener:
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    if self._closing:
                        return
                    with suppress(OSError):
                        self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(_PIECE)
            if not piece:
                return
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"Content-Length")]
        left = int(lengths[0]) - len(body) if lengths and self._reads_body else 0
        while left > 0 and (piece := connection.recv(_PIECE)):
            left -= len(piece)
        self.requests += 1
        connection.sendall(self.said)
