# SPDX-License-Identifier: MIT
"""The queue: takes files in, hands them to workers, and alone writes what state each is in."""

import datetime as dt
import uuid
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.transfer.receipt import Receipt
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.uploads.crew import Crew
from guiuploader.uploads.rows import Overall, Rows
from guiuploader.uploads.tasks import Intake, Renewal, renew, walk
from guiuploader.uploads.upload import Upload, stepped
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import ACTIVE, WAITING, State

_FLUSH_INTERVAL = 50  # milliseconds: 20 batches of changes a second


@dataclass(frozen=True, slots=True)
class _Batch:
    """What everything added together has in common."""

    id: int
    destination: Destination
    variables: Mapping[str, str]
    state: State


class UploadManager(QObject):
    """Lives in the main thread; all its signals come from there.

    `changed` is batched, for views of many rows; `state_changed` comes at once with each change of state.
    """

    added = Signal(object)  # tuple[Upload, ...], new rows at the end
    changed = Signal(object)  # tuple[Upload, ...], the newest value of each row that changed
    removed = Signal(object)  # tuple[int, ...], ids
    state_changed = Signal(object)  # Upload
    refused = Signal(int, object)  # batch, tuple[Problem, ...]
    intake_finished = Signal(int, int, int)  # batch, accepted, refused
    all_ended = Signal()  # nothing is queued, active or being taken in any more; held rows do not count

    def __init__(self, secrets: SecretStore, *, parallel: int = 3, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows()
        self._queue: deque[int] = deque()
        self._unwanted: set[int] = set()
        self._dirty: dict[int, None] = {}
        self._ids = count(1)
        self._numbers = count(1)
        self._batches: dict[int, _Batch] = {}
        self._found: dict[int, Counter[str]] = {}
        self._busy = False
        self._crew = Crew(secrets, size=parallel, parent=self)
        self._crew.progressed.connect(self._on_progressed)
        self._crew.body_sent.connect(self._on_body_sent)
        self._crew.succeeded.connect(self._on_succeeded)
        self._crew.failed.connect(self._on_failed)
        self._crew.cancelled.connect(self._on_cancelled)
        self._background = BackgroundWorker(self)
        self._background.resulted.connect(self._on_background_result)
        self._background.ended.connect(self._on_background_ended)
        self._background.start()
        self._flush_timer = QTimer(self, interval=_FLUSH_INTERVAL, singleShot=True)
        self._flush_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._flush_timer.timeout.connect(self._flush)

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
        number = next(self._numbers)
        state = State.HELD if hold else State.QUEUED
        self._batches[number] = _Batch(number, destination, dict(variables or {}), state)
        self._found[number] = Counter()
        self._busy = True
        self._background.submit(number, partial(walk, tuple(paths)))
        return number

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
            number = next(self._numbers)
            self._found[number] = Counter()
            self._background.submit(number, partial(renew, again))

    def release(self, ids: Iterable[int]) -> None:
        """Let held rows start."""
        for upload in self._known(ids):
            if upload.state is State.HELD:
                self._enqueue(upload)
        self._start_next()

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out of the queue; what is active is stopped first and leaves when it has ended."""
        gone: list[int] = []
        for upload in self._known(ids):
            if upload.state in ACTIVE:
                self._unwanted.add(upload.id)
                self._crew.cancel(upload.id)
            else:
                gone.append(upload.id)
        self._drop(gone)

    def remove_batch(self, batch: int) -> None:
        """Take back all that was added together; a walk that still runs adds nothing more of it."""
        self._batches.pop(batch, None)
        self.remove([upload.id for upload in self._rows if upload.batch == batch])

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

    def shutdown(self) -> None:
        """Stop everything and join every thread; may be called twice."""
        self._queue.clear()
        self._crew.shutdown()
        self._background.stop()
        self._flush_timer.stop()

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
        self._note(replace(self._rows[upload_id], sent=sent, bytes_per_second=bytes_per_second))

    @Slot(object)
    def _on_body_sent(self, upload_id: int) -> None:
        self._step(replace(stepped(self._rows[upload_id], State.AWAITING_REPLY), bytes_per_second=0.0))

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
            self._drop([upload.id])
        self._start_next()

    @Slot(object, object)
    def _on_background_result(self, number: int, result: object) -> None:
        if isinstance(result, Renewal):
            self._take_renewal(result)
        elif isinstance(result, Intake) and number in self._batches:
            self._take_intake(self._batches[number], result)

    def _take_renewal(self, renewal: Renewal) -> None:
        upload = self._rows.get(renewal.upload_id)
        if upload is None or upload.state in ACTIVE | WAITING:
            return
        if renewal.source is None:
            self._step(replace(upload, problem=renewal.problem))
        else:
            self._enqueue(replace(upload, source=renewal.source, sent=0, problem=None))
            self._start_next()

    def _take_intake(self, batch: _Batch, intake: Intake) -> None:
        self._found[batch.id].update(accepted=len(intake.accepted), refused=len(intake.refused))
        if intake.refused:
            self.refused.emit(batch.id, intake.refused)
        new = tuple(self._row(batch, source) for source in intake.accepted)
        if not new:
            return
        for upload in new:
            self._rows.put(upload)
            if upload.state is State.QUEUED:
                self._queue.append(upload.id)
        self.added.emit(new)
        self._start_next()

    def _row(self, batch: _Batch, source: Source) -> Upload:
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

    @Slot(object)
    def _on_background_ended(self, number: int) -> None:
        found = self._found.pop(number, None)
        if found is not None and self._batches.pop(number, None) is not None:
            self.intake_finished.emit(number, found["accepted"], found["refused"])
        self._flush_timer.start()

    @Slot()
    def _flush(self) -> None:
        changed = tuple(self._rows[upload_id] for upload_id in self._dirty)
        self._dirty.clear()
        if changed:
            self.changed.emit(changed)
        if self._busy and not self._found and self._rows.overall().unfinished == 0:
            self._busy = False
            self.all_ended.emit()
