# SPDX-License-Identifier: MIT
"""The queue and its ledger: what is written when, and what becomes of it when it cannot be."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.network.session import READ_SIZE
from guiuploader.uploads.ledger_rows import Change
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from tests.helpers.scripted_server import StartServer, answer, stall_after
from tests.unit.uploads.ledger_queue import Queue, running
from tests.unit.uploads.ledger_scene import rows_of

MakeDestination = Callable[..., Destination]
LARGE = READ_SIZE + 1000  # bytes: one block, and a tail
STUCK = 8 * 1024 * 1024  # bytes: more than the sockets hold of a body that is not read
RAW = 'body = "raw"'


@pytest.fixture
def queue(qtbot: QtBot, tmp_path: Path) -> Iterator[Queue]:
    with running(qtbot, tmp_path) as made:
        yield made


def test_rows_are_on_the_disk_before_they_are_shown(
    queue: Queue, scripted_server: StartServer, to: MakeDestination
) -> None:
    queue.manager.add(queue.files(3), to(scripted_server(answer(201)).url))
    queue.wait(lambda: queue.states() == [State.DONE] * 3)
    assert queue.known == [True]
    queue.wait(lambda: set(queue.written().values()) == {State.DONE})
    receipts = [upload.receipt for upload in queue.manager.uploads()]
    assert [row.receipt for row in rows_of(queue.ledger).values()] == receipts
    assert [row.attempts for row in rows_of(queue.ledger).values()] == [1] * 3


def test_rows_that_cannot_be_written_are_refused_and_not_shown(queue: Queue, to: MakeDestination) -> None:
    queue.need_room("INSERT ON uploads")
    queue.manager.add(queue.files(2), to("http://127.0.0.1:9"))
    queue.wait(lambda: queue.intakes == 1)
    assert queue.refused == [ErrorCode.LEDGER_FULL]
    assert queue.manager.uploads() == ()
    assert not queue.manager.is_busy


def test_the_tail_waits_for_a_mark_that_cannot_be_written(
    queue: Queue, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(201))
    ids = queue.held(queue.files(1, LARGE), to(server.url, RAW))
    queue.need_room("UPDATE ON uploads WHEN NEW.may_have_arrived")
    queue.manager.release(ids)
    queue.wait(lambda: len(queue.troubles) >= 2)  # it was tried again
    assert set(queue.troubles) == {ErrorCode.LEDGER_FULL}
    queue.wait(lambda: len(server.request().body) == READ_SIZE)
    assert queue.states() == [State.UPLOADING]
    queue.make_room()
    queue.wait(lambda: queue.states() == [State.DONE])
    assert len(server.request().body) == LARGE
    assert queue.manager.uploads()[0].attempts == 1


def test_who_waits_for_a_mark_can_be_cancelled_and_the_tail_stays_here(
    queue: Queue, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(201))
    ids = queue.held(queue.files(1, LARGE), to(server.url, RAW))
    queue.need_room("UPDATE ON uploads WHEN NEW.may_have_arrived")
    queue.manager.release(ids)
    queue.wait(lambda: bool(queue.troubles))
    queue.manager.cancel(ids)
    queue.wait(lambda: queue.states() == [State.CANCELLED])
    assert len(server.request().body) <= READ_SIZE
    assert not server.request().complete


def test_an_outcome_that_cannot_be_written_is_written_later(
    queue: Queue, scripted_server: StartServer, to: MakeDestination
) -> None:
    ids = queue.held(queue.files(1), to(scripted_server(answer(201)).url))
    queue.need_room("UPDATE ON uploads WHEN NEW.state = 'done'")
    queue.manager.release(ids)
    queue.wait(lambda: queue.states() == [State.DONE])
    queue.wait(lambda: queue.troubles == [ErrorCode.LEDGER_FULL])
    assert queue.written() != {ids[0]: State.DONE}
    queue.make_room()
    queue.wait(lambda: queue.written() == {ids[0]: State.DONE})
    assert rows_of(queue.ledger)[ids[0]].receipt is not None


def test_who_leaves_writes_what_could_not_be_written_before(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination
) -> None:
    with running(qtbot, tmp_path) as first:
        ids = first.held(first.files(1), to(scripted_server(answer(201)).url))
        first.need_room("UPDATE ON uploads WHEN NEW.state = 'done'")
        first.manager.release(ids)
        first.wait(lambda: first.troubles == [ErrorCode.LEDGER_FULL])
        first.make_room()
    with running(qtbot, tmp_path) as second:
        assert second.written() == {ids[0]: State.DONE}


def test_rows_that_are_removed_leave_the_ledger_but_what_arrived_stays(
    queue: Queue, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server([answer(201), answer(413)])
    queue.manager.add(queue.files(2), to(server.url))
    queue.wait(lambda: queue.states() == [State.DONE, State.FAILED])
    done, failed = (upload.id for upload in queue.manager.uploads())
    queue.wait(lambda: queue.written() == {done: State.DONE, failed: State.FAILED})
    queue.manager.remove([done, failed])
    queue.wait(lambda: queue.written() == {done: State.DONE})
    assert queue.manager.uploads() == ()


def test_rows_that_cannot_be_removed_are_removed_later(queue: Queue, to: MakeDestination) -> None:
    ids = queue.held(queue.files(2), to("http://127.0.0.1:9"))
    queue.need_room("DELETE ON uploads")
    queue.manager.remove(ids)
    queue.wait(lambda: queue.troubles == [ErrorCode.LEDGER_FULL])
    assert list(queue.written()) == ids
    queue.make_room()
    queue.wait(lambda: not queue.written())


def test_what_is_taken_back_leaves_the_ledger(queue: Queue, to: MakeDestination) -> None:
    destination = to("http://127.0.0.1:9")
    queue.held(queue.files(2), destination)
    queue.manager.remove_batch(queue.manager.uploads()[0].batch)
    queue.wait(lambda: not queue.written())
    batch = queue.manager.add(queue.files(2), destination, hold=True)
    queue.manager.remove_batch(batch)  # before anything was found
    queue.wait(lambda: not queue.manager.is_busy)
    assert queue.manager.uploads() == ()
    assert queue.written() == {}


def test_a_queue_that_is_left_goes_on_in_the_next_run(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server([stall_after(1000), *[answer(201)] * 3])
    with running(qtbot, tmp_path) as first:
        first.manager.add(first.files(3, STUCK), to(server.url, RAW))
        first.wait(lambda: State.UPLOADING in first.states() and len(server.requests) == 1)
        with qtbot.waitSignal(first.manager.all_ended, timeout=10_000):
            first.manager.stop_all()
        assert first.states() == [State.QUEUED] * 3
    with running(qtbot, tmp_path) as second:
        assert second.ledger.recovery.unconfirmed == 0
        assert list(second.written().values()) == [State.QUEUED] * 3
        second.manager.restore()
        second.wait(lambda: second.states() == [State.DONE] * 3)
        assert [upload.attempts for upload in second.manager.uploads()] == [2, 1, 1]
        assert [len(request.body) for request in server.requests[1:]] == [STUCK] * 3


def test_restored_are_what_has_not_ended_and_what_is_asked_for(
    qtbot: QtBot, tmp_path: Path, to: MakeDestination
) -> None:
    destination = to("http://127.0.0.1:9")
    problem = Problem(ErrorCode.REPLY_LOST, {"host": "127.0.0.1"})
    states = [State.FAILED, State.DONE, State.UNCONFIRMED]
    with running(qtbot, tmp_path) as first:
        ids = first.held(first.files(4), destination)
        ended = zip(ids, states, strict=False)
        first.ledger.update([Change(id=each, state=state, problem=problem) for each, state in ended])
    with running(qtbot, tmp_path) as second:
        second.manager.restore(State.FAILED, State.UNCONFIRMED)
        second.wait(lambda: len(second.states()) == 3)
        assert second.states() == [State.FAILED, State.UNCONFIRMED, State.HELD]
        uploads = second.manager.uploads()
        assert [upload.id for upload in uploads] == [ids[0], ids[2], ids[3]]
        assert [upload.problem for upload in uploads] == [problem, problem, None]
        assert all(upload.destination == destination for upload in uploads)
