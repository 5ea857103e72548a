# SPDX-License-Identifier: MIT
"""What holds on the straight way to a server holds by way of a proxy: answers, questions, clocks, reuse."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import trustme

from guiuploader.network.expect import PATIENCE
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.proxies import ConnectProxy
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    Script,
    ScriptedServer,
    answer,
    answer_early,
    never_answer,
    server_context,
    stall_after,
)
from tests.helpers.waiting import wait_until
from tests.unit.network.outspoken import LARGE, MIB, YES, OutspokenServer, Then, Visit, refusal
from tests.unit.network.ways import Way, opened
from tests.unit.transfer.stage import MemorySource, Stage

STATUSES = [401, 413, 429, 503, 307]
SOON = 2.0  # seconds
UNASKED = "expect_continue = 'never'"
FINE = 201

Serve = Callable[[Script], ScriptedServer]
Speak = Callable[[bytes, Then], OutspokenServer]


@pytest.fixture(params=["proxied", "connect", "socks", "socks-tls"])
def way(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Way]:
    """Give a way by a proxy; the sender's connections end before the proxy does."""
    with opened(request.param) as way:
        yield way
        stage.sender.close()


@pytest.fixture
def serve(way: Way, authority: trustme.CA) -> Iterator[Serve]:
    """Return a function that starts a scripted server at the end of the way."""
    servers: list[ScriptedServer] = []

    def start(script: Script) -> ScriptedServer:
        servers.append(ScriptedServer(script, tls=server_context(authority) if way.tls else None))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def speak(way: Way, authority: trustme.CA) -> Iterator[Speak]:
    """Return a function that starts a server which speaks as soon as it has a head."""
    servers: list[OutspokenServer] = []

    def start(said: bytes, then: Then) -> OutspokenServer:
        servers.append(OutspokenServer(said, then, server_context(authority) if way.tls else None))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def large() -> MemorySource:
    return MemorySource(bytes(LARGE))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    "then",
    [Visit.reads_on, Visit.closes, Visit.resets, Visit.holds],
    ids=["reads", "closes", "resets", "holds"],
)
def test_a_no_after_the_head_is_shown_and_the_body_not_pushed_on(
    stage: Stage, way: Way, speak: Speak, then: Then, status: int
) -> None:
    server = speak(refusal(status), then)
    started = time.monotonic()
    problem = stage.fails(way.to(server.url, network=UNASKED), large())
    assert time.monotonic() - started < SOON
    said = explain(problem)
    assert f"({status})" in said.title
    assert said.advice
    assert not problem.unconfirmed
    server.close()
    assert server.taken < LARGE / 2
    assert "body sent" not in stage.heard.told


def test_after_an_early_yes_the_rest_is_still_sent(stage: Stage, way: Way, speak: Speak) -> None:
    server = speak(YES, Visit.reads_on)
    assert stage.send(way.to(server.url, network=UNASKED), large()).reply.status == FINE
    stage.sender.close()
    server.close()
    assert server.taken >= LARGE


def test_interim_answers_are_passed_over(stage: Stage, way: Way, serve: Serve) -> None:
    server = serve(Answer(status=FINE, body=b"final", interim=(100, 102, 103, 103)))
    for _ in range(2):
        assert stage.send(way.to(server.url)).reply.body == "final"
    assert server.connections == 1


@pytest.mark.parametrize("status", [100, 102, 103])
def test_an_interim_answer_does_not_stop_the_body(stage: Stage, way: Way, speak: Speak, status: int) -> None:
    server = speak(b"HTTP/1.1 %d Yet\r\nX: y\r\n\r\n" % status, Visit.reads_all_and_agrees)
    assert stage.send(way.to(server.url, network=UNASKED), large()).reply.status == FINE


def test_a_server_that_says_go_on_gets_the_body_at_once(stage: Stage, way: Way, serve: Serve) -> None:
    server = serve(answer(FINE))
    started = time.monotonic()
    for _ in range(2):
        stage.send(way.to(server.url), MemorySource(bytes(2 * MIB)))
    assert time.monotonic() - started < PATIENCE
    assert [request.header("Expect") for request in server.requests] == ["100-continue"] * 2
    assert server.connections == 1


