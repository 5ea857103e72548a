# SPDX-License-Identifier: MIT
"""A small table to type rows into, in order."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from guiuploader.window.buttons import icon_button
from guiuploader.window.icons import icon
from guiuploader.window.own_names import Rows
from guiuploader.window.theme import SPACE, tokens_for

_ROWS, _ROWS_IN_ORDER = 3, 4


class RowsTable(QWidget):
    """The last row is always empty: typing there adds a row."""

    changed = Signal()

    def __init__(
        self, name: str, columns: Sequence[str], *, ordered: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table = QTableWidget(0, len(columns))
        self._table.setAccessibleName(name)
        self._table.setHorizontalHeaderLabels(list(columns))
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setTabKeyNavigation(False)
        # A ground that stands out, and a grid that Fusion would hardly show on dark.
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Button))
        self._table.setPalette(palette)
        line = QColor(tokens_for(palette).faint)
        self._table.setStyleSheet(
            f"QTableWidget {{ gridline-color: rgba({line.red()}, {line.green()}, {line.blue()}, 110) }}"
        )
        self._table.setEditTriggers(
            QAbstractItemView.EditTrigger.AllEditTriggers & ~QAbstractItemView.EditTrigger.CurrentChanged
        )
        rows, heads = self._table.verticalHeader(), self._table.horizontalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 3 * SPACE // 2)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        shown = _ROWS_IN_ORDER if ordered else _ROWS
        self._table.setFixedHeight(shown * rows.defaultSectionSize() + heads.sizeHint().height() + 4)
        self._table.itemChanged.connect(self._on_item_changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self._table, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._buttons(ordered=ordered))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._table)
        self.set_rows(())

    def set_rows(self, rows: Iterable[Sequence[str]]) -> None:
        """Show these, and an empty row."""
        with QSignalBlocker(self._table):
            self._table.setRowCount(0)
            for row in (*rows, ()):
                self._append(row)

    def rows(self) -> Rows:
        """Return what was typed, without empty rows."""
        columns = range(self._table.columnCount())
        found = (
            tuple(self._text(row, column) for column in columns) for row in range(self._table.rowCount())
        )
        return tuple(row for row in found if any(row))

    def _buttons(self, *, ordered: bool) -> QVBoxLayout:
        wanted = [("delete", self.tr("Remove this row"), self._remove)]
        if ordered:
            wanted.append(("up", self.tr("Move this row up"), self._up))
            wanted.append(("down", self.tr("Move this row down"), self._down))
        layout = QVBoxLayout()
        layout.setSpacing(SPACE // 4)
        for name, text, slot in wanted:
            action = QAction(icon(name, QPalette()), text, self)
            action.triggered.connect(slot)
            layout.addWidget(icon_button(action, self))
            if name == "delete":
                action.setShortcut(QKeySequence("Ctrl+Delete"))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                self.addAction(action)
        layout.addStretch()
        return layout

    def _append(self, texts: Sequence[str]) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        for column in range(self._table.columnCount()):
            text = texts[column] if column < len(texts) else ""
            self._table.setItem(row, column, QTableWidgetItem(text))

    def _text(self, row: int, column: int) -> str:
        item = self._table.item(row, column)
        return item.text() if item else ""

    def _on_item_changed(self) -> None:
        last = self._table.rowCount() - 1
        if any(self._text(last, column) for column in range(self._table.columnCount())):
            with QSignalBlocker(self._table):
                self._append(())
        self.changed.emit()

    def _remove(self) -> None:
        row = self._table.currentRow()
        if 0 <= row < self._table.rowCount() - 1:
            self._table.removeRow(row)
            self.changed.emit()

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(+1)

    def _move(self, step: int) -> None:
        row, rows = self._table.currentRow(), list(self.rows())
        if 0 <= row < len(rows) and 0 <= row + step < len(rows):
            rows[row], rows[row + step] = rows[row + step], rows[row]
            self.set_rows(rows)
            self._table.setCurrentCell(row + step, 0)
            self.changed.emit()
