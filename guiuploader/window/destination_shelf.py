# SPDX-License-Identifier: MIT
"""The destinations that the window knows: the saved ones, those for this session, and which is chosen."""

from collections.abc import Callable
from itertools import chain, count
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library
from guiuploader.values import settings
from guiuploader.values.errors import DestinationError, ErrorCode, Problem, UploaderError
from guiuploader.values.settings import Settings


class DestinationShelf(QObject):
    """Keeps the library and the settings file in step; `changed` says that either is different now.

    Destinations are known by their names, in any case; no two have the same.
    """

    changed = Signal()
    failed = Signal(object)
    """Problem: what could not be read or written."""

    def __init__(self, library: Library, config: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._config = config
        self._temporary: tuple[Destination, ...] = ()
        self._chosen = ""
        self._renamed: dict[str, str] = {}
        self._picked: dict[tuple[str, str], str] = {}
        self._unsaved: list[Callable[[Settings], Settings]] = []
        self._settings = settings.load(config)
        self._listing = library.listing()

    @property
    def settings(self) -> Settings:
        """What the settings file says, and what could not be written there in this session."""
        return self._settings

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """All there are, those of this session last; they hide a file that took their name meanwhile."""
        saved = (each for each in self._listing.destinations if not self.is_temporary(each.name))
        return (*saved, *self._temporary)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with files that cannot be used."""
        return self._listing.problems

    @property
    def chosen(self) -> Destination | None:
        """Where drops go: what was chosen, else the first there is."""
        first = self.destinations[0] if self.destinations else None
        return self.find(self._chosen) or self.find(self._settings.chosen) or first

    def find(self, name: str) -> Destination | None:
        """Return the destination of this name."""
        return next((each for each in self.destinations if _same(each.name, name)), None)

    def current(self, name: str) -> Destination | None:
        """Return the destination of this name as it is now, also under the name it has been given since."""
        seen = set[str]()
        while (found := self.find(name)) is None and name not in seen:
            seen.add(name)
            name = self._renamed.get(name, name)
        return found

    def pick(self, name: str, variable: str, value: str) -> None:
        """Let a variable of a destination have this value for what is added from now on in this session."""
        self._picked[name.casefold(), variable] = value
        self.changed.emit()

    def picked(self, destination: Destination) -> dict[str, str]:
        """Return the values that were picked for a destination, of those that are still choices."""
        values = (
            (name, self._picked.get((destination.name.casefold(), name))) for name in destination.variables
        )
        return {
            name: value
            for name, value in values
            if value is not None and value in destination.variables[name].choices
        }

    def is_temporary(self, name: str) -> bool:
        """Tell whether a destination is for this session only."""
        return any(_same(each.name, name) for each in self._temporary)

    def is_unproven(self, destination: Destination) -> bool:
        """Tell whether a destination waits for "Send" because it has never worked here."""
        return any(_same(name, destination.name) for name in self._settings.unproven)

    def reload(self) -> None:
        """Read again what may have been changed by hand or by the command line; new problems are told."""
        before = (self._listing, self._settings)
        self._listing, self._settings = self._library.listing(), self._overlaid(settings.load(self._config))
        if (self._listing, self._settings) != before:
            self.changed.emit()
        for problem in self._listing.problems:
            if problem not in before[0].problems:
                self.failed.emit(problem)

    def choose(self, name: str) -> None:
        """Let drops go there from now on; a saved one is remembered for the next start."""
        self._chosen = name
        if not self.is_temporary(name):
            self.set(lambda now: msgspec.structs.replace(now, chosen=name))
        self.changed.emit()

    def add_temporary(self, destination: Destination, *, instead_of: str = "") -> Destination:
        """Show and choose a destination for this session only, under a name that no other has; return it."""
        self._drop_temporary(instead_of)
        names = chain([destination.name], (f"{destination.name} ({number})" for number in count(2)))
        name = next(each for each in names if self.find(each) is None)
        added = msgspec.structs.replace(destination, name=name)
        self._temporary = (*self._temporary, added)
        self.choose(name)
        return added

    def save(self, old: str, destination: Destination) -> None:
        """Save a destination in place of `old`, "" if it is new, and choose it. Raises DestinationError."""
        if self.is_temporary(old):
            self.add_temporary(destination, instead_of=old)
            return
        if old:
            self._library.replace(old, destination)
            if any(_same(name, old) for name in self._settings.unproven):
                self.set(lambda now: now.with_proven(old).with_unproven(destination.name))
        else:
            self._library.add(destination)
        if old and not _same(old, destination.name):
            self._renamed[old] = destination.name
        self._listing = self._library.listing()
        self.choose(destination.name)

    def delete(self, name: str) -> bool:
        """Remove a destination and return whether it is gone; problems are told by `failed`."""
        if self.is_temporary(name):
            self._drop_temporary(name)
        else:
            try:
                self._library.remove(name)
            except DestinationError as error:
                if error.problem.code is not ErrorCode.DESTINATION_UNKNOWN:
                    self.failed.emit(error.problem)
                    return False
            self._listing = self._library.listing()
            self.set(lambda now: now.with_proven(name))
        self.changed.emit()
        return True

    def prove(self, destination: Destination) -> None:
        """Note that a destination has worked."""
        if self.is_unproven(destination):
            self.set(lambda now: now.with_proven(destination.name))

    def set(self, change: Callable[[Settings], Settings]) -> None:
        """Change the settings file; what cannot be written counts for this session, and is tried again."""
        self._unsaved.append(change)
        try:
            self._settings = settings.update(self._config, self._overlaid)
        except UploaderError as error:
            self._settings = self._overlaid(settings.load(self._config))
            self.failed.emit(error.problem)
        else:
            self._unsaved.clear()

    def _overlaid(self, saved: Settings) -> Settings:
        for change in self._unsaved:
            saved = change(saved)
        return saved

    def _drop_temporary(self, name: str) -> None:
        self._temporary = tuple(each for each in self._temporary if not _same(each.name, name))


def _same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
