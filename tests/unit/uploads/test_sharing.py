# SPDX-License-Identifier: MIT
"""Who goes in one request together, and how such a request is sent again: nothing doubled, nothing lost."""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.transfer.form import BUFFER_LIMIT
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.schedule import Schedule
from guiuploader.uploads.sharing import Groups
from guiuploader.uploads.upload import Upload
from guiuploader.uploads.waiting_line import Waiting
from guiuploader.values.errors import ErrorCode
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Request, answer, stall_after
from tests.unit.uploads.ledger_queue import Queue, running
from tests.unit.uploads.scene import MakeDestination, Scene, upload

THREE = "[multipart]\nfiles_per_request = 3"
BIG = 16 * 1024 * 1024  # more than all buffers on the way hold
KEY = '[retry]\nidempotency_key_header = "Key"'
SAFE = "[retry]\nrepeats_are_safe = true"
ONCE = {
    "address": '[query]\nname = "{filename}"',
    "header": '[headers]\nX-Size = "{size}"',
    "field": '[multipart.fields]\nfolder = "{relpath}"',
    "hash": '[multipart.fields]\nsum = "{sha256}"',
}


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain), parallel=1)
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


def names(request: Request) -> list[str]:
    """Return the file names of a form, in order."""
    pieces = bytes(request.body).split(b'filename="')[1:]
    return [piece.partition(b'"')[0].decode() for piece in pieces]


def codes(rows: Sequence[Upload]) -> list[ErrorCode | None]:
    return [row.problem.code if row.problem else None for row in rows]


def add(scene: Scene, paths: list[Path], url: str, *tables: str) -> None:
    """Queue all files, and let them go."""
    scene.manager.add(paths, scene.to(url, *tables), hold=True)
    scene.wait(lambda: len(scene.heard.intakes) == 1)
    scene.manager.release([row.id for row in scene.manager.uploads()])


@pytest.mark.parametrize("said", ONCE)
def test_what_is_said_once_is_true_of_every_file_in_the_request(scene: Scene, said: str) -> None:
    server = scene.serve(answer(201))
    paths = scene.files(3)
    for number, path in enumerate(paths):
        path.write_bytes(bytes(number))
    tables = f"{THREE}\n{ONCE[said]}" if "multipart" in ONCE[said] else f"{ONCE[said]}\n{THREE}"
    add(scene, paths, server.url, tables)
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert [names(request) for request in server.requests] == [["0.bin"], ["1.bin"], ["2.bin"]]


def test_files_for_which_it_comes_out_the_same_go_together(scene: Scene) -> None:
    server = scene.serve(answer(201))
    paths = [scene.folder / name for name in ("a.png", "b.png", "c.txt", "d.txt")]
    for path in paths:
        path.write_bytes(b"x")
    add(scene, paths, server.url, f'{THREE}\n[multipart.fields]\nkind = "{{ext}}"')
    scene.wait(lambda: scene.states() == [State.DONE] * 4)
    assert [names(request) for request in server.requests] == [["a.png", "b.png"], ["c.txt", "d.txt"]]


def test_what_only_a_part_says_of_its_own_file_keeps_nobody_apart(scene: Scene) -> None:
    server = scene.serve(answer(201))
    part = '[[multipart.part]]\nname = "f{index}"\nupload = true\nfilename = "{size} {filename}"'
    add(scene, scene.files(3), server.url, f"{THREE}\n{part}")
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert [names(request) for request in server.requests] == [["10 0.bin", "10 1.bin", "10 2.bin"]]


