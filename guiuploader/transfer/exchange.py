# SPDX-License-Identifier: MIT
"""One request and its answer: the source opened afresh, the body built, sent, the reply read."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import requests

from guiuploader.network.failures import Phase
from guiuploader.network.session import HttpSession, Route
from guiuploader.transfer import reply as replies
from guiuploader.transfer.body import FileBytes, build
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.echoes import credentials
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.job import Job
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply, Timings
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError


@dataclass(frozen=True, slots=True)
class Passage:
    """What stays the same from one request of an upload to its next."""

    session: HttpSession
    job: Job
    way: Route
    control: Control
    events: TransferEvents


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one request; `size` counts the file's own bytes that went into it, the hashes are theirs.

    `complete` tells whether the network took all of them; `changed`, whether the source is another now.
    `credentials` are to be blanked wherever the server repeats them.
    """

    reply: Reply
    size: int
    complete: bool
    changed: bool
    sha256: str | None
    md5: str | None
    timings: Timings
    credentials: frozenset[str]


def deliver(
    passage: Passage,
    filled: FilledRequest,
    sign: Callable[[requests.PreparedRequest], None] | None = None,
) -> Delivery:
    """Send one request with the file in it and return what the server said, be it yes or no.

    `sign` may add headers when all others are there. Raises an error of our tree. A stop that comes when all
    was sent is a NetworkError, as the file may have arrived; one before that is TransferCancelled.
    """
    session, job, control = passage.session, passage.job, passage.control
    control.raise_if_cancelled()
    meter = Meter(passage.events)
    with (
        closing(job.source.open()) as reader,
        closing(FileBytes(reader, job.source, control, algorithm=job.destination.reply.hash)) as file,
    ):
        started = time.perf_counter()
        with _stoppable(passage, meter.phase):
            request = session.prepare(filled.method, filled.url, encoded(filled))
            body = build(filled, file, job.source.size, control, meter)
            body.attach(request)
            if sign is not None:
                sign(request)
            if body.is_small:
                meter.commit()
            control.raise_if_cancelled()
            with closing(session.exchange(request, passage.way, meter.phase)) as response:
                reply = replies.read(response)
        return Delivery(
            reply,
            file.position,
            meter.phase.body_sent,
            reader.changed(),
            file.digest("sha256"),
            file.digest("md5"),
            _timings(session, meter, started, time.perf_counter()),
            _credentials(request),
        )


def probe(passage: Passage, filled: FilledRequest) -> Delivery:
    """Send the same request with nothing in it, to hear what the server wants. Raises as `deliver` does."""
    session, phase = passage.session, Phase()
    started = time.perf_counter()
    with _stoppable(passage, phase):
        request = session.prepare(filled.method, filled.url, encoded(filled))
        request.headers.pop("Content-Type", None)
        request.headers["Content-Length"] = "0"
        passage.control.raise_if_cancelled()
        with closing(session.exchange(request, passage.way, phase)) as response:
            reply = replies.read(response)
    timings = _timings(session, Meter(passage.events), started, time.perf_counter())
    return Delivery(
        reply,
        size=0,
        complete=False,
        changed=False,
        sha256=None,
        md5=None,
        timings=timings,
        credentials=_credentials(request),
    )


@contextmanager
def _stoppable(passage: Passage, phase: Phase) -> Iterator[None]:
    """Let a stop cut the line inside this block, and say of any error after it that it was a stop."""
    passage.session.line.begin()
    try:
        with passage.control.cutting(passage.session.line.cut):
            yield
    except UploaderError as error:
        if not passage.control.cancelled:
            raise
        if phase.body_sent:
            raise NetworkError(ErrorCode.CANCELLED_LATE, host=passage.job.destination.host) from error
        raise TransferCancelled from error


def _credentials(request: requests.PreparedRequest) -> frozenset[str]:
    return frozenset(credentials(header_text(request.headers.get("Authorization", ""))))


def header_text(value: str | bytes) -> str:
    """Return a header's value as text; ours are bytes, those that requests adds are not."""
    return value if isinstance(value, str) else value.decode()


def encoded(filled: FilledRequest) -> dict[str, bytes]:
    """Return a request's headers as they travel."""
    return {name: value.encode() for name, value in filled.headers}


def _timings(session: HttpSession, meter: Meter, started: float, ended: float) -> Timings:
    line = session.line
    all_taken = meter.finished_at or ended
    before = (line.connect_seconds or 0.0) + (line.tls_seconds or 0.0)
    return Timings(
        connect=line.connect_seconds,
        tls=line.tls_seconds,
        send=max(0.0, all_taken - started - before),
        wait=ended - all_taken,
    )
