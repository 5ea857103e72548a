# SPDX-License-Identifier: MIT
"""Tells a second start of its uploads as they go, in the lines of `send --json`, until all have ended."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.exit_codes import exit_code
from guiuploader.report import JsonReport
from guiuploader.uploads.instance import Caller
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.messages import Ended, Event
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.states import ACTIVE, ENDED, State

_FROM_EARLIER_RUNS = 0
"""The batch of rows that an earlier run left."""


class Following(QObject):
    """One caller's uploads among all: those of the batches it `expect`s, or all that is unfinished.

    Rows that are paused or held when they are taken up are told of and not waited for.
    """

    over = Signal(object)  # Caller: all has ended, and it knows

    def __init__(self, manager: UploadManager, caller: Caller, parent: QObject) -> None:
        super().__init__(parent)
        self._manager = manager
        self._caller = caller
        self._report = JsonReport(_Line(caller))
        self._started = time.perf_counter()
        self._batches: set[int] = set()
        self._searching: set[int] = set()
        self._rows: dict[int, Upload] = {}
        self._open: set[int] = set()
        self._refused = 0
        self._is_stopped = False
        self._is_over = False
        manager.added.connect(self._on_added)
        manager.refused.connect(self._on_refused)
        manager.doubles_found.connect(self._on_doubles_found)
        manager.stepped.connect(self._on_stepped)
        manager.changed.connect(self._on_changed)
        manager.removed.connect(self._on_removed)
        manager.intake_finished.connect(self._on_intake_finished)
        manager.all_ended.connect(self._end_when_due)

    def expect(self, batch: int) -> None:
        """Follow what comes of this batch."""
        self._batches.add(batch)
        self._searching.add(batch)

    def take_all(self) -> None:
        """Follow all that has not ended, and what an earlier run left and is still being read."""
        self._manager.tell_now()
        self._batches.add(_FROM_EARLIER_RUNS)
        self._take(upload for upload in self._manager.uploads() if upload.state not in ENDED)
        self._end_when_due()

    def stop(self) -> None:
        """Cancel all of it, and what is still to come."""
        self._is_stopped = True
        self._manager.cancel(tuple(self._open))
        self._end_when_due()

    def _take(self, uploads: Iterable[Upload]) -> None:
        new = tuple(uploads)
        self._report.added(new)
        for upload in new:
            self._rows[upload.id] = upload
            if upload.state in ACTIVE | {State.QUEUED}:
                self._open.add(upload.id)
            if upload.state is not State.QUEUED:
                self._report.stepped(upload)
        if self._is_stopped:
            self._manager.cancel([upload.id for upload in new])

    @Slot(object)
    def _on_added(self, uploads: Sequence[Upload]) -> None:
        """Take the rows that are this caller's; what an earlier run left ended is none of its business."""
        self._take(
            upload
            for upload in uploads
            if upload.batch in self._batches
            and (upload.state not in ENDED or upload.batch != _FROM_EARLIER_RUNS)
        )

    @Slot(int, object)
    def _on_refused(self, batch: int, problems: Sequence[Problem]) -> None:
        if batch in self._searching:
            self._refused += len(problems)
            for problem in problems:
                self._report.refused(problem)

    @Slot(int, int, int)
    def _on_doubles_found(self, batch: int, _skipped: int, queued: int) -> None:
        if batch in self._searching and queued:
            self._report.left_out(queued)

    @Slot(object)
    def _on_stepped(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            self._step(upload)

    def _step(self, upload: Upload) -> None:
        if upload.id not in self._rows or self._rows[upload.id].state in ENDED:
            return  # another's, or one that was told to have ended and is tried again here
        self._rows[upload.id] = upload
        self._open.add(upload.id)
        self._report.stepped(upload)
        if upload.state in ENDED:
            self._open.discard(upload.id)
            self._end_when_due()

    @Slot(object)
    def _on_changed(self, uploads: Sequence[Upload]) -> None:
        self._report.moved([upload for upload in uploads if upload.id in self._open])

    @Slot(object)
    def _on_removed(self, ids: Sequence[int]) -> None:
        """Tell of rows that a person took out as cancelled."""
        for upload_id in ids:
            row = self._rows.get(upload_id)
            if row is not None and row.state not in ENDED:
                self._step(replace(row, state=State.CANCELLED))

    @Slot(int, int, int)
    def _on_intake_finished(self, batch: int, _accepted: int, _refused: int) -> None:
        self._searching.discard(batch)
        self._end_when_due()

    @Slot()
    def _end_when_due(self) -> None:
        is_reading = not self._rows and self._manager.is_busy
        if self._is_over or self._open or self._searching or is_reading:
            return
        self._is_over = True
        rows = tuple(self._rows.values())
        seconds = time.perf_counter() - self._started
        self._report.closed(rows, refused=self._refused, seconds=seconds, interrupted=self._is_stopped)
        code = exit_code(rows, refused=self._refused, interrupted=self._is_stopped)
        self._caller.tell(Ended(code=code))
        self._caller.hang_up()
        self.over.emit(self._caller)


class _Line:
    """Has a caller told what a report writes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def write(self, text: str, /) -> None:
        """Tell each line of it."""
        for line in text.split("\n")[:-1]:  # a name may hold what Python, but not JSON, takes for an end
            self._caller.tell(Event(line=line))

    def flush(self) -> None:
        """Do nothing: each line is on its way."""
