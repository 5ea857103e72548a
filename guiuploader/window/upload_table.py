# SPDX-License-Identifier: MIT
"""The table of uploads: how it looks and what is selected in it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import WAITING
from guiuploader.window import sentences, wording
from guiuploader.window.menus import menu_place
from guiuploader.window.progress_delegate import ProgressDelegate
from guiuploader.window.row_drag import RowDrag
from guiuploader.window.table_header import TableHeader
from guiuploader.window.theme import ROW_HEIGHT, SPACE, tokens_for
from guiuploader.window.upload_model import Column, ModelIndex, UploadModel, runs_of

_WIDEST = {  # a typical widest text of each column that does not stretch
    Column.SIZE: "999.9 MB",
    Column.DESTINATION: "A destination",
    Column.PROGRESS: "Reading the file once before sending; more",
    Column.SPEED: "999 MB/s",
    Column.LEFT: "23 h 59 min",
}
_NARROW_PROGRESS = "Sent, waiting for the s…"
_NAME_LEAST = 20 * SPACE
_GIVING_WAY = (Column.SPEED, Column.LEFT, Column.DESTINATION)
"""The columns that hide in this order so that the name keeps its least width."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was selected and current, by id, and how far the table was scrolled."""

    selected: Collection[int] = ()
    current: int | None = None
    scrolled: int = 0


class UploadTable(QTableView):
    """Shows an UploadModel; rows are of one height, so that 100,000 of them cost nothing."""

    selection_changed = Signal()
    menu_requested = Signal(QPoint)
    open_requested = Signal()
    copy_link_requested = Signal(object)
    rows_dropped = Signal(object)
    """The selected rows were dragged before the row with this id, None for the end."""

    def __init__(self, model: UploadModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens_for(QPalette())
        self._kept = _Kept()
        self._progress_width = self._width_of(Column.PROGRESS)
        self._model = model
        self._drag = RowDrag(self)
        self._delegate = ProgressDelegate(self)
        self._delegate.copy_link_requested.connect(self.copy_link_requested)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Upload queue"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)  # Qt's goes around one cell
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self._set_up_headers()
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentRowChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        # After `setModel`, so that the selection model has done its part when these run.
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        self._colour()

    def selected(self) -> list[Upload]:
        """Return the selected uploads in queue order; read as ranges, for there may be 100,000."""
        return self._model.in_queue_order(self._selected())

    def current(self) -> Upload | None:
        """Return the upload that the keyboard is on."""
        index = self.currentIndex()
        return self._model.at(index.row()) if index.isValid() else None

    def select(self, ids: Iterable[int]) -> None:
        """Select these rows, go to the first of them and take the keyboard."""
        rows = self._rows_of(ids)
        if not rows:
            return
        self._select(rows, current=rows[0])
        self.scrollTo(self._model.index(rows[0], 0))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self) -> None:
        """Keep the current row in sight after it was moved."""
        self.scrollTo(self.currentIndex())

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag the selected rows that wait."""
        uploads = [upload for upload in self.selected() if upload.state in WAITING]
        if uploads:
            text = wording.name_text(uploads[0]) if len(uploads) == 1 else sentences.files(len(uploads))
            self._drag.begin(text, lambda drag: drag.exec(Qt.DropAction.MoveAction))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take rows of this table; files are the window's."""
        self._drag.accept(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the rows would go, and scroll at the borders."""
        super().dragMoveEvent(event)
        self._drag.accept(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show no place."""
        super().dragLeaveEvent(event)
        self._drag.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the rows to be moved."""
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if self._drag.accept(event) and self._drag.row is not None:
            row = self._drag.row
            self.rows_dropped.emit(self._model.at(row).id if row < self._model.rowCount() else None)
        self._drag.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw over the rows where those that are dragged would go."""
        super().paintEvent(event)
        self._drag.paint()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the selected rows."""
        self.menu_requested.emit(menu_place(self, event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over "copy link"."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        over_link = index.isValid() and self._delegate.link_area(self._option(index), index).contains(at)
        shape = Qt.CursorShape.PointingHandCursor if over_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name its room before the columns that matter least."""
        self._share_width()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the colour of the selection when light turns dark."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and tokens_for(QPalette()) is not self._tokens:
            self._colour()

    def currentChanged(self, current: ModelIndex, previous: ModelIndex) -> None:
        """Repaint whole rows: the frame goes around all cells of the current one."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def _width_of(self, column: Column) -> int:
        return self.fontMetrics().horizontalAdvance(_WIDEST[column]) + 3 * SPACE

    def _share_width(self) -> None:
        columns = self.horizontalHeader()
        room = self.viewport().width() - _NAME_LEAST
        if columns.sectionSize(Column.PROGRESS) == self._progress_width:  # else a person chose it
            least = self.fontMetrics().horizontalAdvance(_NARROW_PROGRESS) + 3 * SPACE
            rest = room - columns.sectionSize(Column.SIZE)
            self._progress_width = min(max(least, rest), self._width_of(Column.PROGRESS))
            columns.resizeSection(Column.PROGRESS, self._progress_width)
        # A hidden column has no width of its own.
        widths = {column: columns.sectionSize(column) or self._width_of(column) for column in _WIDEST}
        for column in _GIVING_WAY:
            is_too_much = sum(widths.values()) > room
            self.setColumnHidden(column, is_too_much)
            if is_too_much:
                del widths[column]

    def _option(self, index: QModelIndex) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        return option

    def _selected(self) -> Iterator[Upload]:
        selection = self.selectionModel().selection()
        parts = (selection.at(number) for number in range(selection.count()))
        rows = {row for part in parts for row in range(part.top(), part.bottom() + 1)}
        return map(self._model.at, rows)

    def _rows_of(self, ids: Iterable[int]) -> list[int]:
        return sorted(row for row in map(self._model.row_of, ids) if row is not None)

    def _select(self, rows: Sequence[int], *, current: int | None) -> None:
        wanted = QItemSelection()
        for first, last in runs_of(rows):
            wanted.select(self._model.index(first, 0), self._model.index(last, len(Column) - 1))
        selection = self.selectionModel()
        if current is not None:
            selection.setCurrentIndex(
                self._model.index(current, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _on_about_to_be_reset(self) -> None:
        """Note by id what a reset makes the view forget."""
        current = self.current()
        self._kept = _Kept(
            {upload.id for upload in self._selected()},
            current.id if current else None,
            self.verticalScrollBar().value(),
        )

    def _on_reset(self) -> None:
        kept = self._kept
        current = None if kept.current is None else self._model.row_of(kept.current)
        self._select(self._rows_of(kept.selected), current=current)
        self.verticalScrollBar().setValue(kept.scrolled)
        self.selection_changed.emit()

    def _on_selection_changed(self) -> None:
        self.selection_changed.emit()

    def _on_double_clicked(self) -> None:
        self.open_requested.emit()

    def _colour(self) -> None:
        """Select with a wash: on the full accent colour the bars would vanish."""
        palette = QPalette()
        self._tokens = tokens_for(palette)
        palette.setColor(QPalette.ColorRole.Highlight, QColor(self._tokens.accent_wash))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(self._tokens.text))
        self.setPalette(palette)

    def _set_up_headers(self) -> None:
        metrics = self.fontMetrics()
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(ROW_HEIGHT, metrics.height() + 2 * SPACE))
        columns = TableHeader(self)
        self.setHorizontalHeader(columns)
        columns.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in _WIDEST:
            columns.resizeSection(column, self._width_of(column))
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
