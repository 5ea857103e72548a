# SPDX-License-Identifier: MIT
"""Work that may take long, on one background thread, its results brought home by a signal."""

import logging
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

from guiuploader.values.errors import ErrorCode, Problem

_log = logging.getLogger(__name__)

Task = Callable[[Callable[[], bool]], Iterator[object]]
"""Yields its results one by one, each delivered as it comes; asks its argument whether to go on."""


class BackgroundWorker(QThread):
    """Runs tasks one after another; connect methods of QObjects, which then run in their own thread."""

    resulted = Signal(object, object)  # the task's number, one result
    failed = Signal(object, object)  # the task's number, a Problem: the task broke by a mistake of ours
    ended = Signal(object)  # the task's number; always, and last

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[tuple[int, Task] | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._left_off: set[int] = set()

    def submit(self, number: int, task: Task) -> None:
        """Run a task after those submitted before it."""
        self._tasks.put((number, task))

    def leave_off(self, number: int) -> None:
        """Break off a task where it is, or leave it out when it has not begun; it still ends."""
        self._left_off.add(number)

    def stop(self) -> None:
        """Break off everything; `wait` for the thread then."""
        self._stopping.set()
        self._tasks.put(None)

    def run(self) -> None:
        """Work until told to stop."""
        while (item := self._tasks.get()) is not None and not self._stopping.is_set():
            number, task = item

            def going_on(number: int = number) -> bool:
                return not self._stopping.is_set() and number not in self._left_off

            try:
                for result in task(going_on) if going_on() else ():
                    if not going_on():
                        break
                    self.resulted.emit(number, result)
            except Exception as error:  # noqa: BLE001 - the thread serves others, who must not wait for ever
                _log.exception("a background task ended by a mistake")
                self.failed.emit(number, Problem(ErrorCode.INTERNAL, {"reason": type(error).__name__}))
            self._left_off.discard(number)
            self.ended.emit(number)
