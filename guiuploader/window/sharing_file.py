# SPDX-License-Identifier: MIT
"""Writes a destination as a file to hand on, by mail or otherwise; no secret stands in it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import slug
from guiuploader.destinations.texts import secret_names
from guiuploader.destinations.toml_file import render
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.whole_file import write_whole
from guiuploader.window import wording
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice

_ENDING = "guiuploader"


class SharingFile(QObject):
    """Asks where the file of the current destination is to be written."""

    noticed = Signal(object)

    def __init__(self, window: MainWindow, shelf: DestinationShelf) -> None:
        super().__init__(window)
        self._window = window
        self._shelf = shelf
        window.actions_.share_destination.triggered.connect(self._share)

    def _share(self) -> None:
        destination = self._shelf.find(self._window.destinations.current_name())
        if destination is None:
            return
        dialog = QFileDialog(self._window, self.tr("Share destination"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_ENDING)
        dialog.setNameFilter(self.tr("Destinations") + f" (*.{_ENDING})")
        dialog.selectFile(f"{slug(destination.name)}.{_ENDING}")

        def picked(name: str) -> None:
            self.write(destination, Path(name))

        dialog.fileSelected.connect(picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, destination: Destination, path: Path) -> None:
        """Write the file, and say what whoever opens it will be asked for."""
        try:
            write_whole(path, render(destination))
        except OSError as error:
            problem = Problem(
                ErrorCode.FOLDER_NOT_WRITABLE,
                {"path": str(path), "reason": error.strerror or "unknown error"},
            )
            self.noticed.emit(Notice(str(explain(problem, wording.words)), is_warning=True))
            return
        text = self.tr("“{name}” was written to {path}.").format(name=destination.name, path=path.name)
        if asked := secret_names(destination):
            labels = [
                destination.secrets[each].label if each in destination.secrets else "" for each in asked
            ]
            names = ", ".join(label or name for label, name in zip(labels, asked, strict=True))
            text += " " + self.tr("Whoever opens it is asked for: {names}.").format(names=names)
        self.noticed.emit(Notice(text))
