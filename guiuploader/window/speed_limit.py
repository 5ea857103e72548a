# SPDX-License-Identifier: MIT
"""The speed limit of all uploads together: from the settings to the manager, the menu and the status line."""

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from guiuploader.uploads.manager import UploadManager
from guiuploader.values.quantities import speed_text
from guiuploader.window import announce, wording
from guiuploader.window.ask_limit import AskLimit
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow


class SpeedLimit(QObject):
    """What the settings say counts from the start, and at once when they change."""

    def __init__(self, window: MainWindow, manager: UploadManager, shelf: DestinationShelf) -> None:
        super().__init__(window)
        self._window = window
        self._manager = manager
        self._shelf = shelf
        window.actions_.limit_group.triggered.connect(self._on_picked)
        shelf.changed.connect(self._apply)
        self._apply()

    def _on_picked(self, action: QAction) -> None:
        if action is self._window.actions_.other_limit:
            self._ask()
        else:
            self._choose(int(action.data()))

    def _choose(self, bytes_per_second: int) -> None:
        self._shelf.set(lambda now: msgspec.structs.replace(now, bytes_per_second=bytes_per_second))
        self._apply()
        if bytes_per_second:
            said = self.tr("Limited to {speed}").format(speed=speed_text(bytes_per_second, wording.words))
        else:
            said = self.tr("No speed limit")
        announce.say(self._window.status, said)

    def _ask(self) -> None:
        # The menu has marked "Other" already; whether it stays so is for the answer to say.
        self._apply()
        dialog = AskLimit(self._shelf.settings.bytes_per_second, self._window)

        def accepted() -> None:
            self._choose(dialog.bytes_per_second)

        dialog.accepted.connect(accepted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _apply(self) -> None:
        chosen, actions = self._shelf.settings.bytes_per_second, self._window.actions_
        self._manager.limit(chosen)
        self._window.status.show_limit(chosen)
        actions.limits.get(chosen, actions.other_limit).setChecked(True)
