# SPDX-License-Identifier: MIT
"""A question before something that cannot be taken back; Enter and Escape leave everything as it is."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from guiuploader.window.labels import breakable


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what it means, and the words on the buttons. All of it is plain text.

    `other` is a second way to agree, "" for none.
    """

    title: str
    text: str
    detail: str
    yes: str
    no: str
    other: str = ""


class QuestionBox(QMessageBox):
    """Asks without blocking: `open` shows it, one of its signals tells the answer; then it deletes itself."""

    agreed = Signal()
    other_chosen = Signal()
    declined = Signal()

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(question.title)
        # Names and answers are foreign text.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(breakable(question.text))
        self.setInformativeText(breakable(question.detail))
        self._yes = self.addButton(question.yes, QMessageBox.ButtonRole.DestructiveRole)
        other = QMessageBox.ButtonRole.AcceptRole
        self._other = self.addButton(question.other, other) if question.other else None
        no = self.addButton(question.no, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(no)
        self.setEscapeButton(no)
        self.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        if self.clickedButton() is self._yes:
            self.agreed.emit()
        elif self._other is not None and self.clickedButton() is self._other:
            self.other_chosen.emit()
        else:
            self.declined.emit()
        self.deleteLater()
