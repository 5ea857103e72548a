# SPDX-License-Identifier: MIT
"""One upload: fill the request, deliver it where the server wants it, weigh the answer."""

import time
from collections.abc import Iterator
from dataclasses import replace

from guiuploader.destinations.destination import Destination
from guiuploader.network.session import HttpSession
from guiuploader.transfer import reply as replies
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.echoes import echoes
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.proof import verify
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.redirects import Hops
from guiuploader.transfer.route import route
from guiuploader.transfer.sign_in import SignIns
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore


class Sender:
    """Runs transfers one after another over connections that are kept; belongs to one thread."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._session = HttpSession()
        self._sign_ins = SignIns()

    def send(self, job: Job, control: Control, events: TransferEvents) -> Receipt:
        """Send one file and return the receipt of the server's yes.

        Raises one error of our tree: SourceError, DestinationError, NetworkError, ServerRefused, or
        TransferCancelled when `control` says stop; a stop that comes when all was sent is a NetworkError, as
        the file may have arrived. A redirect within the server is followed, its body built anew.
        """
        control.raise_if_cancelled()
        started = time.perf_counter()
        lookup = SecretLookup(self._secrets, job.destination)
        scope = job.scope(lookup)
        filled = fill(job.destination, scope)
        way = route(job.destination, filled.url, scope)
        passage = Passage(self._session, job, way, control, events)
        hops = Hops(filled.url)
        delivery = self._sign_ins.deliver(passage, filled)
        secrets = echoes({*lookup.used, *delivery.credentials})
        while target := hops.follow(delivery.reply, secrets):
            filled = replace(filled, url=target)
            delivery = self._sign_ins.deliver(passage, filled)
            secrets |= echoes(delivery.credentials)
        return _receipt(job, filled, delivery, secrets, time.perf_counter() - started)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()


def _receipt(
    job: Job, filled: FilledRequest, delivery: Delivery, secrets: frozenset[str], seconds: float
) -> Receipt:
    """Return the receipt of a yes. Raises ServerRefused."""
    replies.accept(job.destination, delivery.reply, size=job.source.size, secrets=secrets)
    if not delivery.complete:
        raise _too_early(delivery, job.source.size)
    is_verified = verify(job.destination, delivery)
    link = replies.link(job.destination, delivery.reply, url=filled.url, secrets=secrets)
    return Receipt(
        reply=replies.blanked(delivery.reply, secrets),
        link=link,
        size=delivery.size,
        seconds=seconds,
        sha256=delivery.sha256,
        timings=delivery.timings,
        notes=(*([Note.VERIFIED] if is_verified else ()), *_notes(job.destination, filled, delivery, link)),
        md5=delivery.md5,
    )


def _too_early(delivery: Delivery, size: int | None) -> ServerRefused:
    """Return the error for a yes to half a file: the server answered and hung up before it had all."""
    total = "?" if size is None else size
    message = f"It answered and hung up when at most {delivery.size} of {total} bytes had reached it."
    return ServerRefused(ErrorCode.SERVER_FAILED, status=delivery.reply.status, message=message)


def _notes(
    destination: Destination, filled: FilledRequest, delivery: Delivery, link: str | None
) -> Iterator[Note]:
    if filled.dropped_sign_in:
        yield Note.SIGN_IN_DROPPED
    if delivery.changed:
        yield Note.SOURCE_CHANGED
    if destination.reply.link and link is None:
        yield Note.NO_LINK
