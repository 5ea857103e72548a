# SPDX-License-Identifier: MIT
"""A server that takes a file in parts, in any order, and puts them together when it is told their list."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PIECE = 1 << 20  # bytes taken from a body at once


class PartServer(ThreadingHTTPServer):
    """`POST /uploads` makes an upload, `PUT /uploads/ID?part=N` fills it, `POST /uploads/ID` finishes it.

    `parts` are the numbers of those that came, in order, whole or not.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.made = 0
        self.parts: list[int] = []
        self.finished: list[Path] = []

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that was killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PartServer

    def do_POST(self) -> None:
        """Make an upload, or put its parts together in the order of the list."""
        listed = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/uploads":
            self.server.made += 1
            self._answer(201, {"address": f"/uploads/{self.server.made}"})
            return
        whole = self.server.folder / f"whole-{self.path.rpartition('/')[2]}"
        with whole.open("wb") as target:
            for each in json.loads(listed):
                part = self._part(each["number"])
                content = part.read_bytes()
                assert hashlib.md5(content, usedforsecurity=False).hexdigest() == each["tag"]
                target.write(content)
                part.unlink()
        self.server.finished.append(whole)
        self._answer(201, {}, Location=f"/files/{whole.name}")

    def do_PUT(self) -> None:
        """Take a part; one that breaks off leaves nothing."""
        number = int(parse_qs(urlsplit(self.path).query)["part"][0])
        self.server.parts.append(number)
        left, made = int(self.headers["Content-Length"]), hashlib.md5(usedforsecurity=False)
        unfinished = self._part(number).with_suffix(".new")
        with unfinished.open("wb") as target:
            while left and (piece := self.rfile.read(min(PIECE, left))):
                made.update(piece)
                target.write(piece)
                left -= len(piece)
        if left:
            self.close_connection = True
            return
        unfinished.replace(self._part(number))
        self._answer(200, {}, ETag=made.hexdigest())

    def _part(self, number: int) -> Path:
        upload = urlsplit(self.path).path.rpartition("/")[2]
        return self.server.folder / f"{upload}-{number}.part"

    def _answer(self, status: int, body: object, **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def part_server(folder: Path) -> Iterator[PartServer]:
    """Run the server until the block ends."""
    server = PartServer(folder)
    thread = threading.Thread(target=server.serve_forever, name="part server")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
