# SPDX-License-Identifier: MIT
"""The mechanics of one HTTP/1.1 connection: read requests of any method, send answers, end politely."""

import json
import logging
import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BufferedReader

from .body import PIECE
from .refusal import Refusal

_log = logging.getLogger(__name__)
_LONGEST_LINE = 65536
_LINGER_BYTES = 8 * 1024 * 1024
_LINGER_SECONDS = 1.0


class Connection(BaseHTTPRequestHandler, ABC):
    """A connection whose requests all come to `respond`, whatever their method."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # HTTP/0.9 would get answers without a head
    rbufsize = PIECE  # smaller, and readinto1 would hold back what it has until more comes
    disable_nagle_algorithm = True  # an answer is two small writes; Nagle would hold the second for 40 ms

    @abstractmethod
    def respond(self) -> None:
        """Answer the request whose line and headers have been parsed."""

    def handle_one_request(self) -> None:
        """Read one request and answer it; a connection that dies or stalls between two just ends."""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if not self.raw_requestline:
                self.close_connection = True
            elif len(self.raw_requestline) > _LONGEST_LINE:
                self.requestline = self.request_version = self.command = ""
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.parse_request():
                self.respond()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def version_string(self) -> str:
        """Return the Server header's value: the name alone."""
        return "guiuploader-receiver"

    def handle_expect_100(self) -> bool:
        """Promise nothing yet: `100 Continue` goes out once the headers have been accepted."""
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Give what the standard library cannot parse the same form of answer as every other refusal."""
        status = HTTPStatus(code)
        sentence = f"The request is malformed: {explain or message or status.phrase}."
        self.refuse(Refusal(status, sentence), keep_open=False)

    def send_bytes(self, status: HTTPStatus, content: bytes, headers: Mapping[str, str]) -> None:
        """Send a whole answer; to HEAD only its headers."""
        self._send_head(status, len(content), headers)
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_json(self, status: HTTPStatus, value: object, headers: Mapping[str, str]) -> None:
        """Send a JSON answer."""
        self.send_bytes(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})

    def send_file(self, file: BufferedReader, headers: Mapping[str, str]) -> None:
        """Stream an open file as the answer; to HEAD only its headers."""
        size = os.fstat(file.fileno()).st_size
        self._send_head(HTTPStatus.OK, size, headers)
        if self.command != "HEAD" and size and self.connection.sendfile(file, 0, size) != size:
            self.close_connection = (
                True  # the file shrank; the client must not take what follows for its rest
            )

    def refuse(self, refusal: Refusal, *, keep_open: bool) -> None:
        """Send the refusal; unless the request is known to be read to its end, end the connection."""
        headers = {} if keep_open else {"Connection": "close"}
        self.send_json(refusal.status, {"error": {"message": refusal.message}}, headers)
        if not keep_open:
            self.close_connection = True
            self._linger()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - the base's signature
        """Log method, path and status; never the query, which may carry a secret."""
        _log.debug("%s %r: %s", self.command, getattr(self, "path", "").partition("?")[0], code)

    def _send_head(self, status: HTTPStatus, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def _linger(self) -> None:
        """Read on for a moment: closing on unread bytes sends a reset, which can outrun the answer."""
        deadline = time.monotonic() + _LINGER_SECONDS
        left = _LINGER_BYTES
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (patience := deadline - time.monotonic()) > 0:
                self.connection.settimeout(patience)
                drained = len(self.connection.recv(PIECE))
                if drained == 0:
                    return
                left -= drained
