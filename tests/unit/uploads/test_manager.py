# SPDX-License-Identifier: MIT
"""The queue as a whole: every row comes to its end, and to the right one."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot

from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode
from guiuploader.values.states import State
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    answer,
    stall_after,
)
from tests.unit.uploads.scene import Scene

LARGE = 100_000  # bytes; of smaller files it is only told that they await a reply when it is late


def test_every_file_goes_through_its_states_and_ends_done(scene: Scene) -> None:
    server = scene.serve(answer(201))
    scene.manager.add(scene.files(5, LARGE), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE] * 5
    for upload in scene.manager.uploads():
        steps = [state for number, state in scene.heard.steps if number == upload.id]
        assert steps == [State.UPLOADING, State.AWAITING_REPLY, State.DONE]
        assert upload.receipt is not None
        assert upload.attempts == 1
    assert scene.heard.thread_ids == {threading.get_ident()}, "signals must come in the main thread"
    assert scene.heard.intakes == [(1, 5, 0)]


def test_a_redirected_row_goes_back_to_sending(scene: Scene) -> None:
    server = scene.serve([answer(307, Location="/new"), answer(201)])
    scene.manager.add(scene.files(1, LARGE), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    steps = [state for _, state in scene.heard.steps]
    assert steps == [State.UPLOADING, State.AWAITING_REPLY] * 2 + [State.DONE]


def test_an_empty_file_that_is_redirected_ends_done_as_well(scene: Scene) -> None:
    server = scene.serve([answer(307, Location="/new"), answer(201)])
    scene.manager.add(scene.files(1, size=0), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE]


def test_no_more_uploads_run_at_once_than_there_are_workers(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    scene.manager.add(scene.files(7), scene.to(server.url))
    scene.wait(lambda: len(server.requests) == 3)
    scene.wait(lambda: scene.states().count(State.AWAITING_REPLY) == 3)
    assert scene.states()[3:] == [State.QUEUED] * 4
    assert scene.manager.overall().unfinished == 7
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)
    assert server.connections == 3, "each worker keeps its connection"


def test_cancelling_stops_what_runs_and_what_waits_and_spares_the_rest(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    scene.manager.add(scene.files(6), scene.to(server.url))
    scene.wait(lambda: scene.states()[:3] == [State.AWAITING_REPLY] * 3)
    ids = [upload.id for upload in scene.manager.uploads()]
    scene.manager.cancel([ids[0], ids[4]])
    scene.wait(lambda: scene.states()[0] is State.UNCONFIRMED)
    problem = scene.manager.uploads()[0].problem
    assert problem is not None
    assert problem.code is ErrorCode.CANCELLED_LATE, "all was sent: it may have arrived"
    assert scene.states()[4] is State.CANCELLED
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)
    assert [state for number, state in enumerate(scene.states()) if number not in {0, 4}] == [State.DONE] * 4
    assert (ids[4], State.UPLOADING) not in scene.heard.steps


def test_a_cancel_reaches_an_upload_whose_server_stopped_reading(scene: Scene) -> None:
    server = scene.serve(stall_after(1000))
    scene.manager.add(scene.files(1, 30_000_000), scene.to(server.url))
    scene.wait(lambda: len(server.requests) == 1)
    scene.manager.cancel([scene.manager.uploads()[0].id])
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.CANCELLED]


def test_a_failed_row_is_sent_again_with_the_file_as_it_is_now(scene: Scene) -> None:
    server = scene.serve([answer(503), answer(201)])
    path = scene.files(1)[0]
    scene.manager.add([path], scene.to(server.url, 'body = "raw"'))
    scene.wait(lambda: scene.heard.ended == 1)
    failed = scene.manager.uploads()[0]
    assert (failed.state, failed.problem and failed.problem.code) == (State.FAILED, ErrorCode.SERVER_BUSY)
    path.write_bytes(b"newer and longer content")
    scene.manager.retry([failed.id])
    scene.wait(lambda: scene.heard.ended == 2)
    again = scene.manager.uploads()[0]
    assert (again.state, again.attempts, again.problem) == (State.DONE, 2, None)
    assert bytes(server.request(1).body) == b"newer and longer content"


def test_a_retry_of_a_file_that_is_gone_says_so_and_stays_failed(scene: Scene) -> None:
    server = scene.serve(answer(403))
    path = scene.files(1)[0]
    scene.manager.add([path], scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    path.unlink()
    scene.manager.retry([scene.manager.uploads()[0].id])
    scene.wait(lambda: scene.heard.ended == 2)
    problem = scene.manager.uploads()[0].problem
    assert problem is not None
    assert problem.code is ErrorCode.SOURCE_MISSING
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), ErrorCode.SOURCE_MISSING),
        (lambda path: path.write_bytes(b"x"), ErrorCode.SOURCE_CHANGED),
        (lambda path: path.write_bytes(b"x" * 1000), ErrorCode.SOURCE_CHANGED),
    ],
    ids=["deleted", "truncated", "grown"],
)
def test_a_file_spoilt_between_queueing_and_sending_fails_alone(
    scene: Scene, spoil: Callable[[Path], object], code: ErrorCode
) -> None:
    server = scene.serve(answer(201))
    paths = scene.files(3)
    scene.manager.add(paths, scene.to(server.url), hold=True)
    scene.wait(lambda: len(scene.heard.added) == 3)
    spoil(paths[1])
    scene.manager.release([upload.id for upload in scene.manager.uploads()])
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE, State.FAILED, State.DONE]
    problem = scene.manager.uploads()[1].problem
    assert problem is not None
    assert problem.code is code


def test_held_rows_wait_for_send(scene: Scene) -> None:
    server = scene.serve(answer(201))
    scene.manager.add(scene.files(2), scene.to(server.url), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.HELD, State.HELD]
    assert server.connections == 0
    scene.manager.release([scene.manager.uploads()[1].id])
    scene.wait(lambda: scene.heard.ended == 2)
    assert scene.states() == [State.HELD, State.DONE]


def test_undo_takes_a_whole_batch_back_even_while_it_runs(scene: Scene) -> None:
    server = scene.serve(stall_after(1000))
    batch = scene.manager.add(scene.files(6, 20_000_000), scene.to(server.url))
    scene.wait(lambda: len(server.requests) == 3)
    scene.manager.remove_batch(batch)
    scene.wait(lambda: not scene.manager.uploads())
    assert sorted(scene.heard.removed) == [1, 2, 3, 4, 5, 6]
    scene.wait(lambda: scene.heard.ended == 1)


def test_undo_and_remove_keep_the_rows_of_what_arrived_or_may_have(scene: Scene) -> None:
    gate = threading.Event()

    def first_at_once(request: Request) -> Answer:
        return answer(201) if "0.bin" in request.target else Answer(status=201, gate=gate)

    server = scene.serve(first_at_once)
    batch = scene.manager.add(scene.files(6), scene.to(f"{server.url}/{{filename}}"))
    scene.wait(lambda: scene.states()[:4] == [State.DONE] + [State.AWAITING_REPLY] * 3)
    scene.manager.remove([2])
    scene.manager.remove_batch(batch)
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE] + [State.UNCONFIRMED] * 3
    assert sorted(scene.heard.removed) == [5, 6]
    scene.manager.remove([1, 2])
    assert sorted(scene.heard.removed) == [1, 2, 5, 6], "said of an ended row, remove means it"


def test_a_retry_of_a_gone_file_fails_a_cancelled_row_and_spares_an_unconfirmed_one(scene: Scene) -> None:
    server = scene.serve(Answer(silent=True, ending=Ending.CLOSE))
    path = scene.files(1)[0]
    scene.manager.add([path], scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.add([path], scene.to(server.url), hold=True)
    scene.wait(lambda: len(scene.heard.added) == 2)
    scene.manager.cancel([2])
    path.unlink()
    scene.manager.retry([1, 2])
    scene.wait(lambda: len(scene.heard.refused) == 1)
    scene.wait(lambda: scene.states() == [State.UNCONFIRMED, State.FAILED])
    codes = [upload.problem and upload.problem.code for upload in scene.manager.uploads()]
    assert codes == [ErrorCode.REPLY_LOST, ErrorCode.SOURCE_MISSING]


def test_stopping_everything_leaves_off_a_walk_that_finds_nothing(scene: Scene) -> None:
    folder = scene.folder / "empty"
    for number in range(3000):
        (folder / f"{number}" / "a").mkdir(parents=True)
    scene.manager.add([folder], scene.to("http://127.0.0.1:9"))
    busy = [scene.manager.is_busy]
    scene.manager.stop_all()
    scene.wait(lambda: scene.heard.ended == 1)
    assert [*busy, scene.manager.is_busy] == [True, False]
    assert scene.heard.refused == [], "it was not looked at to the end"


def test_the_speed_sinks_while_the_server_takes_nothing(scene: Scene) -> None:
    server = scene.serve(stall_after(300_000_000))
    path = scene.folder / "sparse.bin"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    scene.manager.add([path], scene.to(server.url, '[reply]\nhash = "none"'))

    def speeds() -> list[float]:
        return [each[0].bytes_per_second for each in scene.heard.changed]

    scene.wait(lambda: max(speeds(), default=0) > 0)
    scene.wait(lambda: speeds()[-1] < max(speeds()) / 2)
    scene.manager.stop_all()
    scene.wait(lambda: scene.heard.ended == 1)


def test_clearing_takes_out_only_what_is_done(scene: Scene) -> None:
    def by_name(request: Request) -> Answer:
        return answer(403 if "1.bin" in request.target else 201)

    server = scene.serve(by_name)
    scene.manager.add(scene.files(3), scene.to(f"{server.url}/{{filename}}"))
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.clear_finished()
    assert scene.states() == [State.FAILED]
    assert scene.manager.overall().total == 1


def test_a_lost_answer_is_unconfirmed_not_failed(scene: Scene) -> None:
    server = scene.serve(Answer(silent=True, ending=Ending.CLOSE))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.UNCONFIRMED]


def test_refusals_come_with_reasons_and_the_rest_is_sent(scene: Scene) -> None:
    server = scene.serve(answer(201))
    scene.manager.add([scene.folder / "nowhere", *scene.files(1)], scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert [problem.code for problem in scene.heard.refused] == [ErrorCode.SOURCE_MISSING]
    assert scene.heard.intakes == [(1, 1, 1)]
    assert scene.states() == [State.DONE]


def test_ten_thousand_rows_arrive_in_few_signals(scene: Scene) -> None:
    batches: list[int] = []

    class Counter(QObject):
        @Slot(object)
        def note(self, uploads: tuple[Upload, ...]) -> None:
            batches.append(len(uploads))

    counter = Counter()
    scene.manager.added.connect(counter.note)
    folder = scene.folder / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05}").touch()
    scene.manager.add([folder], scene.to("http://127.0.0.1:9"), hold=True)
    scene.wait(lambda: scene.heard.intakes != [])
    assert sum(batches) == 10_000
    assert len(batches) < 500
    assert [upload.source.relpath for upload in scene.manager.uploads()][:2] == ["many/00000", "many/00001"]


def test_an_upload_beyond_two_gigabytes_counts_right(scene: Scene) -> None:
    path = scene.folder / "large.bin"
    with path.open("wb") as file:
        file.truncate(5 * 1024**3)
    scene.manager.add([path], scene.to("http://127.0.0.1:9"), hold=True)
    scene.wait(lambda: len(scene.heard.added) == 1)
    assert scene.manager.overall().bytes_left == 0, "what is held goes nowhere by itself"
    scene.manager._queue.progressed(scene.heard.added[0].id, 3 * 1024**3, 1e9)
    assert scene.manager.uploads()[0].sent == 3 * 1024**3


def test_changes_come_in_batches_with_the_newest_value_last(scene: Scene) -> None:
    server = scene.serve(answer(201))
    scene.manager.add(scene.files(50), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    newest = {upload.id: upload for batch in scene.heard.changed for upload in batch}
    assert {upload.state for upload in newest.values()} == {State.DONE}
    assert len(newest) == 50
    assert len(scene.heard.changed) < 150
