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
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.destinations.library import Library
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply, Timings
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore
from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.controller import Controller
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

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
        receipt = Receipt(reply, link, size, 2.5, None, Timings(None, None, 2.0, 0.5), ())
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
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Return the theme of the application, light to begin with."""
    made = Theme(qapp, Appearance.LIGHT)
    yield made
    made.choose(Appearance.LIGHT)
    made.setParent(None)
    made.deleteLater()


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


@pytest.fixture
def whole(theme: Theme, tmp_path: Path, qapp: QApplication) -> Iterator[Callable[..., Whole]]:
    """Return a function that opens the window over a real manager: `whole(ACME, secrets={"token": "x"})`."""
    made: list[Whole] = []

    def open_window(*destinations: Destination, environment: dict[str, str] | None = None) -> Whole:
        library = Library(tmp_path / "config" / "destinations")
        for destination in destinations:
            library.add(destination)
        secrets = SecretStore(None, environment or {})
        manager, desk = UploadManager(secrets, parallel=2), SecretDesk(secrets)
        shelf = DestinationShelf(library, tmp_path / "config")
        window = MainWindow()
        controller = Controller(window, manager, desk, shelf, theme)
        made.append(Whole(window, manager, desk, shelf, library, controller, tmp_path / "config"))
        window.show()
        return made[-1]

    yield open_window
    for each in made:
        each.manager.shutdown()
        each.desk.shutdown()
        each.window.close_for_good()
        each.window.deleteLater()
        for thing in (each.manager, each.desk, each.shelf):
            thing.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
