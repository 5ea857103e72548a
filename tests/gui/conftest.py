# SPDX-License-Identifier: MIT
"""What the window's tests share: rows made by hand, and the whole window over real parts."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.destinations.library import Library
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.store_desk import StoreDesk
from guiuploader.uploads.trial_desk import TrialDesk
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.cloud_control import CloudControl
from guiuploader.window.controller import Controller
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.editor_control import EditorControl
from guiuploader.window.main_window import MainWindow
from guiuploader.window.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE = 30_000  # milliseconds that anything may take on a busy machine
Until = Callable[[Callable[[], object]], None]

# Read here, for each test gets an environment without our own variables.
SHOTS = os.environ.get("GUIUPLOADER_SHOTS")
SCALE = os.environ.get("QT_SCALE_FACTOR", "1")
_DARK_BELOW = 128

ACME = Destination(format=FORMAT, name="ACME files", url="https://acme.example/api/v1/files")


class MakeUpload(Protocol):
    def __call__(  # noqa: PLR0913 - a row has this many faces
        self,
        name: str = ...,
        size: int = ...,
        state: State = ...,
        *,
        sent: int = ...,
        speed: float = ...,
        problem: Problem | None = ...,
        link: str | None = ...,
        destination: Destination = ...,
        batch: int = ...,
    ) -> Upload: ...


@pytest.fixture
def make_upload() -> MakeUpload:
    """Return a function that makes rows as the manager would send them; ids count from 1."""
    ids = count(1)

    def make(  # noqa: PLR0913 - as above
        name: str = "notes.pdf",
        size: int = 300_000,
        state: State = State.QUEUED,
        *,
        sent: int = 0,
        speed: float = 0.0,
        problem: Problem | None = None,
        link: str | None = None,
        destination: Destination = ACME,
        batch: int = 1,
    ) -> Upload:
        reply = Reply(201, "Created", (), "", truncated=False)
        receipt = Receipt(reply, link, size, 2.5, None, ())
        return Upload(
            id=next(ids),
            batch=batch,
            source=LocalFile(Path("/home/ada/Documents") / name, name, Fingerprint(size, 0, 0)),
            destination=destination,
            variables={},
            uuid="",
            added=dt.datetime.fromtimestamp(0, tz=dt.UTC),
            state=state,
            sent=sent,
            bytes_per_second=speed,
            receipt=receipt if state is State.DONE else None,
            problem=problem,
        )

    return make


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Return a function that lets the event loop run until a condition holds."""

    def wait(condition: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    return wait


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Return the theme of the application, light to begin with."""
    made = Theme(qapp, Appearance.LIGHT)
    yield made
    made.choose(Appearance.LIGHT)
    made.setParent(None)
    made.deleteLater()


@pytest.fixture
def shoot(tmp_path: Path, qtbot: QtBot) -> Callable[[QWidget, str], None]:
    """Return a function that paints a widget into a file, and looks whether dark is dark."""
    folder = Path(SHOTS or tmp_path / "shots")
    folder.mkdir(parents=True, exist_ok=True)

    def shoot_widget(widget: QWidget, name: str) -> None:
        with qtbot.waitExposed(widget):
            QCoreApplication.processEvents()
        picture = widget.grab()
        image = picture.toImage()
        colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
        assert len(colours) > 3, "nothing is painted"
        corner = image.pixelColor(3, image.height() // 2)
        assert (corner.lightness() < _DARK_BELOW) == name.endswith("dark")
        path = folder / f"{name}{'' if SCALE == '1' else '-x' + SCALE}.png"
        assert picture.save(str(path))

    return shoot_widget


def button(top: QWidget, text: str) -> QPushButton:
    """Return the visible button with this text, mnemonics aside."""
    found = (each for each in top.findChildren(QPushButton) if each.isVisible())
    return next(each for each in found if each.text().replace("&", "") == text)


def reasons(top: QWidget) -> str:
    """Unfold "Why?" and return what stands there."""
    button(top, "Why?").setChecked(True)
    shown = next(each for each in top.findChildren(QPlainTextEdit) if each.isVisible())
    return shown.toPlainText()


def question(top: QWidget) -> QMessageBox:
    """Return the question that is open."""
    return top.findChildren(QMessageBox)[-1]


@dataclass
class Whole:
    """The window and everything behind it."""

    window: MainWindow
    manager: UploadManager
    desk: SecretDesk
    shelf: DestinationShelf
    library: Library
    controller: Controller
    config: Path
    stores: StoreDesk
    trials: TrialDesk


@pytest.fixture
def whole(theme: Theme, tmp_path: Path, qapp: QApplication) -> Iterator[Callable[..., Whole]]:
    """Return a function that opens the window over a real manager: `whole(ACME, parallel=1)`."""
    made: list[Whole] = []

    def open_window(
        *destinations: Destination,
        environment: dict[str, str] | None = None,
        keychain: Callable[[], KeyringBackend | None] = no_keychain,
        parallel: int = 2,
        will_retry: bool = False,
        remembers: bool = False,
    ) -> Whole:
        library = Library(tmp_path / "config" / "destinations")
        for destination in destinations:
            library.add(destination)
        secrets = SecretStore(keychain, environment or {})
        ledger = Ledger(tmp_path / "data") if remembers else None
        connections = tmp_path / "config" / "connections"
        manager = UploadManager(
            secrets, parallel=parallel, will_retry=will_retry, ledger=ledger, connections=connections
        )
        desk = SecretDesk(secrets)
        shelf = DestinationShelf(library, tmp_path / "config")
        window = MainWindow()
        controller = Controller(window, manager, desk, shelf, theme)
        stores = StoreDesk(connections, secrets)
        CloudControl(window, controller, shelf, desk, stores)
        trials = TrialDesk(secrets)
        EditorControl(window, controller, shelf, desk, trials)
        parts = (window, manager, desk, shelf, library, controller)
        made.append(Whole(*parts, tmp_path / "config", stores, trials))
        window.show()
        return made[-1]

    yield open_window
    for each in made:
        each.controller.close()
        assert each.manager.shutdown(QDeadlineTimer(PATIENCE))
        assert each.desk.shutdown(QDeadlineTimer(PATIENCE))
        assert each.stores.shutdown(QDeadlineTimer(PATIENCE))
        assert each.trials.shutdown(QDeadlineTimer(PATIENCE))
        each.window.close_for_good()
        each.window.deleteLater()
        for thing in (each.manager, each.desk, each.shelf, each.stores, each.trials):
            thing.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
