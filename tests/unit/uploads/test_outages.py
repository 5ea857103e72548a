# SPDX-License-Identifier: MIT
"""When this computer's own outage is over, what waits for a server that may be there is tried at once."""

import math
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QDeadlineTimer, QObject
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.outages import Outages
from guiuploader.uploads.reachability import Reachability
from guiuploader.uploads.retry import Attempt, Patience, Standing, judge, woken
from guiuploader.uploads.schedule import Schedule
from guiuploader.uploads.waiting_line import Waiting
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from guiuploader.window import wording
from tests.helpers.scripted_server import ScriptedServer, answer
from tests.unit.uploads.scene import Scene, upload

LATER = 900.0  # seconds: the longest wait between two probes
NOW = 1_000_000.0
PARKED = Standing(ErrorCode.UNREACHABLE, parked_since=NOW - 50, probe_at=NOW + LATER, probes=9)


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain))
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


def test_what_is_parked_is_tried_now_and_its_patience_begins_anew() -> None:
    after = woken(PARKED, now=NOW)
    assert after == Standing(ErrorCode.UNREACHABLE, parked_since=NOW, probe_at=NOW)


@pytest.mark.parametrize(
    "standing",
    [
        replace(PARKED, refusal=ErrorCode.RATE_LIMITED),
        replace(PARKED, refusal=ErrorCode.SERVER_BUSY),
        replace(PARKED, probe_at=math.inf),
        Standing(),
    ],
    ids=["asked to wait", "answers", "waits for a person", "works"],
)
def test_a_server_that_answered_or_a_person_who_is_asked_is_not_hurried(standing: Standing) -> None:
    assert woken(standing, now=NOW) is None


def test_a_server_is_not_given_up_for_a_network_that_was_not_there() -> None:
    standing = replace(PARKED, refusal=ErrorCode.NO_NETWORK, parked_since=NOW - 400_000)
    patience = Patience(attempts=1, give_up_after=3600)
    for code, is_given_up in ((ErrorCode.NO_NETWORK, False), (ErrorCode.UNREACHABLE, True)):
        attempt = Attempt(1, Problem(code, {}), 1, marked=False, is_probe=True)
        verdict = judge(attempt, standing, patience, now=NOW, chance=0.5)
        assert verdict.gives_up is is_given_up


def test_a_destination_that_is_hurried_is_probed_by_a_row_whose_time_has_not_come() -> None:
    schedule = Schedule(3)
    for number in (1, 2):
        schedule.add(Waiting(number, "a", rank=number, size=1, not_before=NOW + LATER))
    schedule.park("a", NOW + LATER)
    assert schedule.next(NOW).starts == ()
    schedule.hurry("a", NOW)
    (start,) = schedule.next(NOW).starts
    assert (start.ids, start.is_probe) == ((1,), True)
    assert schedule.next(NOW).starts == (), "one row tells for all"


@pytest.mark.parametrize(("slept", "is_seen"), [(0.0, False), (10.0, False), (3600.0, True), (-3600.0, True)])
def test_a_clock_that_jumped_is_seen(qtbot: QtBot, slept: float, *, is_seen: bool) -> None:
    parent = QObject()
    outages = Outages(parent)
    heard: list[bool] = []
    outages.over.connect(lambda: heard.append(True))
    outages.look()
    outages.watch(is_needed=True)
    assert outages._looked_at is not None
    outages._looked_at -= slept
    before = outages._looked_at
    outages._tick.start(1)  # its own time would be too long for a test
    qtbot.waitUntil(lambda: outages._looked_at != before)
    assert heard == [True] * is_seen
    outages.watch(is_needed=False)
    assert not outages._tick.isActive()


def test_after_a_sleep_all_that_is_parked_goes_on_without_waiting_for_its_time(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    manager = scene.manager
    manager.add(scene.files(3), scene.to(f"http://127.0.0.1:{port}"))
    scene.wait(lambda: State.RETRYING in scene.states() and State.UPLOADING not in scene.states())
    dispatch, later = manager._dispatch, time.time() + LATER
    dispatch._standings["Test"] = replace(dispatch._standings["Test"], probe_at=later)
    dispatch._schedule.park("Test", later)
    server = ScriptedServer(answer(201), port=port)
    try:
        assert dispatch._outages._looked_at is not None, "the clock is watched while rows wait"
        dispatch._outages._looked_at -= 3600
        dispatch._outages.look()
        scene.wait(lambda: scene.states() == [State.DONE] * 3)
    finally:
        server.close()


class Unplugged:
    """Stands in for the system's knowledge of the network: there is none."""

    def reachability(self) -> QNetworkInformation.Reachability:
        return QNetworkInformation.Reachability.Disconnected


@pytest.fixture
def unplugged(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outages]:
    del qapp
    parent = QObject()
    outages = Outages(parent)
    outages._reachability = Reachability(outages)
    monkeypatch.setattr(outages._reachability, "_network", Unplugged())
    yield outages
    parent.deleteLater()


@pytest.mark.parametrize("host", ["localhost:80", "a.localhost", "127.0.0.1:9", "[::1]:8080", "127.9.9.9"])
def test_a_server_on_this_computer_is_never_missed_for_want_of_a_network(
    unplugged: Outages, host: str
) -> None:
    refused = Problem(ErrorCode.UNREACHABLE, {"host": host})
    assert unplugged.explained(refused, host, is_open=False) is refused
    proxy = Problem(ErrorCode.PROXY_UNREACHABLE, {"proxy": f"http://{host}", "reason": ""})
    assert unplugged.explained(proxy, "files.example", is_open=False) is proxy


def test_what_failed_for_want_of_a_network_says_so_unless_it_may_have_arrived(unplugged: Outages) -> None:
    lost = Problem(ErrorCode.CONNECTION_LOST, {"host": "files.example"})
    away = Problem(ErrorCode.NO_NETWORK, {"host": "files.example"})
    assert unplugged.explained(lost, "files.example", is_open=False) == away
    assert unplugged.explained(lost, "files.example", is_open=True) is lost
    too_large = Problem(ErrorCode.TOO_LARGE, {}, 413)
    assert unplugged.explained(too_large, "files.example", is_open=False) is too_large


def test_a_row_that_waits_for_the_network_says_so_and_names_no_server() -> None:
    row = replace(
        upload(state=State.RETRYING), problem=Problem(ErrorCode.NO_NETWORK, {"host": "files.example"})
    )
    assert wording.progress_text(row) == "No network · waits for it to come back"
    assert wording.spoken_state(row) == "no network, waiting for it to come back"
    assert "This computer has no network." in wording.particulars(row)
