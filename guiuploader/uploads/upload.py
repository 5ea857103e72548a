# SPDX-License-Identifier: MIT
"""One row of the queue, as a frozen value."""

import datetime as dt
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import TypedDict, Unpack

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.job import Job
from guiuploader.transfer.receipt import Exchange, Receipt
from guiuploader.transfer.stage import Stage
from guiuploader.values.errors import Problem
from guiuploader.values.states import LEGAL_STEPS, State

_UUID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """What everything added together has in common; `state` is that of its new rows, as is `forgets`.

    With `again` also what was sent there before is sent.
    """

    id: int
    destination: Destination
    variables: Mapping[str, str]
    state: State
    _: KW_ONLY
    forgets: bool = False
    again: bool = False


class Facts(TypedDict, total=False):
    """What may change in a row together with its state: copied once, as a row has many fields."""

    source: Source
    sent: int
    bytes_per_second: float
    attempts: int
    receipt: Receipt | None
    problem: Problem | None
    retry_at: dt.datetime | None
    exchange: Exchange | None
    checkpoint: Checkpoint | None
    shared: "Shared | None"
    is_bound: bool
    doubt: dt.datetime | None
    again: bool
    stage: Stage | None


@dataclass(frozen=True, slots=True)
class Shared:
    """A request that several rows went in: their `ids` in its order, none where only its `key` is known.

    The key fills `{uuid}`: the same rows in the same order have the same, others never.
    """

    ids: tuple[int, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Parking:
    """Why nothing starts at a destination, and until when: None while a person is asked for a sign-in."""

    problem: Problem
    until: dt.datetime | None


class IllegalStepError(Exception):
    """A step between states that the table does not allow: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A source on its way to a destination.

    `batch` is the id of what was added together; `uuid` and `added` fill the destination's `{uuid}` and
    `{date}`, the same at every attempt. `sent` counts the file's own bytes that the network took;
    `bytes_per_second` is smoothed, 0 while nothing is known. `receipt` stands at `done`, `problem` at
    `failed`, `unconfirmed`, `skipped` and `retrying`, which goes on at `retry_at`. `exchange` is the last
    request that went out, of whatever came of it. `place` is where the row stands among the others. `forgets`
    tells that it needs a secret which nothing could keep for it, and which the next session would have to ask
    for. `behind` stands in what a view shows alone: why the row waits with all others for its destination.
    `checkpoint` is from where the next attempt goes on, None where it begins anew. `shared` is the request
    that its last attempt was in with others; `is_bound` tells that it goes again only with exactly these.
    `doubt` is since when it may have arrived, where the next attempt asks the server first; with `again` none
    does, as a person said. `stage` tells which of several requests runs, or ran last.
    """

    id: int
    batch: int
    source: Source
    destination: Destination
    variables: Mapping[str, str]
    uuid: str
    added: dt.datetime
    state: State
    sent: int = 0
    bytes_per_second: float = 0.0
    attempts: int = 0
    receipt: Receipt | None = None
    problem: Problem | None = None
    retry_at: dt.datetime | None = None
    exchange: Exchange | None = None
    place: float = 0.0
    forgets: bool = False
    behind: Parking | None = None
    checkpoint: Checkpoint | None = None
    shared: Shared | None = None
    is_bound: bool = False
    doubt: dt.datetime | None = None
    again: bool = False
    stage: Stage | None = None

    @property
    def key(self) -> tuple[float, int]:
        """What the queue's order goes by."""
        return (self.place, self.id)

    @property
    def is_confirmed_by_person(self) -> bool:
        """Whether it counts as done on the word of the person alone: no answer of the server said so."""
        return self.state is State.DONE and self.receipt is None

    @property
    def job(self) -> Job:
        """What a worker is given."""
        return self.job_with(())

    def job_with(self, others: Sequence["Upload"]) -> Job:
        """Return the request of this upload, with the files of others in it."""
        sources = tuple(upload.source for upload in (self, *others)) if self.destination.takes_file else ()
        return Job(
            sources,
            self.destination,
            self.variables,
            request_uuid([upload.uuid for upload in (self, *others)]),
            self.added,
            self.checkpoint,
            again=self.again,
            doubt=self.doubt,
        )

    @property
    def can_be_asked(self) -> bool:
        """Whether the server tells if it has this one, whatever it has of earlier ones."""
        return self.destination.can_be_asked and not self.again

    @property
    def repeats_are_safe(self) -> bool:
        """Whether sending it again stores it once: also where the server can be asked what it has."""
        can_ask = self.checkpoint is not None and self.checkpoint.can_be_asked
        return self.destination.repeats_are_safe or can_ask

    @property
    def link(self) -> str | None:
        """The link that the server gave, for a skipped file the time before."""
        if self.receipt is not None:
            return self.receipt.link
        known = self.problem.facts.get("link") if self.state is State.SKIPPED and self.problem else None
        return str(known) if known else None

    @property
    def fraction(self) -> float | None:
        """How much was sent, 0 to 1, or None when the size is unknown; 1 is left to `done`."""
        if self.state is State.DONE:
            return 1.0
        if self.source.size is None:
            return None
        return min(self.sent / self.source.size, 0.99) if self.source.size else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest of the bytes will take at this speed, or None when nobody knows."""
        if self.state is not State.UPLOADING or self.source.size is None or self.bytes_per_second <= 0:
            return None
        return (self.source.size - self.sent) / self.bytes_per_second


def request_uuid(uuids: Sequence[str]) -> str:
    """Return what a request of these rows is known by, whenever they go together in this order."""
    return uuids[0] if len(uuids) == 1 else str(uuid.uuid5(uuid.NAMESPACE_OID, " ".join(uuids)))


def new_uploads(ids: Sequence[int], sources: Iterable[Source], batch: Batch) -> Iterator[Upload]:
    """Yield the rows of sources that were just added.

    What each needs of the system is asked for all of them at once: to ask lets go of the interpreter.
    """
    now, random = dt.datetime.now().astimezone(), os.urandom(_UUID_BYTES * len(ids))
    for number, (upload_id, source) in enumerate(zip(ids, sources, strict=True)):
        start = number * _UUID_BYTES
        yield Upload(
            id=upload_id,
            batch=batch.id,
            source=source,
            destination=batch.destination,
            variables=batch.variables,
            uuid=str(uuid.UUID(bytes=random[start : start + _UUID_BYTES], version=4)),
            added=now,
            state=batch.state,
            place=float(upload_id),
            forgets=batch.forgets,
            again=batch.again,
        )


def seconds_to_retry(upload: Upload) -> float:
    """Return how long a row still waits for its next attempt, 0 when it is due."""
    at = upload.behind.until if upload.behind else upload.retry_at
    return 0.0 if at is None else max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())


def seen(upload: Upload, parked: Mapping[str, Parking]) -> Upload:
    """Return a row as a view shows it while these destinations, by name, wait as a whole."""
    parking = parked.get(upload.destination.name)
    if parking is None or upload.state not in {State.QUEUED, State.RETRYING}:
        return upload
    own, until = upload.retry_at, parking.until
    return upload if own and until and own >= until else replace(upload, behind=parking)


def stepped(upload: Upload, state: State, **facts: Unpack[Facts]) -> Upload:
    """Return the upload in its next state, with what else changes in it. Raises IllegalStepError."""
    if state not in LEGAL_STEPS[upload.state]:
        raise IllegalStepError(f"upload {upload.id}: {upload.state} to {state}")
    return replace(upload, state=state, **facts)
