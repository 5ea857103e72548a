# SPDX-License-Identifier: MIT
"""The workers as one: who is free, what each has in hand, and how fast it goes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.stores import Stores
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.stage import Stage
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.outcome import End, Outcome, ends, shares
from guiuploader.uploads.speed import SpeedMeter
from guiuploader.uploads.upload import Upload
from guiuploader.uploads.worker import Assignment, Mark, UploadWorker
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import State

_TICK = 500  # milliseconds


@dataclass(slots=True)
class _Running:
    """A request that a worker has in hand; `stopped` are those of its uploads that the person stopped."""

    worker: UploadWorker
    control: Control
    speed: SpeedMeter
    uploads: tuple[Upload, ...]
    sent: int = 0
    is_sending: bool = False
    stopped: set[int] = field(default_factory=set)
    is_held: bool = False


class Foreman(Protocol):
    """Hears of every upload that is in hand, in the main thread.

    By calls: a signal, even within one thread, lets go of the interpreter, and busy workers are slow to give
    it back.
    """

    def progressed(self, upload_id: int, sent: int, bytes_per_second: float) -> None:
        """Take note that `sent` bytes of the file were sent."""

    def reached(self, upload_id: int, state: State, sent: int) -> None:
        """Take note that it is being prepared, or awaits the reply; `sent` bytes of the file were sent."""

    def kept(self, upload_id: int, checkpoint: Checkpoint | None) -> None:
        """Take note from where a later attempt goes on."""

    def entered(self, upload_id: int, stage: Stage) -> None:
        """Take note of which of an upload's requests begins."""

    def ended(self, ends: Sequence[End]) -> None:
        """Take note of the end of all uploads of a request."""


