# SPDX-License-Identifier: MIT
"""The saved destinations: one TOML file each in one folder."""

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from guiuploader.destinations import private_links, sharex
from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.destinations.toml_file import checked, parse, render
from guiuploader.values.errors import DestinationError, ErrorCode, Problem
from guiuploader.values.redact import printable, redact_url
from guiuploader.values.secrets import SecretKey
from guiuploader.values.template import literal
from guiuploader.values.whole_file import write_whole

_LONGEST_SLUG = 60
_WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the folder holds: the destinations by name, and the files that are wrong."""

    destinations: tuple[Destination, ...]
    problems: tuple[Problem, ...]


class Library:
    """Reads and writes the folder; it is read anew on each call, so an edit by hand counts at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listing(self) -> Listing:
        """Return all destinations sorted by name, and the problems of files that cannot be used."""
        destinations: dict[str, Destination] = {}
        problems: list[Problem] = []
        try:
            files = self._files()
        except DestinationError as error:
            return Listing((), (error.problem,))
        for path in files:
            try:
                found = read_file(path)
            except DestinationError as error:
                problems.append(error.problem)
                continue
            if destinations.setdefault(found.name.casefold(), found) is not found:
                reason = f"“{found.name}” is the name of another file's destination"
                problems.append(_invalid(path, "name", reason).problem)
        return Listing(tuple(destinations[name] for name in sorted(destinations)), tuple(problems))

    def get(self, name: str) -> Destination:
        """Return the destination of this name, in any case. Raises DestinationError."""
        return read_file(self._path(name))

    def meant(self, to: str) -> Destination:
        """Return what a person names: an address, a TOML or ShareX file, or a saved name.

        Raises DestinationError.
        """
        if _is_address(to):
            return from_url(to)
        if sharex.is_one(Path(to)):
            return sharex.read_file(Path(to)).destination
        return read_file(Path(to)) if to.endswith(".toml") else self.get(to)

    def add(self, destination: Destination) -> None:
        """Save a new destination. Raises DestinationError, also when its name is taken."""
        if self._find(destination.name) is not None:
            raise DestinationError(ErrorCode.DESTINATION_EXISTS, destination=destination.name)
        stem, number = slug(destination.name), 1
        path = self._folder / f"{stem}.toml"
        while os.path.lexists(path):
            number += 1
            path = self._folder / f"{stem}-{number}.toml"
        self._write(path, destination)

    def replace(self, name: str, destination: Destination) -> None:
        """Save an edited destination in place of `name`. Raises DestinationError as `add` does."""
        old = self._path(name)
        if destination.name.casefold() != name.casefold() and self._find(destination.name) is not None:
            raise DestinationError(ErrorCode.DESTINATION_EXISTS, destination=destination.name)
        self._write(old, destination)

    def remove(self, name: str) -> None:
        """Delete the file of this destination. Raises DestinationError when there is none."""
        path = self._path(name)
        try:
            path.unlink()
        except OSError as error:
            raise _not_writable(path, error) from error

    def _path(self, name: str) -> Path:
        path = self._find(name)
        if path is None:
            known = ", ".join(found.name for found in self.listing().destinations) or "none yet"
            raise DestinationError(ErrorCode.DESTINATION_UNKNOWN, destination=name, known=known)
        return path

    def _find(self, name: str) -> Path | None:
        """Return the file of this destination; one that cannot be read answers to its own name."""
        broken: Path | None = None
        for path in self._files():
            try:
                if read_file(path).name.casefold() == name.casefold():
                    return path
            except DestinationError:
                if path.stem.casefold() == name.casefold():
                    broken = path
        return broken

    def _files(self) -> list[Path]:
        """Return the files by name; hidden ones are what editors and systems leave behind."""
        try:
            files = sorted(self._folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DestinationError(
                ErrorCode.DESTINATIONS_UNREADABLE,
                path=printable(str(self._folder)),
                reason=error.strerror or "unknown error",
            ) from error
        return [path for path in files if path.suffix == ".toml" and not path.name.startswith(".")]

    def _write(self, path: Path, destination: Destination) -> None:
        text = render(checked(destination))
        try:
            write_whole(path, text)
        except OSError as error:
            raise _not_writable(path, error) from error


def read_file(path: Path) -> Destination:
    """Return the destination in a TOML file. Raises DestinationError."""
    try:
        text = path.read_text("utf-8-sig")  # Windows' editors begin a file with a mark
    except OSError as error:
        raise _invalid(path, "the file", error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise _invalid(path, "the file", "is not UTF-8 text") from error
    except ValueError as error:  # a path with a null character
        raise _invalid(path, "the file", "has a name that no file can have") from error
    return parse(text, called=printable(path.name))


def from_url(url: str) -> Destination:
    """Return what a bare address means: a form by POST, the file in the field `file`, and no secret in it.

    Raises DestinationError when it is no http or https address.
    """
    try:
        destination = private_links.meant(url).destination
    except ValueError:
        destination = Destination(format=FORMAT, name="", url=literal(url))  # the rules say what is wrong
    return checked(
        destination if destination.name else msgspec.structs.replace(destination, name=redact_url(url))
    )


def given_secrets(to: str) -> Mapping[SecretKey, str]:
    """Return the secrets in what a person names: an address' or a ShareX file's, to which it only refers.

    Raises DestinationError as `Library.meant` does.
    """
    if not _is_address(to) and sharex.is_one(Path(to)):
        return sharex.read_file(Path(to)).secrets
    if not _is_address(to):
        return {}
    from_url(to)
    return private_links.meant(to).secrets


def _is_address(to: str) -> bool:
    return to.startswith(("http://", "https://"))


def slug(name: str) -> str:
    """Return a plain file name for a destination's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-")
    return f"{stem}-destination" if stem in _WINDOWS_DEVICES else stem or "destination"


def _invalid(path: Path, key: str, reason: str) -> DestinationError:
    return DestinationError(
        ErrorCode.DESTINATION_INVALID, destination=printable(path.name), key=key, reason=reason
    )


def _not_writable(path: Path, error: OSError) -> DestinationError:
    return DestinationError(
        ErrorCode.FOLDER_NOT_WRITABLE, path=str(path), reason=error.strerror or "unknown error"
    )
