# SPDX-License-Identifier: MIT
"""The strip under the table: the current row in full, with a real button for whatever can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ENDED
from guiuploader.window import sentences, wording
from guiuploader.window.actions import Actions
from guiuploader.window.buttons import ActionButton
from guiuploader.window.theme import SPACE, TARGET, bold

_LINES = 4


class RowStrip(QFrame):
    """Keeps its height, so that the table above does not jump when another row is chosen."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._title = QLabel()
        self._title.setFont(bold(self.font()))
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        words = QVBoxLayout()
        words.setSpacing(SPACE // 4)
        words.addWidget(self._title)
        words.addWidget(self._text, stretch=1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(words, stretch=1)
        for action in actions.rows.values():
            button = ActionButton(action, hide_disabled=True)
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(max(_LINES * line + 3 * SPACE, TARGET + 2 * SPACE))
        self.show_uploads([])

    @property
    def text(self) -> str:
        """What is told of the row."""
        return self._text.text()

    def show_uploads(self, uploads: Sequence[Upload]) -> None:
        """Describe what is selected."""
        if not uploads:
            title, text = "", self.tr("Select a row to read more about it.")
        elif len(uploads) == 1:
            title, text = wording.name_text(uploads[0]), wording.particulars(uploads[0])
        else:
            title = sentences.several(
                len(uploads),
                sum(upload.source.size or 0 for upload in uploads),
                sum(upload.state in ENDED for upload in uploads),
            )
            text = ""
        self._title.setVisible(bool(title))
        self._set(self._title, title)
        self._set(self._text, text)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the title bold when the system's font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._title.setFont(bold(self.font()))

    def _set(self, label: QLabel, text: str) -> None:
        # Setting the same text again would take away what a person has marked in it.
        if label.text() != text:
            label.setText(text)
