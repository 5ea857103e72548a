# SPDX-License-Identifier: MIT
"""A file does not become complete at the server before the mark stands that says it may have arrived."""

import threading

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.body import SMALL
from guiuploader.values.errors import TransferCancelled
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, to

KINDS = ["raw", "chunked", "multipart", "buffered"]
LARGE = 1_000_000
FAST_END = 10  # seconds


class Held(Heard):
    """An ear that lets no file become complete before its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.held = threading.Event()

    def before_commit_point(self) -> None:
        super().before_commit_point()
        self.held.set()
        self.gate.wait(FAST_END)


class Refusing(Heard):
    """One that cannot set the mark."""

    def before_commit_point(self) -> None:
        raise TransferCancelled


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def last_byte_is_there(server: ScriptedServer) -> bool:
    return any(b"\xff" in request.body for request in server.requests)


@pytest.mark.parametrize("size", [LARGE, None])
@pytest.mark.parametrize("kind", KINDS)
def test_the_last_byte_of_a_large_file_waits_for_it_and_the_others_do_not(
    stage: Stage, server: ScriptedServer, kind: str, size: int | None
) -> None:
    if size is None and kind in {"multipart", "buffered"}:
        size = LARGE
    heard = Held()
    source = MemorySource(b"\0" * (LARGE - 1) + b"\xff", size=size)
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"'), source)
    sending = threading.Thread(target=stage.sender.send, args=(job, stage.control, heard))
    sending.start()
    assert heard.held.wait(FAST_END)
    wait_until(lambda: len(server.request().body) >= LARGE - READ_SIZE)
    assert not last_byte_is_there(server)
    assert "body sent" not in heard.told
    heard.gate.set()
    sending.join()
    assert last_byte_is_there(server)
    assert (heard.commit_points, heard.told[-1]) == (1, "body sent")


@pytest.mark.parametrize("size", [0, 1, SMALL // 2])
@pytest.mark.parametrize("kind", ["raw", "multipart", "buffered"])
def test_a_small_body_s_headers_wait_for_it(
    stage: Stage, server: ScriptedServer, kind: str, size: int
) -> None:
    heard = Held()
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"x" * size))
    sending = threading.Thread(target=stage.sender.send, args=(job, stage.control, heard))
    sending.start()
    assert heard.held.wait(FAST_END)
    assert server.connections == 0
    heard.gate.set()
    sending.join()
    assert (heard.commit_points, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("size", [0, 1, 300, LARGE])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_asked_once_for_each_request(
    stage: Stage, server: ScriptedServer, kind: str, size: int, *, known: bool
) -> None:
    known = known or kind in {"multipart", "buffered"}
    source = MemorySource(b"x" * size, size=size if known else None)
    stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    assert stage.heard.commit_points == 1


@pytest.mark.parametrize("size", [1, LARGE])
@pytest.mark.parametrize("kind", KINDS)
def test_where_the_mark_cannot_be_set_the_last_byte_stays_here(
    stage: Stage, server: ScriptedServer, kind: str, size: int
) -> None:
    source = MemorySource(b"\0" * (size - 1) + b"\xff")
    with pytest.raises(TransferCancelled):
        stage.sender.send(
            stage.job(to(f"{server.url}/up", f'body = "{kind}"'), source), stage.control, Refusing()
        )
    assert stage.send(to(f"{server.url}/next")).reply.status == 201
    assert not last_byte_is_there(server)


def test_fields_that_are_larger_than_the_file_do_not_hide_it(stage: Stage, server: ScriptedServer) -> None:
    heard = Held()
    destination = to(f"{server.url}/up", f'[multipart.fields]\nlong = "{"y" * LARGE}"')
    job = stage.job(destination, MemorySource(b""))
    sending = threading.Thread(target=stage.sender.send, args=(job, stage.control, heard))
    sending.start()
    assert heard.held.wait(FAST_END)
    assert b'name="file"' not in server.request().body
    heard.gate.set()
    sending.join()
    assert heard.commit_points == 1
