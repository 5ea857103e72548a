# SPDX-License-Identifier: MIT
"""The rows of the table: a list by row and a dict by id over frozen uploads.

The order by a column is made here: a proxy that sorts a Python model of 100,000 rows takes seconds, the same
sort inside the model takes milliseconds.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from guiuploader.uploads.upload import Parking, Upload, seen
from guiuploader.values.states import WAITING, State
from guiuploader.window import sharing_words, wording

ModelIndex = QModelIndex | QPersistentModelIndex
UPLOAD_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives the row's Upload."""

_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STATES = tuple(State)
_MOST_RUNS = 100
"""Beyond it, one signal for everything costs a view less than a signal for each run of rows."""
_MOST_MOVED, _MOST_MOVES = 1000, 10
"""The same for rows that move, and for their runs: a view then looks at all that is selected."""


class Column(IntEnum):
    """The columns from left to right."""

    NAME = 0
    SIZE = 1
    DESTINATION = 2
    PROGRESS = 3
    SPEED = 4
    LEFT = 5


_SHOWN: Mapping[int, Callable[[Upload], str]] = {
    Column.NAME: wording.name_text,
    Column.SIZE: wording.size_of,
    Column.DESTINATION: wording.destination_name,
    Column.PROGRESS: wording.progress_text,
    Column.SPEED: wording.speed_of,
    Column.LEFT: wording.time_left,
}

_SPOKEN: Mapping[int, Callable[[Upload], str]] = {
    **_SHOWN,
    Column.NAME: sharing_words.sentence,
    Column.PROGRESS: wording.spoken_state,
}

_TOOLTIPS: Mapping[int, Callable[[Upload], str]] = {
    Column.NAME: lambda upload: wording.tooltip(upload.source.location),
    Column.SIZE: wording.exact_size,
    Column.DESTINATION: lambda upload: wording.tooltip(wording.place(upload.destination)),
    Column.PROGRESS: lambda upload: wording.tooltip(sharing_words.particulars(upload)),
    Column.SPEED: wording.speed_of,
    Column.LEFT: wording.time_left,
}

_TEXTS: Mapping[int, Mapping[int, Callable[[Upload], str]]] = {
    Qt.ItemDataRole.DisplayRole: _SHOWN,
    Qt.ItemDataRole.AccessibleTextRole: _SPOKEN,
    Qt.ItemDataRole.ToolTipRole: _TOOLTIPS,
}

_SORT_KEYS: Mapping[int, Callable[[Upload], tuple[float, str]]] = {
    Column.NAME: lambda upload: (0, wording.name_text(upload).casefold()),
    Column.SIZE: lambda upload: (-1 if upload.source.size is None else upload.source.size, ""),
    Column.DESTINATION: lambda upload: (0, upload.destination.name.casefold()),
    Column.PROGRESS: lambda upload: (_STATES.index(upload.state) + (upload.fraction or 0.0) / 2, ""),
    Column.SPEED: lambda upload: (upload.bytes_per_second, ""),
    Column.LEFT: lambda upload: (math.inf if upload.seconds_left is None else upload.seconds_left, ""),
}

_CHANGING_ROLES = [
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        UPLOAD_ROLE,
    )
]