def test_a_form_made_in_memory_takes_no_more_together_than_it_can_hold(to: MakeDestination) -> None:
    in_memory = to("http://127.0.0.1", f'body = "buffered"\n{THREE}')
    rows = [upload(number, BUFFER_LIMIT // 2, destination=in_memory) for number in range(3)]
    schedule = Schedule(parallel=9)
    for row in rows:
        schedule.add(Waiting(row.id, "a", row.id, row.source.size, group=Groups().of(row)))
    assert [start.ids for start in schedule.next(0).starts] == [(0, 1), (2,)]


def test_rows_know_with_whom_they_went(scene: Scene) -> None:
    server = scene.serve(answer(201))
    add(scene, scene.files(4), server.url, THREE)
    scene.wait(lambda: scene.states() == [State.DONE] * 4)
    shared = [row.shared and row.shared.ids for row in scene.manager.uploads()]
    assert shared == [(1, 2, 3), (1, 2, 3), (1, 2, 3), None]
    assert len(server.requests) == 2


def test_a_request_is_tried_again_with_the_same_files(scene: Scene) -> None:
    server = scene.serve([answer(503), *[answer(201)] * 3])
    *paths, last = scene.files(3)
    add(scene, paths, server.url, THREE)
    scene.wait(lambda: scene.states() == [State.RETRYING] * 2)
    scene.manager.add([last], scene.to(server.url, THREE))
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert sorted(map(names, server.requests)) == [["0.bin", "1.bin"], ["0.bin", "1.bin"], ["2.bin"]]
    assert [row.attempts for row in scene.manager.uploads()] == [2, 2, 1]


@pytest.mark.parametrize("table", [KEY, SAFE, 'method = "PUT"'])
def test_cancelling_one_late_stops_nobody_else_where_repeats_are_safe(scene: Scene, table: str) -> None:
    gate = threading.Event()
    server = scene.serve([Answer(status=201, gate=gate), answer(201)])
    add(scene, scene.files(3), server.url, *([table, THREE] if "method" in table else [THREE, table]))
    scene.wait(lambda: scene.states() == [State.AWAITING_REPLY] * 3)
    scene.manager.cancel([2])
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    gate.set()
    if table == KEY:  # the server knows all three by one key: without the second it would be another request
        assert scene.states() == [State.UNCONFIRMED] * 3
        assert codes(scene.manager.uploads()) == [ErrorCode.CANCELLED_LATE] * 3
        assert len(server.requests) == 1
    else:
        assert scene.states() == [State.DONE, State.CANCELLED, State.DONE]
        assert names(server.requests[1]) == ["0.bin", "2.bin"]


def test_a_repeat_by_key_has_the_same_files_and_key(scene: Scene) -> None:
    server = scene.serve([answer(500), answer(201), answer(201)])
    add(scene, scene.files(4), server.url, THREE, KEY)
    scene.wait(lambda: scene.states() == [State.DONE] * 4)
    by_key: dict[str | None, list[list[str]]] = {}
    for request in server.requests:
        by_key.setdefault(request.header("Key"), []).append(names(request))
    assert sorted(by_key.values()) == [[["0.bin", "1.bin", "2.bin"]] * 2, [["3.bin"]]]


def parked(scene: Scene) -> None:
    """Let the server fail the first request of three files, and keep the repeat from being due."""
    failing = Answer(status=500, headers=(("Retry-After", "3600"),))
    server = scene.serve([failing, answer(201), answer(201)])
    add(scene, scene.files(3), server.url, THREE, KEY)
    scene.wait(lambda: scene.states() == [State.RETRYING] * 3)


def test_who_must_go_together_goes_at_once_when_one_is_told_to(scene: Scene) -> None:
    parked(scene)
    scene.manager.retry([2])
    scene.wait(lambda: scene.states() == [State.DONE] * 3)


def test_who_must_go_together_waits_together_and_goes_on_together(scene: Scene) -> None:
    parked(scene)
    scene.manager.pause([3])
    assert scene.states() == [State.PAUSED] * 3
    scene.manager.resume([1])
    assert scene.states() == [State.QUEUED] * 3
    scene.manager.retry([1])
    scene.manager.pause([1])
    scene.manager.resume([2])
    assert {row.is_bound for row in scene.manager.uploads()} == {True}


@pytest.mark.parametrize("how", ["cancel", "remove"])
def test_who_must_go_together_is_not_sent_without_one_that_left(scene: Scene, how: str) -> None:
    parked(scene)
    getattr(scene.manager, how)([2])
    scene.manager.retry([1])
    left = [State.UNCONFIRMED, State.CANCELLED, State.UNCONFIRMED]
    scene.wait(lambda: scene.states() == (left if how == "cancel" else [State.UNCONFIRMED] * 2))
    first, *_, last = scene.manager.uploads()
    assert codes([first, last]) == [ErrorCode.PARTED] * 2
    scene.manager.retry([1, 3])
    scene.wait(lambda: scene.states()[0] is scene.states()[-1] is State.DONE)


def test_a_file_that_is_gone_at_the_repeat_leaves_all_in_doubt(scene: Scene) -> None:
    parked(scene)
    (scene.folder / "1.bin").unlink()
    scene.manager.retry([1])
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.UNCONFIRMED] * 3
    assert codes(scene.manager.uploads()) == [
        ErrorCode.PARTED,
        ErrorCode.SOURCE_MISSING,
        ErrorCode.PARTED,
    ]


def test_where_repeats_are_safe_an_unreadable_file_in_mid_body_sends_the_others_again(scene: Scene) -> None:
    """They say why they wait: another file of their request could not be read."""
    gate = threading.Event()
    server = scene.serve([stall_after(100_000, gate=gate), answer(201), answer(201)])
    paths = scene.files(3, BIG)
    paths[0].write_bytes(b"whole at the server before the next one breaks off")
    add(scene, paths, server.url, THREE, SAFE, "[network]\nexpect_continue = 'never'")
    scene.wait(lambda: len(server.requests) == 1 and len(server.requests[0].body) >= 100_000)
    os.truncate(paths[1], 1_000_000)
    gate.set()
    scene.wait(lambda: scene.states()[0] is State.RETRYING)
    assert codes(scene.manager.uploads())[0] is ErrorCode.BROKEN_OFF
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.DONE, State.FAILED, State.DONE]
    assert not server.requests[0].complete


