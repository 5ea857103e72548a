# SPDX-License-Identifier: MIT
"""The destinations that the window knows: the saved ones, one for this session, and which is chosen."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library
from guiuploader.values import settings
from guiuploader.values.errors import DestinationError, ErrorCode, Problem, UploaderError
from guiuploader.values.settings import Settings


class DestinationShelf(QObject):
    """Keeps the library and the settings file in step; `changed` says that either is different now."""

    changed = Signal()
    failed = Signal(object)
    """Problem: what could not be read or written."""

    def __init__(self, library: Library, config: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._config = config
        self._temporary: tuple[Destination, ...] = ()
        self._chosen = ""
        self._settings = settings.load(config)
        self._listing = library.listing()

    @property
    def settings(self) -> Settings:
        """What the settings file says."""
        return self._settings

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """All there are, those of this session last."""
        return (*self._listing.destinations, *self._temporary)

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
        """Return the destination of this name, in any case."""
        matches = (each for each in self.destinations if each.name.casefold() == name.casefold())
        return next(matches, None)

    def is_temporary(self, name: str) -> bool:
        """Tell whether a destination is for this session only."""
        return any(each.name == name for each in self._temporary)

    def is_unproven(self, destination: Destination) -> bool:
        """Tell whether a destination waits for "Send" because it has never worked here."""
        return destination.name.casefold() in {name.casefold() for name in self._settings.unproven}

    def reload(self) -> None:
        """Read again what may have been changed by hand or by the command line."""
        listing, now = self._library.listing(), settings.load(self._config)
        if (listing, now) != (self._listing, self._settings):
            self._listing, self._settings = listing, now
            self.changed.emit()

    def choose(self, name: str) -> None:
        """Let drops go there from now on; a saved one is remembered for the next start."""
        self._chosen = name
        if not self.is_temporary(name):
            self.set(lambda now: msgspec.structs.replace(now, chosen=name))
        self.changed.emit()

    def add_temporary(self, destination: Destination) -> None:
        """Show and choose a destination for this session only."""
        others = (each for each in self._temporary if each.name != destination.name)
        self._temporary = (*others, destination)
        self.choose(destination.name)

    def save(self, old: str, destination: Destination) -> None:
        """Save a destination in place of `old`, "" if it is new, and choose it. Raises DestinationError."""
        if self.is_temporary(old):
            self._temporary = tuple(each for each in self._temporary if each.name != old)
            self.add_temporary(destination)
            return
        if old:
            self._library.replace(old, destination)
            if old.casefold() in {name.casefold() for name in self._settings.unproven}:
                self.set(lambda now: now.with_proven(old).with_unproven(destination.name))
        else:
            self._library.add(destination)
        self._listing = self._library.listing()
        self.choose(destination.name)

    def delete(self, name: str) -> None:
        """Forget a destination; problems are told by `failed`."""
        if self.is_temporary(name):
            self._temporary = tuple(each for each in self._temporary if each.name != name)
        else:
            try:
                self._library.remove(name)
            except DestinationError as error:
                if error.problem.code is not ErrorCode.DESTINATION_UNKNOWN:
                    self.failed.emit(error.problem)
            self._listing = self._library.listing()
            self.set(lambda now: now.with_proven(name))
        self.changed.emit()

    def prove(self, destination: Destination) -> None:
        """Note that a destination has worked."""
        if self.is_unproven(destination):
            self.set(lambda now: now.with_proven(destination.name))

    def set(self, change: Callable[[Settings], Settings]) -> None:
        """Change the settings file; one that cannot be written still counts for this session."""
        try:
            self._settings = settings.update(self._config, change)
        except UploaderError as error:
            self._settings = change(self._settings)
            self.failed.emit(error.problem)
