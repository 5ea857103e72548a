# SPDX-License-Identifier: MIT
"""The cloud browser's tree: what is looked at is asked for, a page at a time, and nothing else."""

from collections.abc import Iterable
from enum import IntEnum
from itertools import count
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from guiuploader.sources.store_connection import Named
from guiuploader.sources.store_folders import Shelf
from guiuploader.uploads.store_desk import StoreDesk
from guiuploader.values.errors import Problem
from guiuploader.window import store_words
from guiuploader.window.store_node import Kind, Node, Stage

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Column(IntEnum):
    """The columns."""

    NAME = 0
    SIZE = 1
    MODIFIED = 2


class StoreModel(QAbstractItemModel):
    """Asks the desk and shows its answers; `stuck` tells of each problem, besides the note where it arose."""

    stuck = Signal(object, object)  # QPersistentModelIndex of the place, Problem
    busy_changed = Signal(bool)

    def __init__(self, desk: StoreDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._root = Node(Kind.ROOT)
        self._ids = count(1)
        self._nodes: dict[int, Node] = {}
        self._asked: dict[int, Node] = {}
        self._due: set[int] = set()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._look_at_due)
        desk.connections_found.connect(self._on_connections)
        desk.buckets_found.connect(self._on_buckets)
        desk.shelf_found.connect(self._on_shelf)
        desk.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._asked)

    def load(self) -> None:
        """Show all connections, all else forgotten."""
        self.stop()
        self.beginResetModel()
        self._root = Node(Kind.ROOT)
        self._nodes.clear()
        self.endResetModel()
        self._look(self._root)

    def node(self, index: Index) -> Node:
        """Return what a row stands for, the root for none."""
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def place(self, index: Index) -> QModelIndex:
        """Return the place that a row is, or stands in."""
        node: Node | None = self.node(index)
        while node is not None and not node.is_place:
            node = node.parent
        return self._index(node) if node else _NOWHERE

    def act(self, index: Index) -> None:
        """Do what a note offers: ask for more, or once again."""
        place = self.node(index).parent
        if self.node(index).kind is Kind.NOTE and place:
            self.go_on(self._index(place))

    def go_on(self, index: Index) -> None:
        """Ask for a place's next page, or for the one that did not come."""
        place = self.node(index)
        if place.stage in {Stage.MORE, Stage.STOPPED, Stage.FAILED}:
            self._look(place)

    def want(self, index: Index, text: str) -> None:
        """Show only what begins so in a place, as the store finds it."""
        place = self.node(index)
        if place.wanted != text:
            self._leave_off(place)
            self._clear(place)
            place.wanted, place.next = text, ""
            self._look(place)

    def stop(self) -> None:
        """Wait for no answer any more; what was asked for can be asked for again."""
        for place in tuple(self._asked.values()):
            self._leave_off(place)
            self._settle(place, Stage.STOPPED)

    def open_bucket(self, index: Index, name: str) -> QModelIndex:
        """Return a bucket of a connection, put there where it is not listed."""
        place = self.node(index)
        found = next((each for each in place.children if each.bucket == name), None)
        if found is None:
            found = Node(Kind.BUCKET, place.named, name)
            self._take_note(place)
            self._append(place, [found])
            self._put_note(place)
        return self._index(found)

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Return the index of a cell."""
        if not self.hasIndex(row, column, parent):
            return _NOWHERE
        return self.createIndex(row, column, self.node(parent).children[row].id)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override] # QObject's own, without a row, is another
        """Return the place that a row stands in."""
        above = self.node(index).parent
        return self._index(above) if above else _NOWHERE

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many rows of a place are known."""
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        """Return name, size and time."""
        return len(Column)

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        """Tell whether a row can be opened, known or not."""
        return parent.column() <= 0 and (not parent.isValid() or self.node(parent).is_place)

    def canFetchMore(self, parent: Index) -> bool:
        """Tell whether a place that is opened has to be asked for; later pages come by `go_on`."""
        node = self.node(parent)
        return node.is_place and node.stage is Stage.UNKNOWN and node.id not in self._due

    def fetchMore(self, parent: Index) -> None:
        """Ask for a place's first page, once whoever asked is done: rows do not change under its hands."""
        if self.canFetchMore(parent):
            self._due.add(self.node(parent).id)
            self._timer.start()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let be selected what can be sent."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled
        node = self.node(index)
        if not node.is_place:
            flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsSelectable if node.address else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section != Column.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Name"), self.tr("Size"), self.tr("Modified"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text; the first one says the whole row aloud."""
        if not index.isValid():
            return None
        node, column = self.node(index), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (store_words.name_text, store_words.size_cell, store_words.date_cell)[column](node)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.NAME:
            return store_words.spoken(node)
        if role == Qt.ItemDataRole.TextAlignmentRole and column != Column.NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _look_at_due(self) -> None:
        due, self._due = sorted(self._due), set()
        for place in (self._nodes.get(each) for each in due):
            if place is not None and place.stage is Stage.UNKNOWN:
                self._look(place)

    def _index(self, node: Node) -> QModelIndex:
        return _NOWHERE if node.parent is None else self.createIndex(node.row, 0, node.id)

    def _look(self, place: Node) -> None:
        named = place.named
        if place.kind is Kind.ROOT or named is None:
            place.number = self._desk.connections()
        elif place.kind is not Kind.CONNECTION:
            place.number = self._desk.shelf(named, place.bucket, place.key + place.wanted, place.next)
        elif named.connection.kind == "s3":
            place.number = self._desk.buckets(named)
        else:
            self._settle(place, Stage.UNLISTED)
            return
        self._asked[place.number] = place
        self._settle(place, Stage.LOADING)

    def _leave_off(self, place: Node) -> None:
        if self._asked.pop(place.number, None) is not None:
            self._desk.leave_off(place.number)

    @Slot(object, object)
    def _on_connections(self, number: int, found: Iterable[Named]) -> None:
        self._fill(number, [Node(Kind.CONNECTION, each) for each in found], "")

    @Slot(object, object)
    def _on_buckets(self, number: int, names: Iterable[str]) -> None:
        place = self._asked.get(number)
        if place is not None:
            known = {each.bucket for each in place.children}  # those that were named by hand
            wanted = [each for each in names if each.startswith(place.wanted) and each not in known]
            self._fill(number, [Node(Kind.BUCKET, place.named, each) for each in wanted], "")

    @Slot(object, object)
    def _on_shelf(self, number: int, found: Shelf) -> None:
        place = self._asked.get(number)
        if place is None:
            return
        rows = [Node(Kind.FOLDER, place.named, place.bucket, each) for each in found.folders]
        for each in found.objects:
            row = Node(Kind.OBJECT, place.named, place.bucket, each.key)
            row.size, row.modified = each.size, each.modified
            rows.append(row)
        self._fill(number, rows, found.next)

    def _fill(self, number: int, rows: list[Node], following: str) -> None:
        place = self._asked.pop(number, None)
        if place is None:
            return
        place.next = following
        self._take_note(place)
        self._append(place, rows)
        self._settle(place, Stage.MORE if following else Stage.WHOLE)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        place = self._asked.pop(number, None)
        if place is not None:
            place.problem = problem
            self._settle(place, Stage.FAILED)
            self.stuck.emit(QPersistentModelIndex(self._index(place)), problem)

    def _settle(self, place: Node, stage: Stage) -> None:
        """Note how far a place is known, in its last row, which one that is known as a whole has not."""
        self._take_note(place)
        place.stage = stage
        self._put_note(place)
        self.busy_changed.emit(self.is_busy)

    def _append(self, place: Node, rows: list[Node]) -> None:
        if rows:
            first = len(place.children)
            self.beginInsertRows(self._index(place), first, first + len(rows) - 1)
            for each in rows:
                each.id = next(self._ids)
                self._nodes[each.id] = each
                place.put(each)
            self.endInsertRows()

    def _put_note(self, place: Node) -> None:
        if place.stage is not Stage.UNKNOWN and (place.stage is not Stage.WHOLE or not place.children):
            self._append(place, [Node(Kind.NOTE)])

    def _take_note(self, place: Node) -> None:
        if place.note is not None:
            last = place.note.row
            self.beginRemoveRows(self._index(place), last, last)
            del self._nodes[place.children.pop().id]
            self.endRemoveRows()

    def _clear(self, place: Node) -> None:
        if place.children:
            self.beginRemoveRows(self._index(place), 0, len(place.children) - 1)
            gone, place.children = place.children, []
            while gone:
                each = gone.pop()
                self._leave_off(each)
                del self._nodes[each.id]
                gone += each.children
            self.endRemoveRows()
