# SPDX-License-Identifier: MIT
"""What “Paste” means: the files in the clipboard, or a curl command that is to become a destination."""

import re

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from guiuploader.window import drops
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice

_COMMAND = re.compile(r"\s*(?:\$\s+)?\S*curl(?:\.exe)?\s", re.IGNORECASE)


class Pasting(QObject):
    """Looks into the clipboard when it is asked to."""

    carried = Signal(str, object)
    """The chosen destination, as "", and drops.Carried."""
    command = Signal(str)
    noticed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.actions_.paste.triggered.connect(self._on_paste)

    def _on_paste(self) -> None:
        carried = drops.carried(QGuiApplication.clipboard().mimeData())
        if carried.paths or carried.foreign:
            self.carried.emit("", carried)
        elif text := copied_command():
            self.command.emit(text)
        else:
            self.noticed.emit(Notice(self.tr("The clipboard holds no files."), is_warning=True))


def copied_command() -> str:
    """Return the curl command in the clipboard, "" where it holds something else."""
    text = QGuiApplication.clipboard().text()
    return text if _COMMAND.match(text) else ""
