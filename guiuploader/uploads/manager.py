# SPDX-License-Identifier: MIT
"""The queue: takes files in, hands them to workers, and alone writes what state each is in."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads import steps
from guiuploader.uploads.changes import Changes
from guiuploader.uploads.crew import Crew
from guiuploader.uploads.intakes import Intakes
from guiuploader.uploads.outcome import End
from guiuploader.uploads.rows import Overall, Rows
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Batch, Upload, new_upload, stepped
from guiuploader.uploads.waiting import Waiting
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import ACTIVE, ENDED, WAITING, State

_ARRIVED = frozenset({State.DONE, State.UNCONFIRMED})  # or may have


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
        self._waiting = Waiting(self._rows)
        self._unwanted: set[int] = set()
        self._ids = count(1)
        self._busy = False
        self._limit = limit or Limit()
        self._crew = Crew(secrets, size=parallel, limit=self._limit, parent=self)
        self._crew.progressed.connect(self._on_progressed)
        self._crew.reached.connect(self._on_reached)
        self._crew.ended.connect(self._on_ended)
        self._intakes = Intakes(self)
        self._intakes.accepted.connect(self._on_accepted)
        self._intakes.refused.connect(self.refused)
        self._intakes.renewed.connect(self._on_renewed)
        self._intakes.finished.connect(self.intake_finished)
        self._changes = Changes(self)
        self._changes.due.connect(self._on_changes_due)
        self._intakes.ended.connect(self._changes.soon)

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

    def request(
        self, destination: Destination, *, variables: Mapping[str, str] | None = None, hold: bool = False
    ) -> int:
        """Queue a request of a destination that takes no file, and return the batch's id."""
        self._busy = True
        state = State.HELD if hold else State.QUEUED
        return self._intakes.request(destination, dict(variables or {}), state)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop what is active, and take what waits out of the order; ended rows stay as they are."""
        for upload in self._known(ids):
            if self._crew.has(upload.id):
                self._crew.cancel(upload.id)
            elif upload.state in WAITING:
                self._put(stepped(upload, State.CANCELLED))

    def pause(self, ids: Iterable[int]) -> None:
        """Let rows wait: in the queue, or, where bytes are on their way, with the connection kept.

        What is in one request with such a row waits with it.
        """
        for upload in self._known(ids):
            if upload.state is State.QUEUED:
                self._put(stepped(upload, State.PAUSED))
            elif upload.state in {State.PREPARING, State.UPLOADING}:
                self._hold(upload.id, is_held=True)
        self._start_next()

    def resume(self, ids: Iterable[int]) -> None:
        """Let paused rows go on, at once where the connection was kept, else at their turn."""
        for upload in self._known(ids):
            if upload.state is State.PAUSED:
                if self._crew.has(upload.id):
                    self._busy = True
                    self._hold(upload.id, is_held=False)
                else:
                    self._enqueue(stepped(upload, State.QUEUED))
        self._start_next()

    def limit(self, bytes_per_second: int) -> None:
        """Set the speed of all uploads together from now on, 0 for no limit."""
        self._limit.bytes_per_second = bytes_per_second

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
                self._enqueue(stepped(upload, State.QUEUED))
        self._start_next()

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out of the queue; what is active is stopped first and leaves when it has ended.

        One that arrived after all, or may have, stays: its row is all that tells.
        """
        gone: list[int] = []
        for upload in self._known(ids):
            if self._crew.has(upload.id):
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
        self._waiting.clear()
        self._changes.stop()
        crew_ended = self._crew.shutdown(deadline)
        return self._intakes.shutdown(deadline) and crew_ended

    def _known(self, ids: Iterable[int]) -> list[Upload]:
        return [self._rows[upload_id] for upload_id in ids if upload_id in self._rows]

    def _put(self, upload: Upload) -> None:
        old = self._rows[upload.id]
        self._rows.put(upload)
        self._changes.note(upload.id)
        if old.state is not upload.state:
            self.state_changed.emit(upload)

    def _hold(self, upload_id: int, *, is_held: bool) -> None:
        self._crew.hold(upload_id, is_held=is_held)
        for other in self._crew.together(upload_id):
            self._put(steps.held(self._rows[other], is_held=is_held))

    def _enqueue(self, upload: Upload) -> None:
        self._waiting.append(upload.id)
        self._busy = True
        self._put(upload)

    def _drop(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        for upload_id in ids:
            self._rows.drop(upload_id)
            self._changes.forget(upload_id)
        self.removed.emit(tuple(ids))
        self._changes.soon()

    def _start_next(self) -> None:
        while self._crew.has_room and (group := self._waiting.pop()):
            uploads = [steps.started(upload) for upload in group]
            for upload in uploads:
                self._put(upload)
            self._crew.start(uploads)

    @Slot(object, object, float)
    def _on_progressed(self, upload_id: int, sent: int, bytes_per_second: float) -> None:
        self._put(steps.progressed(self._rows[upload_id], sent, bytes_per_second))

    @Slot(object, object)
    def _on_reached(self, upload_id: int, state: State) -> None:
        self._put(steps.reached(self._rows[upload_id], state))

    @Slot(object)
    def _on_ended(self, ends: Sequence[End]) -> None:
        for end in ends:
            self._end(end)
        for end in reversed(ends):
            upload = self._rows.get(end.id)
            if upload is not None and upload.state is State.QUEUED:
                self._waiting.return_first(end.id)
        self._start_next()

    def _end(self, end: End) -> None:
        upload = steps.ended(self._rows[end.id], end)
        self._put(upload)
        if upload.id in self._unwanted:
            self._unwanted.discard(upload.id)
            if upload.state not in _ARRIVED:
                self._drop([upload.id])

    @Slot(object)
    def _on_renewed(self, renewals: tuple[Renewal, ...]) -> None:
        for renewal in renewals:
            self._take_renewal(renewal)
        self._start_next()

    def _take_renewal(self, renewal: Renewal) -> None:
        upload = self._rows.get(renewal.upload_id)
        if upload is None or upload.state in ACTIVE | WAITING:
            return
        again = steps.renewed(upload, renewal)
        if again.state is State.QUEUED:
            self._enqueue(again)
        elif again is upload:
            self.refused.emit(upload.batch, (renewal.problem,))
        else:
            self._put(again)

    @Slot(object, object)
    def _on_accepted(self, batch: Batch, sources: Sequence[Source]) -> None:
        new = tuple(new_upload(next(self._ids), batch, source) for source in sources)
        for upload in new:
            self._rows.put(upload)
            if upload.state is State.QUEUED:
                self._waiting.append(upload.id)
        self.added.emit(new)
        self._start_next()

    @Slot(object)
    def _on_changes_due(self, ids: Sequence[int]) -> None:
        if ids:
            self.changed.emit(tuple(self._rows[upload_id] for upload_id in ids))
        if self._busy and not self._intakes.is_busy and self._rows.overall().unfinished == 0:
            self._busy = False
            self.all_ended.emit()
