# SPDX-License-Identifier: MIT

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from guiuploader.destinations.toml_file import parse
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey, SecretStore


class Heard(QObject):
    """Results and ends, and the thread they came in."""

    def __init__(self) -> None:
        super().__init__()
        self.results: list[tuple[int, object]] = []
        self.ended: list[int] = []
        self.threads: set[int] = set()

    @Slot(object, object)
    def result(self, number: int, result: object) -> None:
        self.results.append((number, result))
        self.threads.add(threading.get_ident())

    @Slot(object)
    def end(self, number: int) -> None:
        self.ended.append(number)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def worker(qapp: object, heard: Heard) -> Iterator[BackgroundWorker]:
    del qapp
    made = BackgroundWorker()
    made.resulted.connect(heard.result)
    made.ended.connect(heard.end)
    made.start()
    yield made
    made.stop()


def counting(last: int) -> Iterator[object]:
    yield from range(last)


def breaking() -> Iterator[object]:
    yield "first"
    raise ZeroDivisionError


def test_results_come_in_order_and_in_the_main_thread(
    qtbot: QtBot, worker: BackgroundWorker, heard: Heard
) -> None:
    worker.submit(1, partial(counting, 3))
    worker.submit(2, partial(counting, 1))
    qtbot.waitUntil(lambda: heard.ended == [1, 2])
    assert heard.results == [(1, 0), (1, 1), (1, 2), (2, 0)]
    assert heard.threads == {threading.get_ident()}


@pytest.mark.expected_log("background task ended by a mistake")
def test_a_task_that_breaks_does_not_end_the_thread(
    qtbot: QtBot, worker: BackgroundWorker, heard: Heard
) -> None:
    worker.submit(1, breaking)
    worker.submit(2, partial(counting, 1))
    qtbot.waitUntil(lambda: heard.ended == [1, 2])
    assert heard.results == [(1, "first"), (2, 0)]


def test_stopping_breaks_off_an_endless_task(qtbot: QtBot, worker: BackgroundWorker, heard: Heard) -> None:
    def endless() -> Iterator[object]:
        while True:
            yield None

    worker.submit(1, endless)
    qtbot.waitUntil(lambda: heard.results != [])
    worker.stop()
    assert worker.isFinished()
    assert heard.ended == []


class HeardSecrets(QObject):
    """What the desk said."""

    def __init__(self, desk: SecretDesk) -> None:
        super().__init__()
        self.missing: list[tuple[int, tuple[SecretKey, ...]]] = []
        self.kept: list[SecretKey] = []
        self.failed: list[Problem] = []
        desk.missing.connect(self._on_missing)
        desk.kept.connect(self._on_kept)
        desk.failed.connect(self._on_failed)

    @Slot(object, object)
    def _on_missing(self, token: int, keys: tuple[SecretKey, ...]) -> None:
        self.missing.append((token, keys))

    @Slot(object)
    def _on_kept(self, key: SecretKey) -> None:
        self.kept.append(key)

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self.failed.append(problem)


def test_the_desk_finds_out_what_is_missing_and_keeps_what_it_is_given(qtbot: QtBot) -> None:
    destination = parse(
        'format = 1\nname = "A"\nurl = "https://a.example/x"\n'
        '[headers]\nX-Key = "{secret:key}"\n[auth]\nkind = "bearer"\ntoken = "{secret:token}"',
        called="a.toml",
    )
    desk = SecretDesk(SecretStore(None, {"GUIUPLOADER_SECRET_KEY": "k"}))
    heard = HeardSecrets(desk)
    try:
        desk.look(7, destination)
        qtbot.waitUntil(lambda: heard.missing != [])
        token, keys = heard.missing[0]
        assert (token, [key.name for key in keys]) == (7, ["token"])
        desk.keep(keys[0], "t", save=False)
        desk.look(8, destination)
        qtbot.waitUntil(lambda: len(heard.missing) == 2)
        assert heard.missing[1] == (8, ())
        assert heard.kept == [keys[0]]
        desk.keep(keys[0], "t", save=True)
        qtbot.waitUntil(lambda: heard.failed != [])
        assert heard.failed[0].code is ErrorCode.KEYCHAIN_FAILED
        assert not desk.has_keychain
    finally:
        desk.shutdown()
