# SPDX-License-Identifier: MIT
"""Uploads to and from the ledger's rows."""

import datetime as dt
from collections.abc import Iterator, Sequence

from msgspec import UNSET

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.store_address import StoreAddress
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.ledger_rows import Change, Row, Snapshot
from guiuploader.uploads.sharing import key_at_start, key_to_keep, restored_shared
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.states import ENDED, WAITING, State

_UNREADABLE = "http://unreadable.invalid/"
_KEPT = ENDED | WAITING


class Entries:
    """Makes rows for one run; a destination's snapshot is made once for rows that follow each other."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._last: tuple[Destination, Snapshot] | None = None

    def row_of(self, upload: Upload) -> Row:
        """Return a new upload's row."""
        return Row(
            id=upload.id,
            run=self._run,
            batch=upload.batch,
            place=upload.place,
            source=upload.source,
            destination=self._snapshot(upload.destination),
            variables=upload.variables,
            uuid=upload.uuid,
            added=upload.added,
            state=upload.state,
            repeats_are_safe=_goes_again(upload),
            problem=upload.problem,
            again=upload.again,
        )

    def destination_of(self, upload: Upload) -> Change:
        """Return what to write of a row that is to be sent with other settings than before."""
        return Change(
            id=upload.id,
            destination=self._snapshot(upload.destination),
            repeats_are_safe=_goes_again(upload),
            checkpoint=upload.checkpoint,
        )

    def _snapshot(self, destination: Destination) -> Snapshot:
        if self._last is None or self._last[0] is not destination:
            self._last = (destination, Snapshot.of(destination))
        return self._last[1]


def _goes_again(upload: Upload) -> bool:
    """Tell whether a row that may have arrived goes again by itself, be it after asking the server."""
    return upload.destination.repeats_are_safe or upload.can_be_asked


def started_change(upload: Upload) -> Change:
    """Return what an attempt that begins changes: nothing of this one can have arrived."""
    return Change(
        id=upload.id,
        state=upload.state,
        attempts=upload.attempts,
        sent=0,
        retry_at=None,
        problem=None,
        receipt=None,
        may_have_arrived=upload.doubt is not None,
        idempotency_key=key_at_start(upload),
        checkpoint=upload.checkpoint,
    )


def change_of(upload: Upload) -> Change | None:
    """Return what to write of a row as it is now; None for states that need not survive."""
    if upload.state not in _KEPT:
        return None
    if upload.state is State.QUEUED:
        # Back from a stop for the sake of another, or to be sent anew: it is as if nothing had gone out.
        return Change(
            id=upload.id,
            state=upload.state,
            source=upload.source,
            sent=0,
            retry_at=None,
            problem=None,
            receipt=None,
            may_have_arrived=upload.doubt is not None,
            idempotency_key=key_to_keep(upload),
            checkpoint=upload.checkpoint,
            again=upload.again,
            repeats_are_safe=_goes_again(upload),
        )
    if upload.state is State.RETRYING:
        return Change(
            id=upload.id,
            state=upload.state,
            attempts=upload.attempts,
            sent=0,
            problem=upload.problem,
            retry_at=upload.retry_at,
            may_have_arrived=upload.doubt is not None,
            idempotency_key=key_to_keep(upload),
            checkpoint=upload.checkpoint,
        )
    if upload.state in WAITING:
        # Of a paused row, what was sent is shown as where it goes on.
        sent = UNSET if upload.checkpoint is None else upload.sent
        return Change(id=upload.id, state=upload.state, sent=sent, checkpoint=upload.checkpoint)
    return Change(
        id=upload.id,
        state=upload.state,
        sent=upload.sent,
        retry_at=None,
        attempts=upload.attempts,
        problem=upload.problem,
        receipt=upload.receipt,
        checkpoint=upload.checkpoint,
    )


def restored(reader: LedgerReader, states: Sequence[State]) -> Iterator[tuple[Upload, ...]]:
    """Yield the uploads that an earlier run left, and those in these states, in the queue's order.

    Raises LedgerError.
    """
    known: dict[Snapshot, Destination | Problem] = {}
    for page in reader.unfinished(also=states):
        for row in page:
            if row.destination not in known:
                known[row.destination] = _destination(row.destination)
        yield tuple(_upload(row, known[row.destination]) for row in page)


def left_by(rows: Sequence[Row]) -> list[Upload]:
    """Return the uploads of these rows."""
    return [_upload(row, _destination(row.destination)) for row in rows]


def unfinished_destinations(reader: LedgerReader) -> list[Destination]:
    """Return the destinations of unfinished rows, each once. Raises LedgerError."""
    snapshots = dict.fromkeys(row.destination for page in reader.unfinished() for row in page)
    return [found for found in map(_destination, snapshots) if isinstance(found, Destination)]


def unfinished_addresses(reader: LedgerReader) -> list[StoreAddress]:
    """Return the buckets that unfinished rows are read from, each once. Raises LedgerError."""
    sources = (row.source for page in reader.unfinished() for row in page)
    return list(dict.fromkeys(each.address.with_key("") for each in sources if isinstance(each, StoreObject)))


def _destination(snapshot: Snapshot) -> Destination | Problem:
    try:
        return snapshot.restored()
    except DestinationError as error:
        return error.problem


def _upload(row: Row, destination: Destination | Problem) -> Upload:
    """Return a row's upload; one whose destination this version forbids has failed, and says why."""
    state, problem = row.state, row.problem
    if isinstance(destination, Problem):
        state, problem = State.FAILED, destination
        destination = Destination(format=FORMAT, name=row.destination.name, url=_UNREADABLE)
    is_open = row.may_have_arrived and state in WAITING and destination.can_be_asked and not row.again
    return Upload(
        id=row.id,
        batch=0,  # its batch belongs to an earlier run, where nothing can be taken back any more
        source=row.source,
        destination=destination,
        variables=row.variables,
        uuid=row.uuid,
        added=row.added,
        state=state,
        sent=row.sent,
        attempts=row.attempts,
        receipt=row.receipt,
        problem=problem,
        retry_at=row.retry_at,
        place=row.place,
        checkpoint=row.checkpoint,
        shared=restored_shared(row.idempotency_key),
        is_bound=bool(row.idempotency_key) and state not in ENDED,
        # Since now: nobody knows how long the server had before this run.
        doubt=dt.datetime.now(dt.UTC) if is_open else None,
        again=row.again,
    )
