# SPDX-License-Identifier: MIT
"""Dragging rows of the table to another place in the queue, apart from files that are dragged in."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QDrag, QDropEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QTableView

from guiuploader.window.theme import RADIUS, SPACE, tokens_for

ROWS = "application/x-guiuploader-rows"
"""What a drag of rows carries, and nothing else: which rows they are is known here."""

_LINE = 2


class RowDrag(QObject):
    """One drag at a time; `row` is where they would go, before this row, None while they would go nowhere."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._is_ours = False
        self.row: int | None = None

    def begin(self, text: str, run: Callable[[QDrag], object]) -> None:
        """Drag under a label; `run` returns when it is over, wherever it ended."""
        drag = QDrag(self._table)
        mime = QMimeData()
        mime.setData(ROWS, b"")
        drag.setMimeData(mime)
        drag.setPixmap(_label(self._table, text))
        drag.setHotSpot(QPoint(-SPACE, -SPACE))
        self._is_ours = True
        try:
            run(drag)
        finally:
            self._is_ours = False
            self.leave()

    def accept(self, event: QDropEvent) -> bool:
        """Accept a drag of this table's rows, and note where they would go; any other is left to others."""
        if not self._is_ours or not event.mimeData().hasFormat(ROWS):
            event.ignore()
            return False
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        self._point_at(event.position().toPoint().y())
        return True

    def leave(self) -> None:
        """Point at no place any more."""
        self.row = None
        self._table.viewport().update()

    def paint(self) -> None:
        """Draw a line where the rows would go."""
        if self.row is None:
            return
        last = self._table.model().rowCount() - 1
        y = self._table.rowViewportPosition(min(self.row, last))
        if self.row > last:
            y += self._table.rowHeight(last)
        painter = QPainter(self._table.viewport())
        colour = self._table.palette().color(QPalette.ColorRole.Accent)
        painter.fillRect(0, max(y - _LINE // 2, 0), self._table.viewport().width(), _LINE, colour)
        painter.end()

    def _point_at(self, y: int) -> None:
        row = self._table.rowAt(y)
        if row < 0:
            self.row = self._table.model().rowCount()
        else:
            middle = self._table.rowViewportPosition(row) + self._table.rowHeight(row) // 2
            self.row = row + (y >= middle)
        self._table.viewport().update()


def _label(table: QTableView, text: str) -> QPixmap:
    """Return the words beside the pointer."""
    metrics, ratio = table.fontMetrics(), table.devicePixelRatioF()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, 40 * SPACE)
    width, height = metrics.horizontalAdvance(text) + 2 * SPACE, metrics.height() + SPACE
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    tokens = tokens_for(table.palette())
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(table.font())
    painter.setPen(QColor(tokens.accent))
    painter.setBrush(QColor(tokens.accent_wash))
    painter.drawRoundedRect(0, 0, width - 1, height - 1, RADIUS, RADIUS)
    painter.setPen(QColor(tokens.text))
    painter.drawText(SPACE, 0, width, height, Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return picture
