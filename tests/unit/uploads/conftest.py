# SPDX-License-Identifier: MIT
"""A manager with real workers, and destinations at scripted servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.toml_file import parse
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_server import StartServer
from tests.unit.uploads.scene import MakeDestination, Scene


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain), will_retry=False)
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


@pytest.fixture
def to() -> MakeDestination:
    """Return a function from a server's address, and further TOML, to a destination."""

    def make(url: str, *tables: str) -> Destination:
        return parse(
            "\n".join(['format = 1\nname = "Test"', f'url = "{url}/upload"', *tables]), called="test"
        )

    return make


@pytest.fixture
def scene(
    qtbot: QtBot,
    manager: UploadManager,
    scripted_server: StartServer,
    to: MakeDestination,
    tmp_path: Path,
) -> Scene:
    return Scene(qtbot, manager, scripted_server, to, tmp_path)
