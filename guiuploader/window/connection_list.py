# SPDX-License-Identifier: MIT
"""The dialog with all connections: made, edited, copied and removed here."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from guiuploader.sources.store_connection import Named
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.window import wording
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.theme import SPACE, TARGET, tokens_for

_SIZE = QSize(560, 380)


class ConnectionList(QDialog):
    """Enter or a double click edits, Delete removes; whoever opened it does what its signals ask for."""

    new_requested = Signal()
    edit_requested = Signal(str)
    copy_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Connections to cloud storage"))
        self._list = _Rows()
        self._list.setAccessibleName(self.tr("Connections"))
        self._empty = WrappedLabel()
        self._empty.setText(
            self.tr("A connection says how an object store is reached: where it is, and with which keys.")
        )
        self._problems = WrappedLabel()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens_for(palette).bad))
        self._problems.setPalette(palette)
        self._new = self._button(self.tr("&New…"))
        self._edit = self._button(self.tr("&Edit…"))
        self._copy = self._button(self.tr("&Duplicate…"))
        self._remove = self._button(self.tr("&Remove…"))
        self._close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._close.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("&Close"))
        self._close.rejected.connect(self.reject)
        self._new.clicked.connect(self.new_requested)
        self._edit.clicked.connect(self._on_edit)
        self._copy.clicked.connect(self._on_copy)
        self._remove.clicked.connect(self._on_remove)
        self._list.edit_requested.connect(self._on_edit)
        self._list.remove_requested.connect(self._on_remove)
        self._list.itemDoubleClicked.connect(self._on_edit)
        self._list.currentItemChanged.connect(self._on_current)
        self._lay_out()
        self._on_current()
        self._list.setFocus()

    def show_connections(
        self, found: Sequence[Named], problems: Sequence[Problem], current: str = ""
    ) -> None:
        """Show these, and what is wrong with the files of others."""
        current = current or self.current_name()
        self._list.clear()
        broken = [(str(each.facts.get("connection", "")).removesuffix(".toml"), each) for each in problems]
        for name, text in sorted(
            [(each.name, f"{each.connection.kind} · {each.connection.origin}") for each in found]
            + [(name, self.tr("cannot be used")) for name, _ in broken]
        ):
            item = QListWidgetItem(printable(f"{name} · {text}"))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, printable(f"{name}, {text}"))
            item.setSizeHint(QSize(0, TARGET))
            self._list.addItem(item)
            if name == current:
                self._list.setCurrentItem(item)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        self._problems.setText("\n".join(str(explain(each, wording.words)) for each in problems))
        self._problems.setVisible(bool(problems))
        self._empty.setVisible(not self._list.count())
        self._on_current()

    def current_name(self) -> str:
        """Return what is picked, "" for nothing."""
        if self._list.currentRow() < 0:
            return ""
        return str(self._list.currentItem().data(Qt.ItemDataRole.UserRole))

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(SPACE)
        for button in (self._new, self._edit, self._copy, self._remove):
            side.addWidget(button)
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACE)
        middle.addWidget(self._list, stretch=1)
        middle.addLayout(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._empty)
        layout.addLayout(middle, stretch=1)
        layout.addWidget(self._problems)
        layout.addWidget(self._close)
        self.resize(_SIZE)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setMinimumHeight(TARGET)
        button.setAutoDefault(False)
        return button

    def _on_current(self) -> None:
        for button in (self._edit, self._copy, self._remove):
            button.setEnabled(bool(self.current_name()))

    def _on_edit(self) -> None:
        if name := self.current_name():
            self.edit_requested.emit(name)

    def _on_copy(self) -> None:
        if name := self.current_name():
            self.copy_requested.emit(name)

    def _on_remove(self) -> None:
        if name := self.current_name():
            self.remove_requested.emit(name)


class _Rows(QListWidget):
    """Takes Enter and Delete for itself: the dialog would close."""

    edit_requested = Signal()
    remove_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit or remove what is picked."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.edit_requested.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)
