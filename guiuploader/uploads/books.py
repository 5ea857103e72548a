# SPDX-License-Identifier: MIT
"""Keeps the queue in the ledger, without letting the main thread wait for a disk."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from guiuploader.transfer.body import SMALL
from guiuploader.uploads.entries import Entries, change_of, started_change
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.ledger_rows import Change
from guiuploader.uploads.ledger_writer import Ticket
from guiuploader.uploads.sharing import key_at_start
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import LedgerError, Problem, TransferCancelled
from guiuploader.values.states import State

_PART = 500  # rows
_AGAIN = 2000  # milliseconds until what could not be written is written again
_PATIENCE = 0.25  # seconds between two looks whether a held mark is still wanted


class Books(QObject):
    """Writes to a ledger, or, without one, to nothing: the queue is then gone when the program ends.

    What cannot be written is kept and tried again; `troubled` tells why, each time, and `settled` when all is
    written after all. Its signals come in the thread it lives in.
    """

    kept = Signal(object)  # tuple[Upload, ...]: these will survive
    refused = Signal(
        object, object
    )  # tuple[Upload, ...], Problem: these could not be written, and are not shown
    troubled = Signal(object)  # Problem
    settled = Signal()
    _failed = Signal(object, object)  # id, Problem; from the ledger's own thread
    _not_removed = Signal(object, object)  # list[int], Problem; likewise
    _not_placed = Signal(object, object)  # tuple[int, ...], Problem; likewise

    def __init__(self, ledger: Ledger | None, find: Callable[[int], Upload | None], parent: QObject) -> None:
        super().__init__(parent)
        self._ledger = ledger
        self._find = find
        self._entries = Entries(ledger.run if ledger else 1)
        self._ids = count(1)
        self._unwritten: set[int] = set()
        self._unremoved: set[int] = set()
        self._unplaced: set[int] = set()
        self._again = QTimer(self, interval=_AGAIN, singleShot=True)
        self._again.timeout.connect(self._write_again)
        self._failed.connect(self._on_failed)
        self._not_removed.connect(self._on_not_removed)
        self._not_placed.connect(self._on_not_placed)

    @property
    def reader(self) -> LedgerReader | None:
        """What reads the ledger, for background threads; None without one."""
        return self._ledger.read if self._ledger else None

    @property
    def run(self) -> int:
        """The number of this run; rows of smaller ones were left by others."""
        return self._ledger.run if self._ledger else 0

    def new_ids(self, number: int) -> Sequence[int]:
        """Return ids for new rows."""
        if self._ledger is not None:
            return self._ledger.new_ids(number)
        return [next(self._ids) for _ in range(number)]

    def keep(self, uploads: Sequence[Upload]) -> None:
        """Write new rows; `kept` or `refused` follows."""
        if self._ledger is None:
            self.kept.emit(uploads)
            return
        ticket = self._ledger.add([self._entries.row_of(upload) for upload in uploads])
        ticket.add_done_callback(partial(self._on_added, uploads))

    def note_start(self, uploads: Iterable[Upload]) -> None:
        """Write that attempts begin: to be called before a worker can set their marks.

        The first one of a small file is written with its mark, which comes before its headers go out.
        """
        if self._ledger is not None:
            # In one transaction: rows that can only be repeated together are known as such, or not at all.
            changes = [started_change(upload) for upload in uploads if _is_written_at_start(upload)]
            if changes:
                ticket = self._ledger.update(changes)
                for change in changes:
                    self._watch(change.id, ticket)

    def note(self, upload: Upload) -> None:
        """Write what became of a row; of what it goes through while it is active nothing needs to survive."""
        change = change_of(upload)
        if self._ledger is not None and change is not None:
            self._watch(upload.id, self._ledger.update([change]))

    def note_places(self, uploads: Sequence[Upload]) -> None:
        """Write where rows stand in the order now; in parts, so that no mark waits long behind them."""
        for start in range(0, len(uploads) if self._ledger else 0, _PART):
            part = uploads[start : start + _PART]
            self._write_places(part)

    def note_destination(self, upload: Upload) -> None:
        """Write that a row is to be sent with other settings than before."""
        if self._ledger is not None:
            self._watch(upload.id, self._ledger.update([self._entries.destination_of(upload)]))

    def note_checkpoint(self, upload: Upload) -> None:
        """Write from where a row's next attempt goes on."""
        if self._ledger is not None:
            change = Change(id=upload.id, checkpoint=upload.checkpoint)
            self._watch(upload.id, self._ledger.update([change]))

    def forget(self, uploads: Iterable[Upload]) -> None:
        """Let rows go; those that arrived stay as history. One that stayed would be sent by the next run."""
        ids = [upload.id for upload in uploads if upload.state is not State.DONE]
        self._unwritten.difference_update(ids)
        self._remove(ids)

    def when_written(self, then: Callable[[], None]) -> None:
        """Have this called, on whatever thread, when all that was noted is written, or cannot be."""
        if self._ledger is not None:
            self._ledger.update([]).add_done_callback(lambda _: then())

    def mark(self, ids: Sequence[int], given_up: Callable[[], bool]) -> None:
        """Return once it is written that these may have arrived; for workers, as it waits, however long.

        Raises TransferCancelled when it is given up.
        """
        while self._ledger is not None:
            try:
                return self._ledger.mark(ids, given_up=given_up)
            except LedgerError as error:
                self.troubled.emit(error.problem)
                threading.Event().wait(_PATIENCE)
                if given_up():
                    raise TransferCancelled from error
        return None

    def close(self, seconds: float) -> bool:
        """Write what waits and let go of the ledger; return whether that was done in time."""
        self._again.stop()
        self._write_again()  # there may be room by now, and nobody tries later
        return self._ledger is None or self._ledger.close(seconds)

    def _on_added(self, uploads: Sequence[Upload], ticket: Ticket) -> None:
        error = ticket.exception()
        if isinstance(error, LedgerError):
            self.refused.emit(uploads, error.problem)
        else:
            self.kept.emit(uploads)

    def _remove(self, ids: Sequence[int]) -> None:
        def look(ticket: Ticket) -> None:
            error = ticket.exception()
            if isinstance(error, LedgerError):
                self._not_removed.emit(ids, error.problem)

        if self._ledger is not None and ids:
            self._ledger.remove(ids).add_done_callback(look)

    def _write_places(self, uploads: Sequence[Upload]) -> None:
        def look(ticket: Ticket) -> None:
            error = ticket.exception()
            if isinstance(error, LedgerError):
                self._not_placed.emit(tuple(upload.id for upload in uploads), error.problem)

        if self._ledger is not None:
            changes = [Change(id=upload.id, place=upload.place) for upload in uploads]
            self._ledger.update(changes).add_done_callback(look)

    def _watch(self, upload_id: int, ticket: Ticket) -> None:
        def look(ticket: Ticket) -> None:
            error = ticket.exception()
            if isinstance(error, LedgerError):
                self._failed.emit(upload_id, error.problem)

        ticket.add_done_callback(look)

    @Slot(object, object)
    def _on_failed(self, upload_id: int, problem: Problem) -> None:
        self._unwritten.add(upload_id)
        self.troubled.emit(problem)
        self._again.start()

    @Slot(object, object)
    def _on_not_removed(self, ids: Sequence[int], problem: Problem) -> None:
        self._unremoved.update(ids)
        self.troubled.emit(problem)
        self._again.start()

    @Slot(object, object)
    def _on_not_placed(self, ids: Sequence[int], problem: Problem) -> None:
        self._unplaced.update(ids)
        self.troubled.emit(problem)
        self._again.start()

    @Slot()
    def _write_again(self) -> None:
        unremoved, self._unremoved = self._unremoved, set()
        self._remove(sorted(unremoved))
        unplaced, self._unplaced = self._unplaced, set()
        self.note_places(tuple(_found(self._find, unplaced)))
        unwritten, self._unwritten = self._unwritten, set()
        for upload in _found(self._find, unwritten):
            self.note(upload)
        self.settled.emit()


def _is_written_at_start(upload: Upload) -> bool:
    return upload.attempts > 1 or (upload.source.size or 0) > SMALL or bool(key_at_start(upload))


def _found(find: Callable[[int], Upload | None], ids: Iterable[int]) -> Iterator[Upload]:
    return (upload for upload in map(find, sorted(ids)) if upload is not None)
