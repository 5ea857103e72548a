# SPDX-License-Identifier: MIT
"""Files that are opened to be read here, not to be sent: the destinations that other people made."""

from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal
from PySide6.QtWidgets import QWidget

from guiuploader.destinations import sharex
from guiuploader.destinations.curl_command import Imported
from guiuploader.destinations.library import read_file
from guiuploader.destinations.openapi_file import looks_like_one
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.window import wording
from guiuploader.window.adding import Adding
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.drops import Carried
from guiuploader.window.notice import Notice
from guiuploader.window.openapi_control import OpenapiControl
from guiuploader.window.question import Question, QuestionBox

_OURS = ".guiuploader"
_MOST_NOTES = 8
_PATIENCE = 5_000  # milliseconds


class Opening(QObject):
    """Asks before it adds a destination: a file that came by mail may name any server."""

    noticed = Signal(object)

    def __init__(self, shelf: DestinationShelf, desk: SecretDesk, window: QWidget, adding: Adding) -> None:
        super().__init__(window)
        self._adding = adding
        self._shelf = shelf
        self._desk = desk
        self._window = window
        self._documents = OpenapiControl(window)
        self._documents.taken.connect(self._ask)
        self._documents.file_wanted.connect(self._on_file_wanted)

    def close(self) -> None:
        """Read nothing more."""
        self._documents.close(QDeadlineTimer(_PATIENCE))

    def take(self, carried: Carried) -> Carried:
        """Read what is meant to be read, and return what is to be sent."""
        files = [each for each in carried.paths if isinstance(each, Path)]
        # Among others such a file is one of many to be sent.
        if carried.count == len(files) == 1 and looks_like_one(files[0]):
            self._documents.open(files[0])
            return Carried((), ())
        for path in files:
            if _is_read(path):
                self._open(path)
        read = {path for path in files if _is_read(path)}
        rest = tuple(each for each in carried.paths if each not in read)
        return Carried(rest, carried.foreign, carried.archives)

    def _open(self, path: Path) -> None:
        try:
            found = sharex.read_file(path) if sharex.is_one(path) else Imported(read_file(path))
        except DestinationError as error:
            self._warn(error)
        else:
            self._ask(found)

    def _on_file_wanted(self, path: Path) -> None:
        self._adding.add(Carried((path,), ()), self._shelf.chosen)

    def _ask(self, found: Imported) -> None:
        detail = self.tr(
            "Whoever made this file chose where yours go and what is sent with them. The first upload"
            " there waits for “Send”."
        )
        if found.notes:
            detail += "\n\n" + self.tr("Not taken over as it is:")
            detail += "".join(f"\n• {printable(note)}" for note in found.notes[:_MOST_NOTES])
        if len(found.notes) > _MOST_NOTES:
            more = wording.number(len(found.notes) - _MOST_NOTES)
            detail += "\n" + self.tr("… and {count} more.").format(count=more)
        question = Question(
            title=self.tr("Add destination?"),
            text=self.tr("Add {place}?").format(place=wording.place(found.destination)),
            detail=detail,
            yes=self.tr("&Add"),
            no=self.tr("&Cancel"),
        )
        box = QuestionBox(question, self._window)
        box.agreed.connect(lambda: self._add(found))
        box.open()

    def _add(self, found: Imported) -> None:
        destination = found.destination
        try:
            self._shelf.save("", destination)
        except DestinationError as error:
            self._warn(error)
            return
        for key, value in found.secrets.items():
            self._desk.keep(key, value, save=self._desk.has_keychain)
        self._shelf.set(lambda now: now.with_unproven(destination.name))
        text = self.tr("{place} was added. Files that you add now go there.")
        self.noticed.emit(Notice(text.format(place=wording.place(destination))))
        self._adding.resume()

    def _warn(self, error: DestinationError) -> None:
        self.noticed.emit(Notice(str(explain(error.problem, wording.words)), is_warning=True))


def _is_read(path: Path) -> bool:
    return path.suffix.casefold() == _OURS or sharex.is_one(path)
