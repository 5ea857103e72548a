# SPDX-License-Identifier: MIT
"""The workers as one: who is free, what each has in hand, and how fast it goes."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.speed import SpeedMeter
from guiuploader.uploads.worker import Assignment, UploadWorker
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore

_TICK = 1000  # milliseconds


@dataclass(slots=True)
class _Running:
    """An upload that a worker has in hand."""

    worker: UploadWorker
    control: Control
    speed: SpeedMeter
    sent: int = 0


class Crew(QObject):
    """Up to `size` workers, started when first needed; its signals come from its own thread.

    `limit` holds for all of them together, and each destination's own for those that send there.

    Every upload that was started ends with exactly one of `succeeded`, `failed` and `cancelled`.
    """

    progressed = Signal(object, object, float)  # id, bytes of the file, bytes per second
    body_sent = Signal(object)  # id
    succeeded = Signal(object, object)  # id, Receipt
    failed = Signal(object, object)  # id, Problem
    cancelled = Signal(object)  # id

    def __init__(self, secrets: SecretStore, *, size: int, limit: Limit, parent: QObject) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._size = size
        self._limit = limit
        self._limits: dict[str, Limit] = {}  # by the destination's name
        self._workers: list[UploadWorker] = []
        self._idle: list[UploadWorker] = []
        self._running: dict[int, _Running] = {}
        # A server that takes nothing more sends no signal either: the speed must sink all the same.
        self._tick = QTimer(self, interval=_TICK)
        self._tick.timeout.connect(self._on_tick)

    @property
    def has_room(self) -> bool:
        """Whether another upload can start now."""
        return len(self._running) < self._size

    def start(self, upload_id: int, job: Job) -> None:
        """Hand an upload to a free worker; ask `has_room` first."""
        worker = self._idle.pop() if self._idle else self._new_worker()
        control = Control((self._limit, self._limit_of(job.destination)))
        self._running[upload_id] = _Running(worker, control, SpeedMeter(time.monotonic()))
        worker.assign(Assignment(upload_id, job, control))
        self._tick.start()

    def cancel(self, upload_id: int) -> None:
        """Stop a running upload; it still ends with one of the three signals."""
        self._running[upload_id].control.cancel()

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop all uploads, wait for their threads, and return whether all have ended in time.

        One that looks up a server's name or waits for its connection cannot be woken.
        """
        self._tick.stop()
        for running in self._running.values():
            running.control.cancel()
        for worker in self._workers:
            worker.stop()
        ended = [worker.wait(deadline) for worker in self._workers]
        return all(ended)

    def _limit_of(self, destination: Destination) -> Limit:
        limit = self._limits.setdefault(destination.name, Limit())
        limit.bytes_per_second = destination.limits.bytes_per_second
        return limit

    def _new_worker(self) -> UploadWorker:
        worker = UploadWorker(self._secrets, self)
        worker.progressed.connect(self._on_progressed)
        worker.body_sent.connect(self.body_sent)
        worker.succeeded.connect(self._on_succeeded)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        worker.start()
        self._workers.append(worker)
        return worker

    @Slot(object, object)
    def _on_progressed(self, upload_id: int, sent: int) -> None:
        running = self._running[upload_id]
        running.sent = sent
        running.speed.moved(sent, time.monotonic())
        self.progressed.emit(upload_id, sent, running.speed.bytes_per_second)

    @Slot()
    def _on_tick(self) -> None:
        for upload_id, running in self._running.items():
            self._on_progressed(upload_id, running.sent)

    @Slot(object, object)
    def _on_succeeded(self, upload_id: int, receipt: Receipt) -> None:
        self._free(upload_id)
        self.succeeded.emit(upload_id, receipt)

    @Slot(object, object)
    def _on_failed(self, upload_id: int, problem: Problem) -> None:
        self._free(upload_id)
        self.failed.emit(upload_id, problem)

    @Slot(object)
    def _on_cancelled(self, upload_id: int) -> None:
        self._free(upload_id)
        self.cancelled.emit(upload_id)

    def _free(self, upload_id: int) -> None:
        self._idle.append(self._running.pop(upload_id).worker)
        if not self._running:
            self._tick.stop()
