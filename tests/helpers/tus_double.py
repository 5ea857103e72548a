# SPDX-License-Identifier: MIT
"""A tus server by script: it keeps what it gets, and lies, forgets or breaks off where a test says so."""

import base64
from collections.abc import Callable, Mapping

from tests.helpers.scripted_server import Answer, Ending, Request

Fault = Callable[[Request], Answer | None]
"""What answers a request in place of the honest server; None where that is to answer after all."""

EXTENSIONS = "creation,creation-with-upload,termination,checksum"


class TusDouble:
    """Give `answer` to a scripted server. There is one upload, at `path`, until it is `gone`.

    Each of `faults`, by method, answers one request of that method, in turn.
    """

    def __init__(self, *, path: str = "/files/1", **options: str) -> None:
        self.path = path
        self.offset = 0
        self.length: int | None = None
        self.made = 0
        self.faults: dict[str, list[Fault]] = {}
        self._options = {"Tus-Version": "1.0.0", "Tus-Extension": EXTENSIONS, **options}
        self._pieces: list[tuple[int, Request, int]] = []

    @property
    def content(self) -> bytes:
        """What is stored: of what came, later pieces stand where they were sent to."""
        whole = bytearray(self.offset)
        for at, request, count in self._pieces:
            whole[at : at + count] = request.body[:count]
        return bytes(whole)

    def holds(self, content: bytes, length: int) -> None:
        """Have this as the beginning of an upload of so many bytes."""
        self.offset, self.length = len(content), length
        earlier = Request(-1, "PATCH", self.path, [], bytearray(content))
        self._pieces = [(0, earlier, len(content))]

    def fail(self, method: str, *faults: Fault | Answer) -> None:
        """Let the next requests of a method meet these."""
        given = [_always(each) if isinstance(each, Answer) else each for each in faults]
        self.faults.setdefault(method, []).extend(given)

    def cut(self, after: int, *, silent: bool = True) -> Fault:
        """Return what takes so many bytes of a request's body, keeps them, and hangs up."""

        def fault(request: Request) -> Answer:
            self.take(request, after)
            return Answer(read=after, silent=silent, ending=Ending.CLOSE)

        return fault

    def silence(self) -> Fault:
        """Return what takes a request as it should, and hangs up without a word."""
        return lambda request: self.cut(_length(request))(request)

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        waiting = self.faults.get(request.method)
        given = waiting.pop(0)(request) if waiting else None
        return given or self.honest(request)

    def metadata(self, request: Request) -> Mapping[str, str]:
        """Return what a request says of the file."""
        pairs = (pair.partition(" ") for pair in (request.header("Upload-Metadata") or "").split(","))
        return {name: base64.b64decode(value).decode() for name, _, value in pairs}

    def honest(self, request: Request) -> Answer:
        """Answer as a server should."""
        if request.method == "OPTIONS":
            return said(204, self._options)
        if request.method == "POST":
            return self._create(request)
        return said(404) if request.target != self.path or self.length is None else self._of_upload(request)

    def _of_upload(self, request: Request) -> Answer:
        if request.method == "HEAD":
            return said(200, {"Upload-Offset": str(self.offset), "Upload-Length": str(self.length)})
        if request.method == "DELETE":
            self.length = None
            return said(204)
        if request.header("Upload-Offset") != str(self.offset):
            return said(409)
        self.take(request, _length(request))
        return said(204, {"Upload-Offset": str(self.offset)})

    def _create(self, request: Request) -> Answer:
        self.made += 1
        self.offset, self.length, self._pieces = 0, int(request.header("Upload-Length") or "-1"), []
        self.take(request, _length(request))
        return said(201, {"Location": self.path, "Upload-Offset": str(self.offset)})

    def take(self, request: Request, count: int) -> None:
        """Keep so many bytes of a request's body."""
        self._pieces.append((self.offset, request, count))
        self.offset += count


def _length(request: Request) -> int:
    return int(request.header("Content-Length") or "0")


def _always(answer: Answer) -> Fault:
    return lambda _: answer


def said(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer with these headers."""
    return Answer(status=status, headers=(("Tus-Resumable", "1.0.0"), *(headers or {}).items()))
