# SPDX-License-Identifier: MIT
"""The threads that run transfers."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

from guiuploader.sources.stores import Stores
from guiuploader.transfer.body import SMALL
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.send import Sender
from guiuploader.transfer.stage import Stage
from guiuploader.uploads.outcome import Outcome
from guiuploader.values.errors import (
    AlreadyThere,
    ErrorCode,
    Problem,
    SourceError,
    TransferCancelled,
    UploaderError,
)
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import State

_log = logging.getLogger(__name__)

Mark = Callable[[Sequence[int], Callable[[], bool]], None]
"""Returns when it is durable that these uploads may have arrived.

Raises TransferCancelled when the other says that nobody waits for it any more.
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One request handed to a worker, with the uploads in it; `id` is that of the first."""

    ids: tuple[int, ...]
    job: Job
    control: Control

    @property
    def id(self) -> int:
        """The first upload's."""
        return self.ids[0]


class UploadWorker(QThread):
    """Runs transfers one after another over connections of its own, for as long as the program lives.

    It has no slots: a slot would need an event loop, which a running transfer blocks. Ids and byte counts
    travel as Python objects; Qt's `int` ends at 2 GiB.

    `handed_over` is the id of a small file that awaits its reply, and its bytes. No signal tells of it: most
    replies come sooner than it would, and each costs as much as a third of such a file's way.
    """

    progressed = Signal(object, object)  # id, bytes of the files that the network took
    reached = Signal(object, object, object)  # id, State, bytes of the files that the network took until then
    resumed = Signal(object, object)  # id, bytes of the file that the server has from before
    kept = Signal(object, object)  # id, Checkpoint or None: from where a later attempt goes on
    entered = Signal(object, object)  # id, Stage: which of several requests begins
    ended = Signal(object, object)  # id, Outcome

    def __init__(self, secrets: SecretStore, stores: Stores, mark: Mark, parent: QObject) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._stores = stores
        self._mark = mark
        self._sender: Sender | None = None  # made in the thread that uses it
        self.handed_over: tuple[int, int] | None = None
        self._assignments: SimpleQueue[Assignment | None] = SimpleQueue()

    def assign(self, assignment: Assignment) -> None:
        """Hand over an upload; the worker takes it when the one before it has ended."""
        self._assignments.put(assignment)

    def stop(self) -> None:
        """Let the thread end after what it has been assigned."""
        self._assignments.put(None)

    def run(self) -> None:
        """Work until told to stop."""
        try:
            while (assignment := self._assignments.get()) is not None:
                self._transfer(assignment)
        finally:
            if self._sender is not None:
                self._sender.close()

    def _transfer(self, assignment: Assignment) -> None:
        self.handed_over = None  # it may be the same file again
        events = _Events(self, assignment, self._mark)
        outcome = self._outcome(assignment, events)
        self.ended.emit(
            assignment.id,
            replace(
                outcome,
                committed=events.committed,
                whole=events.whole,
                exchange=events.exchange,
                absent=events.absent,
            ),
        )

    def _outcome(self, assignment: Assignment, events: "_Events") -> Outcome:
        try:
            if self._sender is None:
                self._sender = Sender(self._secrets, self._stores)
            return Outcome(self._sender.send(assignment.job, assignment.control, events))
        except TransferCancelled:
            return Outcome()
        except SourceError as error:
            if error.index is None and events.committed:  # a file of the destination's own, after another
                host = assignment.job.destination.host
                return Outcome(problem=Problem(ErrorCode.BROKEN_OFF, {"host": host}))
            return Outcome(problem=error.problem, faulty=error.index)
        except UploaderError as error:
            is_there = isinstance(error, AlreadyThere)
            return Outcome(found=error.problem) if is_there else Outcome(problem=error.problem)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the uploads behind this one
            _log.exception("upload %d ended by a mistake", assignment.id)
            return Outcome(problem=Problem(ErrorCode.INTERNAL, {"reason": type(error).__name__}))


class _Events:
    """Turns what one transfer tells into its worker's signals, and keeps what its end is told with."""

    def __init__(self, worker: UploadWorker, assignment: Assignment, mark: Mark) -> None:
        self.committed = False
        self.absent = False
        self.whole: tuple[bool, ...] = ()
        self.exchange: Exchange | None = None
        self._worker = worker
        self._is_told = False
        self._assignment = assignment
        self._id = assignment.id
        self._mark = mark

    def progressed(self, sent: int, /) -> None:
        # That nothing was sent yet is known; each signal costs as much as some kilobytes on their way.
        if sent or self._is_told:
            self._is_told = True
            self._worker.progressed.emit(self._id, sent)

    def resumed(self, at: int, /) -> None:
        self._is_told = True
        self._worker.resumed.emit(self._id, at)

    def checkpoint(self, value: Checkpoint | None, /) -> None:
        if value is not None and not value.may_be_whole:
            self.committed = False  # the server was asked, and does not have all
        self._worker.kept.emit(self._id, value)

    def reading_ahead(self) -> None:
        self._is_told = True  # what comes next ends it
        self._worker.reached.emit(self._id, State.PREPARING, 0)

    def not_there(self) -> None:
        self.absent = True

    def before_commit_point(self) -> None:
        """Return when a record that outlives the program says that these may have arrived."""
        control = self._assignment.control
        self._mark(self._assignment.ids, lambda: control.cancelled)
        self.committed = True

    def entered(self, stage: Stage, /) -> None:
        self._worker.entered.emit(self._id, stage)

    def body_sent(self, sent: int, /) -> None:
        if sent <= SMALL and not self._is_told:
            self._worker.handed_over = (self._id, sent)
            return
        self._is_told = True
        self._worker.reached.emit(self._id, State.AWAITING_REPLY, sent)

    def went_out(self, whole: tuple[bool, ...], /) -> None:
        self.whole = whole

    def exchanged(self, exchange: Exchange, /) -> None:
        self.exchange = exchange
