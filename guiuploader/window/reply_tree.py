# SPDX-License-Identifier: MIT
"""A JSON answer as a tree, in which the file's link is picked: by a double click, or by Enter."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from guiuploader.values.redact import printable
from guiuploader.window.reply_paths import Step, likeness, template_for
from guiuploader.window.wording import tooltip

_STEPS = int(Qt.ItemDataRole.UserRole)
_MOST_NODES = 5000
_DEEPEST = 40
_LONGEST = 300  # characters of a value


class ReplyTree(QTreeWidget):
    """The place that looks most like the link is current from the beginning."""

    picked = Signal(str)
    """The template that finds the value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Answer"))
        self.setColumnCount(2)
        self.setHeaderLabels([self.tr("Name"), self.tr("Value")])
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setUniformRowHeights(True)
        self.itemDoubleClicked.connect(self._on_double_click)

    def show_document(self, document: object) -> None:
        """Show a JSON value, as much of it as a person can look through."""
        self.clear()
        left, best, most = _MOST_NODES, None, 0
        waiting: list[tuple[QTreeWidgetItem | None, tuple[Step, ...], object]] = [(None, (), document)]
        while waiting and left:
            parent, steps, value = waiting.pop(0)
            for step, inner in _inside(value):
                if not left:
                    break
                left -= 1
                here = (*steps, step)
                item = self._item(step, here, inner)
                if parent is None:
                    self.addTopLevelItem(item)
                else:
                    parent.addChild(item)
                if likeness(here, inner) > most:
                    best, most = item, likeness(here, inner)
                if len(here) < _DEEPEST:
                    waiting.append((item, here, inner))
        self.expandToDepth(2)
        if current := best or self.topLevelItem(0):
            self.setCurrentItem(current)

    @property
    def template(self) -> str:
        """The template for the current place, "" where there is no single value."""
        item = self.currentItem()
        return "" if item is None or item.childCount() else str(item.data(0, _STEPS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick with Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.template:
            self.picked.emit(self.template)
            return
        super().keyPressEvent(event)

    def _item(self, step: Step, steps: tuple[Step, ...], value: object) -> QTreeWidgetItem:
        name = f"[{step}]" if isinstance(step, int) else printable(step)
        said = "" if isinstance(value, dict | list) else printable(_said(value)[:_LONGEST])
        item = QTreeWidgetItem([name, said])
        item.setData(0, _STEPS, template_for(steps))
        item.setToolTip(1, tooltip(said))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{name}: {said}" if said else name)
        return item

    def _on_double_click(self) -> None:
        if self.template:
            self.picked.emit(self.template)


def _inside(value: object) -> Iterable[tuple[Step, object]]:
    if isinstance(value, dict):
        return value.items()
    return _numbered(value) if isinstance(value, list) else ()


def _numbered(values: list[object]) -> Iterator[tuple[Step, object]]:
    yield from enumerate(values)


def _said(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
