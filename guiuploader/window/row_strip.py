# SPDX-License-Identifier: MIT
"""The strip under the table: the current row in full, with a real button for whatever can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ENDED
from guiuploader.window import sentences, wording
from guiuploader.window.actions import Actions
from guiuploader.window.buttons import ActionButton
from guiuploader.window.labels import ElidedLabel
from guiuploader.window.theme import SPACE, TARGET, bold

_LINES, _FEW_LINES = 4, 3
_WORDS_WIDTH = 22 * SPACE
"""What the words keep before the buttons lose theirs."""


class RowStrip(QFrame):
    """Keeps its height, so that the table above does not jump when another row is chosen.

    In a low window it takes one line while nothing is selected, for there each row of the table counts.
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._is_low = False
        self._is_empty = True
        self._title = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._title.setFont(bold(self.font()))
        self._text = _Particulars()
        self._text.setAccessibleName(self.tr("About the selected rows"))
        words = QVBoxLayout()
        words.setSpacing(SPACE // 4)
        words.addWidget(self._title)
        words.addWidget(self._text, stretch=1)
        layout = self._layout = QHBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.addLayout(words, stretch=1)
        self._buttons = [ActionButton(action, hide_disabled=True) for action in actions.rows.values()]
        for button in self._buttons:
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        self.show_uploads([])

    @property
    def text(self) -> str:
        """What is told of the row."""
        return self._text.toPlainText()

    def show_uploads(self, uploads: Sequence[Upload]) -> None:
        """Describe what is selected."""
        if not uploads:
            title, text = "", self.tr("Select a row to read more about it.")
        elif len(uploads) == 1:
            title, text = wording.name_text(uploads[0]), wording.particulars(uploads[0])
        else:
            title = sentences.selected(len(uploads))
            text = sentences.together(
                sum(upload.source.size or 0 for upload in uploads),
                sum(upload.state in ENDED for upload in uploads),
            )
        self._title.setVisible(bool(title))
        self._title.setText(title)
        # Setting the same text again would take away what a person has marked in it.
        if self.text != text:
            self._text.setPlainText(text)
        self._is_empty = not uploads
        bar = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if self._is_empty else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self._text.setVerticalScrollBarPolicy(bar)
        self._settle()

    def set_low(self, *, is_low: bool) -> None:
        """Say whether the window is so low that each line counts."""
        self._is_low = is_low
        self._settle()

    def minimumSizeHint(self) -> QSize:
        """Need as much as an empty strip, so that a window stays as narrow as a person made it."""
        return QSize(_WORDS_WIDTH, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the buttons show only their signs where words would have no room."""
        super().resizeEvent(event)
        self._settle()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the title bold when the system's font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._title.setFont(bold(self.font()))
            self._settle()

    def _settle(self) -> None:
        """Take the height, and give the buttons the width, that there is room for."""
        line = self.fontMetrics().lineSpacing()
        if self._is_low and self._is_empty:
            edge, height = SPACE // 2, line + SPACE
        else:
            lines = _FEW_LINES if self._is_low else _LINES
            edge, height = SPACE, max(lines * line + 3 * SPACE, TARGET + 2 * SPACE)
        self._layout.setContentsMargins(2 * SPACE, edge, 2 * SPACE, edge)
        self.setFixedHeight(height)
        shown = [button for button in self._buttons if not button.isHidden()]
        needed = sum(button.full_width for button in shown) + (len(shown) + 4) * SPACE
        for button in self._buttons:
            button.show_text(with_text=needed + _WORDS_WIDTH <= self.width())


class _Particulars(QPlainTextEdit):
    """Breaks words of any length, and scrolls where a server said much."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumSize(1, 1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Begin with the first line: Qt keeps the one that was in sight when there was room for less."""
        super().resizeEvent(event)
        self.verticalScrollBar().setValue(0)
