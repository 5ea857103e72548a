# SPDX-License-Identifier: MIT
"""An S3 store on 127.0.0.1 that makes up its bytes, checks signatures, and breaks off where a test says so.

It honours what the real ones do and moto does not: Range with If-Match, and no object is held in memory. It
lists as Google and Azure do too, whose signatures it does not know (`is_open`). As a program it prints its
port: `python -m tests.helpers.scripted_store SIZE [BYTES_PER_SECOND]`.
"""

import hashlib
import hmac
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.helpers.store_writes import CutOffError, Kept, Written

ACCESS, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", "eu-test-1"
MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT"
LISTED = "2024-01-01T00:00:00.000Z"
PIECE = 256 * 1024
_PATTERN = Random(1).randbytes(PIECE + 251)  # noqa: S311 - bytes to send, no secret


def pieces(size: int, version: str, start: int = 0) -> Iterator[bytes]:
    """Yield an object's bytes from `start` on; each version has others."""
    shift = sum(version.encode()) % 251
    while start < size:
        at = start % PIECE
        piece = _PATTERN[shift + at : shift + PIECE][: size - start]
        yield piece
        start += len(piece)


def sha256(size: int, version: str = "v1") -> str:
    """Return the hash of a whole object."""
    made = hashlib.sha256()
    for piece in pieces(size, version):
        made.update(piece)
    return made.hexdigest()