@pytest.mark.parametrize("status", [401, 413, 429, 503])
def test_a_server_that_is_asked_and_says_no_gets_nothing(
    stage: Stage, way: Way, serve: Serve, status: int
) -> None:
    server = serve(answer_early(status))
    source = MemorySource(bytes(2 * MIB))
    assert stage.fails(way.to(server.url), source).status == status
    assert (source.reader.asked, bytes(server.request().body)) == ([], b"")


def test_it_is_the_server_that_is_remembered_as_deaf_and_not_the_proxy(
    stage: Stage, way: Way, serve: Serve
) -> None:
    deaf, other = serve(Answer(status=FINE, heeds_expect=False)), serve(answer(FINE))
    for server in (deaf, deaf, other):
        stage.send(way.to(server.url), MemorySource(bytes(2 * MIB)))
    # In the clear, the proxy is the one who hears the question; here there are two of them.
    assert [request.header("Expect") for request in deaf.requests] == ["100-continue", None]
    assert other.request().header("Expect") == "100-continue"


def test_a_server_that_takes_no_byte_is_given_up(stage: Stage, way: Way, serve: Serve) -> None:
    server = serve(stall_after(0))
    lines = f"{UNASKED}\nstall_timeout = 0.3"
    started = time.monotonic()
    problem = stage.fails(way.to(server.url, network=lines), large())
    assert time.monotonic() - started < SOON
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.SEND_STALLED, "0.3")
    assert not problem.unconfirmed


def test_a_server_that_thinks_too_long_is_given_up_by_another_clock(
    stage: Stage, way: Way, serve: Serve
) -> None:
    server = serve(never_answer())
    lines = "connect_timeout = 5\nstall_timeout = 0.1\nreply_timeout = 0.4"
    started = time.monotonic()
    problem = stage.fails(way.to(server.url, network=lines))
    assert 0.4 <= time.monotonic() - started < SOON
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.REPLY_TIMEOUT, "0.4")
    assert problem.unconfirmed


def test_a_connection_that_ended_meanwhile_is_replaced(stage: Stage, way: Way, serve: Serve) -> None:
    server = serve(Answer(status=FINE, ending=Ending.CLOSE))
    for number in range(3):
        assert stage.send(way.to(server.url)).reply.status == FINE
        wait_until(lambda: connection_is_gone(stage))
        assert server.connections == number + 1


def connection_is_gone(stage: Stage) -> bool:
    detours = stage.sender._session._adapter._detours
    pools = next(iter(detours.values())).pools
    waiting = pools[next(iter(pools.keys()))].pool
    assert waiting is not None
    kept = waiting.get()
    waiting.put(kept)
    return kept is None or kept.sock is None or not kept.is_connected


def test_a_kept_connection_that_ends_under_a_request_does_not_double_the_file(
    stage: Stage, way: Way, serve: Serve
) -> None:
    """The server has the whole file by then, so it is sent again only if the person says so."""

    def second_in_vain(request: Request) -> Answer:
        return Answer(silent=True, ending=Ending.CLOSE) if request.target.endswith("?n=2") else answer(FINE)

    server = serve(second_in_vain)
    stage.send(way.to(server.url))
    problem = stage.fails(way.to(server.url, '[query]\nn = "2"'))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.REPLY_LOST, True)
    assert [request.connection for request in server.requests] == [0, 0]


def test_a_proxy_that_goes_away_under_a_body_is_a_lost_connection(
    stage: Stage, authority: trustme.CA
) -> None:
    gate = threading.Event()
    with closing(ScriptedServer(stall_after(0, gate=gate), tls=server_context(authority))) as server:
        with ConnectProxy() as proxy:
            destination = Way("connect", proxy.url).to(server.url, network=UNASKED)
            with stage.sending(destination, large()) as sent:
                wait_until(lambda: stage.heard.counts)
                proxy.hang_up()
                error = sent.exception(10)
        assert str(error) == "connection-lost"
