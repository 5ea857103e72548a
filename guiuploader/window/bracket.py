# SPDX-License-Identifier: MIT
"""Paints what holds the rows of one request together: a bracket before their names.

Neighbours in the table share one; a row that stands apart from its mates, as in another order, has its own.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ACTIVE
from guiuploader.window.sharing_words import is_together
from guiuploader.window.theme import SPACE, tokens_for
from guiuploader.window.upload_model import UPLOAD_ROLE

_WIDTH = 2  # device-independent pixels, as all here
_FROM_EDGE = 3
_ARM = 4
_GAP = SPACE // 2
"""Between two brackets of neighbouring requests."""


def paint_bracket(
    painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
) -> None:
    """Paint this row's part of the bracket, if it goes, or went, in one request with others."""
    upload: Upload = index.data(UPLOAD_ROLE)
    if not is_together(upload):
        return
    goes_on_above, goes_on_below = (_is_mate(upload, index, step) for step in (-1, 1))
    tokens = tokens_for(option.palette)
    cell = option.rect
    x = cell.left() + _FROM_EDGE
    top, bottom = float(cell.top()), float(cell.bottom() + 1)
    line = [QPointF(x, top), QPointF(x, bottom)]
    if not goes_on_above:
        line[0].setY(top + _GAP)
        line.insert(0, QPointF(x + _ARM, top + _GAP))
    if not goes_on_below:
        line[-1].setY(bottom - _GAP)
        line.append(QPointF(x + _ARM, bottom - _GAP))
    painter.save()
    colour = QColor(tokens.accent if upload.state in ACTIVE else tokens.accent_dim)
    painter.setPen(
        QPen(colour, _WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    )
    painter.drawPolyline(QPolygonF(line))
    painter.restore()


def _is_mate(upload: Upload, index: QModelIndex | QPersistentModelIndex, step: int) -> bool:
    other: Upload | None = index.sibling(index.row() + step, index.column()).data(UPLOAD_ROLE)
    return other is not None and is_together(other) and other.shared == upload.shared
