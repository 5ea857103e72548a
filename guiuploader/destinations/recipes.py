# SPDX-License-Identifier: MIT
"""Destinations that come with the program, for common applications; who has a server fills in its address.

A recipe is a destination's file whose first lines, as comments, say what it is for. One for software that
people run themselves names a server below `.example` (RFC 2606), in place of which theirs is put.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import read_file
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.toml_file import checked
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.template import literal

_NOBODYS = ".example"
_UNFIT = frozenset(" ?#{}\\\"'<>|^`")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A destination that lacks its address, or only its secrets; `name` is its file's, bar the ending."""

    name: str
    about: str
    destination: Destination

    @property
    def wants_address(self) -> bool:
        """Whether whoever takes it has a server of their own."""
        return (urlsplit(self.destination.url).hostname or "").endswith(_NOBODYS)

    @property
    def example(self) -> str:
        """The address in whose place theirs is put."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.destination.url))

    def filled(self, name: str, address: str, values: Mapping[str, str]) -> Destination:
        """Return the destination under this name, at this address, where that is wanted.

        `values` become the defaults of what is asked when files are added; empty ones change nothing.

        Raises DestinationError when the name or the address cannot be used.
        """
        made = self.destination
        if self.wants_address:
            table = _replaced(msgspec.to_builtins(made), self.example, _base(address.strip(), name))
            made = msgspec.convert(table, Destination)
        variables = {
            each: msgspec.structs.replace(variable, default=values.get(each, "").strip() or variable.default)
            for each, variable in made.variables.items()
        }
        return checked(msgspec.structs.replace(made, name=name, variables=variables))


def recipes(folder: Path) -> tuple[Recipe, ...]:
    """Return the recipes in a folder, by the names that people read. Raises DestinationError."""
    found = (_read(path) for path in folder.glob("*.toml"))
    return tuple(sorted(found, key=lambda each: each.destination.name.casefold()))


def recipe(folder: Path, name: str) -> Recipe | None:
    """Return the recipe that is called so, by its file or its destination. Raises DestinationError."""
    wanted = name.casefold()
    found = (each for each in recipes(folder) if wanted in {each.name, each.destination.name.casefold()})
    return next(found, None)


def _read(path: Path) -> Recipe:
    destination = read_file(path)
    lines = path.read_text("utf-8").splitlines()
    comment = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
    return Recipe(path.stem, " ".join(line.lstrip("# ") for line in comment), destination)


def _base(address: str, name: str) -> str:
    """Return an address as templates may begin with it: literally, and without the slash at its end."""
    whole = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(whole)
        is_good = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or _UNFIT & set(whole) or "@" in whole or not whole.isprintable():
        error = RuleBroken(
            "url", "must be an address such as https://files.mycompany.com, without “?” or “#”"
        )
        raise DestinationError(
            ErrorCode.DESTINATION_INVALID, destination=name, key=error.key, reason=error.reason
        )
    return literal(whole.rstrip("/"))


def _replaced(value: object, old: str, new: str) -> object:
    """Return a table with one text in place of another, wherever it stands."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(each, old, new) for each in value]
    if isinstance(value, dict):
        return {key: _replaced(each, old, new) for key, each in value.items()}
    return value
