# SPDX-License-Identifier: MIT
"""An upload of several requests in the queue: it goes on where it was, and is never doubled."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.checkpoint import Checkpoint, Finished
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Change
from guiuploader.values.errors import ErrorCode
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Ending, ScriptedServer, StartServer, answer
from tests.unit.transfer.test_steps import PART, SIZE, STEPS, Assembler
from tests.unit.uploads.ledger_queue import running
from tests.unit.uploads.ledger_scene import never, row, rows_of

MakeDestination = Callable[..., Destination]
LOST = Answer(silent=True, ending=Ending.CLOSE)
KEPT = Checkpoint("", finished=Finished({"start": {"upload": "/upload?id=1"}}, {"1": {"tag": "a"}}))


@pytest.fixture
def assembler() -> Assembler:
    return Assembler()


@pytest.fixture
def server(assembler: Assembler, scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(assembler)


def test_a_part_that_fails_goes_again_and_nothing_before_it_does(
    qtbot: QtBot, tmp_path: Path, assembler: Assembler, server: ScriptedServer, to: MakeDestination
) -> None:
    assembler.faults["/upload?id=1&part=3"] = [answer(500)]
    with running(qtbot, tmp_path) as queue:
        queue.manager.add(queue.files(1, SIZE), to(server.url, STEPS))
        queue.wait(lambda: queue.states() == [State.DONE])
        (upload,) = queue.manager.uploads()
        assert upload.attempts == 2
    parts = [request.target[-1] for request in server.requests if request.method == "PUT"]
    assert parts == ["1", "2", "3", "3", "4"]
    assert assembler.made == 1


def test_a_finish_that_is_not_answered_leaves_the_row_open_and_trying_again_repeats_it_alone(
    qtbot: QtBot, tmp_path: Path, assembler: Assembler, server: ScriptedServer, to: MakeDestination
) -> None:
    assembler.faults["/finish"] = [LOST]
    with running(qtbot, tmp_path) as queue:
        queue.manager.add(queue.files(1, SIZE), to(server.url, STEPS))
        queue.wait(lambda: queue.states() == [State.UNCONFIRMED])
        (upload,) = queue.manager.uploads()
        assert upload.problem is not None
        assert upload.problem.code is ErrorCode.REPLY_LOST
        before = len(server.requests)
        queue.manager.retry([upload.id])
        queue.wait(lambda: queue.states() == [State.DONE])
    assert [request.target for request in server.requests[before:]] == ["/finish"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    made.add([row(1), row(2), row(3)]).result()
    made.update([Change(id=number, state=State.UPLOADING, checkpoint=KEPT) for number in (1, 2, 3)])
    made.update([Change(id=3, repeats_are_safe=True)])
    made.mark([2, 3], given_up=never)
    assert made.close(20)
    again = Ledger(tmp_path)
    yield again
    assert again.close(20)


def test_after_a_crash_parts_go_on_but_a_finish_that_was_under_way_is_not_repeated(ledger: Ledger) -> None:
    found = rows_of(ledger)
    assert [found[number].state for number in (1, 2, 3)] == [State.QUEUED, State.UNCONFIRMED, State.QUEUED]
    assert all(found[number].checkpoint == KEPT for number in (1, 2, 3))


def test_the_bytes_of_finished_parts_count_while_it_waits_and_goes_on(
    qtbot: QtBot, tmp_path: Path, assembler: Assembler, server: ScriptedServer, to: MakeDestination
) -> None:
    assembler.faults["/upload?id=1&part=3"] = [answer(403)]
    with running(qtbot, tmp_path) as queue:
        queue.manager.add(queue.files(1, SIZE), to(server.url, STEPS))
        queue.wait(lambda: queue.states() == [State.FAILED])
        (upload,) = queue.manager.uploads()
        assert upload.problem is not None
        assert (upload.problem.facts["part"], upload.problem.facts["parts"]) == (3, 4)
        assert upload.sent >= 2 * PART
        assert upload.stage is not None
        assert (upload.stage.kind, upload.stage.number) == ("part", 3)
