# SPDX-License-Identifier: MIT
"""The cloud browser's view: opens places, and asks for the next page when the end of one comes into sight."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from guiuploader.sources.store_address import StoreAddress
from guiuploader.window.store_model import Column, StoreModel
from guiuploader.window.store_node import Kind, Node, Stage
from guiuploader.window.theme import ICON, TARGET

_SIZE_WIDTH, _DATE_WIDTH = 90, 150  # device-independent pixels


class StoreTree(QTreeView):
    """Enter, or a double click, opens a place and picks an object."""

    picked = Signal()  # an object: what is selected is to be added
    place_changed = Signal()
    selection_changed = Signal()

    def __init__(self, model: StoreModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._look_for_more)
        self.setModel(model)
        self.setAccessibleName(self.tr("Objects in the cloud"))
        self.setUniformRowHeights(True)
        self.setItemDelegate(RoomyRows(self))
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIndentation(ICON)
        header = self.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(Column.SIZE, _SIZE_WIDTH)
        self.setColumnWidth(Column.MODIFIED, _DATE_WIDTH)
        self.verticalScrollBar().valueChanged.connect(self._look_soon)
        model.rowsInserted.connect(self._look_soon)
        self.expanded.connect(self._look_soon)
        self.collapsed.connect(self._look_soon)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self.place_changed)
        self.selectionModel().selectionChanged.connect(self.selection_changed)

    def selected(self) -> list[Node]:
        """Return what is selected, in order, without what stands in something else that is."""
        nodes = [self._model.node(index) for index in self.selectionModel().selectedRows()]
        ids = {node.id for node in nodes}
        return [node for node in nodes if not _is_below(node, ids)]

    def addresses(self) -> Sequence[StoreAddress]:
        """Return the addresses of what is selected."""
        found = (node.address for node in self.selected())
        return tuple(each for each in found if each is not None)

    def show_place(self, index: QModelIndex) -> None:
        """Go to a place and open it."""
        self.expand(index.parent())
        self.expand(index)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter do what a double click does; it is not the dialog's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            index = self.currentIndex()
            kind = self._model.node(index).kind
            if kind is Kind.NOTE:
                self._model.act(index)
            elif kind is Kind.OBJECT:
                self.picked.emit()
            else:
                self.setExpanded(index, not self.isExpanded(index))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether more is in sight."""
        super().resizeEvent(event)
        self._look_soon()

    def _look_soon(self) -> None:
        self._timer.start()

    def _look_for_more(self) -> None:
        index, height = self.indexAt(QPoint(0, 0)), self.viewport().height()
        wanted = []
        while index.isValid() and self.visualRect(index).top() < height:
            place = self._model.node(index).parent
            if self._model.node(index).kind is Kind.NOTE and place and place.stage is Stage.MORE:
                wanted.append(index.parent())
            index = self.indexBelow(index)
        for each in wanted[:1]:  # the rows of the others move: they are looked for when its page is there
            self._model.go_on(each)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._model.act(index)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid() and self._model.node(index).kind is Kind.OBJECT:
            self.picked.emit()


class RoomyRows(QStyledItemDelegate):
    """Makes rows as high as what is clicked has to be."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the usual size, but higher."""
        usual = super().sizeHint(option, index)
        return QSize(usual.width(), max(usual.height(), TARGET))


def _is_below(node: Node, ids: set[int]) -> bool:
    above = node.parent
    while above is not None:
        if above.id in ids:
            return True
        above = above.parent
    return False
