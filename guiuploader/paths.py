# SPDX-License-Identifier: MIT
"""Where things lie: our own resources, and the folders for settings, data and logs."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_ID = "io.github.guiuploader.guiuploader"
"""The name of the desktop entry, the icons and the metadata, by which desktops know the program."""

_APP = "guiuploader"


def resources() -> Path:
    """Return the folder of icons, styles and tables.

    It stands inside the package in a wheel, beside the package in a source tree or an editable install, and
    in PyInstaller's folder in a frozen program.
    """
    if getattr(sys, "frozen", False):
        return Path(str(getattr(sys, "_MEIPASS", Path(sys.executable).parent))) / "resources"
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def recipe_folder() -> Path:
    """Return the folder of the destinations that come with the program, for others to fill in."""
    return resources() / "recipes"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one installation; none need exist yet."""

    config: Path
    data: Path
    logs: Path

    @property
    def destinations(self) -> Path:
        """Where each destination is one TOML file."""
        return self.config / "destinations"

    @property
    def connections(self) -> Path:
        """Where each connection to an object store is one TOML file."""
        return self.config / "connections"

    @property
    def received(self) -> Path:
        """Where the built-in demo server keeps what it is sent."""
        return self.data / "received"


def folders(home: Path | None = None) -> Folders:
    """Return the folders below `home`, below $GUIUPLOADER_HOME, or where this system keeps such things."""
    if home is None and os.environ.get("GUIUPLOADER_HOME"):
        home = Path(os.environ["GUIUPLOADER_HOME"])
    if home is not None:
        home = Path(os.path.expanduser(home)).absolute()  # noqa: PTH111 - the other raises for "~nobody-known"
        return Folders(home / "config", home / "data", home / "logs")
    return Folders(
        platformdirs.user_config_path(_APP, appauthor=False),
        platformdirs.user_data_path(_APP, appauthor=False),
        platformdirs.user_log_path(_APP, appauthor=False),
    )
