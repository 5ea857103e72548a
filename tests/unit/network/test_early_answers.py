# SPDX-License-Identifier: MIT
"""A server that has said no is believed at once, whatever it does with the connection afterwards."""

import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeAlias

import pytest
import trustme

from guiuploader.network.body_phase import BodyPhase
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import server_context
from tests.unit.network.outspoken import LARGE, MIB, YES, OutspokenServer, Then, Visit, dripping, refusal
from tests.unit.transfer.stage import MemorySource, Stage, to

SOON = 2.0  # seconds
STATUSES = [401, 413, 429, 503, 307]
KINDS = ["raw", "chunked", "multipart", "buffered"]
UNCHECKED = "[network]\nverify = false\nexpect_continue = 'never'"

Serve: TypeAlias = Callable[..., OutspokenServer]


@pytest.fixture(params=[False, True], ids=["http", "https"])
def serve(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[Serve]:
    """Return a function that starts a server: `serve(said, then)`."""
    servers: list[OutspokenServer] = []

    def start(said: bytes, then: Then) -> OutspokenServer:
        servers.append(OutspokenServer(said, then, server_context(authority) if request.param else None))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def large() -> MemorySource:
    return MemorySource(b"\0" * LARGE)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    "then",
    [Visit.reads_on, Visit.closes, Visit.resets, Visit.holds],
    ids=["reads", "closes", "resets", "holds"],
)
def test_a_no_after_the_head_is_shown_and_the_body_not_pushed_on(
    stage: Stage, serve: Serve, then: Then, status: int
) -> None:
    server = serve(refusal(status), then)
    started = time.monotonic()
    problem = stage.fails(to(server.url, UNCHECKED), large())
    assert time.monotonic() - started < SOON
    assert (problem.status, problem.unconfirmed) == (status, False)
    said = explain(problem)
    assert f"({status})" in said.title
    assert said.advice
    server.close()
    assert server.taken < LARGE / 2
    assert "body sent" not in stage.heard.told


@pytest.mark.parametrize("kind", KINDS)
def test_a_no_stops_every_kind_of_body(stage: Stage, serve: Serve, kind: str) -> None:
    server = serve(refusal(413), Visit.holds)
    problem = stage.fails(to(server.url, f'body = "{kind}"\n{UNCHECKED}'), large())
    assert problem.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("status", STATUSES)
def test_a_reset_right_behind_the_answer_leaves_the_answer_or_advice(
    stage: Stage, serve: Serve, status: int
) -> None:
    server = serve(refusal(status), Visit.resets_at_once)
    started = time.monotonic()
    problem = stage.fails(to(server.url, UNCHECKED), large())
    assert time.monotonic() - started < SOON
    # The reset may take the answer with it before TLS has read it.
    lost_is_allowed = server.url.startswith("https")
    assert problem.status == status or (lost_is_allowed and problem.code is ErrorCode.CONNECTION_LOST)
    assert explain(problem).advice


@pytest.mark.parametrize("then", [Visit.reads_on, Visit.holds], ids=["reads", "holds"])
def test_a_no_without_a_length_does_not_wait_for_more_of_its_words(
    stage: Stage, serve: Serve, then: Then
) -> None:
    server = serve(b"HTTP/1.1 413 No\r\n\r\ntoo large", then)
    started = time.monotonic()
    assert stage.fails(to(server.url, UNCHECKED), large()).status == 413
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 413 No\r\n\r\n", b"HTTP/1.1 413 No\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_a_no_is_shown_although_its_words_do_not_end(stage: Stage, serve: Serve, said: bytes) -> None:
    server = serve(said, dripping(b"1\r\nx\r\n", every=0.1))
    started = time.monotonic()
    assert stage.fails(to(server.url, UNCHECKED), large()).status == 413
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "then", [Visit.closes, Visit.holds, dripping(b"n")], ids=["closes", "holds", "drips"]
)
def test_a_no_whose_head_is_cut_off_is_a_no(stage: Stage, serve: Serve, then: Then) -> None:
    server = serve(b"HTTP/1.1 413 Content Too Large\r\nContent-Le", then)
    started = time.monotonic()
    problem = stage.fails(to(server.url, UNCHECKED), large())
    assert time.monotonic() - started < SOON
    assert (problem.code, problem.status) == (ErrorCode.TOO_LARGE, 413)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        (b"", dripping(b"HTTP/1.1 102 Processing\r\n\r\n")),
        (b"", dripping(b"HTTP/1.1 102 Processing\r\n\r\n" * 5000, every=0)),
        (b"HTTP/1.1", dripping(b" ")),
    ],
    ids=["interim", "flood", "status line"],
)
def test_talking_is_not_taking(stage: Stage, serve: Serve, said: bytes, then: Then) -> None:
    server = serve(said, then)
    started = time.monotonic()
    problem = stage.fails(to(server.url, UNCHECKED, "stall_timeout = 0.5"), large())
    assert time.monotonic() - started < SOON
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.SEND_STALLED, "0.5")