class UploadModel(QAbstractTableModel):
    """Shows what the manager reports; new rows go to the end, whatever the order is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Upload] = []
        self._places: dict[int, int] = {}
        self._places_are_stale = False
        self._parked: Mapping[str, Parking] = {}
        self.is_in_queue_order = True

    def row_of(self, id_: int) -> int | None:
        """Return the row in which an upload stands now."""
        if self._places_are_stale:
            self._places = {upload.id: row for row, upload in enumerate(self._rows)}
            self._places_are_stale = False
        return self._places.get(id_)

    def at(self, row: int) -> Upload:
        """Return the upload in this row."""
        return self._rows[row]

    def seen(self, upload: Upload) -> Upload:
        """Return an upload with what it waits for, where its destination waits as a whole."""
        return seen(upload, self._parked)

    def in_queue_order(self, uploads: Iterable[Upload]) -> list[Upload]:
        """Return these uploads in the order in which they are to go."""
        return sorted(uploads, key=_place)

    def show_parked(self, parked: Mapping[str, Parking]) -> None:
        """Let rows tell that they wait for these destinations, by name, and for how long."""
        if parked or self._parked:
            self._parked = parked
            self._announce(0, len(self._rows) - 1)

    @Slot(object)
    def append(self, uploads: Sequence[Upload]) -> None:
        """Add new rows at the end, by one signal."""
        if not uploads:
            return
        first = len(self._rows)
        self.beginInsertRows(_ROOT, first, first + len(uploads) - 1)
        self._rows.extend(uploads)
        self._places_are_stale = True
        self.endInsertRows()

    @Slot(object)
    def update(self, uploads: Sequence[Upload]) -> None:
        """Take over the newest values; one signal for each run of rows, or one for all when they are many."""
        rows = []
        for upload in uploads:
            row = self.row_of(upload.id)
            if row is not None:
                self._rows[row] = upload
                rows.append(row)
        runs = list(runs_of(sorted(rows)))
        if len(rows) * 2 > len(self._rows) or len(runs) > _MOST_RUNS:
            self._announce(0, len(self._rows) - 1)
            return
        for first, last in runs:
            self._announce(first, last)

    @Slot(object)
    def remove(self, ids: Iterable[int]) -> None:
        """Take out rows, one signal for each run of them, or a reset of the model when the runs are many.

        From the end, so that row numbers stay true.
        """
        rows = sorted(row for row in map(self.row_of, ids) if row is not None)
        gone = {self._rows[row].id for row in rows}
        runs = list(runs_of(rows))
        if len(runs) > _MOST_RUNS:
            self.beginResetModel()
            self._rows = [upload for upload in self._rows if upload.id not in gone]
            self._places_are_stale = True
            self.endResetModel()
        else:
            for first, last in reversed(runs):
                self.beginRemoveRows(_ROOT, first, last)
                del self._rows[first : last + 1]
                self._places_are_stale = True
                self.endRemoveRows()

    @Slot(object, object)
    def move(self, uploads: Sequence[Upload], before: int | None) -> None:
        """Let rows stand right before another one, or at the end, while the queue's order is shown.

        One signal for each run of them, or a reset of the model when they are many.
        """
        rows = sorted(row for row in (self.row_of(upload.id) for upload in uploads) if row is not None)
        for upload in uploads:
            row = self.row_of(upload.id)
            if row is not None:
                self._rows[row] = upload
        if not self.is_in_queue_order:
            return
        place = None if before is None else self.row_of(before)
        target = len(self._rows) if place is None else place
        runs = list(runs_of(rows))
        if len(rows) > _MOST_MOVED or len(runs) > _MOST_MOVES:
            self.sort(-1)
            return
        above = [run for run in runs if run[0] < target]
        end = target
        for first, last in reversed(above):
            self._move(first, last, end)
            end -= last - first + 1
        for first, last in runs[len(above) :]:
            self._move(first, last, target)
            target += last - first + 1

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Let rows be dragged that wait, while the queue's order is shown."""
        flags = super().flags(index)
        if index.isValid() and self.is_in_queue_order and self._rows[index.row()].state in WAITING:
            return flags | Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column once; -1 is the order in which they are to go.

        The whole model is reset: to tell views where each selected row went takes seconds when they are many.
        """
        self.beginResetModel()
        self._rows.sort(key=_place)
        self.is_in_queue_order = column not in _SORT_KEYS
        if column in _SORT_KEYS:
            self._rows.sort(key=_SORT_KEYS[column], reverse=order is Qt.SortOrder.DescendingOrder)
        self._places_are_stale = True
        self.endResetModel()

    def rowCount(self, parent: ModelIndex = _ROOT) -> int:
        """Return the number of uploads."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: ModelIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the columns' titles, aligned as their cells."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Name"),
                self.tr("Size"),
                self.tr("Destination"),
                self.tr("Progress"),
                self.tr("Speed"),
                self.tr("Left"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, says aloud, or stands for."""
        if not index.isValid():
            return None
        upload, column = self.seen(self._rows[index.row()]), index.column()
        if role == UPLOAD_ROLE:
            return upload
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        text = _TEXTS.get(role)
        return text[column](upload) if text else None

    def _move(self, first: int, last: int, target: int) -> None:
        """Move a run of rows so that it ends, or begins, where `target` begins."""
        if first <= target <= last + 1:
            return
        self.beginMoveRows(_ROOT, first, last, _ROOT, target)
        block = self._rows[first : last + 1]
        del self._rows[first : last + 1]
        at = target if target < first else target - len(block)
        self._rows[at:at] = block
        self._places_are_stale = True
        self.endMoveRows()

    def _announce(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1), _CHANGING_ROLES)


def _place(upload: Upload) -> tuple[float, int]:
    return upload.key


def _alignment(column: int) -> Qt.AlignmentFlag:
    if column in {Column.SIZE, Column.SPEED, Column.LEFT}:
        return _RIGHT
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def runs_of(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of neighbours in ascending row numbers."""
    first = 0
    for position, row in enumerate(rows):
        if position + 1 == len(rows) or rows[position + 1] != row + 1:
            yield rows[first], row
            first = position + 1
