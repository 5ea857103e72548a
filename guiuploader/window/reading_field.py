# SPDX-License-Identifier: MIT
"""A field to read foreign text in, mark it and copy it: plain, in letters of one width."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

SHOWN = 32 * 1024
"""Characters that are shown; Qt breaks a long line slowly."""


class ReadingField(QPlainTextEdit):
    """Tab leaves it; the same text shown again takes no mark away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setUndoRedoEnabled(False)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def show_foreign(self, text: str) -> None:
        """Show what a server is told, or tells."""
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(self.font().pointSizeF())
        self._show(text[:SHOWN], fixed)

    def show_sentence(self, text: str) -> None:
        """Show words of ours."""
        self._show(text, QFont())

    def _show(self, text: str, font: QFont) -> None:
        self.setFont(font)
        if self.toPlainText() != text:
            self.setPlainText(text)
