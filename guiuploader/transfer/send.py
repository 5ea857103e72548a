# SPDX-License-Identifier: MIT
"""One request: fill it, deliver it where the server wants it, weigh the answer."""

import time
from collections.abc import Iterator

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession, Route
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer import reply as replies
from guiuploader.transfer import s3_multipart, steps, store_put
from guiuploader.transfer.cargo import Sent
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.lookup import Inquiry
from guiuploader.transfer.proof import verify
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.record import Record
from guiuploader.transfer.route import route
from guiuploader.transfer.sign_in import SignIns
from guiuploader.transfer.store_target import StoreTarget, store_target
from guiuploader.transfer.token import Tokens
from guiuploader.transfer.tus import Tus
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore

_NO_FILE = Sent(0, changed=False, sha256=None, md5=None)


class Sender:
    """Runs transfers one after another over connections that are kept; belongs to one thread.

    `stores` know how object stores are reached; without them, none is.
    """

    def __init__(self, secrets: SecretStore, stores: Stores | None = None) -> None:
        self._secrets = secrets
        self._stores = stores or Stores(ConnectionLibrary(None), secrets)
        self._session = HttpSession()
        self._tokens = Tokens()
        self._sign_ins = SignIns(self._tokens)
        self._tus = Tus()
        self._hashes: tuple[Destination, frozenset[str]] | None = None

    def send(self, job: Job, control: Control, events: TransferEvents) -> tuple[Receipt, ...]:
        """Send one request and return a receipt for each file in it, one for a request without a file.

        Raises one error of our tree: SourceError, which says of which file, DestinationError, NetworkError,
        ServerRefused, or TransferCancelled when `control` says stop; a stop that comes when a file may have
        arrived is a NetworkError. A redirect within the server is followed, its body built anew. AlreadyThere
        where the server was asked first, and has the file.
        """
        control.raise_if_cancelled()
        started = time.perf_counter()
        lookup = SecretLookup(self._secrets, job.destination)
        record = Record(job, lookup)
        ahead = ReadAhead(job.sources, self._hash_names(job.destination), control, events)
        scopes = job.scopes(lookup, ahead.digest_of)

        def way_to(url: str) -> Route:
            return route(job.destination, url, scopes[0])

        filled = None if job.destination.has_steps else fill(job.destination, scopes)
        target = None
        if filled is not None and filled.body is BodyKind.OBJECT_STORE:
            target = store_target(filled.url, self._stores)
            filled, way = target.filled(filled), target.way(job.destination)
            record.hide(target.access.keys.secret_key)
        else:
            way = way_to(filled.url if filled else job.destination.url)
        passage = Passage(self._session, job, way, control, events, ahead, record, way_to)
        inquiry = (
            Inquiry.of(passage, self._sign_ins, scopes, lookup) if job.destination.can_be_asked else None
        )
        if inquiry is not None and (found := inquiry.before()):
            return (found,)
        try:
            if filled is None:
                filled, delivery = steps.deliver(passage, scopes[0], self._sign_ins, self._tokens)
            elif target is not None:
                filled, delivery = self._stored(passage, filled, target)
            else:
                filled, delivery = self._follow(passage, filled)
        finally:
            exchange = record.exchange()
            if exchange is not None:
                events.exchanged(exchange)
        seconds = time.perf_counter() - started
        receipts = tuple(_receipts(job, filled, delivery, record.secrets, seconds))
        return receipts if inquiry is None else tuple(map(inquiry.proved, receipts))

    def _hash_names(self, destination: Destination) -> frozenset[str]:
        """Return the hashes that a request holds; thousands of files go to the same destination."""
        if self._hashes is None or self._hashes[0] is not destination:
            self._hashes = (destination, hash_names(destination))
        return self._hashes[1]

    def _follow(self, passage: Passage, filled: FilledRequest) -> tuple[FilledRequest, Delivery]:
        """Deliver the request to where its server wants it, and return it as it went there."""
        if filled.body is BodyKind.TUS:
            return self._tus.deliver(passage, filled)
        return self._sign_ins.follow(passage, filled)

    def _stored(
        self, passage: Passage, filled: FilledRequest, target: StoreTarget
    ) -> tuple[FilledRequest, Delivery]:
        """Make the file an object, and return the request that did, as it went."""
        if target.access.kind == "s3":
            return s3_multipart.deliver(passage, filled, target)
        return store_put.deliver(passage, filled, target, self._stores)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()


def _receipts(
    job: Job, filled: FilledRequest, delivery: Delivery, secrets: frozenset[str], seconds: float
) -> Iterator[Receipt]:
    """Yield the receipts of a yes. Raises ServerRefused."""
    destination, reply = job.destination, delivery.reply
    replies.accept(destination, reply, files=len(job.sources), size=job.size, secrets=secrets)
    if not delivery.complete:
        raise ServerRefused(
            ErrorCode.REPLY_EARLY,
            status=reply.status,
            host=destination.host,
            sent=delivery.size,
            total="?" if job.size is None else job.size,
        )
    shown = replies.blanked(reply, secrets)
    for number, file in enumerate(delivery.files or (_NO_FILE,)):
        index = number if len(delivery.files) > 1 else None
        is_verified = delivery.proved or (
            bool(delivery.files) and verify(destination, reply, file, index, secrets)
        )
        link = replies.link(
            destination,
            reply,
            url=filled.url,
            secrets=secrets,
            index=index,
            created=delivery.created,
            filename=job.sources[number].name if job.sources else "",
        )
        yield Receipt(
            reply=shown,
            link=link,
            size=file.size,
            seconds=seconds,
            sha256=file.sha256,
            notes=(*([Note.VERIFIED] if is_verified else ()), *_notes(destination, filled, file, link)),
            md5=file.md5,
        )


def _notes(destination: Destination, filled: FilledRequest, file: Sent, link: str | None) -> Iterator[Note]:
    if filled.dropped_sign_in:
        yield Note.SIGN_IN_DROPPED
    if file.changed:
        yield Note.SOURCE_CHANGED
    if destination.reply.link and link is None:
        yield Note.NO_LINK
