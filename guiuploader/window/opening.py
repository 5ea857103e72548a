# SPDX-License-Identifier: MIT
"""Files that are opened to be read here, not to be sent: the destinations that other people made."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import read_file
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.window import wording
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.drops import Carried
from guiuploader.window.notice import Notice
from guiuploader.window.question import Question, QuestionBox

_OURS = ".guiuploader"
_SHAREX = ".sxcu"


class Opening(QObject):
    """Asks before it adds a destination: a file that came by mail may name any server."""

    noticed = Signal(object)
    settled = Signal()
    """A destination was added and chosen."""

    def __init__(self, shelf: DestinationShelf, window: QWidget) -> None:
        super().__init__(window)
        self._shelf = shelf
        self._window = window

    def take(self, carried: Carried) -> Carried:
        """Read what is meant to be read, and return what is to be sent."""
        files = [each for each in carried.paths if isinstance(each, Path)]
        for path in files:
            if _kind(path) == _OURS:
                self._open(path)
            elif _kind(path) == _SHAREX:
                self._refuse(path)
        read = {path for path in files if _kind(path) in {_OURS, _SHAREX}}
        rest = tuple(each for each in carried.paths if each not in read)
        return Carried(rest, carried.foreign, carried.archives)

    def _refuse(self, path: Path) -> None:
        text = self.tr(
            "“{name}” is a ShareX uploader, which guiuploader does not read. Make a destination with the"
            " same address instead. To send the file itself, use “guiuploader send”."
        )
        self.noticed.emit(Notice(text.format(name=printable(path.name)), is_warning=True))

    def _open(self, path: Path) -> None:
        try:
            destination = read_file(path)
        except DestinationError as error:
            self._warn(error)
            return
        question = Question(
            title=self.tr("Add destination?"),
            text=self.tr("Add {place}?").format(place=wording.place(destination)),
            detail=self.tr(
                "Whoever made this file chose where yours go and what is sent with them. The first upload"
                " there waits for “Send”."
            ),
            yes=self.tr("&Add"),
            no=self.tr("&Cancel"),
        )
        box = QuestionBox(question, self._window)
        box.agreed.connect(lambda: self._add(destination))
        box.open()

    def _add(self, destination: Destination) -> None:
        try:
            self._shelf.save("", destination)
        except DestinationError as error:
            self._warn(error)
            return
        self._shelf.set(lambda now: now.with_unproven(destination.name))
        text = self.tr("{place} was added. Files that you add now go there.")
        self.noticed.emit(Notice(text.format(place=wording.place(destination))))
        self.settled.emit()

    def _warn(self, error: DestinationError) -> None:
        self.noticed.emit(Notice(str(explain(error.problem, wording.words)), is_warning=True))


def _kind(path: Path) -> str:
    return path.suffix.casefold()
