# SPDX-License-Identifier: MIT
"""What tests of the whole window do again and again."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from guiuploader.destinations.destination import FORMAT, Auth, Destination
from guiuploader.values.states import State
from tests.gui.conftest import PATIENCE, Whole, button
from tests.helpers.scripted_server import Answer, Ending, ScriptedServer

Open = Callable[..., Whole]
Serve = Callable[..., ScriptedServer]

LOST = Answer(silent=True, ending=Ending.CLOSE)  # takes the whole body and hangs up
LEFT = Qt.MouseButton.LeftButton


def served(server: ScriptedServer, **more: object) -> Destination:
    return Destination(format=FORMAT, name="Box", url=f"{server.url}/up", **more)  # type: ignore[arg-type] # a test's own keys


def files(folder: Path, count: int, size: int = 10) -> list[Path]:
    paths = [folder / f"file-{number}.bin" for number in range(count)]
    for path in paths:
        path.write_bytes(b"x" * size)
    return paths


def states(parts: Whole) -> list[State]:
    return [upload.state for upload in parts.manager.uploads()]


def press(top: QWidget, text: str) -> None:
    QTest.mouseClick(button(top, text), LEFT)


class Keychain(KeyringBackend):
    """Holds secrets in memory; `gate` holds it up as an unlock dialog would."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.gate = Event()
        self.gate.set()
        self.is_broken = False

    def get_password(self, service: str, username: str) -> str | None:
        del service
        self.gate.wait(PATIENCE / 1000)
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        del service
        if self.is_broken:
            raise OSError("locked")
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del service
        del self.kept[username]


def signed(server: ScriptedServer) -> Destination:
    return served(server, auth=Auth(kind="bearer", token="{secret:token}"))
