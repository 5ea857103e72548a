# SPDX-License-Identifier: MIT
"""Wait means wait: not a byte more, the line kept and listened to, and a stop still stops at once."""

import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode, TransferCancelled, UploaderError
from tests.helpers.scripted_server import (
    Ending,
    ScriptedServer,
    StartServer,
    answer,
    answer_early,
    close_after,
    reset_after,
)
from tests.helpers.waiting import holds_within, wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, Tripwire, staged, to

DATA = hashlib.shake_128(b"data").digest(1 << 20) * 4
STREAMED = {
    "raw": 'body = "raw"',
    "chunked": 'body = "chunked"',
    "multipart": 'body = "multipart"',
    "base64": '[multipart]\npart_headers = { Content-Transfer-Encoding = "base64" }',
    "template": 'body = "template"\n[content]\ntext = "<{file:base64}>"',
}
KINDS = {**STREAMED, "buffered": 'body = "buffered"'}
NETWORK = "[network]\nverify = false\nexpect_continue = 'never'"
SOON = 1.5  # seconds
STILL = 0.3  # seconds, in which all could be sent


@contextmanager
def sending(
    stage: Stage, server: ScriptedServer, lines: str, source: MemorySource, control: Control
) -> Iterator[Future[Receipt]]:
    """Send in another thread while the block runs; afterwards it is stopped."""
    job = stage.job(to(f"{server.url}/up", lines, NETWORK), source)
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(lambda: stage.sender.send(job, control, Heard())[0])
        finally:
            control.cancel()


@contextmanager
def held(
    stage: Stage, server: ScriptedServer, kind: str = "raw", *, at: int = 2
) -> Iterator[tuple[Control, Future[Receipt]]]:
    """Send a file at whose read number `at` the person says wait."""
    control = Control()
    tripwire = Tripwire(DATA, at, control.hold)
    source = MemorySource(size=len(DATA), reader=tripwire)  # type: ignore[arg-type] # a reader as well
    with sending(stage, server, KINDS[kind], source, control) as sent:
        assert tripwire.passed.wait(10)
        yield control, sent


def grows(server: ScriptedServer, seconds: float) -> bool:
    """Tell whether more of a body comes within this time, once what was on its way has come."""
    request = server.request()
    sizes = [-1]

    def is_quiet() -> bool:
        sizes.append(len(request.body))
        return sizes[-1] == sizes[-2]

    wait_until(is_quiet)
    return holds_within(lambda: len(request.body) > sizes[-1], seconds)


@pytest.mark.parametrize("kind", STREAMED)
def test_no_further_byte_is_sent_until_it_goes_on_to_the_right_end(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    with held(stage, server, kind) as (control, sent):
        assert not grows(server, STILL)
        assert 100_000 < len(server.request().body) <= 3 * READ_SIZE
        assert not sent.done()
        control.go_on()
        assert sent.result(20).sha256 == hashlib.sha256(DATA).hexdigest()
    assert server.request().complete


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_that_waits_from_the_start_sends_none_of_the_file(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server, control = scripted_server(answer(201), tls=tls), Control()
    control.hold()
    with sending(stage, server, KINDS[kind], MemorySource(DATA), control) as sent:
        assert not grows(server, STILL)
        assert len(server.request().body) == 0
        control.go_on()
        assert sent.result(20).sha256 == hashlib.sha256(DATA).hexdigest()
    assert server.request().complete


def test_a_small_body_that_waits_keeps_its_head_back_too(stage: Stage, scripted_server: StartServer) -> None:
    server, control = scripted_server(answer(201)), Control()
    control.hold()
    with sending(stage, server, 'body = "raw"', MemorySource(b"small"), control) as sent:
        wait_until(lambda: server.connections == 1)
        assert not holds_within(lambda: server.requests or sent.done(), STILL)
        control.go_on()
        assert sent.result(20).size == 5


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("ending", list(Ending))
@pytest.mark.parametrize("after", [0, 2 * READ_SIZE])
def test_a_no_is_told_while_it_waits(
    stage: Stage, scripted_server: StartServer, after: int, ending: Ending, *, tls: bool
) -> None:
    server = scripted_server(answer_early(413, after=after, ending=ending), tls=tls)
    with held(stage, server, at=2 if after else 0) as (_, sent):
        started = time.monotonic()
        with pytest.raises(UploaderError) as caught:
            sent.result(10)
        assert time.monotonic() - started < SOON
    # A reset may overtake the answer.
    codes = {ErrorCode.TOO_LARGE, *([ErrorCode.CONNECTION_LOST] if ending is Ending.RESET else [])}
    assert caught.value.problem.code in codes
    assert len(server.request().body) <= after


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("ending", [close_after, reset_after])
def test_a_server_that_goes_away_is_told_while_it_waits(
    stage: Stage, scripted_server: StartServer, ending: object, *, tls: bool
) -> None:
    server = scripted_server(ending(2 * READ_SIZE), tls=tls)  # type: ignore[operator] # one of the two
    with held(stage, server) as (_, sent):
        started = time.monotonic()
        with pytest.raises(UploaderError) as caught:
            sent.result(10)
        assert time.monotonic() - started < SOON
    assert caught.value.problem.code is ErrorCode.CONNECTION_LOST
    assert caught.value.problem.retryable


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_ends_the_waiting_at_once(stage: Stage, scripted_server: StartServer, kind: str) -> None:
    server = scripted_server(answer(201))
    with held(stage, server, kind) as (control, sent):
        server.request()
        started = time.monotonic()
        control.cancel()
        with pytest.raises(TransferCancelled):
            sent.result(10)
        assert time.monotonic() - started < 0.5
    assert not server.request().complete
    assert stage.send(to(f"{scripted_server(answer(201)).url}/next")).reply.status == 201


def test_the_stall_clock_stands_still_meanwhile(scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    with staged(stall_timeout=0.2) as stage, held(stage, server) as (control, sent):
        assert not holds_within(sent.done, 0.7)
        control.go_on()
        assert sent.result(20).size == len(DATA)


def test_what_is_said_twice_or_too_late_changes_nothing() -> None:
    control = Control()
    control.go_on()
    control.pace(1)
    control.hold()
    control.hold()
    control.go_on()
    control.pace(1)
    control.cancel()
    control.hold()
    with pytest.raises(TransferCancelled):
        control.pace(1)


def test_a_stop_that_meets_a_wait_half_way_wins() -> None:
    control = Control()
    control.cancel()
    control._going.clear()
    with pytest.raises(TransferCancelled):
        control.pace(1)


def test_a_wait_of_a_request_that_is_not_on_its_way_hears_nobody() -> None:
    control = Control()
    control.hold()
    waiting = threading.Thread(target=control.pace, args=(1,))
    waiting.start()
    waiting.join(0.25)
    assert waiting.is_alive()
    control.go_on()
    waiting.join(10)
    assert not waiting.is_alive()
