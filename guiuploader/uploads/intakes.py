# SPDX-License-Identifier: MIT
"""Looks at disks for the queue: folders are walked and files looked at again, on threads of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.source import Source
from guiuploader.uploads.background import BackgroundWorker, Task
from guiuploader.uploads.tasks import Intake, renew, walk, without_file
from guiuploader.uploads.upload import Batch
from guiuploader.values.errors import Problem
from guiuploader.values.states import State


class Intakes(QObject):
    """Walks and renewals by number, in two lanes, so that a retry does not wait for a large folder."""

    accepted = Signal(object, object)  # Batch, tuple[Source, ...], in order
    refused = Signal(int, object)  # batch, tuple[Problem, ...]
    renewed = Signal(object)  # tuple[Renewal, ...]
    finished = Signal(int, int, int)  # batch, how many accepted and refused; not for one that was left off
    ended = Signal()  # something came to its end, whatever it was

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._numbers = count(1)
        self._batches: dict[int, Batch] = {}
        self._counts: dict[int, Counter[str]] = {}
        self._walks = self._new_worker()
        self._renewals = self._new_worker()

    @property
    def is_busy(self) -> bool:
        """Whether anything is being looked at."""
        return bool(self._counts)

    def walk(
        self, paths: Sequence[Path], destination: Destination, variables: Mapping[str, str], state: State
    ) -> int:
        """Look for files in these paths and return the number of the batch."""
        batch = Batch(next(self._numbers), destination, variables, state)
        return self._begin(partial(walk, tuple(paths)), batch)

    def request(self, destination: Destination, variables: Mapping[str, str], state: State) -> int:
        """Take in a request without a file and return the number of its batch."""
        batch = Batch(next(self._numbers), destination, variables, state)
        return self._begin(partial(without_file, destination), batch)

    def renew(self, sources: Sequence[tuple[int, Source]]) -> None:
        """Look at the sources of these uploads again."""
        number = next(self._numbers)
        self._counts[number] = Counter()
        self._renewals.submit(number, partial(renew, sources))

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
        self._walks.submit(batch.id, task)
        return batch.id

    def _new_worker(self) -> BackgroundWorker:
        worker = BackgroundWorker(self)
        worker.resulted.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_ended)
        worker.start()
        return worker

    @Slot(object, object)
    def _on_result(self, number: int, result: object) -> None:
        batch = self._batches.get(number)
        if not isinstance(result, Intake):
            self.renewed.emit(result)
        elif batch is not None:
            self._counts[number].update(accepted=len(result.accepted), refused=len(result.refused))
            if result.refused:
                self.refused.emit(number, result.refused)
            if result.accepted:
                self.accepted.emit(batch, result.accepted)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        self._counts[number].update(refused=1)
        self.refused.emit(number, (problem,))

    @Slot(object)
    def _on_ended(self, number: int) -> None:
        counts = self._counts.pop(number)
        if self._batches.pop(number, None) is not None:
            self.finished.emit(number, counts["accepted"], counts["refused"])
        self.ended.emit()
