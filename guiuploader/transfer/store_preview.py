# SPDX-License-Identifier: MIT
"""Show the requests by which a file would become an object in a store, secrets masked; nothing is sent."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from requests_toolbelt import StreamingIterator

from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession
from guiuploader.network.sigv4 import SCHEME, UNSIGNED, Keys
from guiuploader.sources.store_access import named_for
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.as_sent import request_text
from guiuploader.transfer.body import Body
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import encoded
from guiuploader.transfer.export import cannot
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.fill_body import TextContent
from guiuploader.transfer.job import Job
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.s3_words import SMALL_OBJECT, XML, part_size
from guiuploader.transfer.sign_in import signing
from guiuploader.transfer.store_target import store_target
from guiuploader.transfer.unheard import Unheard
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.redact import MASK
from guiuploader.values.secrets import SecretStore, no_keychain

_ID = "uploadId=<as the answer says>"


@dataclass(frozen=True, slots=True)
class _Request:
    """One request of an upload: what of it differs from that for the whole object, its length in bytes."""

    method: str
    query: str
    length: int = 0
    text: str = ""


def store_text(job: Job, connections: ConnectionLibrary) -> str:
    """Return the requests as they would stand on the wire, a file's bytes named in one line.

    Raises DestinationError, SourceError, and UsageError for a store that a library speaks with.
    """
    source = job.sources[0]
    if source.size is None:
        raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=source.location)
    ahead = ReadAhead(job.sources, hash_names(job.destination), Control(), Unheard())
    filled = fill(job.destination, job.scopes(lambda _: MASK, ahead.digest_of), masked=True)
    secrets = SecretStore(no_keychain)
    for key in named_for(parse_address(filled.url), connections).secrets():
        secrets.keep(key, MASK, save=False)
    target = store_target(filled.url, Stores(connections, secrets, signs_in=False))
    if target.access.kind != "s3":
        raise cannot("What goes to this kind of store is written by a library")
    with closing(HttpSession()) as session:
        whole = target.filled(filled)
        return "\n\n".join(_shown(session, whole, each, job) for each in _requests(source.size))


def _requests(size: int) -> Iterator[_Request]:
    if size <= SMALL_OBJECT:
        yield _Request("PUT", "", size)
        return
    length = part_size(size)
    last = -(-size // length)
    yield _Request("POST", "uploads=")
    yield _Request("PUT", f"partNumber=1&{_ID}", length)
    if last > 2:  # noqa: PLR2004 - the first and the last are shown
        yield _Request("", f"… and so on, with parts of {length} bytes …")
    yield _Request("PUT", f"partNumber={last}&{_ID}", size - (last - 1) * length)
    yield _Request("POST", _ID, text=f"<the {last} parts, each with its number and ETag>")


def _shown(session: HttpSession, whole: FilledRequest, wanted: _Request, job: Job) -> str:
    if not wanted.method:
        return wanted.query
    is_first = not wanted.query or wanted.query == "uploads="
    url = f"{whole.url}?{wanted.query}" if wanted.query else whole.url
    headers = whole.headers if is_first else ()
    filled = replace(whole, method=wanted.method, url=url, headers=headers)
    request = session.prepare(filled.method, filled.url, encoded(filled))
    payload = hashlib.sha256(b"").hexdigest()
    if wanted.method == "PUT":
        Body(StreamingIterator(wanted.length, b""), wanted.length, None).attach(request)
        payload = UNSIGNED
    elif wanted.text:
        filled = replace(filled, text=TextContent(wanted.text.encode(), b"", None, "none", XML))
        request.body = wanted.text
        request.headers["Content-Type"] = XML
        del request.headers["Content-Length"]
        payload = "<the hash of what follows>"
    if isinstance(filled.sign_in, Keys):
        signing(filled.sign_in, filled, payload)(request)
        request.headers["Authorization"] = f"{SCHEME} {MASK}"
    return request_text(request, filled, job.sources, frozenset())
