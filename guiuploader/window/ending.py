# SPDX-License-Identifier: MIT
"""What the window does by itself when all has ended: nothing, tell the desktop, or close."""

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.settings import WhenEnded
from guiuploader.values.states import ENDED, State
from guiuploader.window import announce, sentences
from guiuploader.window.adding import Adding
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notification import Notifier
from guiuploader.window.sentences import Outcome

_GRACE = 3000  # milliseconds in which the sentence can be read, or more be added
_UNSETTLED = (State.FAILED, State.UNCONFIRMED, State.HELD, State.PAUSED)


class Ending(QObject):
    """Does as the settings say. It closes the window only where nothing is left for a person to see or do."""

    close_wanted = Signal()

    def __init__(
        self, window: MainWindow, manager: UploadManager, shelf: DestinationShelf, adding: Adding
    ) -> None:
        super().__init__(window)
        self._window = window
        self._manager = manager
        self._shelf = shelf
        self._adding = adding
        self._notifier = Notifier(self)
        self._has_worked = False
        self._sentence = ""
        self._grace = QTimer(self, interval=_GRACE, singleShot=True)
        self._grace.timeout.connect(self._close_if_still_well)
        manager.changed.connect(self._on_changed)
        manager.added.connect(self._grace.stop)
        window.actions_.when_ended_group.triggered.connect(self._on_picked)
        shelf.changed.connect(self._show)
        self._show()

    def act(self, outcome: Outcome) -> None:
        """Do what was chosen, now that a run has ended so; what an earlier run left is no end of a run."""
        has_worked, self._has_worked = self._has_worked, False
        chosen = self._shelf.settings.when_ended
        if not has_worked or chosen is WhenEnded.NOTHING or outcome.cancelled == outcome.total:
            return
        self._sentence = sentences.ended(outcome)
        if chosen is WhenEnded.NOTIFY:
            self._notifier.show(self._sentence)
        elif self._is_well:
            self._grace.start()
        else:
            self._notifier.show(self._sentence, sentences.stays_open())

    def close(self) -> None:
        """Tell nothing more."""
        self._grace.stop()
        self._notifier.close()

    @property
    def _is_well(self) -> bool:
        counts = self._manager.overall().counts
        return not (
            self._manager.is_busy
            or self._adding.waiting
            or self._adding.is_looking
            or any(counts[state] for state in _UNSETTLED)
            or self._window.notice.has_warning
            or QApplication.activeModalWidget()
        )

    def _close_if_still_well(self) -> None:
        if self._is_well:
            self._notifier.show(self._sentence, sentences.was_closed())
            self.close_wanted.emit()

    @Slot(object)
    def _on_changed(self, uploads: tuple[Upload, ...]) -> None:
        self._has_worked = self._has_worked or any(upload.state in ENDED for upload in uploads)

    def _on_picked(self, action: QAction) -> None:
        chosen = WhenEnded(action.data())
        self._shelf.set(lambda now: msgspec.structs.replace(now, when_ended=chosen))
        self._grace.stop()
        self._show()
        announce.say(self._window.status, action.text().replace("&", ""))

    def _show(self) -> None:
        chosen = self._shelf.settings.when_ended
        self._window.actions_.when_ended[chosen].setChecked(True)
        self._window.status.show_closing(is_closing=chosen is WhenEnded.CLOSE)
