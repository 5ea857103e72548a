# SPDX-License-Identifier: MIT
"""Rows that wait because the person said so: in the queue, or on their way with the connection kept."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, ScriptedServer, StartServer, answer, stall_after
from tests.helpers.waiting import holds_within
from tests.unit.uploads.scene import Scene

BIG = 16 * 1024 * 1024  # more than all buffers on the way hold
RAW = 'body = "raw"\n[network]\nexpect_continue = "never"'
THREE = "[multipart]\nfiles_per_request = 3\n[network]\nexpect_continue = 'never'"


class Way:
    """A server that stops reading half-way until its gate is opened."""

    def __init__(self, scene: Scene) -> None:
        self.gate = threading.Event()
        self.server: ScriptedServer = scene.serve([stall_after(100_000, gate=self.gate), *[answer(201)] * 9])

    @property
    def is_half_way(self) -> bool:
        return bool(self.server.requests) and len(self.server.requests[0].body) >= 100_000


def paused_half_way(scene: Scene, count: int, lines: str) -> Way:
    """Queue files, let the first request begin, say wait to its first row, and let the server read on."""
    way = Way(scene)
    scene.manager.add(scene.files(count, BIG), scene.to(way.server.url, lines), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release([upload.id for upload in scene.manager.uploads()])
    scene.wait(lambda: way.is_half_way)
    scene.manager.pause([1])
    way.gate.set()
    return way


def test_a_running_row_waits_with_its_connection_and_goes_on(scene: Scene) -> None:
    way = paused_half_way(scene, 1, RAW)
    assert scene.states() == [State.PAUSED]
    request = way.server.requests[0]
    assert not holds_within(lambda: len(request.body) == BIG, 0.3)
    assert scene.manager.overall().bytes_per_second == 0.0
    scene.manager.resume([1])
    assert scene.states() == [State.UPLOADING]
    scene.wait(lambda: scene.states() == [State.DONE])
    assert (
        hashlib.sha256(request.body).hexdigest()
        == hashlib.sha256((scene.folder / "0.bin").read_bytes()).hexdigest()
    )
    assert (way.server.connections, scene.manager.uploads()[0].attempts) == (1, 1)


def test_all_ended_is_said_again_when_a_row_that_waited_ends(scene: Scene) -> None:
    paused_half_way(scene, 1, RAW)
    scene.wait(lambda: scene.heard.ended == 2)
    scene.manager.resume([1])
    scene.wait(lambda: scene.heard.ended == 3)
    assert scene.states() == [State.DONE]


def test_another_row_goes_meanwhile(
    qtbot: QtBot, scripted_server: StartServer, tmp_path: Path, to: Callable[..., Destination]
) -> None:
    manager = UploadManager(SecretStore(no_keychain), parallel=1, will_retry=False)
    scene = Scene(qtbot, manager, scripted_server, to, tmp_path)
    paused_half_way(scene, 3, RAW)
    scene.wait(lambda: scene.states() == [State.PAUSED, State.DONE, State.DONE])
    scene.manager.resume([1])
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert manager.shutdown(QDeadlineTimer(20_000))


def test_who_waits_in_the_queue_is_passed_over_and_goes_at_its_turn(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    scene.manager.add(scene.files(6), scene.to(f"{server.url}/{{filename}}"))
    scene.wait(lambda: len(server.requests) == 3 and len(scene.states()) == 6)
    scene.manager.pause([4, 5, 6])
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE] * 3 + [State.PAUSED] * 3
    scene.manager.resume([6, 4])
    scene.wait(lambda: scene.heard.ended == 2)
    assert scene.states()[3:] == [State.DONE, State.PAUSED, State.DONE]
    scene.manager.cancel([5])
    assert scene.states()[4] is State.CANCELLED


def test_a_row_that_waited_in_a_queue_of_several_goes_once(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    scene.manager.add(scene.files(12), scene.to(server.url, THREE), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release(range(1, 13))
    scene.wait(lambda: len(server.requests) == 3)
    for _ in range(2):
        scene.manager.pause([10, 11, 12])
        scene.manager.resume([11, 10, 12])
    gate.set()
    scene.wait(lambda: scene.heard.ended == 2)
    assert scene.states() == [State.DONE] * 12
    assert [bytes(request.body).count(b'filename="') for request in server.requests] == [3] * 4


def test_all_of_one_request_wait_together(scene: Scene) -> None:
    paused_half_way(scene, 3, THREE)
    assert scene.states() == [State.PAUSED] * 3
    scene.manager.resume([3])
    assert scene.states() == [State.UPLOADING] * 3
    scene.wait(lambda: scene.states() == [State.DONE] * 3)


def test_who_waits_goes_on_waiting_when_another_is_cancelled(scene: Scene) -> None:
    way = paused_half_way(scene, 3, THREE)
    scene.manager.cancel([2])
    scene.wait(lambda: scene.states() == [State.PAUSED, State.CANCELLED, State.PAUSED])
    assert not holds_within(lambda: len(way.server.requests) > 1, 0.2)
    scene.manager.resume([1, 3])
    scene.wait(lambda: scene.states() == [State.DONE, State.CANCELLED, State.DONE])
    assert bytes(way.server.requests[-1].body).count(b'filename="') == 2


@pytest.mark.parametrize("how", ["cancel", "remove", "stop all"])
def test_a_row_that_waits_is_stopped_at_once(scene: Scene, how: str) -> None:
    way = paused_half_way(scene, 1, RAW)
    if how == "cancel":
        scene.manager.cancel([1])
    elif how == "remove":
        scene.manager.remove([1])
    else:
        scene.manager.stop_all()
    scene.wait(lambda: scene.states() == ([] if how == "remove" else [State.CANCELLED]))
    assert not way.server.requests[0].complete


def test_a_server_that_gives_up_meanwhile_is_told(scene: Scene) -> None:
    server = scene.serve(Answer(status=413, read=0))
    scene.manager.add(scene.files(1, BIG), scene.to(server.url, RAW), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release([1])
    scene.manager.pause([1])
    scene.wait(lambda: scene.states() == [State.FAILED])
    problem = scene.manager.uploads()[0].problem
    assert problem is not None
    assert problem.code is ErrorCode.TOO_LARGE


def test_a_wait_that_is_said_too_late_is_forgotten(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve([Answer(status=307, headers=(("Location", "/new"),), gate=gate), answer(201)])
    scene.manager.add(scene.files(1), scene.to(server.url), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release([1])
    scene.wait(lambda: scene.states() == [State.AWAITING_REPLY])
    scene.manager.pause([1])
    assert scene.states() == [State.AWAITING_REPLY]
    gate.set()
    scene.wait(lambda: scene.states() == [State.DONE])


def test_the_limit_is_changed_for_what_runs(scene: Scene) -> None:
    server = scene.serve(answer(201))
    scene.manager.limit(100_000)
    scene.manager.add(scene.files(1, 8_000_000), scene.to(server.url, RAW))
    scene.wait(lambda: scene.states() == [State.UPLOADING] and scene.manager.uploads()[0].sent > 0)
    assert scene.manager.uploads()[0].sent < 1_000_000
    scene.manager.limit(0)
    scene.wait(lambda: scene.states() == [State.DONE])


def test_a_row_that_is_read_ahead_says_so_for_as_long_as_it_is(scene: Scene) -> None:
    server = scene.serve(answer(201))
    path = scene.folder / "sparse.bin"
    with path.open("wb") as file:
        file.truncate(1_500_000_000)
    sums = '[headers]\nX-Sums = "{md5} {sha1} {sha256} {sha512}"\n[reply]\nhash = "none"'
    scene.manager.add([path], scene.to(server.url, 'body = "raw"', sums))
    scene.wait(lambda: scene.states() == [State.PREPARING])
    # Longer than it takes until the speeds of what runs are looked at again.
    assert not holds_within_of(scene, lambda: scene.states() != [State.PREPARING], 1.2)
    assert server.connections == 0
    scene.manager.stop_all()
    scene.wait(lambda: scene.states() == [State.CANCELLED])


def holds_within_of(scene: Scene, condition: Callable[[], bool], seconds: float) -> bool:
    """Tell whether something becomes true while events are heard."""
    done = threading.Event()
    timer = threading.Timer(seconds, done.set)
    timer.start()
    scene.wait(lambda: condition() or done.is_set())
    timer.cancel()
    timer.join()
    return condition()
