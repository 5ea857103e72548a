# SPDX-License-Identifier: MIT
"""A server is asked before a large body is sent, and not kept asking if it does not listen."""

import time
from dataclasses import replace

import pytest

from guiuploader.network.expect import PATIENCE
from guiuploader.values.errors import DestinationError, TransferCancelled
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import Answer, StartServer, answer, answer_early, stall_after
from tests.unit.transfer.stage import MemorySource, Stage, to

LARGE = 2 * 1024 * 1024
KINDS = ["raw", "chunked", "multipart", "buffered"]
UNCHECKED = "[network]\nverify = false"
DEAF = Answer(status=201, heeds_expect=False)


def large() -> MemorySource:
    return MemorySource(b"\0" * LARGE)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_says_go_on_gets_the_body_at_once(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server = scripted_server(answer(201), tls=tls)
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false')
    started = time.monotonic()
    for _ in range(2):
        assert stage.send(destination, large()).reply.status == 201
    assert time.monotonic() - started < PATIENCE
    assert [request.header("Expect") for request in server.requests] == ["100-continue"] * 2
    assert server.connections == 1


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart"])
@pytest.mark.parametrize("status", [401, 413, 429, 503])
def test_a_server_that_says_no_gets_nothing(
    stage: Stage, scripted_server: StartServer, kind: str, status: int, *, tls: bool
) -> None:
    server = scripted_server(answer_early(status), tls=tls)
    source = large()
    problem = stage.fails(to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false'), source)
    assert problem.status == status
    assert source.reader.asked == []
    assert server.request().body == b""


def test_a_small_body_is_sent_unasked(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    stage.send(to(f"{server.url}/up", 'body = "raw"'), MemorySource(b"x" * 1024 * 1024))
    assert server.request().header("Expect") is None


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_server_that_lets_the_question_pass_is_not_asked_again(
    stage: Stage, scripted_server: StartServer, *, tls: bool
) -> None:
    server, other = scripted_server(DEAF, tls=tls), scripted_server(answer(201), tls=tls)
    started = time.monotonic()
    assert stage.send(to(f"{server.url}/up", UNCHECKED), large()).reply.status == 201
    assert time.monotonic() - started >= PATIENCE
    stage.send(to(f"{server.url}/up", UNCHECKED), large())
    stage.send(to(f"{other.url}/up", UNCHECKED), large())
    assert [request.header("Expect") for request in server.requests] == ["100-continue", None]
    assert other.request().header("Expect") == "100-continue"


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_does_not_know_the_question_gets_the_body_unasked(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server = scripted_server([answer_early(417), answer(201), answer(201)], tls=tls)
    destination = to(f"{server.url}/up", f'body = "{kind}"', UNCHECKED)
    for _ in range(2):
        assert stage.send(destination, large()).reply.status == 201
    assert [request.header("Expect") for request in server.requests] == ["100-continue", None, None]
    assert [len(request.body) >= LARGE for request in server.requests] == [False, True, True]


def test_a_417_is_told_where_nothing_was_asked_or_the_second_answer_is_one_too(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(answer_early(417))
    for requests in (2, 3):
        assert stage.fails(to(f"{server.url}/up"), large()).status == 417
        assert len(server.requests) == requests


def test_always_asks_for_a_small_body_too_and_never_gives_up(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server([DEAF, answer(201), answer(201)])
    destination = to(f"{server.url}/up", '[network]\nexpect_continue = "always"')
    for _ in range(3):
        stage.send(destination, MemorySource(b"x"))
    assert [request.header("Expect") for request in server.requests] == ["100-continue"] * 3


def test_never_does_not_ask(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(DEAF)
    stage.send(to(f"{server.url}/up", '[network]\nexpect_continue = "never"'), large())
    assert server.request().header("Expect") is None


@pytest.mark.parametrize("value", ['"sometimes"', '"Always"', '""', "true", "1"])
def test_another_habit_is_refused_with_the_ones_there_are(value: str) -> None:
    with pytest.raises(DestinationError) as caught:
        to("http://a.example/", f"[network]\nexpect_continue = {value}")
    assert explain(caught.value.problem).detail == (
        "network.expect_continue: must be one of always, auto, never."
    )


def test_a_stop_while_waiting_for_leave_ends_it_at_once(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(replace(stall_after(0), heeds_expect=False))
    source = large()
    with stage.sending(to(f"{server.url}/up", 'body = "raw"'), source) as sent:
        server.request()
        stage.cancel()
        with pytest.raises(TransferCancelled):
            sent.result(10)
    stage.send(to(f"{scripted_server(answer(201)).url}/up"))
