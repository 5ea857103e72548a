# SPDX-License-Identifier: MIT
"""One upload: open the source, build the body, send the request, read the answer."""

import time
from collections.abc import Iterator
from contextlib import closing

from guiuploader.destinations.destination import Destination
from guiuploader.network.session import REPLY_TIMEOUT, STALL_TIMEOUT, HttpSession, Route
from guiuploader.network.trust import authorities
from guiuploader.sources.source import Reader
from guiuploader.transfer import reply as replies
from guiuploader.transfer.body import FileBytes, build
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.echoes import echoes
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Receipt, Reply, Timings
from guiuploader.values.errors import (
    ErrorCode,
    NetworkError,
    ServerRefused,
    TransferCancelled,
    UploaderError,
)
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore


class Sender:
    """Runs transfers one after another over connections that are kept; belongs to one thread.

    The timeouts, in seconds, are how long a server may take no byte, and how long it may think.
    """

    def __init__(
        self,
        secrets: SecretStore,
        *,
        stall_timeout: float = STALL_TIMEOUT,
        reply_timeout: float = REPLY_TIMEOUT,
    ) -> None:
        self._secrets = secrets
        self._session = HttpSession(stall_timeout=stall_timeout, reply_timeout=reply_timeout)

    def send(self, job: Job, control: Control, events: TransferEvents) -> Receipt:
        """Send one file and return the receipt of the server's yes.

        Raises one error of our tree: SourceError, DestinationError, NetworkError, ServerRefused, or
        TransferCancelled when `control` says stop; a stop that comes when all was sent is a NetworkError, as
        the file may have arrived. Redirects are not followed.
        """
        control.raise_if_cancelled()
        started = time.perf_counter()
        lookup = SecretLookup(self._secrets, job.destination)
        filled = fill(job.destination, job.scope(lookup))
        secrets = echoes({*lookup.used, filled.credential})
        with closing(job.source.open()) as reader:
            meter = Meter(events)
            self._session.line.begin()
            try:
                with control.cutting(self._session.line.cut):
                    reply, file = self._exchange(job, filled, reader, control, meter)
            except UploaderError as error:
                if not control.cancelled:
                    raise
                if meter.phase.body_sent:
                    raise NetworkError(ErrorCode.CANCELLED_LATE, host=job.destination.host) from error
                raise TransferCancelled from error
            ended = time.perf_counter()
            replies.accept(job.destination, reply, url=filled.url, size=job.source.size, secrets=secrets)
            if not meter.phase.body_sent:
                raise _too_early(reply, file, job.source.size)
            link = replies.link(job.destination, reply, url=filled.url, secrets=secrets)
            return Receipt(
                reply=replies.blanked(reply, secrets),
                link=link,
                size=file.position,
                seconds=ended - started,
                sha256=file.sha256,
                timings=self._timings(meter, started, ended),
                notes=tuple(_notes(job.destination, reader, link)),
            )

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _exchange(
        self,
        job: Job,
        filled: FilledRequest,
        reader: Reader,
        control: Control,
        meter: Meter,
    ) -> tuple[Reply, FileBytes]:
        destination = job.destination
        file = FileBytes(reader, job.source, control, hashed=destination.reply.hash == "sha256")
        body = build(filled, file, job.source.size, control, meter)
        headers = {name: value.encode() for name, value in filled.headers}
        request = self._session.prepare(filled.method, filled.url, headers)
        body.attach(request)
        control.raise_if_cancelled()
        with closing(self._session.exchange(request, _route(destination), meter.phase)) as response:
            return replies.read(response), file

    def _timings(self, meter: Meter, started: float, ended: float) -> Timings:
        line = self._session.line
        all_taken = meter.finished_at or ended
        before = (line.connect_seconds or 0.0) + (line.tls_seconds or 0.0)
        return Timings(
            connect=line.connect_seconds,
            tls=line.tls_seconds,
            send=max(0.0, all_taken - started - before),
            wait=ended - all_taken,
        )


def _route(destination: Destination) -> Route:
    network = destination.network
    if network.verify and network.ca_file:
        return Route(network.connect_timeout, authorities(network.ca_file, destination=destination.name))
    return Route(network.connect_timeout, network.verify)


def _too_early(reply: Reply, file: FileBytes, size: int | None) -> ServerRefused:
    """Return the error for a yes to half a file: the server answered and hung up before it had all."""
    total = "?" if size is None else size
    message = f"It answered and hung up when at most {file.position} of {total} bytes had reached it."
    return ServerRefused(ErrorCode.SERVER_FAILED, status=reply.status, message=message)


def _notes(destination: Destination, reader: Reader, link: str | None) -> Iterator[Note]:
    if reader.changed():
        yield Note.SOURCE_CHANGED
    if destination.reply.link and link is None:
        yield Note.NO_LINK
