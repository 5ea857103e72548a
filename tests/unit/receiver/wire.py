# SPDX-License-Identifier: MIT
"""A plain socket to a receiver: it sends exactly the bytes that a test says."""

import json
import socket
from dataclasses import dataclass
from email.message import Message
from http.client import parse_headers
from typing import Any, Self

BOUNDARY = b"b0undary"
PATIENCE = 10.0  # seconds before a silent receiver fails the test


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    content: bytes

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.content)
        assert isinstance(value, dict)
        return value

    @property
    def complaint(self) -> str:
        message = self.json["error"]["message"]
        assert isinstance(message, str)
        assert message.endswith(".")
        return message


class Wire:
    def __init__(self, url: str) -> None:
        self.host = url.removeprefix("http://")
        name, port = self.host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=PATIENCE)
        self.incoming = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def start(self, method: str, path: str = "/", **headers: str) -> None:
        """Send a request's head. `Content_Length="3"` is how a header is given; Host is added."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def upload(self, path: str, content: bytes, method: str = "PUT", **headers: str) -> Answer:
        """Send a whole body with its length and return the answer."""
        self.start(method, path, Content_Length=str(len(content)), **headers)
        self.send(content)
        return self.answer()

    def post_form(self, *parts: bytes) -> Answer:
        return self.upload("/", form(*parts), "POST", Content_Type=FORM_TYPE)

    def answer(self, *, to_head: bool = False) -> Answer:
        """Read one final answer, its whole content included."""
        line = self.incoming.readline()
        assert line.startswith(b"HTTP/1.1 "), line
        headers = parse_headers(self.incoming)
        length = int(headers["Content-Length"])
        content = b"" if to_head else self.incoming.read(length)
        assert to_head or len(content) == length
        return Answer(int(line.split()[1]), headers, content)

    def is_ended(self) -> bool:
        """Tell whether the receiver ends the connection without another byte."""
        try:
            return self.incoming.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.incoming.close()
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY.decode()}"


def part(content: bytes, name: str, filename: str | None = None, content_type: str | None = None) -> bytes:
    """Return one part of a form, as browsers write it."""
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    if content_type is not None:
        head += f"\r\nContent-Type: {content_type}"
    return head.encode() + b"\r\n\r\n" + content


def form(*parts: bytes) -> bytes:
    """Return a whole multipart body."""
    return (
        b"".join(b"--" + BOUNDARY + b"\r\n" + each + b"\r\n" for each in parts) + b"--" + BOUNDARY + b"--\r\n"
    )


def chunked(*pieces: bytes) -> bytes:
    """Return a whole chunked body."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
