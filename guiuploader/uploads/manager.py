# SPDX-License-Identifier: MIT
"""The queue: takes files in, hands them to workers, and alone writes what state each is in."""

import datetime as dt
import uuid
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Qt, QTimer, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.crew import Crew
from guiuploader.uploads.intakes import Batch, Intakes
from guiuploader.uploads.rows import Overall, Rows
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Upload, stepped
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import ACTIVE, ENDED, WAITING, State

_ARRIVED = frozenset({State.DONE, State.UNCONFIRMED})  # or may have
_FLUSH_INTERVAL = 50  # milliseconds: 20 batches of changes a second


class UploadManager(QObject):
    """Lives in the main thread; all its signals come from there. `limit` is for all uploads together.

    `changed` is batched, for views of many rows; `state_changed` comes at once with each change of state.
    """

    added = Signal(object)  # tuple[Upload, ...], new rows at the end
    changed = Signal(object)  # tuple[Upload, ...], the newest value of each row that changed
    removed = Signal(object)  # tuple[int, ...], ids
    state_changed = Signal(object)  # Upload
    refused = Signal(int, object)  # batch, tuple[Problem, ...]
    intake_finished = Signal(int, int, int)  # batch, accepted, refused
    all_ended = Signal()  # nothing is queued, active or being taken in any more; held rows do not count

    def __init__(
        self,
        secrets: SecretStore,
        *,
        parallel: int = 3,
        limit: Limit | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = Rows()
        self._queue: deque[int] = deque()
        self._unwanted: set[int] = set()
        self._dirty: dict[int, None] = {}
        self._ids = count(1)
        self._busy = False
        self._crew = Crew(secrets, size=parallel, limit=limit or Limit(), parent=self)
        self._crew.progressed.connect(self._on_progressed)
        self._crew.body_sent.connect(self._on_body_sent)
        self._crew.succeeded.connect(self._on_succeeded)
        self._crew.failed.connect(self._on_failed)
        self._crew.cancelled.connect(self._on_cancelled)
        self._intakes = Intakes(self)
        self._intakes.accepted.connect(self._on_accepted)
        self._intakes.refused.connect(self.refused)
        self._intakes.renewed.connect(self._on_renewed)
        self._intakes.finished.connect(self.intake_finished)
        self._flush_timer = QTimer(self, interval=_FLUSH_INTERVAL, singleShot=True)
        self._flush_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._flush_timer.timeout.connect(self._flush)
        self._intakes.ended.connect(self._flush_timer.start)

    def add(
        self,
        paths: Sequence[Path],
        destination: Destination,
        *,
        variables: Mapping[str, str] | None = None,
        hold: bool = False,
    ) -> int:
        """Take files and folders in and return the batch's id; rows come by `added` as folders are walked.

        With `hold` they wait for `release`.
        """
        self._busy = True
        state = State.HELD if hold else State.QUEUED
        return self._intakes.walk(paths, destination, dict(variables or {}), state)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop what is active, and take what waits out of the order; ended rows stay as they are."""
        for upload in self._known(ids):
            if upload.state in ACTIVE:
                self._crew.cancel(upload.id)
            elif upload.state in WAITING:
                self._step(stepped(upload, State.CANCELLED))

    def retry(self, ids: Iterable[int]) -> None:
        """Send failed, cancelled and unconfirmed rows again, with the file as it is now."""
        again = [
            (upload.id, upload.source)
            for upload in self._known(ids)
            if upload.state in {State.FAILED, State.CANCELLED, State.UNCONFIRMED}
        ]
        if again:
            self._busy = True
            self._intakes.renew(again)

    def release(self, ids: Iterable[int]) -> None:
        """Let held rows start."""
        for upload in self._known(ids):
            if upload.state is State.HELD:
                self._enqueue(upload)
        self._start_next()

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out of the queue; what is active is stopped first and leaves when it has ended.

        One that arrived after all, or may have, stays: its row is all that tells.
        """
        gone: list[int] = []
        for upload in self._known(ids):
            if upload.state in ACTIVE:
                self._unwanted.add(upload.id)
                self._crew.cancel(upload.id)
            else:
                gone.append(upload.id)
        self._drop(gone)

    def remove_batch(self, batch: int) -> None:
        """Take back what was added together and has not arrived; a walk that still runs is left off."""
        self._intakes.leave_off(batch)
        self.remove(
            [upload.id for upload in self._rows if upload.batch == batch and upload.state not in _ARRIVED]
        )

    def stop_all(self) -> None:
        """Leave off every walk and cancel every row that has not ended."""
        self._intakes.leave_off_all()
        self.cancel([upload.id for upload in self._rows if upload.state not in ENDED])

    def clear_finished(self) -> None:
        """Take out the rows that are done."""
        self._drop([upload.id for upload in self._rows if upload.state is State.DONE])

    def uploads(self) -> tuple[Upload, ...]:
        """Return all rows in order."""
        return tuple(self._rows)

    def upload(self, upload_id: int) -> Upload | None:
        """Return one row, or None when it left the queue."""
        return self._rows.get(upload_id)

    def overall(self) -> Overall:
        """Return the queue in figures."""
        return self._rows.overall()

    @property
    def is_busy(self) -> bool:
        """Whether anything is queued, active or being taken in; held rows do not count."""
        return self._intakes.is_busy or self._rows.overall().unfinished > 0

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop everything and return whether every thread ended in time.

        One that did not hangs in the system, and a program that leaves in the usual way would crash on it.
        """
        self._queue.clear()
        self._flush_timer.stop()
        crew_ended = self._crew.shutdown(deadline)
        return self._intakes.shutdown(deadline) and crew_ended

    def _known(self, ids: Iterable[int]) -> list[Upload]:
        return [self._rows[upload_id] for upload_id in ids if upload_id in self._rows]

    def _step(self, upload: Upload) -> None:
        self._note(upload)
        self.state_changed.emit(upload)

    def _note(self, upload: Upload) -> None:
        self._rows.put(upload)
        self._dirty[upload.id] = None
        if not self._flush_timer.isActive():
            self._flush_timer.start()

    def _enqueue(self, upload: Upload) -> None:
        self._queue.append(upload.id)
        self._busy = True
        self._step(stepped(upload, State.QUEUED))

    def _drop(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        for upload_id in ids:
            self._rows.drop(upload_id)
            self._dirty.pop(upload_id, None)
        self.removed.emit(tuple(ids))
        self._flush_timer.start()

    def _start_next(self) -> None:
        while self._queue and self._crew.has_room:
            upload = self._rows.get(self._queue.popleft())
            if upload is None or upload.state is not State.QUEUED:
                continue  # cancelled or removed while it waited
            started = replace(
                stepped(upload, State.UPLOADING), attempts=upload.attempts + 1, sent=0, problem=None
            )
            self._step(started)
            self._crew.start(started.id, started.job)

    @Slot(object, object, float)
    def _on_progressed(self, upload_id: int, sent: int, bytes_per_second: float) -> None:
        upload = self._rows[upload_id]
        moved = replace(upload, sent=sent, bytes_per_second=bytes_per_second)
        if upload.state is State.AWAITING_REPLY and sent < upload.sent:  # sent once more, to another address
            self._step(stepped(moved, State.UPLOADING))
        else:
            self._note(moved)

    @Slot(object)
    def _on_body_sent(self, upload_id: int) -> None:
        upload = self._rows[upload_id]
        if upload.state is not State.AWAITING_REPLY:
            self._step(replace(stepped(upload, State.AWAITING_REPLY), bytes_per_second=0.0))

    @Slot(object, object)
    def _on_succeeded(self, upload_id: int, receipt: Receipt) -> None:
        done = stepped(self._rows[upload_id], State.DONE)
        self._end(replace(done, receipt=receipt, sent=receipt.size, bytes_per_second=0.0))

    @Slot(object, object)
    def _on_failed(self, upload_id: int, problem: Problem) -> None:
        state = State.UNCONFIRMED if problem.unconfirmed else State.FAILED
        ended = stepped(self._rows[upload_id], state)
        self._end(replace(ended, problem=problem, bytes_per_second=0.0))

    @Slot(object)
    def _on_cancelled(self, upload_id: int) -> None:
        self._end(replace(stepped(self._rows[upload_id], State.CANCELLED), bytes_per_second=0.0))

    def _end(self, upload: Upload) -> None:
        self._step(upload)
        if upload.id in self._unwanted:
            self._unwanted.discard(upload.id)
            if upload.state not in _ARRIVED:
                self._drop([upload.id])
        self._start_next()

    @Slot(object)
    def _on_renewed(self, renewals: tuple[Renewal, ...]) -> None:
        for renewal in renewals:
            self._take_renewal(renewal)
        self._start_next()

    def _take_renewal(self, renewal: Renewal) -> None:
        upload = self._rows.get(renewal.upload_id)
        if upload is None or upload.state in ACTIVE | WAITING:
            return
        if renewal.source is not None:
            self._enqueue(replace(upload, source=renewal.source, sent=0, problem=None))
        elif upload.state is State.UNCONFIRMED:
            # Its own problem says why nobody knows: that must not be lost.
            self.refused.emit(upload.batch, (renewal.problem,))
        else:
            failed = stepped(upload, State.FAILED) if upload.state is State.CANCELLED else upload
            self._step(replace(failed, problem=renewal.problem))

    @Slot(object, object)
    def _on_accepted(self, batch: Batch, sources: Sequence[Source]) -> None:
        new = tuple(self._row(batch, source) for source in sources)
        for upload in new:
            self._rows.put(upload)
            if upload.state is State.QUEUED:
                self._queue.append(upload.id)
        self.added.emit(new)
        self._start_next()

    def _row(self, batch: Batch, source: Source) -> Upload:
        return Upload(
            id=next(self._ids),
            batch=batch.id,
            source=source,
            destination=batch.destination,
            variables=batch.variables,
            uuid=str(uuid.uuid4()),
            added=dt.datetime.now().astimezone(),
            state=batch.state,
        )

    @Slot()
    def _flush(self) -> None:
        changed = tuple(self._rows[upload_id] for upload_id in self._dirty)
        self._dirty.clear()
        if changed:
            self.changed.emit(changed)
        if self._busy and not self._intakes.is_busy and self._rows.overall().unfinished == 0:
            self._busy = False
            self.all_ended.emit()
