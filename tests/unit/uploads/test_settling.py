# SPDX-License-Identifier: MIT
"""What only a person can settle: that a file arrived, and with which settings it is sent again."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from pytestqt.qtbot import QtBot

from guiuploader import past
from guiuploader.destinations.destination import Destination
from guiuploader.uploads.ledger import Ledger
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Ending, StartServer, answer
from tests.unit.uploads.ledger_queue import running
from tests.unit.uploads.scene import Scene

MakeDestination = Callable[..., Destination]
LOST = Answer(silent=True, ending=Ending.CLOSE)  # takes the whole body and hangs up


def test_a_row_that_may_have_arrived_is_done_when_the_person_says_so(scene: Scene) -> None:
    scene.manager.add(
        scene.files(3), scene.to(scene.serve([LOST, LOST, answer(413)]).url, "[limits]\nparallel = 1")
    )
    scene.wait(lambda: scene.states() == [State.UNCONFIRMED, State.UNCONFIRMED, State.FAILED])
    scene.manager.confirm([1, 3])
    assert scene.states() == [State.DONE, State.UNCONFIRMED, State.FAILED]
    settled = scene.manager.upload(1)
    assert settled is not None
    assert (settled.is_confirmed_by_person, settled.problem, settled.fraction) == (True, None, 1.0)
    assert scene.manager.overall().counts[State.DONE] == 1
    scene.manager.clear_finished()
    assert scene.states() == [State.UNCONFIRMED, State.FAILED]


def test_the_history_keeps_who_said_that_it_arrived(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination
) -> None:
    with running(qtbot, tmp_path) as queue:
        queue.manager.add(queue.files(2), to(scripted_server([LOST, answer(201)]).url))
        queue.wait(lambda: queue.states() == [State.UNCONFIRMED, State.DONE])
        queue.manager.confirm([1])
    ledger = Ledger(tmp_path / "data")
    try:
        rows = {row.id: row for row in ledger.read.history()}
    finally:
        ledger.close()
    assert ledger.recovery.unconfirmed == 0
    assert past.line(rows[1]).endswith("to Test  (you said that it arrived)")
    assert "you said" not in past.line(rows[2])
    told = [msgspec.json.decode(past.json_line(rows[number])) for number in (1, 2)]
    assert [(each["state"], each["confirmed_by"], each["status"]) for each in told] == [
        ("done", "person", None),
        ("done", "server", 201),
    ]


def test_new_settings_that_came_to_nothing_are_not_those_of_the_next_time(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server([answer(413), answer(201)])
    old = to(server.url)
    new = msgspec.structs.replace(old, url=f"{server.url}/new")
    with running(qtbot, tmp_path) as queue:
        paths = queue.files(1)
        queue.manager.add(paths, old)
        queue.wait(lambda: queue.states() == [State.FAILED])
        paths[0].rename(tmp_path / "away")
        queue.manager.retry([1], instead={1: new})
        queue.wait(lambda: not queue.manager.is_busy)
        (tmp_path / "away").rename(paths[0])
        queue.manager.retry([1])
        queue.wait(lambda: queue.states() == [State.DONE])
    assert [request.target for request in server.requests] == ["/upload"] * 2


def test_rows_are_sent_again_as_before_or_with_new_settings_and_the_next_run_knows(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server([*[answer(413)] * 3, *[answer(503)] * 3])
    old = to(server.url, "[limits]\nparallel = 1", "[retry]\nattempts = 1")
    new = msgspec.structs.replace(old, url=f"{server.url}/new", method="PUT")
    with running(qtbot, tmp_path) as first:
        first.manager.add(first.files(3), old)
        first.wait(lambda: first.states() == [State.FAILED] * 3)
        first.manager.retry([1, 2], instead={2: new})
        first.wait(lambda: len(server.requests) == 5 and not first.manager.is_busy)
        assert [request.target for request in server.requests] == [*["/upload"] * 4, "/new"]
        first.manager.retry([2])
        first.wait(lambda: len(server.requests) == 6 and not first.manager.is_busy)
        assert server.requests[5].target == "/new", "that is how it was before"
    with running(qtbot, tmp_path) as second:
        second.manager.restore(State.FAILED, State.UNCONFIRMED)
        second.wait(lambda: len(second.states()) == 3)
        assert [upload.destination for upload in second.manager.uploads()] == [old, new, old]
        written = next(iter(second.ledger.read.unfinished(also=[State.FAILED])))
        assert [row.repeats_are_safe for row in written] == [False, True, False]
