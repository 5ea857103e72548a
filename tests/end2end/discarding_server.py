# SPDX-License-Identifier: MIT
"""A program that listens on 127.0.0.1, prints its port, and throws away what it is sent.

It answers each request with 201 and JSON: how many bytes the body had.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO

_PIECE = 1 << 20


class Handler(BaseHTTPRequestHandler):
    """Reads a body by its length or in chunks, in pieces of a size that memory does not notice."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Discard the body and answer."""
        size = (
            self._chunked()
            if self.headers["Transfer-Encoding"]
            else self._skip(int(self.headers["Content-Length"]))
        )
        said = b'{"size": %d}' % size
        self.send_response(201)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _chunked(self) -> int:
        total = 0
        while size := int(self.rfile.readline(), 16):
            total += self._skip(size)
            self.rfile.readline()
        self.rfile.readline()
        return total

    def _skip(self, size: int) -> int:
        reader: BinaryIO = self.rfile  # type: ignore[assignment] # typed more loosely than it is
        left = size
        while left:
            piece = reader.read(min(left, _PIECE))
            if not piece:
                raise EOFError
            left -= len(piece)
        return size


class Server(ThreadingHTTPServer):
    """Keeps still when a client goes away."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


with Server(("127.0.0.1", 0), Handler) as server:
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
