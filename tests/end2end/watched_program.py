# SPDX-License-Identifier: MIT
"""The real program with a witness: what the window shows goes to a file, line by line.

watched_program.py RECORD HOME
"""

import json
import sys
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from guiuploader import app, paths
from guiuploader.memory import NO_MEMORY, Memory
from guiuploader.paths import Folders
from guiuploader.values.secrets import SecretStore
from guiuploader.window.upload_model import UPLOAD_ROLE

RECORD = Path(sys.argv[1])
HOME = Path(sys.argv[2])


class Witness(QObject):
    """Writes one JSON object a line; looks 20 times a second at what a person would see."""

    def __init__(self, program: app.Program, file: TextIO) -> None:
        super().__init__(program)
        self._window = program.window
        self._file = file
        self._last = ""
        program.window.veil.installEventFilter(self)
        timer = QTimer(self, interval=50)
        timer.timeout.connect(self._look)
        timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note when the window shows that it takes a drag."""
        if event.type() is QEvent.Type.Show:
            self._write({"veil": self._window.veil.accessibleName()})
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        window, model = self._window, self._window.model
        uploads = [model.index(row, 0).data(UPLOAD_ROLE) for row in range(model.rowCount())]
        middle = window.mapToGlobal(window.rect().center())
        seen = {
            "destinations": window.destinations.count(),
            "middle": [middle.x(), middle.y()],
            "notice": window.notice.text,
            "status": window.status.text,
            "rows": [[each.source.relpath, each.state.value, each.fraction] for each in uploads],
        }
        if json.dumps(seen) != self._last:
            self._last = json.dumps(seen)
            self._write(seen)

    def _write(self, seen: dict[str, object]) -> None:
        self._file.write(json.dumps(seen) + "\n")
        self._file.flush()


class WatchedProgram(app.Program):
    """The program as it is, and the witness beside it."""

    def __init__(
        self, application: QApplication, folders: Folders, secrets: SecretStore, memory: Memory = NO_MEMORY
    ) -> None:
        super().__init__(application, folders, secrets, memory)
        self._file = RECORD.open("w", encoding="utf-8")
        self._witness = Witness(self, self._file)

    def shutdown(self) -> bool:
        """Close the record with the rest."""
        all_ended = super().shutdown()
        self._file.close()
        return all_ended


if __name__ == "__main__":
    app.Program = WatchedProgram  # type: ignore[misc] # the one way in that needs no hook in the product
    sys.exit(app.run([], folders=paths.folders(HOME), to=None, demo=True))
