# SPDX-License-Identifier: MIT
"""A window with nothing in it: `bare_window.py SINCE` prints the seconds from then until it is painted."""

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Says when the first main window is painted, and ends the program."""

    def __init__(self, since: float) -> None:
        super().__init__()
        self._since = since
        self._is_seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at what comes by."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow) and not self._is_seen:
            self._is_seen = True
            say(seconds=time.monotonic() - self._since)
            QTimer.singleShot(0, QApplication.quit)
        return False


def say(**facts: float) -> None:
    """Print a line."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main(since: float) -> None:
    """Show the window; `since` is on the monotonic clock, in seconds."""
    application = QApplication(sys.argv[:1])
    watch = FirstPaint(since)
    application.installEventFilter(watch)
    window = QMainWindow()
    window.show()
    application.exec()


if __name__ == "__main__":
    main(float(sys.argv[1]))
