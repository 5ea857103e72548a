# SPDX-License-Identifier: MIT
"""What the program remembers between two starts, besides destinations: one small TOML file."""

import logging
import tomllib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import tomli_w

from guiuploader.values.errors import ErrorCode, UploaderError
from guiuploader.values.whole_file import write_whole

_FILE = "settings.toml"
MOST_PARALLEL = 32

_log = logging.getLogger(__name__)


class Appearance(StrEnum):
    """Which colours the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class WhenEnded(StrEnum):
    """What the window does when all uploads have ended."""

    NOTHING = "nothing"
    NOTIFY = "notify"
    CLOSE = "close"


class Duplicates(StrEnum):
    """What becomes of a file that was sent to the same destination before and has not changed since."""

    SKIP = "skip"
    ASK = "ask"
    """It is skipped until the person says otherwise; without a window there is nobody to ask."""
    SEND = "send"


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`chosen` is the destination that drops go to; `unproven` are those that have never worked here yet.

    `bytes_per_second` is the window's limit for all uploads together, 0 for none.
    """

    chosen: str = ""
    unproven: tuple[str, ...] = ()
    parallel: Annotated[int, msgspec.Meta(ge=1, le=MOST_PARALLEL)] = 3
    bytes_per_second: Annotated[int, msgspec.Meta(ge=0)] = 0
    appearance: Appearance = Appearance.SYSTEM
    when_ended: WhenEnded = WhenEnded.NOTHING
    duplicates: Duplicates = Duplicates.SKIP

    def with_unproven(self, name: str) -> "Settings":
        """Return settings in which this destination waits for "Send"."""
        return msgspec.structs.replace(self, unproven=(*self.with_proven(name).unproven, name))

    def with_proven(self, name: str) -> "Settings":
        """Return settings in which this destination starts at once."""
        return msgspec.structs.replace(
            self, unproven=tuple(each for each in self.unproven if each.casefold() != name.casefold())
        )


def load(folder: Path) -> Settings:
    """Return the settings in this folder, the defaults where there are none.

    A file that cannot be used is put aside under another name, so that nothing a person wrote is lost.
    """
    path = folder / _FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        _put_aside(path, error)
        return Settings()


def save(folder: Path, settings: Settings) -> None:
    """Replace the file as a whole. Raises UploaderError(FOLDER_NOT_WRITABLE)."""
    try:
        write_whole(folder / _FILE, tomli_w.dumps(msgspec.to_builtins(settings)))
    except OSError as error:
        raise UploaderError(
            ErrorCode.FOLDER_NOT_WRITABLE, path=str(folder), reason=error.strerror or "unknown error"
        ) from error


def update(folder: Path, change: Callable[[Settings], Settings]) -> Settings:
    """Read, change and save the settings, so that window and command line keep each other's changes.

    Returns the new settings. Raises UploaderError(FOLDER_NOT_WRITABLE).
    """
    before = load(folder)
    after = change(before)
    if after != before:
        save(folder, after)
    return after


def _put_aside(path: Path, error: Exception) -> None:
    aside = path.with_suffix(".broken.toml")
    try:
        path.replace(aside)
    except OSError:
        _log.warning("The settings in %s cannot be used: %s", path, error)
    else:
        _log.warning("The settings cannot be used and were put aside as %s: %s", aside, error)
