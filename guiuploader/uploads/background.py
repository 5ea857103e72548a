# SPDX-License-Identifier: MIT
"""Work that may take long, on one background thread, its results brought home by a signal."""

import logging
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

_log = logging.getLogger(__name__)

Task = Callable[[], Iterator[object]]
"""Yields its results one by one; each is delivered as it comes."""


class BackgroundWorker(QThread):
    """Runs tasks one after another; connect methods of QObjects, which then run in their own thread."""

    resulted = Signal(object, object)  # the task's number, one result
    ended = Signal(object)  # the task's number; also after a task that broke

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[tuple[int, Task] | None] = SimpleQueue()
        self._stopping = threading.Event()

    def submit(self, number: int, task: Task) -> None:
        """Run a task after those submitted before it."""
        self._tasks.put((number, task))

    def stop(self) -> None:
        """Leave out what has not begun, break off the running task at its next result, and join."""
        self._stopping.set()
        self._tasks.put(None)
        self.wait()

    def run(self) -> None:
        """Work until told to stop."""
        while (item := self._tasks.get()) is not None and not self._stopping.is_set():
            number, task = item
            try:
                for result in task():
                    self.resulted.emit(number, result)
                    if self._stopping.is_set():
                        return
            except Exception:  # noqa: BLE001 - the thread serves others; what lacks is seen at `ended`
                _log.exception("a background task ended by a mistake")
            self.ended.emit(number)
