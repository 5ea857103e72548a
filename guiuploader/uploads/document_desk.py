# SPDX-License-Identifier: MIT
"""Read OpenAPI documents for the window, which waits for nothing: a large one takes seconds."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations import openapi
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.values.errors import DestinationError, Problem


class DocumentDesk(QObject):
    """Answers each question by one of its signals, in the thread it was made in."""

    read = Signal(object, object)  # Path, Interface
    failed = Signal(object, object)  # Path, Problem

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []
        self._worker = BackgroundWorker(self)
        self._worker.resulted.connect(self._on_result)
        self._worker.failed.connect(self._on_failed)

    def open(self, path: Path) -> None:
        """Ask what a file describes."""
        self._worker.start()  # does nothing where it runs
        self._paths.append(path)
        self._worker.submit(len(self._paths) - 1, partial(_read, path))

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop, and return whether the thread ended in time."""
        self._worker.stop()
        return self._worker.wait(deadline)

    @Slot(object, object)
    def _on_result(self, number: int, result: object) -> None:
        signal = self.failed if isinstance(result, Problem) else self.read
        signal.emit(self._paths[number], result)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        self.failed.emit(self._paths[number], problem)


def _read(path: Path, _: Callable[[], bool]) -> Iterator[openapi.Interface | Problem]:
    try:
        yield openapi.read_file(path)
    except DestinationError as error:
        yield error.problem
