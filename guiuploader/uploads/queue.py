# SPDX-License-Identifier: MIT
"""The rows of the queue from state to state: shown, kept in the books, and started when it is their turn."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.stage import Stage
from guiuploader.uploads import sharing, steps
from guiuploader.uploads.books import Books
from guiuploader.uploads.changes import Changes
from guiuploader.uploads.crew import Crew
from guiuploader.uploads.dispatch import Dispatch
from guiuploader.uploads.order import Way
from guiuploader.uploads.outcome import End
from guiuploader.uploads.rows import Rows
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.states import WAITING, State

_SECOND = 1000  # milliseconds
IN_LINE = frozenset({State.QUEUED, State.RETRYING})
"""States in which a row waits for its turn."""

ARRIVED = frozenset({State.DONE, State.UNCONFIRMED})
"""States of rows that arrived, or may have."""


class Queue(QObject):
    """Alone writes what state each row is in.

    `changed` is batched, for views of many rows; `stepped` tells each change of state, and is batched too: a
    signal lets go of the interpreter, which costs more than a small file while workers are busy.
    """

    added = Signal(object)  # tuple[Upload, ...], new rows at the end
    changed = Signal(object)  # tuple[Upload, ...], the newest value of each row that changed; may be empty
    moved = Signal(object, object)  # tuple[Upload, ...] in order, and the id before which they stand or None
    removed = Signal(object)  # tuple[int, ...], ids
    taken_out = Signal(object)  # tuple[Upload, ...], what is removed next, as it was
    stepped = Signal(object)  # tuple[Upload, ...], each row as it was after each of its steps, in order
    asked = Signal(object)  # SignInQuestion: rows wait for its answer

    def __init__(self, rows: Rows, crew: Crew, dispatch: Dispatch, books: Books, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self._books = books
        self._unwanted: set[int] = set()
        self._is_closed = False
        self._retrying: set[int] = set()
        self._countdown = QTimer(self, interval=_SECOND)
        self._countdown.timeout.connect(self._on_countdown)
        self._crew = crew
        crew.foreman = self
        self._steps: list[Upload] = []
        self._dispatch = dispatch
        dispatch.due.connect(self.start_next)
        self._changes = Changes(self)
        self._changes.due.connect(self._on_changes_due)

    def known(self, ids: Iterable[int]) -> list[Upload]:
        """Return those rows that are still there."""
        return [self._rows[upload_id] for upload_id in ids if upload_id in self._rows]

    def with_mates(self, ids: Iterable[int]) -> list[Upload]:
        """Return those rows that are still there, and with each those that it can only go on with."""
        return sharing.with_mates(self.known(ids), self._rows)

    def append(self, uploads: Sequence[Upload]) -> None:
        """Take rows in that stand in the books."""
        for upload in uploads:
            self._rows.put(upload)
            if upload.state in IN_LINE:
                self._dispatch.add(upload)
            self._count_down(upload)
        self._tell_steps()
        self.added.emit(uploads)
        self.start_next()

    def put(self, upload: Upload) -> None:
        """Let a row be this from now on."""
        old = self._rows[upload.id]
        self._rows.put(upload)
        self._changes.note(upload.id)
        self._count_down(upload)
        if old.destination is not upload.destination:
            self._books.note_destination(upload)
        if old.state is upload.state:
            return
        if upload.state in IN_LINE:
            self._dispatch.add(upload)
        elif old.state in IN_LINE:
            self._dispatch.remove(upload.id)
        self._books.note(upload)
        self._steps.append(upload)

    def shift(self, ids: Iterable[int], way: Way) -> None:
        """Move those of these rows that wait, together, as they follow each other."""
        waiting = self._waiting(ids)
        if waiting:
            self._move(waiting, self._rows.order.target(waiting, way))

    def move(self, ids: Iterable[int], before: int | None) -> None:
        """Move those of these rows that wait right before another one, or to the end."""
        waiting = self._waiting(ids)
        if waiting and (before is None or before in self._rows):
            self._move(waiting, self._rows.order.clear_of(set(waiting), before))

    def hold(self, upload_id: int, *, is_held: bool) -> None:
        """Let a row's request wait with its connection kept, or go on."""
        self._crew.hold(upload_id, is_held=is_held)
        for other in self._crew.together(upload_id):
            self.put(steps.held(self._rows[other], is_held=is_held))
        self._dispatch.set_held(self._crew.held)

    def leave(self, name: str) -> None:
        """Fail all that waits for a destination whose sign-in is asked for."""
        asked = self._dispatch.leave(name)
        if asked is not None:
            self._give_up(asked.destination, asked.problem)

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out; what is active is stopped first and leaves when it has ended.

        One that arrived after all, or may have, stays: its row is all that tells.
        """
        gone: list[int] = []
        for upload in self.known(ids):
            if self._crew.has(upload.id):
                self._unwanted.add(upload.id)
                self._crew.cancel(upload.id)
            else:
                gone.append(upload.id)
        self._drop(gone)

    def close(self) -> None:
        """Start nothing more, and stop what runs; what was not finished stays as it is in the books."""
        self._is_closed = True
        self._crew.interrupt()
        self._changes.soon()

    def look_soon(self) -> None:
        """Emit `changed` soon, whatever there is then."""
        self._changes.soon()

    def tell_now(self) -> None:
        """Emit at once what would be emitted soon."""
        self._changes.tell()

    def stop_telling(self) -> None:
        """Tell the last steps, and emit `changed` no more."""
        self._changes.stop()
        self._tell_steps()

    @Slot()
    def start_next(self) -> None:
        """Start what can start now."""
        for ids in () if self._is_closed else self._dispatch.starts():
            waiting = [self._rows[upload_id] for upload_id in ids]
            if sharing.are_parted(waiting):
                self.ended(sharing.parted(waiting))
                continue
            shared = sharing.shared_by(waiting)
            uploads = [steps.started(upload, shared) for upload in waiting]
            for upload in uploads:
                self.put(upload)
            self._books.note_start(uploads)
            self._crew.start(uploads)

    def _waiting(self, ids: Iterable[int]) -> list[int]:
        waiting = [upload for upload in self.known(ids) if upload.state in WAITING]
        return [upload.id for upload in sorted(waiting, key=lambda upload: upload.key)]

    def _move(self, ids: Sequence[int], before: int | None) -> None:
        places = self._rows.order.room(ids, before)
        self._rows.order.put_all(places)
        for upload_id, place in places.items():
            self._rows.put(replace(self._rows[upload_id], place=place))
            self._dispatch.move(upload_id, place)
            self._changes.note(upload_id)
        self._books.note_places(self.known(places))
        self.moved.emit(tuple(self.known(ids)), before)
        self.start_next()

    def _drop(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        uploads = self.known(ids)
        self._books.forget(uploads)
        self.taken_out.emit(tuple(uploads))
        for upload_id in ids:
            self._dispatch.remove(upload_id)
            self._retrying.discard(upload_id)
            self._rows.drop(upload_id)
            self._changes.forget(upload_id)
        self._tell_steps()
        self.removed.emit(tuple(ids))
        self._changes.soon()

    def _count_down(self, upload: Upload) -> None:
        """Let views hear each second of a row that waits for its next attempt."""
        if upload.state is State.RETRYING and upload.retry_at is not None:
            self._retrying.add(upload.id)
            if not self._countdown.isActive():
                self._countdown.start()
        else:
            self._retrying.discard(upload.id)

    @Slot()
    def _on_countdown(self) -> None:
        for upload_id in self._retrying:
            self._changes.note(upload_id)
        if not self._retrying:
            self._countdown.stop()

    def progressed(self, upload_id: int, sent: int, bytes_per_second: float) -> None:
        """Note how much of a file was sent, and how fast it goes."""
        self.put(steps.progressed(self._rows[upload_id], sent, bytes_per_second))

    def reached(self, upload_id: int, state: State, sent: int) -> None:
        """Note that a file is being prepared, or that all of it was handed over."""
        self.put(steps.reached(self._rows[upload_id], state, sent))

    def kept(self, upload_id: int, checkpoint: Checkpoint | None) -> None:
        """Keep from where a later attempt goes on."""
        upload = replace(self._rows[upload_id], checkpoint=checkpoint)
        self.put(upload)
        self._books.note_checkpoint(upload)

    def unkept(self, upload_id: int, checkpoint: Checkpoint) -> None:
        """Note that this leads nowhere any more, unless the row is on its way or has another by now."""
        upload = self._rows.get(upload_id)
        if upload is not None and upload.checkpoint == checkpoint and not self._crew.has(upload_id):
            self.kept(upload_id, None)

    def entered(self, upload_id: int, stage: Stage) -> None:
        """Note which of an upload's requests begins."""
        self.put(replace(self._rows[upload_id], stage=stage))

    def ended(self, ends: Sequence[End]) -> None:
        """Take back the rows of a request that is over."""
        uploads = [self._rows[end.id] for end in ends]
        follows = self._dispatch.ended(ends, uploads)
        self._dispatch.set_held(self._crew.held)
        for end in follows.ends:
            self._end(end)
        if follows.given_up is not None:
            self._give_up(uploads[0].destination, follows.given_up)
        # The rows that would wait for the answer may be unwanted.
        if follows.question is not None and self._dispatch.question(follows.question.destination.name):
            self.asked.emit(follows.question)
        self.start_next()

    def _end(self, end: End) -> None:
        upload = steps.ended(self._rows[end.id], end)
        self.put(upload)
        if upload.id in self._unwanted:
            self._unwanted.discard(upload.id)
            if upload.state not in ARRIVED:
                self._drop([upload.id])

    def _give_up(self, destination: Destination, problem: Problem) -> None:
        for upload in tuple(self._rows):
            if upload.state in IN_LINE and upload.destination.name == destination.name:
                self.put(steps.given_up(upload, problem))

    def _tell_steps(self) -> None:
        steps_taken, self._steps = tuple(self._steps), []
        if steps_taken:
            self.stepped.emit(steps_taken)

    @Slot(object)
    def _on_changes_due(self, ids: Sequence[int]) -> None:
        self._tell_steps()
        self.changed.emit(tuple(self._rows[upload_id] for upload_id in ids))
