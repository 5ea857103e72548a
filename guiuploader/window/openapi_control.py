# SPDX-License-Identifier: MIT
"""What becomes of an OpenAPI document that is opened or dropped: an operation of it, or the file itself."""

from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal
from PySide6.QtWidgets import QWidget

from guiuploader.destinations.openapi import Interface
from guiuploader.uploads.document_desk import DocumentDesk
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.window import wording
from guiuploader.window.operation_chooser import OperationChooser
from guiuploader.window.question import Question, QuestionBox


class OpenapiControl(QObject):
    """Reads in the background, and then asks; it adds nothing itself."""

    taken = Signal(object)  # Imported
    file_wanted = Signal(object)  # Path: it is to be sent as it is

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._desk = DocumentDesk(self)
        self._desk.read.connect(self._on_read)
        self._desk.failed.connect(self._on_failed)
        self.open = self._desk.open

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Read nothing more, and return whether that ended in time."""
        return self._desk.shutdown(deadline)

    def _on_read(self, path: Path, api: Interface) -> None:
        chooser = OperationChooser(api, self._window)
        chooser.taken.connect(self.taken)
        chooser.file_wanted.connect(lambda: self.file_wanted.emit(path))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_failed(self, path: Path, problem: Problem) -> None:
        question = Question(
            title=self.tr("Send this file?"),
            text=self.tr("No destination can be made of {name}.").format(name=printable(path.name)),
            detail=str(explain(problem, wording.words)),
            yes=self.tr("&Send the file itself"),
            no=self.tr("&Cancel"),
        )
        box = QuestionBox(question, self._window)
        box.agreed.connect(lambda: self.file_wanted.emit(path))
        box.open()
