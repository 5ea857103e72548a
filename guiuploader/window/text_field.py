# SPDX-License-Identifier: MIT
"""Fields to type in: one for a line, and one for a text that comes out as it went in, to the last sign."""

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from guiuploader.window.theme import SPACE, TARGET

_LINES = 6
_LINE_END = "\u2029"  # Qt's own
_CRLF = "\r\n"


def line_field(name: str) -> QLineEdit:
    """Return a field for one line that is called so aloud."""
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setMinimumHeight(TARGET)
    return field


class TextField(QPlainTextEdit):
    """Qt shows every line end alike: what was not touched keeps its own, what was gets the first one's."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self.setFont(font)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 2 * SPACE)
        self._given = ""
        self._shown = ""

    def set_text(self, text: str) -> None:
        """Show this."""
        self.setPlainText(text)
        self._given, self._shown = text, self._raw()

    def text(self) -> str:
        """Return what stands there now."""
        raw = self._raw()
        if raw == self._shown:
            return self._given
        return raw.replace(_LINE_END, _CRLF if _CRLF in self._given else "\n")

    def _raw(self) -> str:
        # Unlike `toPlainText`, this leaves a blank that forbids a line break as it is.
        return self.document().toRawText()
