# SPDX-License-Identifier: MIT
"""The order that a person gives the queue: it decides who goes next, and the next run keeps it."""

import threading
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.order import Way
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer
from tests.unit.uploads.ledger_queue import running
from tests.unit.uploads.scene import Scene

MakeDestination = Callable[..., Destination]
ONE = "[limits]\nparallel = 1"


def names(scene: Scene) -> list[str]:
    return [upload.source.name for upload in scene.manager.uploads()]


def test_rows_go_in_the_order_they_were_given(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    scene.manager.add(scene.files(6), scene.to(server.url, ONE))
    scene.wait(lambda: len(server.requests) == 1 and len(scene.states()) == 6)
    first, second, third, fourth, fifth, sixth = (upload.id for upload in scene.manager.uploads())
    scene.manager.shift([fifth, sixth], Way.TOP)
    scene.manager.shift([third], Way.UP)
    scene.manager.move([second], fifth)
    assert names(scene) == ["1.bin", "4.bin", "5.bin", "0.bin", "2.bin", "3.bin"]
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)
    went = [upload_id for upload_id, state in scene.heard.steps if state is State.UPLOADING]
    assert went == [first, second, fifth, sixth, third, fourth]


def test_only_what_waits_is_moved(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve([Answer(status=413), Answer(status=201, gate=gate)])
    scene.manager.add(scene.files(4), scene.to(server.url, ONE))
    scene.wait(
        lambda: scene.states()[:2] == [State.FAILED, State.AWAITING_REPLY] and len(scene.states()) == 4
    )
    scene.manager.pause([3])
    scene.manager.shift([1, 2, 3, 4], Way.TOP)
    assert names(scene) == ["2.bin", "3.bin", "0.bin", "1.bin"]
    scene.manager.shift([1, 2], Way.TOP)
    scene.manager.move([3], 99)
    assert names(scene) == ["2.bin", "3.bin", "0.bin", "1.bin"]
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)


def test_the_order_is_the_same_in_the_next_run(qtbot: QtBot, tmp_path: Path, to: MakeDestination) -> None:
    with running(qtbot, tmp_path) as first:
        ids = first.held(first.files(5), to("http://127.0.0.1:9"))
        first.manager.shift(ids[3:], Way.TOP)
        first.manager.shift(ids[:1], Way.END)
        order = [upload.id for upload in first.manager.uploads()]
        assert order == [ids[3], ids[4], ids[1], ids[2], ids[0]]
    with running(qtbot, tmp_path) as second:
        second.manager.restore()
        second.wait(lambda: len(second.states()) == 5)
        assert [upload.id for upload in second.manager.uploads()] == order
        second.manager.add(second.files(1), to("http://127.0.0.1:9"), hold=True)
        second.wait(lambda: len(second.states()) == 6)
        assert [upload.id for upload in second.manager.uploads()][:5] == order, "what is new goes to the end"


def test_an_order_that_could_not_be_written_is_written_later(
    qtbot: QtBot, tmp_path: Path, to: MakeDestination
) -> None:
    with running(qtbot, tmp_path) as queue:
        ids = queue.held(queue.files(3), to("http://127.0.0.1:9"))
        queue.need_room("UPDATE OF place ON uploads")
        queue.manager.shift(ids[2:], Way.TOP)
        queue.wait(lambda: bool(queue.troubles))
        assert list(queue.written()) == ids
        queue.make_room()
        queue.wait(lambda: list(queue.written()) == [ids[2], ids[0], ids[1]])
