# SPDX-License-Identifier: MIT
"""Stop means stop, wherever the transfer waits, and harms nobody who comes after."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from guiuploader.network.failures import Phase
from guiuploader.network.session import Route
from guiuploader.transfer.control import Control
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled
from tests.helpers.scripted_server import Answer, Request, StartServer, answer, never_answer, stall_after
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, Tripwire, to

SOON = 1.0  # seconds
BIG = 16 * 1024 * 1024  # more than all buffers on the way hold
KINDS = ["raw", "chunked", "multipart", "buffered"]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Give a port where connections are accepted and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def still_works(stage: Stage, scripted_server: StartServer) -> bool:
    return stage.send(to(f"{scripted_server(answer(201)).url}/up")).reply.status == 201


def test_before_the_start_nothing_is_opened_or_connected(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    source = MemorySource()
    control = Control()
    control.cancel()
    with pytest.raises(TransferCancelled) as caught:
        stage.sender.send(stage.job(to(server.url), source), control, Heard())
    assert caught.value.problem.code is ErrorCode.CANCELLED
    assert (server.connections, source.reader.asked) == (0, [])
    assert still_works(stage, scripted_server)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_one_that_comes_while_the_name_is_looked_up_is_heeded_before_anything_goes_out(
    stage: Stage, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    server = scripted_server(answer(201), tls=tls)
    look_up = socket.getaddrinfo

    def cancelled_meanwhile(*arguments: object) -> object:
        stage.cancel()
        return look_up(*arguments)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr(socket, "getaddrinfo", cancelled_meanwhile)
    with pytest.raises(TransferCancelled):
        stage.send(to(f"{server.url}/up", "[network]\nverify = false"))
    monkeypatch.undo()
    assert server.requests == []
    assert still_works(stage, scripted_server)


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_middle_of_the_body_the_next_read_ends_it(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    reader = Tripwire(b"x" * BIG, 20, stage.cancel)
    source = MemorySource(size=BIG, reader=reader)  # type: ignore[arg-type] # a reader as well
    with pytest.raises(TransferCancelled):
        stage.send(to(f"{server.url}/up", f'body = "{kind}"'), source)
    assert reader.passed.is_set()
    assert not any(request.complete for request in server.requests)
    assert still_works(stage, scripted_server)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_reads_no_more_does_not_hold_it(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server = scripted_server(stall_after(0), tls=tls)
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false')
    with stage.sending(destination, MemorySource(b"\0" * BIG)) as sent:
        seen = -1

        def stuck() -> bool:
            nonlocal seen
            same, seen = len(stage.heard.told) == seen > 0, len(stage.heard.told)
            return same

        server.request()
        wait_until(stuck)
        started = time.monotonic()
        stage.control.cancel()
        with pytest.raises(TransferCancelled):
            sent.result(10)
        assert time.monotonic() - started < SOON
    assert still_works(stage, scripted_server)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_waiting_for_the_answer_ends_at_once(
    stage: Stage, scripted_server: StartServer, *, tls: bool
) -> None:
    server = scripted_server(never_answer(), tls=tls)
    with stage.sending(to(f"{server.url}/up", "[network]\nverify = false")) as sent:
        wait_until(lambda: "body sent" in stage.heard.told)
        started = time.monotonic()
        stage.control.cancel()
        with pytest.raises(NetworkError, match="cancelled-late") as caught:
            sent.result(10)
        assert time.monotonic() - started < SOON
    # Every byte is there, so nobody can say that it was not stored.
    assert caught.value.problem.unconfirmed
    assert still_works(stage, scripted_server)


def test_a_tls_handshake_without_an_answer_ends_at_once(
    stage: Stage, scripted_server: StartServer, silent_port: int
) -> None:
    with stage.sending(to(f"https://127.0.0.1:{silent_port}/up")) as sent:
        wait_until(lambda: stage.sender._session.line.connect_seconds is not None)
        started = time.monotonic()
        stage.control.cancel()
        with pytest.raises(TransferCancelled):
            sent.result(10)
        assert time.monotonic() - started < SOON
    assert still_works(stage, scripted_server)


def test_a_connection_that_does_not_come_about_ends_at_once(
    stage: Stage, scripted_server: StartServer
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        # A full queue of unaccepted connections lets the next one hang.
        waiting = [socket.create_connection(listener.getsockname())]
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/up"
        with stage.sending(to(url)) as sent:
            # It has been under way for so long that it surely hangs.
            with pytest.raises(TimeoutError):
                sent.result(0.3)
            started = time.monotonic()
            stage.control.cancel()
            with pytest.raises(TransferCancelled):
                sent.result(10)
            assert time.monotonic() - started < SOON
        for each in waiting:
            each.close()
    assert still_works(stage, scripted_server)


def test_one_that_comes_after_the_end_hits_nobody(stage: Stage, scripted_server: StartServer) -> None:
    gate = threading.Event()

    def first_at_once(request: Request) -> Answer:
        return stall_after(0, gate=gate) if request.target == "/second" else answer(201)

    server = scripted_server(first_at_once)
    stage.send(to(f"{server.url}/first"))
    late = stage.control
    with stage.sending(to(f"{server.url}/second")) as sent:
        server.request(1)
        late.cancel()
        gate.set()
        assert sent.result(10).reply.status == 200
    assert server.connections == 1


def test_a_yes_that_is_already_being_read_counts(
    stage: Stage, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The head says 201; the body is promised and never comes.
    server = scripted_server(
        Answer(status=201, headers=(("Content-Length", "10"),), body=b"half", framed=True)
    )
    head_read = threading.Event()
    exchange = stage.sender._session.exchange

    def watched(request: requests.PreparedRequest, route: Route, phase: Phase) -> requests.Response:
        response = exchange(request, route, phase)
        head_read.set()
        return response

    monkeypatch.setattr(stage.sender._session, "exchange", watched)
    with stage.sending(to(f"{server.url}/up")) as sent:
        assert head_read.wait(10)
        stage.control.cancel()
        receipt = sent.result(10)
    assert (receipt.reply.status, receipt.reply.truncated) == (201, True)
    assert still_works(stage, scripted_server)
