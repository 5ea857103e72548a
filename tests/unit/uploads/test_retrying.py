# SPDX-License-Identifier: MIT
"""What goes wrong and may pass is tried again; what may have arrived is not; trouble parks a destination."""

import socket
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QDeadlineTimer

from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Request, ScriptedServer, answer
from tests.unit.uploads.scene import Scene


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(SecretStore(no_keychain))
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


def at_first(first: Answer, *, then: Answer) -> Callable[[Request], Answer]:
    """Return a script that answers the first request so, and all others otherwise."""
    answers = [first]
    return lambda _: answers.pop() if answers else then


def steps(scene: Scene, upload_id: int) -> list[State]:
    return [state for number, state in scene.heard.steps if number == upload_id]


def test_a_server_that_is_busy_for_a_moment_gets_the_file_a_little_later(scene: Scene) -> None:
    server = scene.serve(at_first(answer(503), then=answer(201)))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: scene.states() == [State.DONE])
    row = scene.manager.uploads()[0]
    assert (row.attempts, row.problem, row.retry_at) == (2, None, None)
    assert State.RETRYING in steps(scene, row.id)
    assert server.request(0).header("Content-Length") == server.request(1).header("Content-Length")


def test_an_attempt_is_not_repeated_for_ever(scene: Scene) -> None:
    server = scene.serve(answer(503))
    scene.manager.add(scene.files(1), scene.to(server.url, "[retry]\nattempts = 2"))
    scene.wait(lambda: scene.heard.ended == 1)
    row = scene.manager.uploads()[0]
    assert (row.state, row.attempts, len(server.requests)) == (State.FAILED, 2, 2)


def test_what_the_server_may_have_is_not_sent_again(scene: Scene) -> None:
    server = scene.serve(answer(500))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.UNCONFIRMED]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "table", ['method = "PUT"', "[retry]\nrepeats_are_safe = true", '[retry]\nidempotency_key_header = "Key"']
)
def test_unless_repeats_are_safe(scene: Scene, table: str) -> None:
    server = scene.serve(at_first(answer(500), then=answer(201)))
    scene.manager.add(scene.files(1), scene.to(server.url, table))
    scene.wait(lambda: scene.states() == [State.DONE])
    keys = [request.header("Key") for request in server.requests]
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert (keys[0] is not None) == ("Key" in table)


def test_a_time_that_the_server_names_is_for_all_that_wait(scene: Scene) -> None:
    busy = Answer(status=429, headers=(("Retry-After", "1"),))
    server = scene.serve(at_first(busy, then=answer(201)))
    first, *rest = scene.files(4)
    scene.manager.add([first], scene.to(server.url))
    scene.wait(lambda: scene.states() == [State.RETRYING])
    scene.manager.add(rest, scene.to(server.url))
    scene.wait(lambda: scene.states() == [State.DONE] * 4)
    assert len(server.requests) == 5
    assert [upload.attempts for upload in scene.manager.uploads()] == [1, 1, 1, 1]


def test_a_server_that_is_down_costs_no_attempt_and_all_goes_on_when_it_is_back(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    scene.manager.add(scene.files(4), scene.to(f"http://127.0.0.1:{port}"))
    scene.wait(lambda: State.RETRYING in scene.states())
    first = scene.manager.uploads()[0]
    assert first.problem is not None
    assert (first.problem.code, first.attempts) == (ErrorCode.CONNECTION_REFUSED, 0)
    server = ScriptedServer(answer(201), port=port)
    try:
        scene.wait(lambda: scene.states() == [State.DONE] * 4)
    finally:
        server.close()
    assert [upload.attempts for upload in scene.manager.uploads()] == [1, 1, 1, 1]


def test_a_destination_is_given_up_with_all_that_waits_for_it(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    scene.manager.add(scene.files(5), scene.to(f"http://127.0.0.1:{port}", '[network]\ngive_up_after = "0s"'))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.FAILED] * 5
    assert {upload.problem and upload.problem.code for upload in scene.manager.uploads()} == {
        ErrorCode.CONNECTION_REFUSED
    }


def test_a_person_who_says_now_need_not_wait(scene: Scene) -> None:
    busy = Answer(status=429, headers=(("Retry-After", "3600"),))
    server = scene.serve(at_first(busy, then=answer(201)))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: scene.states() == [State.RETRYING])
    scene.manager.retry([scene.manager.uploads()[0].id])
    scene.wait(lambda: scene.states() == [State.DONE])


def test_a_row_that_waits_for_its_next_attempt_can_be_paused_resumed_cancelled_and_removed(
    scene: Scene,
) -> None:
    busy = Answer(status=429, headers=(("Retry-After", "3600"),))
    server = scene.serve(at_first(busy, then=answer(201)))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: scene.states() == [State.RETRYING])
    number = scene.manager.uploads()[0].id
    scene.manager.pause([number])
    assert scene.states() == [State.PAUSED]
    scene.manager.resume([number])
    assert scene.states() == [State.QUEUED]
    scene.manager.cancel([number])
    assert scene.states() == [State.CANCELLED]
    scene.manager.remove([number])
    assert scene.states() == []


@pytest.mark.parametrize(("table", "at_once"), [("parallel = 1", 1), ("parallel = 2", 2)])
def test_a_destination_s_own_limit_of_uploads_at_once_holds(scene: Scene, table: str, at_once: int) -> None:
    server = scene.serve(answer(201))
    scene.manager.add(scene.files(6), scene.to(server.url, f"[limits]\n{table}"))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE] * 6
    running, most = 0, 0
    for _, state in scene.heard.steps:
        running += (state is State.UPLOADING) - (state is State.DONE)
        most = max(most, running)
    assert most == at_once


def test_a_row_that_was_paused_before_its_time_goes_at_once_when_it_is_resumed(scene: Scene) -> None:
    busy = Answer(status=503)
    server = scene.serve(at_first(busy, then=answer(201)))
    scene.manager.add(scene.files(1), scene.to(server.url))
    scene.wait(lambda: State.RETRYING in scene.states() or State.DONE in scene.states())
    scene.manager.pause([scene.manager.uploads()[0].id])
    scene.manager.resume([scene.manager.uploads()[0].id])
    assert scene.manager.uploads()[0].retry_at is None
    scene.wait(lambda: scene.states() == [State.DONE])


def test_a_row_that_the_server_turns_away_while_it_is_paused_stays_so(scene: Scene) -> None:
    server = scene.serve([Answer(status=503, read=0), answer(201)])
    scene.manager.add(scene.files(1, 16 * 1024 * 1024), scene.to(server.url, 'body = "raw"'), hold=True)
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release([1])
    scene.manager.pause([1])
    scene.wait(lambda: scene.manager.uploads()[0].problem is not None)
    upload = scene.manager.uploads()[0]
    assert (upload.state, upload.sent, upload.retry_at) == (State.PAUSED, 0, None)
    scene.manager.resume([1])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert len(server.requests) == 2
