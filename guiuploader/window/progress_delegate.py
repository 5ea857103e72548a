# SPDX-License-Identifier: MIT
"""Paints the cells: a bar while an upload is under way, a sign and words otherwise.

Each state has its own shape, so that nothing is told by colour alone.
"""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ACTIVE, State
from guiuploader.window import wording
from guiuploader.window.bracket import paint_bracket
from guiuploader.window.icons import glyph
from guiuploader.window.theme import GLYPH, RADIUS, SPACE, Tokens, tokens_for
from guiuploader.window.upload_model import UPLOAD_ROLE, Column

_ENDLESS: Mapping[State, str] = {
    State.PREPARING: "preparing",
    State.UPLOADING: "send",
    State.AWAITING_REPLY: "awaiting-reply",
}
"""The signs on the bars of what nobody can measure."""

_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter


class ProgressDelegate(QStyledItemDelegate):
    """Serves all columns: the progress column is its own, the others get the outline of the current row."""

    copy_link_requested = Signal(object)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        if index.column() == Column.PROGRESS:
            self._paint_progress(painter, option, index)
        else:
            _paint_text(painter, option, index)
        if index.column() == Column.NAME:
            paint_bracket(painter, option, index)
        _outline_current_row(painter, option, index)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Copy the link when its words are clicked."""
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            left = event.button() is Qt.MouseButton.LeftButton
            if left and self.link_area(option, index).contains(event.position().toPoint()):
                self.copy_link_requested.emit(index.data(UPLOAD_ROLE).id)
                return True
        return super().editorEvent(event, model, option, index)

    def link_area(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Return where "copy link" stands in a cell, empty where it does not."""
        upload: Upload = index.data(UPLOAD_ROLE)
        if index.column() != Column.PROGRESS or wording.link_of(upload) is None:
            return QRect()
        area = _words_area(option.rect)
        start = option.fontMetrics.horizontalAdvance(self._before_link(upload))
        width = option.fontMetrics.horizontalAdvance(self.tr("copy link"))
        return QRect(area.left() + start, area.top(), width, area.height()) & area

    def _paint_progress(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        _paint_panel(painter, option)
        upload: Upload = index.data(UPLOAD_ROLE)
        tokens = tokens_for(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        if upload.state in ACTIVE or wording.is_paused_midway(upload):
            _paint_bar(painter, option.rect, upload, tokens)
        else:
            self._paint_words(painter, option, index, tokens)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        tokens: Tokens,
    ) -> None:
        upload: Upload = index.data(UPLOAD_ROLE)
        colour = _state_colour(upload.state, tokens)
        ratio = painter.device().devicePixelRatio()
        top = option.rect.center().y() - GLYPH // 2
        picture = glyph(upload.state.value.replace("_", "-"), colour, GLYPH, ratio)
        painter.drawPixmap(option.rect.left() + SPACE, top, picture)
        area = _words_area(option.rect)
        link = self.link_area(option, index)
        text = wording.progress_text(upload) if link.isEmpty() else self._before_link(upload)
        painter.setPen(QColor(tokens.faint if upload.state in _QUIET else colour))
        painter.drawText(area, _LINE, _elided(option, text, area.width()))
        if not link.isEmpty():
            painter.setPen(QColor(tokens.accent))
            painter.drawText(link, _LINE, self.tr("copy link"))

    def _before_link(self, upload: Upload) -> str:
        return self.tr("{state} · ").format(state=wording.progress_text(upload))


def _paint_panel(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Paint what lies under a cell: nothing, or that its row is selected."""
    style = option.widget.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)


def _paint_text(
    painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
) -> None:
    """Paint a cell of one line; a long name keeps its beginning and its end."""
    _paint_panel(painter, option)
    area = option.rect.adjusted(SPACE, 0, -SPACE, 0)
    quiet = index.column() not in {Column.NAME, Column.SIZE}
    tokens = tokens_for(option.palette)
    painter.save()
    painter.setFont(option.font)
    painter.setPen(QColor(tokens.faint if quiet else tokens.text))
    mode = Qt.TextElideMode.ElideMiddle if index.column() == Column.NAME else Qt.TextElideMode.ElideRight
    text = option.fontMetrics.elidedText(str(index.data()), mode, area.width())
    painter.drawText(area, index.data(Qt.ItemDataRole.TextAlignmentRole) | Qt.TextFlag.TextSingleLine, text)
    painter.restore()


_QUIET = frozenset({State.QUEUED, State.SKIPPED, State.CANCELLED})


def _state_colour(state: State, tokens: Tokens) -> str:
    colours = {State.DONE: tokens.good, State.FAILED: tokens.bad, State.UNCONFIRMED: tokens.doubtful}
    return colours.get(state, tokens.faint)


def _elided(option: QStyleOptionViewItem, text: str, width: int) -> str:
    return option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _words_area(cell: QRect) -> QRect:
    return cell.adjusted(SPACE + GLYPH + SPACE * 3 // 4, 0, -SPACE, 0)


def _paint_bar(painter: QPainter, cell: QRect, upload: Upload, tokens: Tokens) -> None:
    """Paint the bar and its text; the text changes colour where the bar reaches it."""
    height = painter.fontMetrics().height() + SPACE // 2
    bar = QRect(cell.left() + SPACE, cell.center().y() - height // 2, cell.width() - 2 * SPACE, height)
    outline = QPainterPath()
    outline.addRoundedRect(bar, RADIUS, RADIUS)
    painter.setClipPath(outline)
    is_paused = upload.state is State.PAUSED
    is_endless = not is_paused and (upload.state is not State.UPLOADING or not upload.destination.takes_file)
    room = bar.width() - (GLYPH + 2 * SPACE if is_paused or is_endless else SPACE)
    text = painter.fontMetrics().elidedText(wording.progress_text(upload), Qt.TextElideMode.ElideRight, room)
    if is_endless:
        # The outline tells the bar from a selected row, whose ground is the same.
        painter.fillRect(bar, QColor(tokens.accent_wash))
        painter.setPen(QPen(QColor(tokens.accent), 2))  # its outer half is clipped
        painter.drawPath(outline)
        _paint_sign(painter, bar, _ENDLESS[upload.state], text, tokens)
        return
    painter.fillRect(bar, QColor(tokens.groove))
    filled = QRect(bar)
    filled.setWidth(round(bar.width() * (upload.fraction or 0.0)))
    if is_paused:
        painter.fillRect(filled, QColor(tokens.accent_dim))
        _paint_sign(painter, bar, "paused", text, tokens)
        return
    painter.setPen(QColor(tokens.text))
    painter.drawText(bar, _LINE | Qt.AlignmentFlag.AlignHCenter, text)
    painter.setClipRect(filled, Qt.ClipOperation.IntersectClip)
    painter.fillRect(filled, QColor(tokens.accent))
    painter.setPen(QColor(tokens.on_accent))
    painter.drawText(bar, _LINE | Qt.AlignmentFlag.AlignHCenter, text)


def _paint_sign(painter: QPainter, bar: QRect, name: str, text: str, tokens: Tokens) -> None:
    width = painter.fontMetrics().horizontalAdvance(text)
    left = bar.center().x() - (width + GLYPH + SPACE // 2) // 2
    ratio = painter.device().devicePixelRatio()
    colour = tokens.text if name == "paused" else tokens.accent
    picture = glyph(name, colour, GLYPH - 2, ratio)
    painter.drawPixmap(max(left, bar.left()), bar.center().y() - GLYPH // 2 + 1, picture)
    painter.setPen(QColor(tokens.text))
    words = bar.adjusted(left - bar.left() + GLYPH + SPACE // 2, 0, 0, 0)
    painter.drawText(words, _LINE, text)


def _outline_current_row(
    painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
) -> None:
    """Draw this cell's part of the frame around the current row while the table has the keyboard."""
    table = option.widget
    if not isinstance(table, QTableView) or not table.hasFocus():
        return
    if table.currentIndex().row() != index.row():
        return
    painter.save()
    painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 1))
    frame = option.rect
    painter.drawLine(frame.topLeft(), frame.topRight())
    painter.drawLine(frame.bottomLeft(), frame.bottomRight())
    columns = table.horizontalHeader()
    if columns.visualIndex(index.column()) == 0:
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
    if columns.logicalIndexAt(columns.length() - 1) == index.column():
        painter.drawLine(frame.topRight(), frame.bottomRight())
    painter.restore()
