# SPDX-License-Identifier: MIT
"""What tus 1.0 says in headers: written by us, and read from what a server answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from guiuploader.destinations.destination import origin_of
from guiuploader.transfer.fill import TUS_RESUMABLE, FilledRequest
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.redirects import fit, joined
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.redact import printable

OFFSET_TYPE = "application/offset+octet-stream"
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Statuses by which a server says that it does not know an upload, or not any more."""

_OF_CREATION = frozenset({"Upload-Length", "Upload-Metadata"})
_NUMBER = re.compile(r"[0-9]{1,18}")
_ALGORITHMS = {"sha256": "sha256", "sha1": "sha1", "md5": "md5"}  # the best first


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server says that it can; `most` is in bytes, None where it names no limit.

    `algorithm` is the best checksum that it offers, "" for none.
    """

    extensions: frozenset[str] = field(default_factory=frozenset)
    most: int | None = None
    algorithm: str = ""


def common_headers(filled: FilledRequest) -> tuple[tuple[str, str], ...]:
    """Return the headers of every request for an upload, besides that which makes it."""
    return tuple(pair for pair in filled.headers if pair[0] not in _OF_CREATION)


def request(
    filled: FilledRequest, method: str, url: str, headers: Mapping[str, str] | None = None
) -> FilledRequest:
    """Return another request for the upload that `filled` makes."""
    more = tuple((headers or {}).items())
    return replace(filled, method=method, url=url, headers=(*common_headers(filled), *more))


def abilities(reply: Reply) -> Abilities:
    """Return what an answer to OPTIONS says. Raises ServerRefused for a server that cannot do what we need.

    Many a gateway in front of one answers by itself, and knows nothing of tus.
    """
    headers = reply.lower_headers()
    if not is_yes(reply) or not any(name.startswith("tus-") for name in headers):
        return Abilities()
    versions = _listed(headers.get("tus-version", TUS_RESUMABLE[1]))
    if TUS_RESUMABLE[1] not in versions:
        raise other_version(reply)
    extensions = frozenset(_listed(headers.get("tus-extension", "")))
    if "creation" not in extensions:
        raise broken(reply, "It does not let uploads be created.")
    offered = _listed(headers.get("tus-checksum-algorithm", "")) if "checksum" in extensions else []
    return Abilities(
        extensions,
        _number(headers.get("tus-max-size", "")),
        next((a for a in _ALGORITHMS if a in offered), ""),
    )


def is_yes(reply: Reply) -> bool:
    """Tell whether a status is one of success."""
    return reply.status // 100 == 2  # noqa: PLR2004 - the class of successes


def offset_of(reply: Reply, size: int, *, given: int | None = None) -> int | None:
    """Return the offset that an answer names, None for none. Raises ServerRefused for one that cannot be.

    Of a file of `size` bytes the server was `given` so many at most, where that is known.
    """
    headers = reply.lower_headers()
    text = headers.get("upload-offset", "")
    if not text:
        return None
    offset = _number(text)
    if offset is None or offset > size:
        raise broken(reply, f"It has “{printable(text)}” bytes of a file of {size}.")
    if given is not None and offset > given:
        raise broken(reply, f"It has {offset} bytes, and was given {given}.")
    length = headers.get("upload-length", "")
    if length and _number(length) != size:
        raise broken(reply, f"Its upload is to have “{printable(length)}” bytes; the file has {size}.")
    return offset


def address_of(reply: Reply, url: str) -> str:
    """Return the address of the upload that was made. Raises ServerRefused for none, or at another server."""
    location = reply.lower_headers().get("location", "")
    address = joined(url, location) if location else ""
    if not address.startswith(("http://", "https://")):
        raise broken(reply, "It names no address for the upload (Location).")
    if origin_of(address) != origin_of(url):
        reason = f"The upload would go to another server: {origin_of(address)}. Nothing was sent there."
        raise broken(reply, reason)
    return fit(address)


def other_version(reply: Reply) -> ServerRefused:
    """Return the error for a server that does not speak ours."""
    versions = printable(reply.lower_headers().get("tus-version", "")) or "none"
    return ServerRefused(ErrorCode.PROTOCOL_VERSION, status=reply.status, versions=versions)


def broken(reply: Reply, reason: str) -> ServerRefused:
    """Return the error for an answer that tus does not know."""
    return ServerRefused(ErrorCode.PROTOCOL_BROKEN, status=reply.status, protocol="tus", reason=reason)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) else None
