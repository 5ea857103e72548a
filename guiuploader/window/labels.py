# SPDX-License-Identifier: MIT
"""Labels for text of any length: names and servers' answers never say how wide the window is."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from guiuploader.window import wording
from guiuploader.window.theme import SPACE

_MAY_BREAK = "\u200b"  # a space without width
_LONG_WORD = re.compile(r"\S{20,}")
_PIECE = re.compile(r"\S{10}(?=[!-~\w])")  # a mark that belongs to the letter before it stays with it


def breakable(text: str) -> str:
    """Return the text with places to break in words too long for a line, such as an address."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub(rf"\g<0>{_MAY_BREAK}", word[0]), text)


class WrappedLabel(QLabel):
    """Shows plain text on as many lines as it takes, whatever its width; `text` is what was set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(1)

    def setText(self, text: str) -> None:
        """Show this."""
        super().setText(breakable(text))
        self.setAccessibleName(text)

    def text(self) -> str:
        """Return the text as it was set."""
        return super().text().replace(_MAY_BREAK, "")


class ElidedLabel(QLabel):
    """Shows plain text on one line, cut to its width; the tooltip has the whole while it is cut."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """Need a little, however long the text is."""
        return QSize(SPACE, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is room for."""
        del event
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
        tooltip = wording.tooltip(self.text()) if shown != self.text() else ""
        if self.toolTip() != tooltip:
            self.setToolTip(tooltip)
        painter = QPainter(self)
        painter.drawText(area, self.alignment() | Qt.TextFlag.TextSingleLine, shown)
        painter.end()
