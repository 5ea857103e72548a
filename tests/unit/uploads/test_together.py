# SPDX-License-Identifier: MIT
"""Files that travel in one request are rows of their own: each comes to its own end."""

import threading
from pathlib import Path

import pytest

from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Request, answer, reset_after, stall_after
from tests.unit.uploads.scene import Scene

THREE = "[multipart]\nfiles_per_request = 3"
LARGE = 100_000  # bytes; of smaller files it is only told that they await a reply when it is late
BIG = 16 * 1024 * 1024  # more than all buffers on the way hold


def names(request: Request) -> list[str]:
    """Return the file names of a form, in order."""
    pieces = bytes(request.body).split(b'filename="')[1:]
    return [piece.partition(b'"')[0].decode() for piece in pieces]


def code(upload: Upload) -> ErrorCode | None:
    return upload.problem.code if upload.problem else None


def add_together(scene: Scene, paths: list[Path], url: str, *tables: str) -> None:
    """Queue all files before the first goes, so that it is known which go together."""
    scene.manager.add(paths, scene.to(url, THREE, *tables), hold=True)
    scene.wait(lambda: len(scene.heard.added) == len(paths))
    scene.wait(lambda: scene.heard.ended == 1)
    scene.manager.release([upload.id for upload in scene.manager.uploads()])


def test_seven_files_make_three_requests_and_seven_rows(scene: Scene) -> None:
    server = scene.serve(
        answer(201, b'{"files": [{"url": "http://a/0"}, {"url": "http://a/1"}, {"url": "http://a/2"}]}')
    )
    link = '[reply]\nlink = "{json:$.files[{index}].url}"'
    paths = scene.files(7, LARGE)
    add_together(scene, paths, server.url, link)
    scene.wait(lambda: scene.heard.ended == 2)
    assert scene.states() == [State.DONE] * 7
    assert sorted(map(names, server.requests)) == [
        ["0.bin", "1.bin", "2.bin"],
        ["3.bin", "4.bin", "5.bin"],
        ["6.bin"],
    ]
    links = [upload.receipt and upload.receipt.link for upload in scene.manager.uploads()]
    assert links == [f"http://a/{number % 3}" for number in range(7)]
    for upload in scene.manager.uploads():
        assert (upload.sent, upload.attempts, upload.bytes_per_second) == (LARGE, 1, 0.0)
        assert upload.exchange is not None
    steps = {number: [state for each, state in scene.heard.steps if each == number] for number in range(1, 8)}
    assert set(map(tuple, steps.values())) == {
        (State.QUEUED, State.UPLOADING, State.AWAITING_REPLY, State.DONE)
    }


def test_what_was_added_at_two_times_to_the_same_place_goes_together(scene: Scene) -> None:
    server = scene.serve(answer(201))
    for path in scene.files(3):
        scene.manager.add([path], scene.to(server.url, THREE), hold=True)
    scene.wait(lambda: len(scene.heard.intakes) == 3)
    scene.manager.release([upload.id for upload in scene.manager.uploads()])
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert list(map(names, server.requests)) == [["0.bin", "1.bin", "2.bin"]]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_file_fails_alone_and_the_others_go_again(scene: Scene, missing: int) -> None:
    server = scene.serve(answer(201))
    paths = scene.files(3)
    scene.manager.add(paths, scene.to(server.url, THREE), hold=True)
    scene.wait(lambda: len(scene.heard.added) == 3)
    paths[missing].unlink()
    scene.manager.release([1, 2, 3])
    scene.wait(lambda: State.FAILED in scene.states() and scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.FAILED if number == missing else State.DONE for number in range(3)]
    assert code(scene.manager.uploads()[missing]) is ErrorCode.SOURCE_MISSING
    (request,) = server.requests
    assert names(request) == [path.name for number, path in enumerate(paths) if number != missing]


def test_cancelling_one_before_anything_arrived_lets_the_others_go_again(scene: Scene) -> None:
    server = scene.serve([stall_after(100_000), answer(201)])
    add_together(scene, scene.files(3, BIG), server.url, "[network]\nexpect_continue = 'never'")
    scene.wait(lambda: len(server.requests) == 1 and len(server.requests[0].body) >= 100_000)
    scene.manager.cancel([2])
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.DONE, State.CANCELLED, State.DONE]
    assert names(server.requests[1]) == ["0.bin", "2.bin"]
    assert [upload.attempts for upload in scene.manager.uploads()] == [2, 1, 2]
    assert not server.requests[0].complete


