# SPDX-License-Identifier: MIT
"""The titles above the table: flat, with the cells' own margins, and an arrow where rows are in order."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from guiuploader.window.icons import glyph
from guiuploader.window.theme import SPACE, small, tokens_for

_ARROW = 12


class TableHeader(QHeaderView):
    """A click orders the rows by a column, a second turns the order, a third gives the queue's back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(self.tr("Columns"))
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setSortIndicatorClearable(True)
        self.setMinimumSectionSize(6 * SPACE)

    def sizeHint(self) -> QSize:
        """Leave room above and below the words."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + 3 * SPACE // 2)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title."""
        tokens = tokens_for(self.palette())
        painter.save()
        painter.fillRect(rect, QColor(tokens.window))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if section != self.logicalIndex(0):
            painter.drawLine(rect.left(), rect.top() + SPACE, rect.left(), rect.bottom() - SPACE)
        words = rect.adjusted(SPACE, 0, -SPACE, 0)
        model, role = self.model(), Qt.ItemDataRole
        text = str(model.headerData(section, Qt.Orientation.Horizontal, role.DisplayRole))
        alignment = model.headerData(section, Qt.Orientation.Horizontal, role.TextAlignmentRole)
        painter.setFont(small(self.font()))
        painter.setPen(QColor(tokens.faint))
        if section == self.sortIndicatorSection():
            painter.setPen(QColor(tokens.text))
            self._paint_arrow(
                painter, words, tokens.text, at_left=bool(alignment & Qt.AlignmentFlag.AlignRight)
            )
        painter.drawText(
            words,
            alignment,
            painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, words.width()),
        )
        painter.restore()

    def _paint_arrow(self, painter: QPainter, area: QRect, colour: str, *, at_left: bool) -> None:
        name = "up" if self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder else "down"
        left = area.left() if at_left else area.right() - _ARROW
        picture = glyph(name, colour, _ARROW, painter.device().devicePixelRatio())
        painter.drawPixmap(left, area.center().y() - _ARROW // 2, picture)
