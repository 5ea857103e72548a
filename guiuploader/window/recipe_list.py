# SPDX-License-Identifier: MIT
"""The dialog with the recipes that come with the program: one is picked, by typing or by the list."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations.recipes import Recipe
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.theme import SPACE, TARGET

_SIZE = QSize(480, 460)
_PAGE = 8  # rows
_MOVES: Mapping[Qt.Key, int] = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_PAGE,
    Qt.Key.Key_PageDown: _PAGE,
}


class RecipeList(QDialog):
    """The keyboard stays in the field: letters narrow the list, arrows move in it, Enter takes the row."""

    chosen = Signal(object)  # Recipe

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recipes"))
        self._recipes = recipes
        self._filter = _Filter()
        self._filter.setAccessibleName(self.tr("Filter"))
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setMinimumHeight(TARGET)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Recipes"))
        self._about = WrappedLabel()
        for number, each in enumerate(recipes):
            item = QListWidgetItem(each.destination.name)
            item.setData(Qt.ItemDataRole.UserRole, number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.destination.name}. {each.about}")
            item.setSizeHint(QSize(0, TARGET))
            self._list.addItem(item)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._next = self._buttons.addButton(self.tr("&Next"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(self._on_accepted)
        self._list.currentItemChanged.connect(self._on_current)
        self._list.itemDoubleClicked.connect(self.accept)
        self._filter.textChanged.connect(self._narrow)
        self._filter.moved.connect(self._move)
        self._lay_out()
        self._narrow("")
        self._filter.setFocus()

    def _lay_out(self) -> None:
        heading = WrappedLabel()
        heading.setText(self.tr("Which application do your files go to? Its address and key come next."))
        # As high as its longest text, so that the list does not move.
        self._about.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(heading)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, stretch=1)
        layout.addWidget(self._about)
        layout.addWidget(self._buttons)
        self._next.setDefault(True)  # which a button can be in its dialog only
        self.resize(_SIZE)

    def _narrow(self, text: str) -> None:
        """Show the recipes that have all words that were typed."""
        words = text.casefold().split()
        for row, each in enumerate(self._recipes):
            whole = f"{each.destination.name} {each.name} {each.about}".casefold()
            self._list.item(row).setHidden(not all(word in whole for word in words))
        shown = self._shown()
        if self._list.currentRow() not in shown:
            self._list.setCurrentRow(shown[0] if shown else -1)
        self._on_current()

    def _shown(self) -> list[int]:
        return [row for row in range(self._list.count()) if not self._list.item(row).isHidden()]

    def _move(self, rows: int) -> None:
        shown, row = self._shown(), self._list.currentRow()
        if row in shown:
            place = shown.index(row) + rows
            self._list.setCurrentRow(shown[min(max(place, 0), len(shown) - 1)])

    def _on_current(self) -> None:
        row = self._list.currentRow()
        self._next.setEnabled(row >= 0)
        self._about.setText(self._recipes[row].about if row >= 0 else self.tr("There is no such recipe."))

    def _on_accepted(self) -> None:
        self.chosen.emit(self._recipes[self._list.currentRow()])


class _Filter(QLineEdit):
    """Gives the keys that move in a list to whoever has the list."""

    moved = Signal(int)
    """Rows down, or up where it is negative."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, or take the letter."""
        rows = _MOVES.get(Qt.Key(event.key()))
        if rows is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(rows)
