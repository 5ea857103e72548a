# SPDX-License-Identifier: MIT
"""Keeps the computer awake while it uploads."""

from PySide6.QtCore import QObject, QTimer, Slot

from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.sleep_lock import SleepLock

_DELAY = 2000  # milliseconds: what is done sooner needs no lock, and is not to pay for one


class Awake(QObject):
    """Lets no computer fall asleep that sends, or waits for an attempt that is near.

    A person can still send it to sleep: this is about falling asleep by itself.
    """

    def __init__(self, manager: UploadManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._manager = manager
        self._lock = SleepLock()
        self._delay = QTimer(self, interval=_DELAY, singleShot=True)
        self._delay.timeout.connect(self._take)
        for signal in (manager.changed, manager.removed, manager.all_ended):
            signal.connect(self._look)

    def close(self) -> None:
        """Let the computer sleep, whatever goes on."""
        self._manager.disconnect(self)
        self._delay.stop()
        self._lock.close()

    @Slot()
    def _look(self) -> None:
        if not self._manager.is_at_work:
            self._delay.stop()
            self._lock.want(is_wanted=False)
        elif not self._lock.is_wanted and not self._delay.isActive():
            self._delay.start()

    @Slot()
    def _take(self) -> None:
        self._lock.want(is_wanted=True)
