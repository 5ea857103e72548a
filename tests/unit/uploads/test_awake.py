# SPDX-License-Identifier: MIT
"""The computer is asked not to fall asleep while it uploads, and only then."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.uploads.awake import Awake
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.private_bus import Desktop, private_bus
from tests.helpers.program import COMMAND, environment
from tests.helpers.scripted_server import StartServer, answer, never_answer
from tests.helpers.waiting import wait_until
from tests.unit.uploads.scene import Scene

INHIBIT, UNINHIBIT = "PowerManagement.Inhibit.Inhibit", "PowerManagement.Inhibit.UnInhibit"
LOGIND = "login1.Manager.Inhibit"

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no D-Bus to look at"),
    pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="the package dbus is not installed"),
]


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with private_bus() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain))
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


@pytest.fixture
def awake(manager: UploadManager) -> Iterator[Awake]:
    made = Awake(manager)
    yield made
    made.close()


def test_while_a_file_is_on_its_way_the_computer_stays_awake(
    scene: Scene, awake: Awake, desktop: Desktop
) -> None:
    del awake  # it works by itself
    scene.manager.add(scene.files(1), scene.to(scene.serve(never_answer()).url))
    scene.wait(lambda: desktop.holds() == [True] and desktop.times(INHIBIT) == 1)
    assert desktop.asked == [
        (LOGIND, ("idle", "guiuploader", "Files are being uploaded", "block")),
        (INHIBIT, ("guiuploader", "Files are being uploaded")),
    ]
    scene.manager.cancel([scene.manager.uploads()[0].id])
    scene.wait(lambda: desktop.holds() == [False] and desktop.times(UNINHIBIT) == 1)


def test_what_is_sent_in_a_moment_asks_for_nothing(scene: Scene, awake: Awake, desktop: Desktop) -> None:
    scene.manager.add(scene.files(5), scene.to(scene.serve(answer(201)).url))
    scene.wait(lambda: scene.heard.ended == 1)
    scene.wait(lambda: not awake._delay.isActive())
    awake.close()
    assert desktop.asked == []


def test_it_stays_awake_for_a_near_attempt_and_not_for_a_far_one(scene: Scene, awake: Awake) -> None:
    del awake
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    manager = scene.manager
    manager.add(scene.files(2), scene.to(f"http://127.0.0.1:{port}"))
    scene.wait(lambda: State.RETRYING in scene.states() and State.UPLOADING not in scene.states())
    near = manager.is_at_work
    manager._dispatch._look_again = 900.0 + (manager._dispatch._look_again or 0.0)
    far = manager.is_at_work
    assert (near, far) == (True, False)
    manager.pause([each.id for each in manager.uploads()])
    assert not manager.is_at_work


def test_a_computer_without_a_desktop_uploads_all_the_same(
    scene: Scene, awake: Awake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, f"unix:path={tmp_path / 'nothing'}")
    awake._delay.setInterval(1)
    scene.manager.add(scene.files(1), scene.to(scene.serve(never_answer()).url))
    scene.wait(lambda: awake._lock.is_wanted)
    scene.manager.cancel([scene.manager.uploads()[0].id])
    scene.wait(lambda: not awake._lock.is_wanted)


def test_a_desktop_that_never_answers_holds_nothing_up(
    scene: Scene, awake: Awake, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(path := "\0guiuploader-mute")
        mute.listen()
        for name in ("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"):
            monkeypatch.setenv(name, f"unix:abstract={path[1:]}")
        awake._delay.setInterval(1)
        server = scene.serve([never_answer(), answer(201)])
        scene.manager.add(scene.files(2), scene.to(server.url))
        qtbot.waitUntil(lambda: State.DONE in scene.states())
        qtbot.waitUntil(lambda: awake._lock.is_wanted)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("command", [["send"], []], ids=["send", "window"])
def test_a_program_lets_go_of_it_however_it_ends(
    home: Path,
    tmp_path: Path,
    scripted_server: StartServer,
    desktop: Desktop,
    command: list[str],
    number: signal.Signals,
) -> None:
    (tmp_path / "a").write_bytes(b"x")
    words: list[str | Path] = [
        *COMMAND,
        *command,
        tmp_path / "a",
        "--to",
        scripted_server(never_answer()).url,
    ]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, env=environment(home), stdout=quiet, stderr=quiet) as process:
        wait_until(lambda: desktop.holds() == [True] and desktop.times(INHIBIT) == 1, timeout=30)
        process.send_signal(number)
        process.wait(30)
    wait_until(lambda: desktop.holds() == [False])
    if number is signal.SIGINT:
        assert desktop.times(UNINHIBIT) == 1
