# SPDX-License-Identifier: MIT
"""Notifications of the desktop, shown without waiting for it."""

import logging
import sys
import threading
from queue import SimpleQueue

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from guiuploader.window.icons import application_icon

_NAME = "guiuploader"
_PATIENCE = 2.0  # seconds for the desktop, and at the end for what is on its way there

_log = logging.getLogger(__name__)


class Notifier(QObject):
    """Shows short texts, plain; where a desktop has no notifications, nothing happens."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None
        self._texts: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def show(self, title: str, text: str = "") -> None:
        """Show one."""
        if sys.platform != "linux":
            self._show_in_tray(title, text)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
            self._thread.start()
        self._texts.put((title, text))

    def close(self) -> None:
        """Show no more."""
        if self._thread is not None:
            self._texts.put(None)
            self._thread.join(_PATIENCE)
            self._thread = None

    def _show_in_tray(self, title: str, text: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(application_icon(), self)
        self._tray.show()
        self._tray.showMessage(title, text)

    def _run(self) -> None:
        # Only Linux has it, and only who wants to be told needs it.
        from guiuploader.window.notification_bus import NotificationBus  # noqa: PLC0415 - the platform's own

        with NotificationBus(_NAME, patience=_PATIENCE) as bus:
            while (item := self._texts.get()) is not None:
                try:
                    bus.show(*item)
                except Exception as error:  # noqa: BLE001 - a desktop may answer anything, or not be there
                    _log.info("The desktop could not be told: %r", error)
