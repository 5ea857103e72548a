# SPDX-License-Identifier: MIT
"""The event loop waits for no disk: what the manager does in the main thread touches none."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer

from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.disk_watch import disk_watched
from tests.helpers.scripted_server import answer
from tests.unit.uploads.scene import Scene


@pytest.fixture
def manager(qapp: object, tmp_path: Path) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain), ledger=Ledger(tmp_path / "data"))
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


def test_nothing_that_a_queue_on_the_disk_goes_through_is_done_in_the_event_loop(scene: Scene) -> None:
    manager, files = scene.manager, scene.files(24)
    script = [answer(413), answer(500), answer(503), *[answer(201)] * 40]
    to = scene.to(scene.serve(script).url)
    with disk_watched() as seen:
        manager.add(files, to)
        scene.wait(lambda: len(scene.states()) == 24 and not manager.is_busy)
        ended = {state: [each.id for each in manager.uploads() if each.state is state] for state in State}
        manager.retry(ended[State.FAILED])
        manager.pause(ended[State.FAILED])
        manager.resume(ended[State.FAILED])
        scene.wait(lambda: scene.states().count(State.DONE) == 23 and not manager.is_busy)
        manager.remove(ended[State.UNCONFIRMED])
        manager.clear_finished()
        manager.add(files[:4], to, hold=True, again=True)
        scene.wait(lambda: scene.states() == [State.HELD] * 4)
        manager.release(each.id for each in manager.uploads())
        manager.cancel([manager.uploads()[0].id])
        scene.wait(lambda: scene.states() == [State.CANCELLED, *[State.DONE] * 3])
        manager.stop_all()
    assert seen == []


def test_what_would_wait_for_a_disk_is_seen(tmp_path: Path) -> None:
    with disk_watched() as seen:
        (tmp_path / "file").write_bytes(b"x")
        with (tmp_path / "file").open("rb") as file:
            os.fsync(file.fileno())
        with closing(sqlite3.connect(tmp_path / "base")) as connection:
            connection.execute("CREATE TABLE t (c)")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(os.getpid).result()
    names = {line.partition(" at ")[0] for line in seen}
    assert {"open", "fsync", "connect", "Connection.execute", "Future.result"} <= names
