# SPDX-License-Identifier: MIT
"""Takes uploads in: folders are walked, files looked at again, and rows written before they are shown."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.target import target_of
from guiuploader.sources.source import Source
from guiuploader.sources.stores import Stores
from guiuploader.uploads.background import BackgroundWorker, Task
from guiuploader.uploads.books import Books
from guiuploader.uploads.doubles import Doubles, Look
from guiuploader.uploads.finding import Find
from guiuploader.uploads.loans import Loans
from guiuploader.uploads.tasks import Intake, Restored, renew, restore, without_file
from guiuploader.uploads.upload import Batch, Upload
from guiuploader.values.errors import Problem
from guiuploader.values.states import State


class Intakes(QObject):
    """Walks and renewals by number, in two lanes, so that a retry does not wait for a large folder."""

    arrived = Signal(object)  # tuple[Upload, ...]: written, or left by an earlier run; in order
    refused = Signal(int, object)  # batch, tuple[Problem, ...]
    renewed = Signal(object)  # tuple[Renewal, ...]
    doubles_found = Signal(int, int, int)  # batch, how many are skipped, and in the queue already; if any
    finished = Signal(int, int, int)  # batch, how many accepted and refused; not for one that was left off
    ended = Signal()  # something came to its end, whatever it was

    def __init__(
        self,
        books: Books,
        loans: Loans,
        find: Callable[[int], Upload | None],
        stores: Stores,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._loans = loans
        self._books = books
        self._doubles = Doubles(find)
        self._stores = stores
        self._has_restored = False
        self._books.kept.connect(self._on_kept)
        self._books.refused.connect(self._on_not_kept)
        self._numbers = count(1)
        self._batches: dict[int, Batch] = {}
        self._counts: dict[int, Counter[str]] = {}
        self._unwritten: Counter[int] = Counter()  # by batch: parts that the ledger has not answered for
        self._searched: set[int] = set()
        self._walks = self._new_worker()
        self._renewals = self._new_worker()

    @property
    def is_busy(self) -> bool:
        """Whether anything is being looked at or written."""
        return bool(self._counts)

    def take(
        self,
        find: Find,
        destination: Destination,
        variables: Mapping[str, str],
        state: State,
        *,
        again: bool,
    ) -> int:
        """Look for what is to be sent and return the number of the batch.

        What was sent there before is skipped, unless it is to go `again`.
        """
        batch = Batch(next(self._numbers), destination, variables, state, again=again)
        run = 0 if self._has_restored else self._books.run
        look = Look(destination, target_of(destination, variables), self._books.reader, run)
        return self._begin(partial(find, look, self._stores), batch)

    def request(self, destination: Destination, variables: Mapping[str, str], state: State) -> int:
        """Take in a request without a file and return the number of its batch."""
        batch = Batch(next(self._numbers), destination, variables, state)
        return self._begin(partial(without_file, destination), batch)

    def renew(self, sources: Sequence[tuple[int, Source]]) -> None:
        """Look at the sources of these uploads again."""
        number = next(self._numbers)
        self._counts[number] = Counter()
        self._renewals.submit(number, partial(renew, sources))

    def restore(self, states: Sequence[State]) -> None:
        """Read what an earlier run left unfinished, and rows that ended in these states."""
        if self._books.reader is not None:
            self._has_restored = True
            number = next(self._numbers)
            self._counts[number] = Counter()
            self._walks.submit(number, partial(restore, self._books.reader, states, self._stores))

    def leave_off(self, batch: int) -> None:
        """Look no further for a batch; it has ended, or will, without `finished`."""
        if self._batches.pop(batch, None) is not None:
            self._walks.leave_off(batch)

    def leave_off_all(self) -> None:
        """Look no further for anything."""
        for number in self._counts:
            (self._walks if number in self._batches else self._renewals).leave_off(number)

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop, and return whether both threads ended in time; a disk that does not answer holds one."""
        self._walks.stop()
        self._renewals.stop()
        return self._walks.wait(deadline) and self._renewals.wait(deadline)

    def _begin(self, task: Task, batch: Batch) -> int:
        self._batches[batch.id] = batch
        self._counts[batch.id] = Counter()
        self._walks.submit(batch.id, self._loans.before(task, batch.destination, batch.id))
        return batch.id

    def _new_worker(self) -> BackgroundWorker:
        worker = BackgroundWorker(self)
        worker.resulted.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_searched)
        worker.start()
        return worker

    @Slot(object, object)
    def _on_result(self, number: int, result: object) -> None:
        if isinstance(result, Restored):
            self.arrived.emit(result.uploads)
        elif isinstance(result, Problem):
            self.refused.emit(number, (result,))
        elif not isinstance(result, Intake):
            self.renewed.emit(result)
        elif number in self._batches:
            self._take(self._batches[number], result)

    def _take(self, batch: Batch, found: Intake) -> None:
        batch = replace(batch, forgets=self._loans.forgets(batch.destination))
        result = self._doubles.sort(found.accepted, batch)
        refused = (*found.refused, *result.refused)
        self._counts[batch.id].update(
            refused=len(refused), accepted=len(result.left), skipped=result.skipped, queued=result.queued
        )
        if refused:
            self.refused.emit(batch.id, refused)
        for upload in result.left:
            self._books.note_destination(upload)
            self._books.note(upload)
        if result.left:
            self.arrived.emit(tuple(result.left))
        if result.new:
            ids = self._books.new_ids(len(result.new))
            new = tuple(self._doubles.made(result.new, ids, batch))
            self._unwritten[batch.id] += 1
            self._books.keep(new)

    @Slot(object)
    def _on_kept(self, uploads: Sequence[Upload]) -> None:
        number = uploads[0].batch
        if number in self._batches:
            self._counts[number].update(accepted=len(uploads))
            self.arrived.emit(uploads)
        else:  # taken back meanwhile
            self._books.forget(uploads)
        self._doubles.shown(uploads)
        self._on_answered(number)

    @Slot(object, object)
    def _on_not_kept(self, uploads: Sequence[Upload], problem: Problem) -> None:
        number = uploads[0].batch
        self._doubles.shown(uploads)
        self._counts[number].update(refused=len(uploads))
        self.refused.emit(number, (problem,))
        self._on_answered(number)

    def _on_answered(self, number: int) -> None:
        self._unwritten[number] -= 1
        if number in self._searched:
            self._on_searched(number)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        self._counts[number].update(refused=1)
        self.refused.emit(number, (problem,))

    @Slot(object)
    def _on_searched(self, number: int) -> None:
        """Note that nothing more will be found; it has ended when all that was found is written."""
        if self._unwritten[number]:
            self._searched.add(number)
            return
        self._searched.discard(number)
        del self._unwritten[number]
        counts = self._counts.pop(number)
        self._loans.over(number)
        if self._batches.pop(number, None) is not None:
            if counts["skipped"] or counts["queued"]:
                self.doubles_found.emit(number, counts["skipped"], counts["queued"])
            self.finished.emit(number, counts["accepted"], counts["refused"])
        self.ended.emit()
