# SPDX-License-Identifier: MIT
"""How long a server may take is each destination's own affair."""

import pytest

from guiuploader.destinations.destination import Network
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import StartServer, answer, never_answer, stall_after
from tests.unit.transfer.stage import MemorySource, Stage, to

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


def test_the_usual_clocks() -> None:
    usual = Network()
    assert (usual.connect_timeout, usual.stall_timeout, usual.reply_timeout) == (10, 60, 900)