@dataclass
class Stored:
    """One object; its bytes follow from its size and version, which is its ETag too, or are a file's."""

    size: int
    version: str = "v1"
    content_type: str = "application/octet-stream"
    meta: dict[str, str] = field(default_factory=dict)
    refusal: tuple[int, str] | None = None  # status and code of the answer to a GET
    path: Path | None = None

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Yield its bytes from `start` to `end`."""
        if self.path is None:
            yield from pieces(end, self.version, start)
            return
        with self.path.open("rb") as file:
            file.seek(start)
            while piece := file.read(min(PIECE, end - file.tell())):
                yield piece


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class ScriptedStore:
    """One bucket, called `bucket`, from the moment it is made until `close`.

    `cuts` are positions in an object's bytes at which the line breaks, each once; `overwrite` is called when
    a position is passed. `names` gives the keys of a bucket too large to be held: `listed` many of them.
    """

    def __init__(self, *, bytes_per_second: int = 0) -> None:
        self.objects: dict[str, Stored] = {}
        self.buckets = ["bucket"]  # as they are listed; only “bucket” is there
        self.asked: list[Asked] = []
        self.cuts: list[int] = []
        self.overwrite: tuple[int, Callable[[], None]] | None = None
        self.names: Callable[[int], str] = "{:07}.txt".format
        self.listed = 0
        self.page_size = 1000
        self.refusal: tuple[int, str] | None = None  # for every request
        self.refusals_ahead: list[tuple[int, str]] = []  # for as many requests
        self.is_open = False  # takes requests that nobody signed
        self.written: Written | None = None  # what is kept of what is written; without it, nothing may be
        self.silence: threading.Event | None = None  # a GET waits for it
        self.next_page: threading.Event | None = None  # every page but the first waits for it
        self.bytes_per_second = bytes_per_second
        self._connections: set[socket.socket] = set()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="scripted store"
        )
        self._thread.start()
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def gets(self) -> list[Asked]:
        """Return the requests for an object's bytes."""
        return [each for each in self.asked if each.method == "GET" and "list-type" not in each.query]

    @property
    def is_idle(self) -> bool:
        """Whether nobody is connected: what clients that are gone sent is read to its end."""
        return not self._connections

    def hang_up(self) -> None:
        """Cut every connection; new ones are taken."""
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut every connection and end all threads."""
        for gate in (self.silence, self.next_page):
            if gate is not None:
                gate.set()
        self._server.shutdown()
        self.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, store: ScriptedStore) -> None:
        self.store = store
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self.server.store._connections.add(self.connection)

    def finish(self) -> None:
        self.server.store._connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        store = self.server.store
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        store.asked.append(Asked(self.command, parts.path, query, headers))
        _, bucket, key = f"{unquote(parts.path)}/".split("/", 2)
        key = key.removesuffix("/")
        if refusal := store.refusals_ahead.pop(0) if store.refusals_ahead else store.refusal:
            self._refuse(*refusal)
        elif not store.is_open and (wrong := _wrong_signature(self.command, self.path, headers)):
            self._refuse(403, wrong)
        elif not bucket:
            self._list_buckets(store)
        elif bucket != "bucket":
            self._refuse(404, "NoSuchBucket")
        elif store.written and (self.command not in {"GET", "HEAD"} or "uploadId" in query):
            self._write(store.written, headers)
        elif (
            store.written
            and self.command == "HEAD"
            and (put := store.written.objects.get(unquote(parts.path)[8:]))
        ):
            self._tell(put)
        elif "list-type" in query:
            self._list(store, query)
        elif "comp" in query:
            self._list_as_azure(store, query)
        elif key not in store.objects:
            self._refuse(404, "NoSuchKey")
        else:
            self._give(store, store.objects[key], headers)

    def _write(self, written: Written, headers: dict[str, str]) -> None:
        try:
            reply = written.answer(self.command, self.path, headers, self.rfile)  # type: ignore[arg-type] # a buffered file
        except CutOffError:
            self.close_connection = True
            return
        if reply.breaks_off:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif reply.etag:
            self.send_response(reply.status)
            self.send_header("ETag", f'"{reply.etag}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._xml(reply.status, reply.body)

    def _tell(self, put: Kept) -> None:
        self.send_response(200)
        self.send_header("ETag", f'"{put.etag}"')
        self.send_header("Content-Length", str(put.size))
        self.end_headers()

    def _give(self, store: ScriptedStore, stored: Stored, headers: dict[str, str]) -> None:
        if self.command == "GET" and stored.refusal:
            self._refuse(*stored.refusal)
            return
        if headers.get("if-match", f'"{stored.version}"') != f'"{stored.version}"':
            self._refuse(412, "PreconditionFailed")
            return
        start, end = 0, stored.size
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", headers.get("range", ""))
        if asked:
            start, end = int(asked[1]), min(int(asked[2] or stored.size) + 1, stored.size)
            if start >= stored.size:
                self._refuse(416, "InvalidRange")
                return
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{stored.size}")
        self.send_header("Content-Length", str(end - start))
        self.send_header("Content-Type", stored.content_type)
        self.send_header("ETag", f'"{stored.version}"')
        self.send_header("Last-Modified", MODIFIED)
        for name, value in stored.meta.items():
            self.send_header(f"x-amz-meta-{name}", value)
        self.end_headers()
        if self.command == "GET":
            self._stream(store, stored, start, end)

    def _stream(self, store: ScriptedStore, stored: Stored, start: int, end: int) -> None:
        began, sent = time.monotonic(), 0
        for piece in stored.pieces(start, end):
            position = start + sent
            cut = next((each for each in store.cuts if position <= each < position + len(piece)), None)
            if cut is not None:
                store.cuts.remove(cut)
                self.wfile.write(piece[: cut - position])
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if store.overwrite is not None and position >= store.overwrite[0]:
                (_, act), store.overwrite = store.overwrite, None
                act()
            if store.silence is not None:
                store.silence.wait()
            self.wfile.write(piece)
            sent += len(piece)
            if store.bytes_per_second:
                ahead = sent / store.bytes_per_second - (time.monotonic() - began)
                if ahead > 0:
                    threading.Event().wait(ahead)

    def _list(self, store: ScriptedStore, query: dict[str, list[str]]) -> None:
        """Answer a page; names that are held stand before those that are made up."""
        prefix = query.get("prefix", [""])[0]
        start = int(query.get("continuation-token", ["0"])[0])
        if start and store.next_page is not None:
            store.next_page.wait()
        held = sorted(key for key in store.objects if key.startswith(prefix))
        if "delimiter" in query:
            folded = (key[len(prefix) :].partition("/") for key in held)
            held = list(dict.fromkeys(prefix + head + slash for head, slash, _ in folded))
        count = len(held) + store.listed
        end = min(start + store.page_size, count)
        is_encoded = query.get("encoding-type") == ["url"]
        entries = []
        for number in range(start, end):
            key = held[number] if number < len(held) else prefix + store.names(number - len(held))
            stored = store.objects.get(key, Stored(7))
            name = escape(quote(key) if is_encoded else key)
            if key.endswith("/") and key != prefix and "delimiter" in query:
                entries.append(f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>")
                continue
            entries.append(
                f"<Contents><Key>{name}</Key><LastModified>{LISTED}</LastModified>"
                f"<ETag>&quot;{stored.version}&quot;</ETag><Size>{stored.size}</Size>"
                "<StorageClass>STANDARD</StorageClass></Contents>"
            )
        encoding = "<EncodingType>url</EncodingType>" if is_encoded else ""
        goes_on = end < count
        token = f"<NextContinuationToken>{end}</NextContinuationToken>" if goes_on else ""
        self._xml(
            200,
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>'
            f"<IsTruncated>{str(goes_on).lower()}</IsTruncated>{encoding}{token}"
            f"{''.join(entries)}</ListBucketResult>",
        )

    def _list_buckets(self, store: ScriptedStore) -> None:
        names = "".join(f"<Bucket><Name>{escape(each)}</Name></Bucket>" for each in store.buckets)
        self._xml(
            200,
            '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Owner><ID>1</ID></Owner><Buckets>{names}</Buckets></ListAllMyBucketsResult>",
        )

    def _list_as_azure(self, store: ScriptedStore, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        blobs = "".join(
            f"<Blob><Name>{escape(key)}</Name><Properties><Last-Modified>{MODIFIED}</Last-Modified>"
            f"<Etag>&quot;{stored.version}&quot;</Etag><Content-Length>{stored.size}</Content-Length>"
            "<Content-Type>text/plain</Content-Type></Properties></Blob>"
            for key, stored in sorted(store.objects.items())
            if key.startswith(prefix) and key >= query.get("startFrom", [""])[0]
        )
        self._xml(200, f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>")

    def _refuse(self, status: int, code: str) -> None:
        self.close_connection |= int(self.headers.get("content-length", "0")) > 0  # it is not read
        self._xml(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>")

    def _xml(self, status: int, text: str) -> None:
        start = "" if text.lstrip().startswith("<?xml") else '<?xml version="1.0" encoding="UTF-8"?>\n'
        body = f"{start}{text}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _wrong_signature(method: str, target: str, headers: dict[str, str]) -> str:
    """Return what is wrong with a request's signature, made anew by Amazon's own description."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8}/[^/]+/s3/aws4_request), ?"
        r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
        headers.get("authorization", ""),
    )
    if found is None:
        return "AccessDenied"
    access, scope, names, signature = found.groups()
    if access != ACCESS:
        return "InvalidAccessKeyId"
    parts = urlsplit(target)
    canonical = "\n".join(
        [
            method,
            parts.path,
            "&".join(sorted(parts.query.split("&"))) if parts.query else "",
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names.split(";")),
            "",
            names,
            headers.get("x-amz-content-sha256", ""),
        ]
    )
    key: Any = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{headers.get('x-amz-date')}\n{scope}\n{hashed}"
    made = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return "" if hmac.compare_digest(made, signature) else "SignatureDoesNotMatch"


def main() -> None:
    """Serve one object, `big.bin`, until standard input closes."""
    store = ScriptedStore(bytes_per_second=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    store.is_open = True  # for programs that cannot sign
    store.objects["big.bin"] = Stored(int(sys.argv[1]))
    sys.stdout.write(f"{store.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    store.close()


if __name__ == "__main__":
    main()
