# SPDX-License-Identifier: MIT
"""One request and its answer: the files opened afresh, the body built, sent, the reply read."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import requests

from guiuploader.network.failures import Phase
from guiuploader.network.session import HttpSession, Route
from guiuploader.transfer import reply as replies
from guiuploader.transfer.body import Body, build
from guiuploader.transfer.cargo import Cargo, Sent, opened
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.job import Job
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.receipt import Reply, Timings
from guiuploader.transfer.record import Record
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError

Sign = Callable[[requests.PreparedRequest], None]
"""Adds headers to a request when all others are there."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What stays the same from one request of an upload to its next."""

    session: HttpSession
    job: Job
    way: Route
    control: Control
    events: TransferEvents
    ahead: ReadAhead
    record: Record
    way_to: Callable[[str], Route]
    """How other addresses are reached, where an upload has several."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one request; `files` are those that were uploaded, in order.

    `complete` tells whether the network took all of it, `created` where an earlier answer said that it is,
    `proved` that what the server says of the file was compared with what was sent.
    """

    reply: Reply
    files: tuple[Sent, ...]
    complete: bool
    created: str = ""
    proved: bool = False

    @property
    def size(self) -> int:
        """The files' own bytes that went into the request."""
        return sum(file.size for file in self.files)


def deliver(passage: Passage, filled: FilledRequest, sign: Sign | None = None) -> Delivery:
    """Send one request with its files and return what the server said, be it yes or no.

    Raises an error of our tree. A stop that comes when a file may have arrived is a NetworkError; one before
    that is TransferCancelled.
    """
    job, control = passage.job, passage.control
    control.raise_if_cancelled()
    meter = Meter(passage.events)
    with (
        opened(job.sources, filled.fixed, control, algorithm=job.destination.reply.hash) as cargo,
        _told(passage, cargo),
        _timed(passage, meter, cargo),
        _stoppable(passage, meter.phase),
    ):
        request = _with_body(passage, filled, cargo, meter)
        if sign is not None:
            sign(request)
        reply = _exchange(passage, filled, request, meter)
        return Delivery(reply, cargo.sent(), meter.phase.body_sent)


def probe(passage: Passage, filled: FilledRequest) -> Delivery:
    """Send the same request with nothing in it, to hear what the server wants. Raises as `deliver` does."""
    meter = Meter(passage.events)
    with _timed(passage, meter), _stoppable(passage, meter.phase):
        request = passage.session.prepare(filled.method, filled.url, encoded(filled))
        request.headers.pop("Content-Type", None)
        request.headers["Content-Length"] = "0"
        leave_out(request, filled)
        return Delivery(_exchange(passage, filled, request, meter), files=(), complete=False)


def ask(
    passage: Passage, filled: FilledRequest, meter: Meter | None = None, sign: Sign | None = None
) -> Reply:
    """Send a request that has no body and return the answer. Raises as `deliver` does.

    With a `meter` that has passed its commit point, the request is one that stores something by itself.
    """
    meter = meter or Meter(passage.events)
    passage.control.raise_if_cancelled()
    with _timed(passage, meter), _stoppable(passage, meter.phase):
        request = passage.session.prepare(filled.method, filled.url, encoded(filled))
        if sign is not None:
            sign(request)
        return _exchange(passage, filled, request, meter)


def deliver_part(
    passage: Passage,
    filled: FilledRequest,
    body: Body,
    meter: Meter,
    *,
    is_last: bool,
    sign: Sign | None = None,
) -> Reply:
    """Send a part of a file and return the answer; `is_last` where the file ends with it.

    Raises as `deliver` does.
    """
    passage.control.raise_if_cancelled()
    with _timed(passage, meter), _stoppable(passage, meter.phase):
        request = passage.session.prepare(filled.method, filled.url, encoded(filled))
        body.attach(request)
        if sign is not None:
            sign(request)
        if is_last and body.is_small:
            meter.commit()
        return _exchange(passage, filled, request, meter)


def encoded(filled: FilledRequest) -> dict[str, bytes]:
    """Return a request's headers as they travel."""
    return {name: value.encode() for name, value in filled.headers}


def leave_out(request: requests.PreparedRequest, filled: FilledRequest) -> None:
    """Take away the headers that the destination does not want."""
    for name in filled.omitted:
        request.headers.pop(name, None)


def _with_body(
    passage: Passage, filled: FilledRequest, cargo: Cargo, meter: Meter
) -> requests.PreparedRequest:
    request = passage.session.prepare(filled.method, filled.url, encoded(filled))
    body = build(filled, cargo, passage.control, meter, passage.ahead)
    body.attach(request)
    leave_out(request, filled)
    if body.is_small:
        meter.commit()
    if body.content is None:
        meter.finished()
    return request


def _exchange(
    passage: Passage, filled: FilledRequest, request: requests.PreparedRequest, meter: Meter
) -> Reply:
    passage.control.raise_if_cancelled()
    passage.record.sent(request, filled, passage.job.sources)
    with closing(passage.session.exchange(request, passage.way, meter.phase)) as response:
        reply = replies.read(response)
    passage.record.answered(reply)
    return reply


@contextmanager
def _told(passage: Passage, cargo: Cargo) -> Iterator[None]:
    try:
        yield
    finally:
        passage.events.went_out(tuple(file.complete for file in cargo.files[: cargo.own]))


@contextmanager
def _timed(passage: Passage, meter: Meter, cargo: Cargo | None = None) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        line, ended = passage.session.line, time.perf_counter()
        before = (line.connect_seconds or 0.0) + (line.tls_seconds or 0.0)
        # Where there is no body, all of it was taken before there was a connection.
        all_taken = max(meter.finished_at or ended, started + before)
        passage.record.timed(
            Timings(
                connect=line.connect_seconds,
                tls=line.tls_seconds,
                send=max(0.0, all_taken - started - before),
                wait=ended - all_taken,
                read=cargo.waited if cargo else None,
            )
        )


@contextmanager
def _stoppable(passage: Passage, phase: Phase) -> Iterator[None]:
    """Let a stop cut the line inside this block, and say of any error after it that it was a stop."""
    line = passage.session.line
    line.begin()
    try:
        with passage.control.cutting(line.cut, line.listen):
            yield
    except UploaderError as error:
        if not passage.control.cancelled:
            raise
        if phase.committed and line.connected:
            raise NetworkError(ErrorCode.CANCELLED_LATE, host=passage.job.destination.host) from error
        raise TransferCancelled from error
