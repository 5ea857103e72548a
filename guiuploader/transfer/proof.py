# SPDX-License-Identifier: MIT
"""Compare what the server says it has with what was sent."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.cargo import Sent
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.reply import find
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.redact import blank

_LENGTHS = {"sha256": 32, "md5": 16}  # bytes
# One member of Repr-Digest (RFC 9530) or Digest (RFC 3230): its bytes in base64, with or without colons.
_MEMBER = re.compile(r"(sha-256|md5)\s*=\s*:?([A-Za-z0-9+/]+=*):?", re.IGNORECASE)


def verify(
    destination: Destination, reply: Reply, file: Sent, index: int | None, secrets: frozenset[str]
) -> bool:
    """Return whether the reply repeats the hash of the bytes that were sent.

    `index` is the file's number where it was one of several in its request. A secret may look like a hash.

    Raises ServerRefused(DIGEST_MISMATCH) when it names another one: by the destination's template, or by a
    header that can only speak of a file that was the whole body. A header may as well be about the reply's
    own content, or the form; and an ETag may be anything: those count only where they agree.
    """
    sent = {"sha256": file.sha256, "md5": file.md5}
    wanted = destination.reply.sha256
    told = in_hex(find(wanted, reply, index or 0), "sha256") if wanted else None
    if told is not None and sent["sha256"] is not None:
        if told != sent["sha256"]:
            raise _mismatch(reply, sent["sha256"], blank(told, secrets))
        return True
    if index is not None:
        return False
    of_the_file = not destination.is_form and not reply.body
    agrees = False
    for algorithm, value, is_firm in _headers(reply):
        own = sent[algorithm]
        if own is None:
            continue
        if value == own:
            agrees = True
        elif is_firm and of_the_file and value != hashlib.new(algorithm, usedforsecurity=False).hexdigest():
            raise _mismatch(reply, own, blank(value, secrets))
    return agrees


def _headers(reply: Reply) -> Iterator[tuple[str, str, bool]]:
    """Yield algorithm, hash in hex, and whether it is surely a hash, for each one among the headers."""
    headers = reply.lower_headers()
    for name in ("repr-digest", "digest"):
        for algorithm, text in _MEMBER.findall(headers.get(name, "")):
            plain = algorithm.lower().replace("-", "")
            value = in_hex(text, plain)
            if value is not None:
                yield plain, value, True
    for name, is_firm in (("content-md5", True), ("etag", False)):
        value = in_hex(headers.get(name, "").strip('"'), "md5")
        if value is not None:
            yield "md5", value, is_firm


def in_hex(text: str, algorithm: str) -> str | None:
    """Return a hash that is written in hex or base64 as lower-case hex, None for anything else."""
    bare = text.strip().lower().removeprefix(f"{algorithm}:")
    length = _LENGTHS[algorithm]
    if re.fullmatch(rf"[0-9a-f]{{{2 * length}}}", bare):
        return bare
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == length else None


def _mismatch(reply: Reply, sent: str, received: str) -> ServerRefused:
    return ServerRefused(ErrorCode.DIGEST_MISMATCH, status=reply.status, sent=sent, received=received)
