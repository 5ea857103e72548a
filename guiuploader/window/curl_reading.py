# SPDX-License-Identifier: MIT
"""Reads a pasted curl command: what it means, and what of it a person must agree to first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from guiuploader.destinations import curl_data
from guiuploader.destinations.curl_command import Imported, imported
from guiuploader.destinations.simple_form import simplified
from guiuploader.window.wording import translate


@dataclass(frozen=True, slots=True)
class Command:
    """What a command means, before any file was read for it; `dangers` are to be agreed to one by one."""

    text: str
    found: Imported
    dangers: tuple[str, ...]

    def taken_over(self, is_taken: Callable[[str], bool]) -> Imported:
        """Return it with the texts of the files in it, under a name that no other destination has.

        Raises DestinationError.
        """
        host = self.found.destination.host
        name, number = host, 1
        while is_taken(name):
            number += 1
            name = f"{host} ({number})"
        found = imported(self.text, name=name, read=_read, foreign=True)
        form = simplified(found.destination.multipart)
        return replace(found, destination=msgspec.structs.replace(found.destination, multipart=form))


def read_command(text: str) -> Command:
    """Return what a stranger's command means; no file is read. Raises DestinationError."""
    files: list[Path] = []

    def noted(path: Path) -> bytes:
        files.append(path)
        return b""

    found = imported(text, read=noted, foreign=True)
    read = translate("curl", "The text of {path} becomes part of it")
    return Command(text, found, (*found.confirm, *(read.format(path=path) for path in files)))


def _read(path: Path) -> bytes:
    """Return the beginning of a file, as much as may become a text, and a byte more; a pipe would hold us."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        return file.read(curl_data.LARGEST_TEXT + 1)
