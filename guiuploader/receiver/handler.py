# SPDX-License-Identifier: MIT
"""What the receiver does with a request: a body is stored, GET and HEAD serve what is stored."""

import re
import socket
from dataclasses import dataclass
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from http import HTTPStatus
from socketserver import BaseServer
from urllib.parse import quote, unquote_to_bytes

from python_multipart.multipart import parse_options_header

from .body import Body, open_body
from .connection import Connection
from .form import FormUpload
from .guard import refuse_strangers
from .names import decode_name
from .open_sockets import OpenSockets
from .refusal import Refusal
from .storage import Delivery, Storage
from .upload import RawUpload, Upload, describe

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# After one of these the parser, made for mail, has taken the remaining headers for something else. Its other
# defects only say that it saw no multipart body.
_BAD_HEADERS = (
    FirstHeaderLineIsContinuationDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)


@dataclass(frozen=True, slots=True)
class Site:
    """What all connections of one receiver share."""

    url: str
    hosts: frozenset[str]
    storage: Storage
    sockets: OpenSockets
    idle_seconds: float


class Handler(Connection):
    """One connection to a site."""

    def __init__(
        self, request: socket.socket, client_address: tuple[str, int], server: BaseServer, *, site: Site
    ) -> None:
        self._site = site
        super().__init__(request, client_address, server)  # returns when the connection has ended

    def setup(self) -> None:
        """Start the connection's clock and make it known."""
        super().setup()
        self.connection.settimeout(self._site.idle_seconds)
        self._site.sockets.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self._site.sockets.remove(self.connection)
        super().finish()

    def respond(self) -> None:
        """Answer one request; nothing of a body is read before the headers have been accepted."""
        try:
            self._refuse_malformed()
            refuse_strangers(self.headers, self._site.hosts)
            body = open_body(self.headers, self.rfile, self.request_version)
        except Refusal as refusal:
            self.refuse(refusal, keep_open=False)
            return
        try:
            if self.command in {"GET", "HEAD"}:
                self._serve(body)
            else:
                self._store(body)
        except Refusal as refusal:
            self.refuse(refusal, keep_open=body is None or body.finished)

    def _refuse_malformed(self) -> None:
        if not _TOKEN.fullmatch(self.command):
            raise Refusal(HTTPStatus.BAD_REQUEST, "The method is not a token.")
        if not self.path.startswith("/"):
            raise Refusal(HTTPStatus.BAD_REQUEST, "The request's target must be a path.")
        if any(isinstance(defect, _BAD_HEADERS) for defect in self.headers.defects):
            raise Refusal(HTTPStatus.BAD_REQUEST, "A header line is malformed.")

    def _store(self, body: Body | None) -> None:
        if body is None:
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, "An upload needs Content-Length or chunked framing.")
        with self._site.storage.delivery(body.length or 0) as delivery:
            upload = self._open_upload(delivery)
            self._invite_body()
            while piece := body.read():
                upload.feed(piece)
            upload.finish()
            delivery.keep()
        answer = describe(upload, self._site.url)
        link = answer.get("link")
        self.send_json(HTTPStatus.CREATED, answer, {"Location": link} if isinstance(link, str) else {})

    def _open_upload(self, delivery: Delivery) -> Upload:
        content_type = self.headers.get("Content-Type")
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data":
            return RawUpload(delivery, filename=self._last_segment(), content_type=content_type)
        if not options.get(b"boundary"):
            raise Refusal(HTTPStatus.BAD_REQUEST, "The Content-Type of the form names no boundary.")
        return FormUpload(delivery, boundary=options[b"boundary"])

    def _invite_body(self) -> None:
        expected = self.headers.get("Expect")
        if expected is None or self.request_version < "HTTP/1.1":
            return
        if expected.lower() != "100-continue":
            raise Refusal(HTTPStatus.EXPECTATION_FAILED, "The only expectation met here is 100-continue.")
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()

    def _serve(self, body: Body | None) -> None:
        if body is not None and not body.finished:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"A {self.command} request takes no body here.")
        folder = self._path().rpartition("/")[0]
        name = self._last_segment()
        if not folder and not name:
            self._serve_front_page()
        elif folder == "/files":
            self._serve_file(name)
        else:
            raise _not_found()

    def _serve_front_page(self) -> None:
        count, size = self._site.storage.totals()
        page = (
            "This is guiuploader's receiver. It stores what is uploaded to any address here.\n"
            f"Stored: {count} files, {size} bytes.\n"
        )
        self.send_bytes(HTTPStatus.OK, page.encode(), {"Content-Type": "text/plain; charset=utf-8"})

    def _serve_file(self, name: str) -> None:
        file = self._site.storage.open_finished(name)
        if file is None:
            raise _not_found()
        ascii_name = "".join(character if character.isascii() else "_" for character in name)
        with file:
            self.send_file(
                file,
                {
                    "Content-Type": "application/octet-stream",
                    "Content-Disposition": (
                        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
                    ),
                    "X-Content-Type-Options": "nosniff",
                    "Content-Security-Policy": "sandbox",
                },
            )

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _last_segment(self) -> str:
        segment = self._path().rpartition("/")[2]
        return decode_name(unquote_to_bytes(segment.encode("latin-1")))


def _not_found() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "There is no such file here.")
