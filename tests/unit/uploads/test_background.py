# SPDX-License-Identifier: MIT

import threading
from collections.abc import Callable, Iterator
from functools import partial

import msgspec
import pytest
from PySide6.QtCore import QDeadlineTimer, QObject, Slot
from pytestqt.qtbot import QtBot

from guiuploader.destinations.toml_file import parse
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain


class Heard(QObject):
    """Results and ends, and the thread they came in."""

    def __init__(self) -> None:
        super().__init__()
        self.results: list[tuple[int, object]] = []
        self.ended: list[int] = []
        self.failed: list[tuple[int, ErrorCode]] = []
        self.threads: set[int] = set()

    @Slot(object, object)
    def result(self, number: int, result: object) -> None:
        self.results.append((number, result))
        self.threads.add(threading.get_ident())

    @Slot(object, object)
    def fail(self, number: int, problem: Problem) -> None:
        self.failed.append((number, problem.code))

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
    made.failed.connect(heard.fail)
    made.start()
    yield made
    made.stop()
    assert made.wait(20_000)


def counting(last: int, _: Callable[[], bool]) -> Iterator[object]:
    yield from range(last)


def breaking(_: Callable[[], bool]) -> Iterator[object]:
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
    assert heard.failed == [(1, ErrorCode.INTERNAL)]


def endless(going_on: Callable[[], bool]) -> Iterator[object]:
    yield "begun"
    while going_on():
        pass


def test_stopping_breaks_off_a_task_that_finds_nothing(
    qtbot: QtBot, worker: BackgroundWorker, heard: Heard
) -> None:
    worker.submit(1, endless)
    qtbot.waitUntil(lambda: heard.results != [])
    worker.stop()
    assert worker.wait(20_000)


def test_a_task_that_is_left_off_ends_and_the_next_one_runs(
    qtbot: QtBot, worker: BackgroundWorker, heard: Heard
) -> None:
    worker.submit(1, endless)
    worker.submit(2, partial(counting, 1))
    worker.submit(3, partial(counting, 1))
    worker.leave_off(2)
    qtbot.waitUntil(lambda: heard.results != [])
    worker.leave_off(1)
    qtbot.waitUntil(lambda: heard.ended == [1, 2, 3])
    assert heard.results == [(1, "begun"), (3, 0)]


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
    desk = SecretDesk(SecretStore(no_keychain, {"GUIUPLOADER_SECRET_KEY": "k"}))
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
        renamed = msgspec.structs.replace(destination, name="B")
        desk.rename(destination, renamed)
        desk.look(9, renamed)
        desk.look(10, destination)
        qtbot.waitUntil(lambda: len(heard.missing) == 4)
        assert heard.missing[2] == (9, ())
        assert [key.name for key in heard.missing[3][1]] == ["token"]
        elsewhere = msgspec.structs.replace(renamed, url="https://b.example/x")
        desk.rename(renamed, elsewhere)
        desk.look(11, elsewhere)
        qtbot.waitUntil(lambda: len(heard.missing) == 5)
        assert [key.name for key in heard.missing[4][1]] == ["token"]
        desk.keep(keys[0], "t", save=False)
        desk.forget(destination)
        desk.look(12, destination)
        qtbot.waitUntil(lambda: len(heard.missing) == 6)
        assert [key.name for key in heard.missing[5][1]] == ["token"]
    finally:
        assert desk.shutdown(QDeadlineTimer(20_000))
