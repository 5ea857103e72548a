# SPDX-License-Identifier: MIT
"""One request: fill it, deliver it where the server wants it, weigh the answer."""

import time
from collections.abc import Iterator
from dataclasses import replace

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer import reply as replies
from guiuploader.transfer import s3_multipart, store_put
from guiuploader.transfer.cargo import Sent
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.proof import verify
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.record import Record
from guiuploader.transfer.redirects import Hops
from guiuploader.transfer.route import route
from guiuploader.transfer.sign_in import SignIns
from guiuploader.transfer.store_target import store_target
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
        self._sign_ins = SignIns()
        self._tus = Tus()
        self._hashes: tuple[Destination, frozenset[str]] | None = None

    def send(self, job: Job, control: Control, events: TransferEvents) -> tuple[Receipt, ...]:
        """Send one request and return a receipt for each file in it, one for a request without a file.

        Raises one error of our tree: SourceError, which says of which file, DestinationError, NetworkError,
        ServerRefused, or TransferCancelled when `control` says stop; a stop that comes when a file may have
        arrived is a NetworkError. A redirect within the server is followed, its body built anew.
        """
        control.raise_if_cancelled()
        started = time.perf_counter()
        lookup = SecretLookup(self._secrets, job.destination)
        record = Record(job, lookup)
        ahead = ReadAhead(job.sources, self._hash_names(job.destination), control, events)
        scopes = job.scopes(lookup, ahead.digest_of)
        filled = fill(job.destination, scopes)
        target = None
        if filled.body is BodyKind.OBJECT_STORE:
            target = store_target(filled.url, self._stores)
            filled, way = target.filled(filled), target.way(job.destination)
        else:
            way = route(job.destination, filled.url, scopes[0])
        passage = Passage(self._session, job, way, control, events, ahead, record)
        try:
            if target is not None and target.access.kind == "s3":
                filled, delivery = s3_multipart.deliver(passage, filled, target)
            elif target is not None:
                filled, delivery = store_put.deliver(passage, filled, target, self._stores)
            else:
                filled, delivery = self._follow(passage, filled)
        finally:
            exchange = record.exchange()
            if exchange is not None:
                events.exchanged(exchange)
        return tuple(_receipts(job, filled, delivery, record.secrets, time.perf_counter() - started))

    def _hash_names(self, destination: Destination) -> frozenset[str]:
        """Return the hashes that a request holds; thousands of files go to the same destination."""
        if self._hashes is None or self._hashes[0] is not destination:
            self._hashes = (destination, hash_names(destination))
        return self._hashes[1]

    def _follow(self, passage: Passage, filled: FilledRequest) -> tuple[FilledRequest, Delivery]:
        """Deliver the request to where its server wants it, and return it as it went there."""
        if filled.body is BodyKind.TUS:
            return self._tus.deliver(passage, filled)
        hops = Hops(filled.url)
        delivery = self._sign_ins.deliver(passage, filled)
        while target := hops.follow(delivery.reply, passage.record.secrets):
            filled = replace(filled, url=target)
            delivery = self._sign_ins.deliver(passage, filled)
        return filled, delivery

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
            destination, reply, url=filled.url, secrets=secrets, index=index, created=delivery.created
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
