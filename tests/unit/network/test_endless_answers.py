# SPDX-License-Identifier: MIT
"""An answer that does not end, or comes by the byte, is waited for as long as was agreed and no longer."""

import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
import trustme

from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import server_context
from tests.unit.network.outspoken import OutspokenServer, Then, Visit, dripping
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import Stage, to

SOON = 3.0  # seconds
SHORT = "[network]\nverify = false\nreply_timeout = 0.5"
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
YES = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"

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


def answered(stage: Stage, said: bytes) -> Receipt:
    with RawServer(said) as server:
        return stage.send(to(server.url, 'body = "raw"'))


@pytest.mark.parametrize(
    ("said", "then"),
    [
        (b"", dripping(INTERIM)),
        (b"HTTP/1.1", dripping(b" ")),
        (b"HTTP/1.1 201 Created\r\nX: ", dripping(b"y")),
        (INTERIM + b"HTTP/1.1 201 Created\r\n", dripping(b"X: y\r\n")),
    ],
    ids=["interim", "status line", "field", "fields"],
)
def test_a_head_that_does_not_end_is_no_answer(stage: Stage, serve: Serve, said: bytes, then: Then) -> None:
    server = serve(said, then)
    started = time.monotonic()
    problem = stage.fails(to(server.url, 'body = "raw"', SHORT))
    assert time.monotonic() - started < SOON
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.REPLY_TIMEOUT, "0.5")


@pytest.mark.parametrize(
    ("said", "then"),
    [
        (b"HTTP/1.1 201 Created\r\n\r\nhello", dripping(b" ")),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\nhello", dripping(b" ")),
        (CHUNKED.removesuffix(b"0\r\n"), dripping(b"1\r\n \r\n")),
        (CHUNKED, dripping(b"X: y\r\n")),
        (CHUNKED, dripping(b"X: y\r\n" * 1000, every=0)),
    ],
    ids=["no length", "length", "chunks", "trailers", "flood of trailers"],
)
def test_a_body_that_does_not_end_is_taken_as_far_as_it_came(
    stage: Stage, serve: Serve, said: bytes, then: Then
) -> None:
    server = serve(said, then)
    started = time.monotonic()
    reply = stage.send(to(server.url, 'body = "raw"', SHORT)).reply
    assert time.monotonic() - started < SOON
    assert (reply.status, reply.body.strip(), reply.truncated) == (201, "hello", True)


def test_the_head_and_the_body_have_their_time_each(stage: Stage, serve: Serve) -> None:
    def think(visit: Visit) -> None:
        head, words = YES[:-5], YES[-5:]
        for piece in (head, words):
            visit.leave.wait(0.7)
            visit.connection.sendall(piece)

    server = serve(b"", think)
    receipt = stage.send(to(server.url, 'body = "raw"', "[network]\nverify = false\nreply_timeout = 1.2"))
    assert (receipt.reply.body, receipt.reply.truncated) == ("hello", False)


def test_a_hundred_interim_answers_are_skipped_and_no_more(stage: Stage) -> None:
    assert answered(stage, INTERIM * 100 + YES).reply.body == "hello"
    with RawServer(INTERIM * 101 + YES) as server:
        assert stage.fails(to(server.url, 'body = "raw"')).code is ErrorCode.REPLY_INVALID


def test_of_what_is_no_part_of_the_body_only_so_much_is_read(stage: Stage) -> None:
    trailers = b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 20
    assert not answered(stage, CHUNKED + trailers + b"\r\n").reply.truncated
    reply = answered(stage, CHUNKED + trailers * 8000 + b"\r\n").reply
    assert (reply.status, reply.body, reply.truncated) == (201, "hello", True)
