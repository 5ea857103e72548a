# SPDX-License-Identifier: MIT
"""How long a server may take is each destination's own affair; how long we may, the server's."""

import pytest

from guiuploader.destinations.destination import Network
from guiuploader.network.session import READ_SIZE
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    StartServer,
    answer,
    answer_early,
    close_after,
    never_answer,
    stall_after,
)
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import MemorySource, Stage, Tripwire, to

BIG = 16 * 1024 * 1024  # more than all buffers on the way hold


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_destination_says_how_long_its_server_may_take_no_byte(
    stage: Stage, scripted_server: StartServer, *, tls: bool
) -> None:
    server = scripted_server(stall_after(0), tls=tls)
    lines = "[network]\nverify = false\nstall_timeout = 0.3"
    problem = stage.fails(to(server.url, 'body = "raw"', lines), MemorySource(bytes(BIG)))
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.SEND_STALLED, "0.3")


def test_a_destination_says_how_long_its_server_may_think(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(never_answer())
    problem = stage.fails(to(server.url, "[network]\nreply_timeout = 0.3"))
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.REPLY_TIMEOUT, "0.3")


def test_the_clocks_of_one_upload_do_not_count_for_the_next_on_the_same_connection(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server([answer(201), never_answer()])
    stage.send(to(server.url, "[network]\nstall_timeout = 0.2\nreply_timeout = 20"))
    problem = stage.fails(to(server.url, "[network]\nreply_timeout = 0.3"))
    assert (problem.code, server.connections) == (ErrorCode.REPLY_TIMEOUT, 1)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(
    ("last_words", "code"),
    [
        (close_after(READ_SIZE), ErrorCode.CONNECTION_LOST),
        (answer_early(408, after=READ_SIZE, ending=Ending.CLOSE), ErrorCode.REQUEST_TIMEOUT),
    ],
    ids=["silent", "408"],
)
def test_a_server_that_gives_up_on_a_source_that_pauses(
    stage: Stage, scripted_server: StartServer, last_words: Answer, code: ErrorCode, *, tls: bool
) -> None:
    """Servers wait for the next byte of a body for a minute or less; some then say 408, some nothing."""
    server = scripted_server(last_words, tls=tls)

    def pause() -> None:
        wait_until(lambda: server.requests and server._connections[0].fileno() < 0)

    source = MemorySource(size=BIG, reader=Tripwire(b"\0" * BIG, 1, pause))  # type: ignore[arg-type] # a reader
    lines = "[network]\nverify = false\nexpect_continue = 'never'"
    problem = stage.fails(to(f"{server.url}/up", 'body = "raw"', lines), source)
    assert (problem.code, problem.unconfirmed) == (code, False)
    assert explain(problem).advice


def test_the_usual_clocks() -> None:
    usual = Network()
    assert (usual.connect_timeout, usual.stall_timeout, usual.reply_timeout) == (10, 60, 900)
