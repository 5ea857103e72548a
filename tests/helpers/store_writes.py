# SPDX-License-Identifier: MIT
"""What the scripted store keeps of what is written to it: on a disk, part by part, and faults by script."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

PIECE = 256 * 1024
Kind = Literal["cut", "deaf", "refused", "error-under-200", "wrong-etag", "blank"]


@dataclass
class Fault:
    """What goes wrong with the first request of this method whose query holds `query`.

    “cut” breaks the line in the middle of the body, “deaf” does what was asked and says nothing.
    """

    kind: Kind
    method: str
    query: str = ""
    answer: tuple[int, str] = (500, "InternalError")


@dataclass
class Kept:
    """A part or an object: its bytes in files, in order; its headers as they came."""

    files: list[Path]
    size: int
    etag: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Reply:
    """What is answered; `breaks_off` says nothing and closes the line."""

    status: int = 200
    body: str = ""
    etag: str = ""
    breaks_off: bool = False


@dataclass
class Written:
    """All that was written; `folder` is where the bytes go."""

    folder: Path
    objects: dict[str, Kept] = field(default_factory=dict)
    uploads: dict[str, dict[int, Kept]] = field(default_factory=dict)
    blocks: dict[str, Kept] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    page: int = 1000
    gate: Callable[[str, str], None] = lambda _method, _query: None
    _count: int = 0
    _headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def sha256(self, key: str) -> str:
        """Return the hash of an object."""
        made = hashlib.sha256()
        for path in self.objects[key].files:
            with path.open("rb") as file:
                while block := file.read(PIECE):
                    made.update(block)
        return made.hexdigest()

    def answer(self, method: str, target: str, headers: dict[str, str], body: BinaryIO) -> Reply:
        """Do what a request asks for; its signature was checked."""
        path, _, query = target.partition("?")
        key = unquote(path).removeprefix("/bucket/")
        fault = self._fault(method, query)
        self.gate(method, query)
        if fault and fault.kind == "refused":
            _take(body, headers, None)
            return _error(*fault.answer)
        if fault and fault.kind == "cut":
            body.read(int(headers["content-length"]) // 2)
            return Reply(breaks_off=True)
        reply = self._done(method, key, query, headers, body)
        if fault and fault.kind == "deaf":
            return Reply(breaks_off=True)
        if fault and fault.kind == "error-under-200":
            return Reply(200, f"\n  \n<Error><Code>{fault.answer[1]}</Code></Error>")
        if fault and fault.kind == "wrong-etag":
            wrong = "0" * 32
            return Reply(200, re.sub(r"[0-9a-f]{32}", wrong, reply.body), wrong if reply.etag else "")
        return Reply(200) if fault else reply

    def _fault(self, method: str, query: str) -> Fault | None:
        found = next((each for each in self.faults if each.method == method and each.query in query), None)
        if found:
            self.faults.remove(found)
        return found

    def _done(self, method: str, key: str, query: str, headers: dict[str, str], body: BinaryIO) -> Reply:
        upload = re.search(r"uploadId=([^&]+)", query)
        if query in {"uploads=", "uploads"}:
            return self._created(headers, key)
        if block := re.search(r"blockid=([^&]+)", query):  # Azure's way: blocks, then the list of them
            self.blocks[block[1]] = self._stored(headers, body, key)
            return Reply(201)
        if "comp=blocklist" in query:
            return self._joined(key, headers, body.read(int(headers["content-length"])).decode())
        if upload is None:
            kept = self._stored(headers, body, key)
            self.objects[key] = kept
            return Reply(200, etag=kept.etag)
        if upload[1] not in self.uploads:
            _take(body, headers, None)
            return _error(404, "NoSuchUpload")
        return self._of_upload(method, key, query, headers, body)

    def _joined(self, key: str, headers: dict[str, str], text: str) -> Reply:
        named = re.findall(r"<(?:Latest|Uncommitted)>([^<]+)</", text)
        kept = [self.blocks[quote(name, safe="")] for name in named]
        files = [path for block in kept for path in block.files]
        self.objects[key] = Kept(files, sum(block.size for block in kept), "list", headers)
        return Reply(201, etag="list")

    def _of_upload(self, method: str, key: str, query: str, headers: dict[str, str], body: BinaryIO) -> Reply:
        name = re.findall(r"uploadId=([^&]+)", query)[0]
        parts = self.uploads[name]
        if method == "PUT":
            number = int(re.findall(r"partNumber=(\d+)", query)[0])
            parts[number] = self._stored(headers, body, f"{name}-{number}")
            return Reply(200, etag=parts[number].etag)
        if method == "DELETE":
            del self.uploads[name]
            return Reply(204)
        if method == "GET":
            return self._listed(parts, query)
        text = body.read(int(headers["content-length"])).decode()
        return self._completed(key, name, parts, text)

    def _created(self, headers: dict[str, str], key: str) -> Reply:
        self._count += 1
        name = f"up+{self._count}/load"
        self.uploads[_quoted(name)] = {}
        self._headers[_quoted(name)] = headers
        return Reply(
            200,
            f"<InitiateMultipartUploadResult><Key>{key}</Key><UploadId>{name}</UploadId></InitiateMultipartUploadResult>",
        )

    def _stored(self, headers: dict[str, str], body: BinaryIO, name: str) -> Kept:
        self._count += 1
        path = self.folder / f"{self._count}-{re.sub('[^a-z0-9]', '_', name)}"
        with path.open("wb") as file:
            etag = _take(body, headers, file)
        return Kept([path], path.stat().st_size, etag, headers)

    def _listed(self, parts: dict[int, Kept], query: str) -> Reply:
        start = int((re.findall(r"part-number-marker=(\d+)", query) or ["0"])[0])
        numbers = sorted(number for number in parts if number > start)
        some, goes_on = numbers[: self.page], len(numbers) > self.page
        rows = "".join(
            f"<Part><PartNumber>{number}</PartNumber><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{parts[number].etag}&quot;</ETag><Size>{parts[number].size}</Size></Part>"
            for number in some
        )
        marker = f"<NextPartNumberMarker>{some[-1]}</NextPartNumberMarker>" if goes_on else ""
        return Reply(
            200,
            '<?xml version="1.0" encoding="UTF-8"?><ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<IsTruncated>{str(goes_on).lower()}</IsTruncated>{marker}{rows}</ListPartsResult>",
        )

    def _completed(self, key: str, upload: str, parts: dict[int, Kept], text: str) -> Reply:
        numbers = re.findall(r"<PartNumber>(\d+)<", text)
        etags = re.findall(r"<ETag>(?:&quot;|\")?([0-9a-f]+)(?:&quot;|\")?<", text)
        named = [(int(number), etag) for number, etag in zip(numbers, etags, strict=True)]
        if named != [(number, parts[number].etag) for number in sorted(parts)]:
            return _error(400, "InvalidPart")
        joined = b"".join(bytes.fromhex(etag) for _, etag in named)
        etag = f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(named)}"
        kept = [parts[number] for number in sorted(parts)]
        self.objects[key] = Kept(
            [path for part in kept for path in part.files],
            sum(part.size for part in kept),
            etag,
            self._headers[upload],
        )
        del self.uploads[upload]
        return Reply(
            200,
            f"\n<CompleteMultipartUploadResult><Key>{escape(key)}</Key><ETag>&quot;{etag}&quot;</ETag>"
            "</CompleteMultipartUploadResult>",
        )


class CutOffError(Exception):
    """A body did not come whole."""


def _take(body: BinaryIO, headers: dict[str, str], file: BinaryIO | None) -> str:
    """Read a body to its end, and return its MD5. Raises CutOffError."""
    made, left = hashlib.md5(usedforsecurity=False), int(headers.get("content-length", "0"))
    while left:
        block = body.read(min(left, PIECE))
        if not block:
            raise CutOffError
        left -= len(block)
        made.update(block)
        if file:
            file.write(block)
    return made.hexdigest()


def _error(status: int, code: str) -> Reply:
    return Reply(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>")


def _quoted(name: str) -> str:
    return name.replace("+", "%2B").replace("/", "%2F")
