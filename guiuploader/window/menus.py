# SPDX-License-Identifier: MIT
"""Context menus: where they open, and opening them."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """Return where the mouse is, or the middle of the current row when a key asked for the menu."""
    if event.reason() is QContextMenuEvent.Reason.Keyboard and view.currentIndex().isValid():
        return view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center())
    return event.globalPos()


def open_menu(parent: QWidget, place: QPoint, *groups: Sequence[QAction]) -> None:
    """Open a menu of these actions, a line between the groups."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for group in groups:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(group)
    menu.popup(place)
