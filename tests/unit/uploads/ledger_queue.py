# SPDX-License-Identifier: MIT
"""A queue over a real ledger, whose disk can be full."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Slot
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.unit.uploads.ledger_scene import rows_of

ROOM = 1_000_000  # pages, more than any test needs


class Queue(QObject):
    """A manager with a ledger, and what it says."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__()
        self.ledger = Ledger(folder / "data")
        self.manager = UploadManager(SecretStore(no_keychain), parallel=1, ledger=self.ledger)
        self.known: list[bool] = []
        self.troubles: list[ErrorCode] = []
        self.refused: list[ErrorCode] = []
        self.intakes = 0
        self._qtbot = qtbot
        self._folder = folder
        self.manager.added.connect(self._on_added)
        self.manager.troubled.connect(self._on_troubled)
        self.manager.refused.connect(self._on_refused)
        self.manager.intake_finished.connect(self._on_intake_finished)

    def files(self, count: int, size: int = 10) -> list[Path]:
        paths = [self._folder / f"{number}.bin" for number in range(count)]
        for path in paths:
            path.write_bytes(os.urandom(size))
        return paths

    def held(self, paths: Sequence[Path], destination: Destination) -> list[int]:
        """Add files that wait for their release, and return their ids once they are shown."""
        self.manager.add(paths, destination, hold=True)
        self.wait(lambda: len(self.manager.uploads()) == len(paths))
        return [upload.id for upload in self.manager.uploads()]

    def states(self) -> list[State]:
        return [upload.state for upload in self.manager.uploads()]

    def written(self) -> dict[int, State]:
        """Return the states that are on the disk, by id."""
        return {number: row.state for number, row in rows_of(self.ledger).items()}

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)

    def need_room(self, changes: str) -> None:
        """Let the disk be full for those changes of a row, in SQLite's words for a trigger."""

        def fill(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TABLE filler (a)")
            connection.execute(
                f"CREATE TEMP TRIGGER greedy AFTER {changes}"  # noqa: S608 - the tests' own words
                " BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END"
            )
            connection.execute("PRAGMA max_page_count = 1")

        self.ledger._writer.submit(fill).result(20)

    def make_room(self) -> None:
        self.ledger._writer.submit(lambda c: c.execute(f"PRAGMA max_page_count = {ROOM}")).result(20)

    @Slot(object)
    def _on_added(self, uploads: Sequence[Upload]) -> None:
        self.known.append({upload.id for upload in uploads} <= set(self.written()))

    @Slot(object)
    def _on_troubled(self, problem: Problem) -> None:
        self.troubles.append(problem.code)

    @Slot(int, object)
    def _on_refused(self, _batch: int, problems: Sequence[Problem]) -> None:
        self.refused.extend(problem.code for problem in problems)

    @Slot(int, int, int)
    def _on_intake_finished(self, _batch: int, _accepted: int, _refused: int) -> None:
        self.intakes += 1


@contextmanager
def running(qtbot: QtBot, folder: Path) -> Iterator[Queue]:
    """Open a queue for the block: one run of the program."""
    made = Queue(qtbot, folder)
    try:
        yield made
    finally:
        made.make_room()
        assert made.manager.shutdown(QDeadlineTimer(20_000))
