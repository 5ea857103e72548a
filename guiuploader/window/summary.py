# SPDX-License-Identifier: MIT
"""The selected rows in words, with a real button for whatever can be done with them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ENDED
from guiuploader.window import sentences, sharing_words, wording
from guiuploader.window.actions import Actions
from guiuploader.window.buttons import ActionButton
from guiuploader.window.labels import ElidedLabel
from guiuploader.window.theme import SPACE, TARGET, bold

_LINES, _FEW_LINES = 4, 3
_WORDS_WIDTH = 22 * SPACE
"""What the words keep before the buttons lose theirs."""


class Summary(QWidget):
    """Wants the same height whichever row is chosen, so that the table above does not jump."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._title.setFont(bold(self.font()))
        self._text = _Particulars()
        self._text.setAccessibleName(self.tr("About the selected rows"))
        words = QVBoxLayout()
        words.setSpacing(SPACE // 4)
        words.addWidget(self._title)
        words.addWidget(self._text, stretch=1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE // 2)
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

    def height_wanted(self, *, is_low: bool) -> int:
        """Return how high it is at its best; in a low window each line counts."""
        lines = _FEW_LINES if is_low else _LINES
        return max(lines * self.fontMetrics().lineSpacing(), TARGET) + 2 * SPACE

    def show_uploads(self, uploads: Sequence[Upload]) -> None:
        """Describe what is selected."""
        if not uploads:
            title, text = "", self.tr("Select a row to read more about it.")
        elif len(uploads) == 1:
            title, text = wording.name_text(uploads[0]), sharing_words.particulars(uploads[0])
        else:
            title = sentences.selected(len(uploads))
            sizes = [upload.source.size or 0 for upload in uploads if upload.destination.takes_file]
            text = sentences.together(
                sum(sizes) if sizes else None,
                sum(upload.state in ENDED for upload in uploads),
            )
        self._title.setVisible(bool(title))
        self._title.setText(title)
        # Setting the same text again would take away what a person has marked in it.
        if self.text != text:
            self._text.setPlainText(text)
        self._settle()

    def minimumSizeHint(self) -> QSize:
        """Need little, so that a window stays as narrow as a person made it."""
        return QSize(_WORDS_WIDTH, TARGET)

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
        """Give the buttons the width that there is room for."""
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
