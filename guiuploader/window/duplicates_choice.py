# SPDX-License-Identifier: MIT
"""What becomes of files that were sent to the same place before: from the menu to the settings."""

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from guiuploader.values.settings import Duplicates
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow


class DuplicatesChoice(QObject):
    """Marks in the menu what the settings say, also when they change elsewhere."""

    def __init__(self, window: MainWindow, shelf: DestinationShelf) -> None:
        super().__init__(window)
        self._window = window
        self._shelf = shelf
        window.actions_.duplicate_group.triggered.connect(self._on_picked)
        shelf.changed.connect(self._show)
        self._show()

    def _on_picked(self, action: QAction) -> None:
        chosen = Duplicates(action.data())
        self._shelf.set(lambda now: msgspec.structs.replace(now, duplicates=chosen))

    def _show(self) -> None:
        self._window.actions_.duplicates[self._shelf.settings.duplicates].setChecked(True)
