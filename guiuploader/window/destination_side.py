# SPDX-License-Identifier: MIT
"""The left side of the window: a heading, its buttons, and the list of destinations."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from guiuploader.window.buttons import icon_button
from guiuploader.window.destination_list import DestinationList
from guiuploader.window.theme import SPACE, bold

LEAST_WIDTH = 20 * SPACE


class DestinationSide(QWidget):
    """The first action always has its button; the others give way to the heading where there is no room."""

    def __init__(self, destinations: DestinationList, actions: Sequence[QAction]) -> None:
        super().__init__()
        self._heading = QLabel(self.tr("Destinations"))
        self._heading.setFont(bold(self.font()))
        self._heading.setBuddy(destinations)
        first, *others = [icon_button(action, self) for action in actions]
        self._first, self._others = first, others
        top = QHBoxLayout()
        top.setContentsMargins(2 * SPACE, SPACE // 2, SPACE // 2, 0)
        top.setSpacing(0)
        top.addWidget(self._heading, stretch=1)
        for button in (first, *others):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(top)
        layout.addWidget(destinations)
        self.setMinimumWidth(LEAST_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the buttons that there is room for."""
        super().resizeEvent(event)
        words = 3 * SPACE + self._heading.sizeHint().width()
        buttons = sum(button.minimumWidth() for button in (self._first, *self._others))
        for button in self._others:
            button.setVisible(words + buttons <= self.width())

    def changeEvent(self, event: QEvent) -> None:
        """Keep the heading bold when the system's font changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._heading.setFont(bold(self.font()))
