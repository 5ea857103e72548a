# SPDX-License-Identifier: MIT
"""One file on its way into an S3 store: what is known of it, and what is asked of the store besides."""

import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, quote

from guiuploader.network.sigv4 import UNSIGNED
from guiuploader.sources.source import Source
from guiuploader.transfer.body import Body
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.exchange import Passage, Sign, ask, deliver_part
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.fill_body import TextContent
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.s3_words import (
    MOST_PARTS,
    XML,
    KeptPart,
    completion,
    etag_of,
    is_gone,
    listed_parts,
    part_size,
    refusal,
    root_and_texts,
)
from guiuploader.transfer.sign_in import signing
from guiuploader.transfer.store_target import StoreTarget
from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused


class S3Upload:
    """`filled` is the request for the whole object at `target`; `address` names it for a person.

    `id` is the multipart upload's, "" before it is made; `parts` are those that the store has, from the first
    on without a gap. `is_plain` tells that every ETag so far was the MD5 of what was sent. `may_be_whole`
    says that the object may have been made, and `proof` what it is called then.
    """

    def __init__(self, passage: Passage, filled: FilledRequest, size: int, target: StoreTarget) -> None:
        self.passage = passage
        self.filled = filled
        self.size = size
        self.address = str(target.address)
        self._target = target
        self.id = ""
        self.parts: list[KeptPart] = []
        self.part_size = part_size(size)
        self.is_plain = True
        self.may_be_whole = False
        self.proof = ""

    @property
    def source(self) -> Source:
        """The file."""
        return self.passage.job.sources[0]

    @property
    def url(self) -> str:
        """The object's address on the web."""
        return self.filled.url

    @property
    def there(self) -> int:
        """How many bytes of the file the store has."""
        return sum(part.size for part in self.parts)

    def take_up(self, kept: Checkpoint) -> None:
        """Go on with what an earlier attempt left at this store; the object's name stays what it was."""
        url, _, query = kept.url.partition("?")
        self.filled = replace(self.filled, url=url)
        self.id = parse_qs(query).get("uploadId", [""])[0]
        self.may_be_whole, self.proof = kept.may_be_whole, kept.proof

    def let_go(self, proof: str) -> None:
        """Note that the object may be whole from now on, and what the store will then call it."""
        self.may_be_whole = True
        self._keep(proof)

    def settle(self) -> None:
        """Note that the object is surely not whole, whatever was let go."""
        if self.may_be_whole:
            self.may_be_whole = False
            self._keep()
            if not self.id:
                self.passage.events.checkpoint(None)

    def forget(self) -> None:
        """Note that there is nothing to go on from."""
        self.passage.events.checkpoint(None)
        self.id, self.parts, self.may_be_whole = "", [], False

    def create(self) -> None:
        """Make a multipart upload. Raises what `ask` does, and ServerRefused."""
        reply = self.ask("POST", "uploads=", headers=self.filled.headers)
        root, texts = root_and_texts(reply)
        upload_id = texts.get("UploadId", "")
        if not is_yes(reply) or root == "Error":
            raise self.refused(reply)
        if not upload_id:
            raise self.broken(reply, "It names no upload (UploadId).")
        self.id, self.parts = upload_id, []
        self._keep()

    def listed(self) -> bool:
        """Ask which parts the store has; False where it does not know the upload. Raises as `create` does.

        A key that may write need not be allowed to ask: then only what this attempt sent is known.
        """
        found: dict[int, KeptPart] = {}
        marker = 0
        while True:
            reply = self.ask("GET", f"{f'part-number-marker={marker}&' if marker else ''}{self._id_pair}")
            if is_gone(reply):
                return False
            if not is_yes(reply):
                error = self.refused(reply)
                if error.problem.code is ErrorCode.STORE_WRITE_DENIED:
                    return bool(self.parts)
                raise error
            try:
                page, following = listed_parts(reply)
            except ValueError as error:
                raise self.broken(reply, "Its list of parts cannot be read.") from error
            found.update((part.number, part) for part in page)
            if not following:
                break
            if not marker < following <= MOST_PARTS:  # a page that leads back, or on for ever
                raise self.broken(reply, "Its list of parts cannot be read.")
            marker = following
        self.parts = []
        while (part := found.get(len(self.parts) + 1)) and part.size == self.next_length():
            self.parts.append(part)
        return True

    def next_length(self) -> int:
        """Return how many bytes the next part has, 0 after the last."""
        return min(self.part_size, self.size - self.there)

    def whole_there(self, proof: str) -> Reply | None:
        """Ask for the object, and return the answer where it is this file, None where nothing proves it."""
        if not proof:
            return None
        reply = self.ask("HEAD", "")
        length = reply.lower_headers().get("content-length", "")
        is_it = is_yes(reply) and etag_of(reply) == proof and length == str(self.size)
        return reply if is_it else None

    def complete(self, meter: Meter) -> Reply:
        """Have the object made of the parts, and return the answer, be it yes or no. Raises as `ask` does."""
        body = completion(self.parts)
        text = TextContent(body, b"", None, "none", XML)
        filled = replace(self._request("POST", self._id_pair), text=text)
        sign = self._signs(filled, hashlib.sha256(body).hexdigest())
        whole = Body(body, len(body), XML)
        return deliver_part(self.passage, filled, whole, meter, is_last=True, sign=sign)

    def abort(self) -> None:
        """Have the store drop the parts. Raises as `ask` does, and ServerRefused where they stay."""
        reply = self.ask("DELETE", self._id_pair)
        if not is_yes(reply) and not is_gone(reply):
            raise self.refused(reply)

    def put(self, body: Body, meter: Meter) -> Reply:
        """Send the next part, or without an upload's id the whole object. Raises as `deliver_part` does.

        Its bytes are not part of the signature: to sign them would be to read them twice. The store's ETag is
        compared with them instead.
        """
        if self.id:
            filled = self._request("PUT", f"partNumber={len(self.parts) + 1}&{self._id_pair}")
        else:
            filled = self.filled
        passage, way = self.passage, self.passage.way
        if self.parts and way.expect_continue == "auto":  # it wanted those before, and to ask takes a while
            passage = replace(passage, way=replace(way, expect_continue="never"))
        sign = self._signs(filled, UNSIGNED)
        return deliver_part(passage, filled, body, meter, is_last=not self.id, sign=sign)

    def ask(self, method: str, query: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        """Send a request without a body. Raises as `exchange.ask` does."""
        filled = self._request(method, query, headers)
        return ask(self.passage, filled, sign=self._signs(filled, hashlib.sha256(b"").hexdigest()))

    def refused(self, reply: Reply) -> ServerRefused:
        """Return the error for an answer that is a no."""
        return refusal(
            self.passage.job.destination,
            reply,
            address=self.address,
            size=self.size,
            secrets=self.passage.record.secrets,
        )

    def broken(self, reply: Reply, reason: str) -> ServerRefused:
        """Return the error for an answer that no store gives."""
        return ServerRefused(ErrorCode.PROTOCOL_BROKEN, status=reply.status, protocol="S3", reason=reason)

    def lost(self) -> NetworkError:
        """Return the error for an upload whose end is not known."""
        return NetworkError(ErrorCode.REPLY_LOST, host=self.passage.job.destination.host)

    @property
    def _id_pair(self) -> str:
        return f"uploadId={quote(self.id, safe='')}"

    def _request(self, method: str, query: str, headers: tuple[tuple[str, str], ...] = ()) -> FilledRequest:
        url = f"{self.url}?{query}" if query else self.url
        return replace(self.filled, method=method, url=url, headers=headers)

    def _signs(self, filled: FilledRequest, payload: str) -> Sign | None:
        keys = self._target.renewed_keys()  # an upload may outlast them
        return None if keys is None else signing(keys, filled, payload)

    def _keep(self, proof: str = "") -> None:
        url = f"{self.url}?{self._id_pair}" if self.id else self.url
        self.passage.events.checkpoint(Checkpoint(url, self.may_be_whole, proof=proof))


def is_yes(reply: Reply) -> bool:
    """Tell whether a status is one of success."""
    return reply.status // 100 == 2  # noqa: PLR2004 - the class of successes
