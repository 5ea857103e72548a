# SPDX-License-Identifier: MIT
"""Uploads that run at the same time share a limit: the queue's own, and that of their destination."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import StartServer, answer

MB = 1_000_000


@pytest.mark.parametrize("where", ["queue", "destination"])
def test_three_at_once_are_no_faster_than_one(
    qtbot: QtBot,
    tmp_path: Path,
    scripted_server: StartServer,
    to: Callable[..., Destination],
    where: str,
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.bin").write_bytes(b"x" * MB)
    rate = 5 * MB
    table = f"[limits]\nbytes_per_second = {rate}" if where == "destination" else ""
    limit = Limit(rate if where == "queue" else 0)
    manager = UploadManager(SecretStore(no_keychain), limit=limit, will_retry=False)
    started = time.monotonic()
    with qtbot.waitSignal(manager.all_ended, timeout=20_000):
        manager.add([tmp_path], to(scripted_server(answer(201)).url, table))
    seconds = time.monotonic() - started
    assert {upload.state for upload in manager.uploads()} == {State.DONE}
    assert seconds > 3 * MB / rate - 0.2  # less what may go at once
    assert manager.shutdown(QDeadlineTimer(20_000))


def test_it_can_be_taken_away_while_uploads_run(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: Callable[..., Destination]
) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * 10 * MB)
    limit = Limit(100_000)  # 100 seconds at this speed
    manager = UploadManager(SecretStore(no_keychain), limit=limit, will_retry=False)
    manager.changed.connect(lambda _: setattr(limit, "bytes_per_second", 0))
    with qtbot.waitSignal(manager.all_ended, timeout=20_000):
        manager.add([file], to(scripted_server(answer(201)).url))
    assert manager.uploads()[0].state is State.DONE
    assert manager.shutdown(QDeadlineTimer(20_000))