def left_in_the_ledger(queue: Queue, to: MakeDestination, url: str) -> None:
    """Let three files wait for the repeat of their request when the program ends."""
    queue.manager.release(queue.held(queue.files(3), to(url, THREE, KEY)))
    queue.wait(lambda: queue.states() == [State.RETRYING] * 3)


@pytest.mark.parametrize("leaves", [False, True])
def test_the_next_run_repeats_the_same_request_or_none(
    qtbot: QtBot, tmp_path: Path, to: MakeDestination, scene: Scene, *, leaves: bool
) -> None:
    failing = Answer(status=500, headers=(("Retry-After", "3600"),))
    server = scene.serve([failing, answer(201), answer(201)])
    with running(qtbot, tmp_path) as queue:
        left_in_the_ledger(queue, to, server.url)
    with running(qtbot, tmp_path) as queue:
        queue.manager.restore()
        queue.wait(lambda: len(queue.states()) == 3)
        if leaves:
            queue.manager.cancel([queue.manager.uploads()[0].id])
        queue.manager.retry([row.id for row in queue.manager.uploads()][1:])
        end = State.UNCONFIRMED if leaves else State.DONE
        queue.wait(lambda: queue.states()[1:] == [end] * 2)
    if leaves:
        assert len(server.requests) == 1
    else:
        first, again = server.requests
        assert (names(first), first.header("Key")) == (names(again), again.header("Key"))


def test_who_waits_for_an_answer_at_the_end_of_the_program_goes_again_where_that_is_safe(
    qtbot: QtBot, tmp_path: Path, to: MakeDestination, scene: Scene
) -> None:
    gate = threading.Event()
    server = scene.serve([Answer(status=201, gate=gate), answer(201)])
    with running(qtbot, tmp_path) as queue:
        queue.manager.release(queue.held(queue.files(3), to(server.url, THREE, KEY)))
        queue.wait(lambda: queue.states() == [State.AWAITING_REPLY] * 3)
        queue.manager.stop_all()
        queue.wait(lambda: not queue.manager.is_busy)
    gate.set()
    with running(qtbot, tmp_path) as queue:
        queue.manager.restore()
        queue.wait(lambda: queue.states() == [State.DONE] * 3)
    first, again = server.requests
    assert (names(first), first.header("Key")) == (names(again), again.header("Key"))