def test_removing_one_takes_its_row_away_and_the_others_go_again(scene: Scene) -> None:
    server = scene.serve([stall_after(100_000), answer(201)])
    add_together(scene, scene.files(3, BIG), server.url, "[network]\nexpect_continue = 'never'")
    scene.wait(lambda: len(server.requests) == 1 and len(server.requests[0].body) >= 100_000)
    scene.manager.remove([1])
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.heard.removed == [1]
    assert scene.states() == [State.DONE, State.DONE]


def test_cancelling_one_when_another_may_have_arrived_leaves_all_in_doubt(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(Answer(status=201, gate=gate))
    add_together(scene, scene.files(3), server.url)
    scene.wait(lambda: scene.states() == [State.AWAITING_REPLY] * 3)
    scene.manager.cancel([2])
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    gate.set()
    assert scene.states() == [State.UNCONFIRMED] * 3
    assert {code(upload) for upload in scene.manager.uploads()} == {ErrorCode.CANCELLED_LATE}


@pytest.mark.parametrize(("status", "state"), [(403, State.FAILED), (None, State.UNCONFIRMED)])
def test_a_no_is_for_all_and_so_is_a_lost_answer(scene: Scene, status: int | None, state: State) -> None:
    server = scene.serve(answer(status) if status else reset_after(10))
    add_together(scene, scene.files(3), server.url)
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [state] * 3
    assert len(server.requests) == 1


def test_who_can_only_be_repeated_together_is_in_doubt_where_nothing_is_tried_again(scene: Scene) -> None:
    """To be sent by other requests would store them twice."""
    server = scene.serve(reset_after(10))
    add_together(scene, scene.files(3), server.url, '[retry]\nidempotency_key_header = "Key"')
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.UNCONFIRMED] * 3


def test_a_fixed_file_that_breaks_off_behind_the_upload_leaves_it_in_doubt(scene: Scene) -> None:
    gate = threading.Event()
    server = scene.serve(stall_after(100_000, gate=gate))
    fixed = scene.folder / "terms.pdf"
    fixed.write_bytes(bytes(BIG))
    parts = f"[[multipart.part]]\nname = 'f'\nupload = true\n[[multipart.part]]\nname = 't'\nfile = '{fixed}'"
    scene.manager.add(scene.files(1), scene.to(server.url, parts, "[network]\nexpect_continue = 'never'"))
    scene.wait(lambda: len(server.requests) == 1 and len(server.requests[0].body) >= 100_000)
    fixed.write_bytes(b"short now")
    gate.set()
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.UNCONFIRMED]
    assert code(scene.manager.uploads()[0]) is ErrorCode.BROKEN_OFF
    assert not server.requests[0].complete


def test_progress_and_speed_are_those_of_the_file_that_is_on_its_way(scene: Scene) -> None:
    server = scene.serve(answer(201))
    size = 2_000_000
    add_together(scene, scene.files(3, size), server.url, "[limits]\nbytes_per_second = 8_000_000")

    def second_goes() -> bool:
        first, second, third = scene.manager.uploads()
        return (first.sent, third.sent) == (size, 0) and second.sent > 0 and second.bytes_per_second > 0

    scene.wait(second_goes)
    first, second, third = scene.manager.uploads()
    assert (first.bytes_per_second, third.bytes_per_second) == (0.0, 0.0)
    assert scene.manager.overall().bytes_per_second == second.bytes_per_second
    scene.manager.stop_all()
    scene.wait(lambda: scene.manager.overall().unfinished == 0)
    assert scene.states() == [State.UNCONFIRMED, State.CANCELLED, State.CANCELLED]


def test_a_request_without_a_file_ends_done(scene: Scene) -> None:
    server = scene.serve(answer(200, b'{"state": "ready"}'))
    destination = scene.to(server.url, 'body = "none"\nmethod = "GET"\n[query]\na = "b"')
    batch = scene.manager.request(destination)
    scene.wait(lambda: scene.heard.ended == 1)
    (upload,) = scene.manager.uploads()
    assert (upload.state, upload.batch, upload.source.name) == (State.DONE, batch, "GET /upload")
    assert (server.request().method, server.request().target) == ("GET", "/upload?a=b")
    assert upload.receipt is not None
    assert (upload.receipt.size, upload.receipt.reply.body) == (0, '{"state": "ready"}')
    scene.manager.retry([upload.id])
    assert scene.heard.intakes == [(batch, 1, 0)]


def test_a_request_without_a_file_that_failed_can_be_sent_again(scene: Scene) -> None:
    server = scene.serve([answer(503), answer(200)])
    scene.manager.request(scene.to(server.url, 'body = "none"'), hold=True)
    scene.wait(lambda: scene.states() == [State.HELD])
    scene.manager.release([1])
    scene.wait(lambda: scene.states() == [State.FAILED])
    scene.manager.retry([1])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert len(server.requests) == 2
