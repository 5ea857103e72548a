# SPDX-License-Identifier: MIT
"""What tests of the queue need: rows, a manager, what it says, and the files and servers of one test."""

import datetime as dt
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import from_url
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.states import State
from tests.helpers.scripted_server import StartServer

MakeDestination = Callable[..., Destination]


def upload(
    number: int = 1,
    size: int = 100,
    state: State = State.QUEUED,
    destination: Destination | None = None,
    variables: Mapping[str, str] | None = None,
) -> Upload:
    """Return a row of a file that nobody reads."""
    return Upload(
        id=number,
        batch=1,
        source=LocalFile(Path(f"/{number}"), f"{number}", Fingerprint(size, 0, 0)),
        destination=destination or from_url("http://127.0.0.1/"),
        variables=variables or {},
        uuid="u",
        added=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
        state=state,
    )


class Heard(QObject):
    """Everything the manager says, in order."""

    def __init__(self, manager: UploadManager) -> None:
        super().__init__()
        self.thread_ids: set[int] = set()
        self.steps: list[tuple[int, State]] = []
        self.added: list[Upload] = []
        self.removed: list[int] = []
        self.refused: list[Problem] = []
        self.ended = 0
        self.intakes: list[tuple[int, int, int]] = []
        self.changed: list[tuple[Upload, ...]] = []
        manager.stepped.connect(self._on_stepped)
        manager.added.connect(self._on_added)
        manager.removed.connect(self._on_removed)
        manager.refused.connect(self._on_refused)
        manager.all_ended.connect(self._on_all_ended)
        manager.intake_finished.connect(self._on_intake_finished)
        manager.changed.connect(self._on_changed)

    @Slot(object)
    def _on_stepped(self, uploads: tuple[Upload, ...]) -> None:
        self.thread_ids.add(threading.get_ident())
        self.steps += [(upload.id, upload.state) for upload in uploads]

    @Slot(object)
    def _on_added(self, uploads: tuple[Upload, ...]) -> None:
        self.added.extend(uploads)

    @Slot(object)
    def _on_removed(self, ids: tuple[int, ...]) -> None:
        self.removed.extend(ids)

    @Slot(int, object)
    def _on_refused(self, _batch: int, problems: tuple[Problem, ...]) -> None:
        self.refused.extend(problems)

    @Slot()
    def _on_all_ended(self) -> None:
        self.ended += 1

    @Slot(int, int, int)
    def _on_intake_finished(self, batch: int, accepted: int, refused: int) -> None:
        self.intakes.append((batch, accepted, refused))

    @Slot(object)
    def _on_changed(self, uploads: tuple[Upload, ...]) -> None:
        self.changed.append(uploads)


class Scene:
    """A manager, what it says, and the files and servers of one test."""

    def __init__(
        self, qtbot: QtBot, manager: UploadManager, serve: StartServer, to: MakeDestination, folder: Path
    ) -> None:
        self.manager = manager
        self.heard = Heard(manager)
        self.serve = serve
        self.to = to
        self.folder = folder
        self._qtbot = qtbot

    def files(self, count: int, size: int = 10) -> list[Path]:
        paths = [self.folder / f"{number}.bin" for number in range(count)]
        for path in paths:
            path.write_bytes(os.urandom(size))
        return paths

    def states(self) -> list[State]:
        return [upload.state for upload in self.manager.uploads()]

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)
