# SPDX-License-Identifier: MIT
"""A stop before the mark is a stop; one after it, though the body is not out, leaves the file in doubt."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.values.errors import ErrorCode, UploaderError
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer, reset_after, stall_after
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, to

BIG = 16 * 1024 * 1024  # more than all buffers on the way hold
FIELDS = f'[multipart.fields]\nlong = "{"y" * 100_000}"'
SEVERAL = "[multipart]\nfiles_per_request = 2"
NETWORK = "[network]\nexpect_continue = 'never'"


class Stopping(Heard):
    """An ear that stops the transfer at a moment of its own."""

    def __init__(self, control: Control, *, at_mark: bool) -> None:
        super().__init__()
        self._control = control
        self._at_mark = at_mark

    def before_commit_point(self) -> None:
        super().before_commit_point()
        if self._at_mark:
            self._control.cancel()


@contextmanager
def sending(
    stage: Stage, server: ScriptedServer, lines: str, *sources: MemorySource
) -> Iterator[tuple[Heard, Control, Callable[[], ErrorCode]]]:
    """Send in another thread and give the ear, the control, and what waits for the code of the end."""
    heard, control = Heard(), Control()
    job = replace(stage.job(to(f"{server.url}/up", lines, NETWORK)), sources=sources)
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(stage.sender.send, job, control, heard)

        def code() -> ErrorCode:
            with pytest.raises(UploaderError) as caught:
                sent.result(10)
            assert not caught.value.problem.retryable
            return caught.value.problem.code

        try:
            yield heard, control, code
        finally:
            control.cancel()


def test_between_two_files_the_first_may_have_arrived(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(stall_after(READ_SIZE))
    sources = (MemorySource(b"first"), MemorySource(bytes(BIG)))
    with sending(stage, server, SEVERAL, *sources) as (heard, control, code):
        wait_until(lambda: len(server.request().body) >= READ_SIZE)
        control.cancel()
        assert code() is ErrorCode.CANCELLED_LATE
    assert (heard.commit_points, "body sent" in heard.told) == (1, False)


def test_within_the_first_of_two_files_nothing_has(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(stall_after(READ_SIZE))
    sources = (MemorySource(bytes(BIG)), MemorySource(b"second"))
    with sending(stage, server, SEVERAL, *sources) as (heard, control, code):
        wait_until(lambda: len(server.request().body) >= READ_SIZE)
        control.cancel()
        assert code() is ErrorCode.CANCELLED
    assert heard.commit_points == 0


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_in_the_last_block_it_is_late(stage: Stage, scripted_server: StartServer, kind: str) -> None:
    server = scripted_server(answer(201))
    control = Control()
    heard = Stopping(control, at_mark=True)
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"', NETWORK), MemorySource(bytes(1_000_000)))
    with pytest.raises(UploaderError) as caught:
        stage.sender.send(job, control, heard)
    assert caught.value.problem.code is ErrorCode.CANCELLED_LATE
    assert caught.value.problem.unconfirmed
    assert heard.commit_points == 1


@pytest.mark.parametrize("kind", ["raw", "multipart", "buffered"])
def test_of_a_small_body_that_was_not_begun_nothing_can_have_arrived(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    control = Control()
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"small"))
    with pytest.raises(UploaderError) as caught:
        stage.sender.send(job, control, Stopping(control, at_mark=True))
    assert caught.value.problem.code is ErrorCode.CANCELLED
    assert server.connections == 0


def test_a_reset_before_the_mark_may_be_sent_again(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(reset_after(READ_SIZE))
    problem = stage.fails(to(f"{server.url}/up", 'body = "raw"', NETWORK), MemorySource(bytes(BIG)))
    assert (problem.code, problem.retryable) == (ErrorCode.CONNECTION_LOST, True)


def test_a_reset_in_long_fields_before_the_file_may_be_sent_again(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(reset_after(1000))
    problem = stage.fails(to(f"{server.url}/up", FIELDS, NETWORK), MemorySource(bytes(BIG)))
    assert (problem.code, problem.retryable) == (ErrorCode.CONNECTION_LOST, True)
    assert stage.heard.commit_points == 0
