# SPDX-License-Identifier: MIT
"""What S3's multipart upload says in XML: written by us, and read from what a store answers."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from xml.parsers import expat

from guiuploader.destinations.destination import Destination
from guiuploader.sources import store_errors
from guiuploader.sources.store_xml import Elements, parse
from guiuploader.transfer import reply as replies
from guiuploader.transfer.receipt import Reply
from guiuploader.values.errors import ErrorCode, Problem, ServerRefused

MIB = 1024 * 1024
XML = "application/xml"
"""The type of what is written here."""

SMALL_OBJECT = 8 * MIB
"""Bytes up to which an object goes in one request."""

MOST_PARTS = 10_000
_USUAL_PARTS = 64
_LARGEST_USUAL = 32 * MIB  # what a broken line may cost at most, where the object is not enormous

_PLAIN = re.compile(r"[0-9a-f]{32}")
_COMPOSITE = re.compile(r"[0-9a-f]{32}-([0-9]{1,5})")
_ENCRYPTION = "x-amz-server-side-encryption"

_OF_STORES = frozenset(
    {
        ErrorCode.STORE_WRONG_KEY,
        ErrorCode.STORE_EXPIRED,
        ErrorCode.STORE_CLOCK,
        ErrorCode.STORE_NO_BUCKET,
        ErrorCode.STORE_REGION,
    }
)
# What the status alone does not tell; CompleteMultipartUpload may say any of it under “200 OK”.
_CODES: Mapping[str, ErrorCode] = {
    "RequestTimeout": ErrorCode.REQUEST_TIMEOUT,
    "InternalError": ErrorCode.SERVER_FAILED,
    "SlowDown": ErrorCode.SERVER_BUSY,
    "ServiceUnavailable": ErrorCode.SERVER_BUSY,
    "OperationAborted": ErrorCode.SERVER_BUSY,
    "BadDigest": ErrorCode.CHECKSUM_REFUSED,
    "EntityTooLarge": ErrorCode.TOO_LARGE,
    "QuotaExceeded": ErrorCode.STORAGE_FULL,
}


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part that the store has; `size` is in bytes, `etag` what the store calls it, without quotes."""

    number: int
    size: int
    etag: str


def part_size(size: int) -> int:
    """Return how many bytes each part of an object has, but for the last one.

    The same for the same size at any time: a later attempt goes on with parts of the one before.
    """
    usual = min(_LARGEST_USUAL, -(-size // _USUAL_PARTS))
    wanted = max(SMALL_OBJECT, usual, -(-size // MOST_PARTS))
    return -(-wanted // MIB) * MIB


def etag_of(reply: Reply) -> str:
    """Return what an answer's head calls the object or part, without quotes; "" for nothing."""
    return reply.lower_headers().get("etag", "").strip('"')


def is_hash(reply: Reply, etag: str) -> bool:
    """Tell whether an ETag is the MD5 of what was sent, which it is not under a key of its own."""
    headers = reply.lower_headers()
    has_key = (
        headers.get(_ENCRYPTION, "").startswith("aws:") or f"{_ENCRYPTION}-customer-algorithm" in headers
    )
    return _PLAIN.fullmatch(etag) is not None and not has_key


def composite(parts: Sequence[KeptPart]) -> str:
    """Return what a store calls an object that is made of these parts; "" where that is not known."""
    if not all(_PLAIN.fullmatch(part.etag) for part in parts):
        return ""
    joined = b"".join(bytes.fromhex(part.etag) for part in parts)
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(parts)}"


def is_composite(etag: str, count: int) -> bool:
    """Tell whether an ETag is of the usual form for an object of so many parts."""
    found = _COMPOSITE.fullmatch(etag)
    return found is not None and int(found[1]) == count


def completion(parts: Sequence[KeptPart]) -> bytes:
    """Return the body of CompleteMultipartUpload."""
    listed = "".join(
        f"<Part><PartNumber>{part.number}</PartNumber><ETag>&quot;{_escaped(part.etag)}&quot;</ETag></Part>"
        for part in parts
    )
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<CompleteMultipartUpload xmlns="{space}">{listed}</CompleteMultipartUpload>'.encode()


def root_and_texts(reply: Reply) -> tuple[str, dict[str, str]]:
    """Return the name of an answer's outermost element, and the texts right inside it by name.

    Both are empty for what is no XML, or declares anything.
    """
    try:
        root, pairs = _read(reply.body)
    except (expat.ExpatError, ValueError):
        return "", {}
    return root, {path[0]: text for path, text in pairs if len(path) == 1}


def listed_parts(reply: Reply) -> tuple[list[KeptPart], int]:
    """Return the parts that a page of ListParts names, and what asks for the next page, 0 at the last.

    Raises ValueError for what is no such page.
    """
    try:
        root, pairs = _read(reply.body)
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    if not root.startswith("ListParts"):  # “Result” at Amazon, “Response” elsewhere
        raise ValueError("no list of parts")
    texts = {path[0]: text for path, text in pairs if len(path) == 1}
    columns = {
        name: [text for path, text in pairs if path == ("Part", name)]
        for name in ("PartNumber", "Size", "ETag")
    }
    rows = zip(columns["PartNumber"], columns["Size"], columns["ETag"], strict=True)
    parts = [KeptPart(int(number), int(size), etag.strip('"')) for number, size, etag in rows]
    goes_on = texts.get("IsTruncated") == "true"
    return parts, int(texts.get("NextPartNumberMarker") or 0) if goes_on else 0


def is_gone(reply: Reply) -> bool:
    """Tell whether a store says that it does not know an upload, or not any more."""
    return reply.status == HTTPStatus.NOT_FOUND and root_and_texts(reply)[1].get("Code") == "NoSuchUpload"


def refusal(
    destination: Destination, reply: Reply, *, address: str, size: int, secrets: frozenset[str]
) -> ServerRefused:
    """Return the error for a store's no; one that came under “200 OK” is a failure of the store."""
    if reply.status // 100 == 2:  # noqa: PLR2004 - the class of successes
        reply = replace(reply, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    said = store_errors.refused(address, reply.status, reply.body).problem
    known = of_store(said)
    if known is not None:
        return known
    name = root_and_texts(reply)[1].get("Code", "")
    codes = {**replies.CODES, reply.status: _CODES[name]} if name in _CODES else replies.CODES
    return replies.refusal(destination, reply, size=size, secrets=secrets, codes=codes)


def of_store(said: Problem) -> ServerRefused | None:
    """Return the error for what any store may say to somebody who writes, None for all else."""
    if said.code is ErrorCode.STORE_DENIED:
        return ServerRefused(ErrorCode.STORE_WRITE_DENIED, status=said.status, **said.facts)
    return ServerRefused(said.code, status=said.status, **said.facts) if said.code in _OF_STORES else None


def _read(text: str) -> tuple[str, list[tuple[tuple[str, ...], str]]]:
    """Return the outermost name, and below it each element's path and text. Raises ExpatError, ValueError.

    Stores send blanks ahead of an answer, to keep the line open.
    """
    reading = parse(text.strip(), _Reading())
    return reading.root, reading.pairs


class _Reading(Elements):
    """Collects what an answer says."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[tuple[str, ...], str]] = []

    def found(self, path: list[str], text: str) -> None:
        if path:
            self.pairs.append((tuple(path), text))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
