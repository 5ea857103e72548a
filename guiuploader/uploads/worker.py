# SPDX-License-Identifier: MIT
"""The threads that run transfers."""

import logging
from dataclasses import dataclass
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.send import Sender
from guiuploader.values.errors import ErrorCode, Problem, TransferCancelled, UploaderError
from guiuploader.values.secrets import SecretStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One upload handed to a worker."""

    id: int
    job: Job
    control: Control


class UploadWorker(QThread):
    """Runs transfers one after another over connections of its own, for as long as the program lives.

    It has no slots: a slot would need an event loop, which a running transfer blocks. Ids and byte counts
    travel as Python objects; Qt's `int` ends at 2 GiB.
    """

    progressed = Signal(object, object)  # id, bytes of the file that the network took
    body_sent = Signal(object)
    succeeded = Signal(object, object)  # id, Receipt
    failed = Signal(object, object)  # id, Problem
    cancelled = Signal(object)

    def __init__(self, secrets: SecretStore, parent: QObject) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._sender: Sender | None = None  # made in the thread that uses it
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
        try:
            if self._sender is None:
                self._sender = Sender(self._secrets)
            receipt = self._sender.send(assignment.job, assignment.control, _Events(self, assignment.id))
        except TransferCancelled:
            self.cancelled.emit(assignment.id)
        except UploaderError as error:
            self.failed.emit(assignment.id, error.problem)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the uploads behind this one
            _log.exception("upload %d ended by a mistake", assignment.id)
            self.failed.emit(assignment.id, Problem(ErrorCode.INTERNAL, {"reason": type(error).__name__}))
        else:
            self.succeeded.emit(assignment.id, receipt)


class _Events:
    """Turns what one transfer tells into its worker's signals."""

    def __init__(self, worker: UploadWorker, upload_id: int) -> None:
        self._worker = worker
        self._id = upload_id

    def progressed(self, sent: int, /) -> None:
        self._worker.progressed.emit(self._id, sent)

    def before_commit_point(self) -> None:
        """Let it go: no record outlives the program that could say that the file may have arrived."""

    def body_sent(self) -> None:
        self._worker.body_sent.emit(self._id)