class Crew(QObject):
    """As many workers as are needed at once; `foreman` is to be set before any starts.

    `limit` holds for all of them together, and each destination's own for those that send there.

    Every upload that was started is told of in exactly one `ended`.
    """

    foreman: Foreman

    def __init__(
        self, secrets: SecretStore, stores: Stores, mark: Mark, *, limit: Limit, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._stores = stores
        self._mark = mark
        self._limit = limit
        self._limits: dict[str, Limit] = {}  # by the destination's name
        self._workers: list[UploadWorker] = []
        self._idle: list[UploadWorker] = []
        self._running: dict[int, _Running] = {}  # by the id of the first upload
        self._firsts: dict[int, int] = {}
        # A server that takes nothing more, or does not answer, sends no signal either.
        self._tick = QTimer(self, interval=_TICK)
        self._tick.timeout.connect(self._on_tick)

    @property
    def held(self) -> int:
        """How many requests wait with their connection kept."""
        return sum(running.is_held for running in self._running.values())

    def start(self, uploads: Sequence[Upload]) -> None:
        """Hand one request's uploads to a free worker."""
        first = uploads[0]
        worker = self._idle.pop() if self._idle else self._new_worker()
        control = Control((self._limit, self._limit_of(first.destination)))
        self._running[first.id] = _Running(worker, control, SpeedMeter(time.monotonic()), tuple(uploads))
        self._firsts.update((upload.id, first.id) for upload in uploads)
        ids = tuple(upload.id for upload in uploads)
        worker.assign(Assignment(ids, first.job_with(uploads[1:]), control))
        if not self._tick.isActive():
            self._tick.start()

    def has(self, upload_id: int) -> bool:
        """Tell whether a worker has this upload in hand."""
        return upload_id in self._firsts

    def together(self, upload_id: int) -> list[int]:
        """Return the ids of all uploads that are in one request with this one."""
        return [upload.id for upload in self._running[self._firsts[upload_id]].uploads]

    def cancel(self, upload_id: int) -> None:
        """Stop an upload's request; its uploads still end with their signal."""
        running = self._running[self._firsts[upload_id]]
        running.stopped.add(upload_id)
        running.control.abandon()

    def hold(self, upload_id: int, *, is_held: bool) -> None:
        """Let an upload's request wait with its connection kept, or go on."""
        running = self._running[self._firsts[upload_id]]
        running.is_held = is_held
        if is_held:
            running.control.hold()
        else:
            running.control.go_on()

    @property
    def is_idle(self) -> bool:
        """Whether no worker has anything in hand."""
        return not self._running

    def interrupt(self) -> None:
        """Stop all requests, though no person stopped any of their uploads."""
        for running in self._running.values():
            running.control.cancel()

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop all uploads, wait for their threads, and return whether all have ended in time.

        One that looks up a server's name or waits for its connection cannot be woken.
        """
        self._tick.stop()
        self.interrupt()
        for worker in self._workers:
            worker.stop()
        ended = [worker.wait(deadline) for worker in self._workers]
        return all(ended)

    def _limit_of(self, destination: Destination) -> Limit:
        limit = self._limits.setdefault(destination.name, Limit())
        limit.bytes_per_second = destination.limits.bytes_per_second
        return limit

    def _new_worker(self) -> UploadWorker:
        worker = UploadWorker(self._secrets, self._stores, self._mark, self)
        worker.progressed.connect(self._on_progressed)
        worker.reached.connect(self._on_reached)
        worker.resumed.connect(self._on_resumed)
        worker.kept.connect(self._on_kept)
        worker.entered.connect(self._on_entered)
        worker.ended.connect(self._on_ended)
        worker.start()
        self._workers.append(worker)
        return worker

    @Slot(object, object)
    def _on_progressed(self, first: int, sent: int) -> None:
        running = self._running[first]
        running.sent, running.is_sending = sent, True
        self._tell_progress(running)

    @Slot(object, object)
    def _on_resumed(self, first: int, at: int) -> None:
        running = self._running[first]
        running.speed = SpeedMeter(time.monotonic(), at)
        self._on_progressed(first, at)

    @Slot(object, object)
    def _on_kept(self, first: int, checkpoint: Checkpoint | None) -> None:
        self.foreman.kept(first, checkpoint)

    @Slot(object, object)
    def _on_entered(self, first: int, stage: Stage) -> None:
        self.foreman.entered(first, stage)

    @Slot()
    def _on_tick(self) -> None:
        for first, running in tuple(self._running.items()):
            if running.is_sending and not running.is_held:
                self._tell_progress(running)
            handed_over = running.worker.handed_over
            if handed_over is not None and handed_over[0] == first:
                running.worker.handed_over = None
                self._on_reached(first, State.AWAITING_REPLY, handed_over[1])

    def _tell_progress(self, running: _Running) -> None:
        running.speed.moved(running.sent, time.monotonic())
        sizes = [upload.source.size for upload in running.uploads]
        found = shares(sizes, running.sent)
        # One file is on its way at a time: the first that is not whole.
        going = next((number for number, share in enumerate(found) if share != sizes[number]), len(sizes) - 1)
        for number, (upload, share) in enumerate(zip(running.uploads, found, strict=True)):
            speed = running.speed.bytes_per_second if number == going else 0.0
            self.foreman.progressed(upload.id, share, speed)

    @Slot(object, object, object)
    def _on_reached(self, first: int, state: State, sent: int) -> None:
        running = self._running[first]
        running.sent, running.is_sending = sent, False
        if running.is_held and state is State.AWAITING_REPLY:  # the person said wait too late
            running.is_held = False
            running.control.go_on()
        found = shares([upload.source.size for upload in running.uploads], sent)
        for upload, share in zip(running.uploads, found, strict=True):
            self.foreman.reached(upload.id, state, share)

    @Slot(object, object)
    def _on_ended(self, first: int, outcome: Outcome) -> None:
        running = self._running.pop(first)
        self._idle.append(running.worker)
        if not self._running:
            self._tick.stop()
        ids = [upload.id for upload in running.uploads]
        for upload_id in ids:
            del self._firsts[upload_id]
        first_row = running.uploads[0]
        found = ends(
            outcome,
            ids,
            running.stopped,
            host=first_row.destination.host,
            can_be_asked=first_row.can_be_asked,
        )
        self.foreman.ended(tuple(found))
