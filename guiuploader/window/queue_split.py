# SPDX-License-Identifier: MIT
"""The table above, the strip below, and a border between them that can be dragged."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from guiuploader.window.row_strip import RowStrip
from guiuploader.window.upload_table import UploadTable


class QueueSplit(QSplitter):
    """Gives the strip the height it wants, or the one that a person gave it: one to sum up, one to read."""

    def __init__(self, table: UploadTable, strip: RowStrip, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._table = table
        self._strip = strip
        self._dragged: dict[bool, int] = {}
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(table)
        self.addWidget(strip)
        self.setStretchFactor(0, 1)
        self.splitterMoved.connect(self._on_moved)
        strip.height_changed.connect(self._share)

    def createHandle(self) -> QSplitterHandle:
        """Return a border that can be seen."""
        return _Border(self.orientation(), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room anew."""
        super().resizeEvent(event)
        self._share()

    def _on_moved(self) -> None:
        self._dragged[self._strip.is_reading] = self._strip.height()

    def _share(self) -> None:
        current = self._table.currentIndex()
        area = self._table.viewport().rect()
        was_in_sight = current.isValid() and area.intersects(self._table.visualRect(current))
        wanted = self._strip.height_wanted(self.height())
        if not self._strip.is_folded:
            wanted = self._dragged.get(self._strip.is_reading, wanted)
        self.setSizes([self.height() - wanted, wanted])
        if was_in_sight:
            self._table.scrollTo(current)


class _Border(QSplitterHandle):
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line; Qt's own style paints none where it is so thin."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Mid))
        painter.end()
