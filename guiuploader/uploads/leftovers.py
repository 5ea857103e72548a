# SPDX-License-Identifier: MIT
"""Has servers drop what rows left there that were cancelled or taken out while no worker had them.

In the background, and only what surely is no whole file. One that is cancelled on its way sees to it itself;
where that failed, it is tried once more here.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.sources.stores import Stores
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.leftovers import Keys, can_drop, drop
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.uploads.queue import Queue
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem, TransferCancelled, UploaderError
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import WAITING, State

_UNWANTED = WAITING | {State.FAILED, State.CANCELLED}
"""States of rows that, once taken out, leave nothing that anybody wants."""


class Leftovers(QObject):
    """Follows the rows of a queue; its thread begins with the first that left something."""

    failed = Signal(object)  # Problem: something stays at a server

    def __init__(self, secrets: SecretStore, stores: Stores, queue: Queue, parent: QObject) -> None:
        super().__init__(parent)
        self._keys = Keys(secrets, stores)
        self._queue = queue
        queue.stepped.connect(self._on_stepped)
        queue.taken_out.connect(self._on_taken_out)
        self._control = Control()
        self._at_work: set[str] = set()  # the addresses of what is being dropped
        self._worker = BackgroundWorker(self)
        self._worker.resulted.connect(self._on_result)

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Leave off what is not done yet, and return whether the thread ended in time."""
        self._worker.stop()
        self._control.cancel()
        return self._worker.wait(deadline)

    def _drop(self, upload: Upload) -> None:
        kept = upload.checkpoint
        if kept is None or not can_drop(upload.destination, kept) or kept.url in self._at_work:
            return
        if not self._worker.isRunning():
            self._worker.start()
        self._at_work.add(kept.url)
        self._worker.submit(upload.id, partial(_dropping, upload.job, kept, self._keys, self._control))

    @Slot(object)
    def _on_stepped(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            if upload.state is State.CANCELLED:
                self._drop(upload)

    @Slot(object)
    def _on_taken_out(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            if upload.state in _UNWANTED:
                self._drop(upload)

    @Slot(object, object)
    def _on_result(self, upload_id: int, result: tuple[Checkpoint, Problem | None]) -> None:
        kept, problem = result
        self._at_work.discard(kept.url)
        if problem is None:
            self._queue.unkept(upload_id, kept)
        else:
            self.failed.emit(problem)


def _dropping(
    job: Job, kept: Checkpoint, keys: Keys, control: Control, _: Callable[[], bool]
) -> Iterator[tuple[Checkpoint, Problem | None]]:
    try:
        drop(job, kept, keys, control)
    except TransferCancelled:
        return  # the program ends
    except UploaderError:
        name = job.sources[0].name
        yield kept, Problem(ErrorCode.LEFT_BEHIND, {"name": name, "host": job.destination.host})
    else:
        yield kept, None
