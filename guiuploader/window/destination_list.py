# SPDX-License-Identifier: MIT
"""The destinations on the left: which there are, which is chosen, and each one a place to drop files on."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from guiuploader.destinations.destination import Destination
from guiuploader.values.redact import printable, redact_url
from guiuploader.window import drops, wording
from guiuploader.window.icons import glyph
from guiuploader.window.menus import menu_place
from guiuploader.window.theme import GLYPH, RADIUS, SPACE, bold, small, tokens_for

_NAME = int(Qt.ItemDataRole.UserRole)
_HOST = _NAME + 1
_CHOSEN = _NAME + 2
_WARNING = _NAME + 3
_TAKES_FILE = _NAME + 4
_DOT = 10
_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft


class DestinationList(QListWidget):
    """Click or Enter chooses; the arrow keys only move."""

    chosen = Signal(str)
    dropped = Signal(str, object)
    """A destination's name, empty for the chosen one, and what was dropped, as `drops.Carried`."""
    drag_over = Signal(str)
    drag_left = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Destinations"))
        self._delegate = _DestinationDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.viewport().setAutoFillBackground(False)
        self.itemClicked.connect(self._on_clicked)

    def show_destinations(self, destinations: Sequence[Destination], chosen: str) -> None:
        """Show these, and keep the keyboard on the row it was on."""
        before = self.current_name() or chosen
        self.clear()
        for destination in destinations:
            name, host = printable(destination.name), printable(destination.host)
            item = QListWidgetItem(name)
            is_chosen = destination.name == chosen
            item.setData(_NAME, destination.name)
            item.setData(_HOST, host)
            item.setData(_CHOSEN, is_chosen)
            item.setData(_TAKES_FILE, destination.takes_file)
            warning = self.tr("identity not checked") if destination.is_unproved else ""
            item.setData(_WARNING, warning)
            text = self.tr("{name}, {host}, chosen") if is_chosen else self.tr("{name}, {host}")
            spoken = ", ".join(filter(None, (text.format(name=name, host=host), warning)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            address = printable(redact_url(destination.url))
            if warning:
                address += "\n" + self.tr("Anybody between could read the files: verify = false is set.")
            item.setToolTip(wording.tooltip(address))
            self.addItem(item)
            if destination.name == before:
                self.setCurrentItem(item)
        if self.currentItem() is None and self.count():
            self.setCurrentRow(0)

    def takes_file(self, name: str) -> bool:
        """Tell whether files can go to the destination of this name, "" for the chosen one."""
        items = [self.item(row) for row in range(self.count())]
        meant = [item for item in items if (_name(item) == name if name else item.data(_CHOSEN))]
        return all(item.data(_TAKES_FILE) for item in meant)

    def current_name(self) -> str:
        """Return the name of the destination that the keyboard is on, "" if there is none."""
        return _name(self.currentItem())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter or Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._on_clicked(self.currentItem())
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the destination under the mouse, or of the current one."""
        self.menu_requested.emit(menu_place(self, event))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        drops.accept(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark the destination under the mouse."""
        if drops.accept(event):
            item = self.itemAt(event.position().toPoint())
            self._mark(item)
            self.drag_over.emit(_name(item))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        super().dragLeaveEvent(event)
        self._mark(None)
        self.drag_left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped and where."""
        if drops.accept(event):
            name = _name(self.itemAt(event.position().toPoint()))
            self._mark(None)
            self.drag_left.emit()
            self.dropped.emit(name, drops.carried(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in the new colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.viewport().update()

    def _mark(self, item: QListWidgetItem | None) -> None:
        if self._delegate.marked != _name(item):
            self._delegate.marked = _name(item)
            self.viewport().update()

    def _on_clicked(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(_name(item))


def _name(item: QListWidgetItem | None) -> str:
    return "" if item is None else str(item.data(_NAME))


class _DestinationDelegate(QStyledItemDelegate):
    """Paints a dot for the chosen one, the name, and the server or a warning below it.

    `marked` is what a drag is over.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.marked = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Leave room for two lines."""
        del index
        return QSize(20 * SPACE, 2 * option.fontMetrics.height() + 2 * SPACE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one destination."""
        tokens = tokens_for(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = option.rect.adjusted(SPACE // 2, 1, -SPACE // 2, -1)
        marked = self.marked == index.data(_NAME)
        is_chosen = bool(index.data(_CHOSEN))
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if marked or is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(tokens.accent), 2) if marked else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_wash if marked or is_chosen else tokens.groove))
            painter.drawRoundedRect(cell, RADIUS, RADIUS)
        if current:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, RADIUS, RADIUS)
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRect(cell.left() + SPACE, cell.center().y() - _DOT // 2, _DOT, _DOT))
        words = cell.adjusted(2 * SPACE + _DOT, 0, -SPACE, 0)
        upper = words.adjusted(0, SPACE - 2, 0, -words.height() // 2)
        lower = words.adjusted(0, words.height() // 2, 0, 2 - SPACE)
        warning = str(index.data(_WARNING))
        if warning:
            sign = glyph("failed", tokens.bad, GLYPH, painter.device().devicePixelRatio())
            upper.setRight(upper.right() - GLYPH - SPACE // 2)
            painter.drawPixmap(words.right() - GLYPH, upper.center().y() - GLYPH // 2, sign)
        painter.setFont(bold(option.font) if is_chosen else option.font)
        painter.setPen(QColor(tokens.text))
        _paint_line(painter, upper, str(index.data(Qt.ItemDataRole.DisplayRole)))
        painter.setFont(small(option.font))
        painter.setPen(QColor(tokens.bad if warning else tokens.faint))
        _paint_line(painter, lower, warning or str(index.data(_HOST)))
        painter.restore()


def _paint_line(painter: QPainter, area: QRect, text: str) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
    painter.drawText(area, _LINE | Qt.AlignmentFlag.AlignVCenter, elided)