@pytest.mark.parametrize(
    ("said", "then"),
    [(YES, Visit.holds), (b"HTTP/1.1 201 Created\r\n\r\n", dripping(b"x"))],
    ids=["holds", "drips"],
)
def test_an_early_yes_and_no_more_reading_is_no_yes(
    stage: Stage, serve: Serve, said: bytes, then: Then
) -> None:
    server = serve(said, then)
    started = time.monotonic()
    problem = stage.fails(to(server.url, UNCHECKED, "stall_timeout = 0.3"), large())
    assert time.monotonic() - started < 2 * SOON
    assert (problem.code, problem.status, problem.unconfirmed) == (ErrorCode.REPLY_EARLY, 201, True)


def test_a_connection_with_half_a_request_on_it_is_not_used_again(stage: Stage, serve: Serve) -> None:
    server = serve(refusal(413), Visit.reads_on)
    for _ in range(3):
        assert stage.fails(to(server.url, UNCHECKED), large()).status == 413
    assert len(server.visits) == 3


@pytest.mark.parametrize("status", [100, 102, 103])
def test_an_interim_answer_does_not_stop_the_body(stage: Stage, serve: Serve, status: int) -> None:
    server = serve(b"HTTP/1.1 %d Yet\r\nX: y\r\n\r\n" % status, Visit.reads_all_and_agrees)
    assert stage.send(to(server.url, UNCHECKED), large()).reply.status == 201
    assert server.taken >= LARGE


def test_after_an_early_yes_the_rest_is_still_sent(stage: Stage, serve: Serve) -> None:
    server = serve(YES, Visit.reads_on)
    assert stage.send(to(server.url, UNCHECKED), large()).reply.status == 201
    server.close()
    assert server.taken >= LARGE


def test_a_long_early_yes_is_read_whole(stage: Stage, serve: Serve) -> None:
    words = b"x" * 900_000
    head = b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(words)
    server = serve(head + words, Visit.reads_on)
    receipt = stage.send(to(server.url, UNCHECKED), large())
    assert (len(receipt.reply.body), receipt.reply.truncated) == (len(words), False)
    server.close()
    assert server.taken >= LARGE


def test_of_an_endless_early_yes_only_a_little_is_kept() -> None:
    ours, theirs = socket.socketpair()

    def talk() -> None:
        with suppress(OSError):  # nobody listens to the end
            theirs.sendall(YES + b"x" * LARGE)

    def take() -> int:
        taken = 0
        while taken < LARGE and (piece := theirs.recv(MIB)):
            taken += len(piece)
        return taken

    with ThreadPoolExecutor(2) as pool, theirs:
        with ours:
            talking, taken = pool.submit(talk), pool.submit(take)
            phase = BodyPhase(ours, stall_timeout=10)
            phase.listen(10)
            for _ in range(64):
                phase.write(b"x" * MIB)
        assert taken.result(10) == LARGE
        talking.result(10)
    assert MIB <= len(phase.heard) < 2 * MIB


def test_an_early_yes_and_a_hang_up_is_no_yes(stage: Stage, serve: Serve) -> None:
    server = serve(YES, Visit.closes)
    problem = stage.fails(to(server.url, UNCHECKED), large())
    assert problem.code in {ErrorCode.REPLY_EARLY, ErrorCode.CONNECTION_LOST}


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x03\x00\x02\x02\x46", b"HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_stops_the_body_too(stage: Stage, serve: Serve, said: bytes) -> None:
    server = serve(said, Visit.closes)
    assert stage.fails(to(server.url, UNCHECKED), large()).code is ErrorCode.UNREACHABLE


def test_an_endless_interim_answer_is_no_answer(stage: Stage, serve: Serve) -> None:
    server = serve(b"HTTP/1.1 103 Early Hints\r\n" + b"X: y\r\n" * 20_000, Visit.holds)
    started = time.monotonic()
    assert stage.fails(to(server.url, UNCHECKED), large()).code in {
        ErrorCode.UNREACHABLE,
        ErrorCode.SEND_STALLED,
    }
    assert time.monotonic() - started < SOON


def test_half_a_head_and_an_end_is_a_lost_connection(stage: Stage, serve: Serve) -> None:
    server = serve(b"HTTP/1.1 413 Content Too La", Visit.closes)
    assert stage.fails(to(server.url, UNCHECKED), large()).code is ErrorCode.CONNECTION_LOST


def test_session_tickets_are_no_answer(authority: trustme.CA) -> None:
    ours, theirs = socket.socketpair()
    client = ssl.create_default_context()
    authority.configure_trust(client)
    with ThreadPoolExecutor(1) as pool, ours, theirs:
        served = pool.submit(server_context(authority).wrap_socket, theirs, server_side=True)
        with client.wrap_socket(ours, server_hostname="localhost") as near, served.result(10) as far:
            assert select.select([near], [], [], 10)[0]  # the tickets are here
            phase = BodyPhase(near, stall_timeout=1)
            phase.write(b"body")
            assert (far.recv(10), bytes(phase.heard), phase.cut_short) == (b"body", b"", False)
