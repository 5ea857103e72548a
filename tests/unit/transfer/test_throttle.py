# SPDX-License-Identifier: MIT
"""A limit holds, alone and shared, changes while it holds, and keeps nobody who wants to stop."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.control import Control
from guiuploader.transfer.throttle import Limit
from guiuploader.values.errors import TransferCancelled
from tests.helpers.scripted_server import StartServer, answer
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, to

MB = 1_000_000


@dataclass
class Clock:
    """Time that passes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def sent_within(limit: Limit, clock: Clock, seconds: float, *, late: float = 0.0) -> int:
    """Return the bytes that go within a time, each wait ending `late` seconds after its time."""
    end, sent = clock.now + seconds, 0
    while True:
        piece = limit.piece(READ_SIZE)
        wait = limit.reserve(piece)
        clock.now += wait + late if wait else 0.0
        if clock.now >= end:
            return sent
        sent += piece


@pytest.mark.parametrize("rate", [7, 1000, 5 * MB, 900 * MB])
@pytest.mark.parametrize("late", [0.0, 0.02])
def test_it_holds_within_5_percent_even_where_waits_end_late(rate: int, late: float) -> None:
    clock = Clock()
    limit = Limit(rate, clock)
    sent_within(limit, clock, 1)
    assert sent_within(limit, clock, 20, late=late) == pytest.approx(20 * rate, rel=0.05)


def test_it_can_be_changed_and_taken_away_while_it_holds() -> None:
    clock = Clock()
    limit = Limit(MB, clock)
    sent_within(limit, clock, 5)
    limit.bytes_per_second = 5 * MB
    assert sent_within(limit, clock, 10) == pytest.approx(50 * MB, rel=0.05)
    limit.bytes_per_second = 0
    assert (limit.piece(READ_SIZE), limit.reserve(READ_SIZE)) == (READ_SIZE, 0.0)


class Waits(threading.Event):
    """A stop sign at which time passes as fast as the clock can be put forward."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.now += timeout or 0.0
        return self.is_set()


def paced(clock: Clock, *limits: Limit) -> Control:
    """Return a transfer's control whose waits pass on the clock."""
    control = Control(limits)
    control._cancelled = Waits(clock)
    return control


def let_through(control: Control, clock: Clock, seconds: float) -> int:
    """Return the bytes that a transfer may send in this time."""
    end, sent = clock.now + seconds, 0
    while True:
        piece = control.piece(READ_SIZE)
        control.pace(piece)
        if clock.now >= end:
            return sent
        sent += piece


def test_a_transfer_keeps_5_megabytes_a_second_for_ten_seconds() -> None:
    clock = Clock()
    control = paced(clock, Limit(5 * MB, clock))
    assert let_through(control, clock, 10) == pytest.approx(50 * MB, rel=0.05)


@pytest.mark.parametrize("then", [MB, 20 * MB])
def test_a_transfer_keeps_a_rate_that_is_changed_under_it(then: int) -> None:
    clock = Clock()
    limit = Limit(5 * MB, clock)
    control = paced(clock, limit)
    assert let_through(control, clock, 5) == pytest.approx(25 * MB, rel=0.05)
    limit.bytes_per_second = then
    assert let_through(control, clock, 5) == pytest.approx(5 * then, rel=0.05)
    limit.bytes_per_second = 5 * MB
    assert let_through(control, clock, 10) == pytest.approx(50 * MB, rel=0.05)


def test_a_limit_is_changed_while_a_body_goes_out(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    limit = Limit(MB)  # at which the file would take a minute
    content = bytes(60 * MB)
    control = Control((limit,))
    with ThreadPoolExecutor(1) as pool:
        job = stage.job(to(f"{server.url}/up", 'body = "raw"'), MemorySource(content))
        sent = pool.submit(stage.sender.send, job, control, Heard())
        wait_until(lambda: len(server.request().body) > MB // 10)
        limit.bytes_per_second = 0
        assert sent.result(20)[0].size == len(content)


def test_a_pause_is_not_made_up_for() -> None:
    clock = Clock()
    limit = Limit(MB, clock)
    sent_within(limit, clock, 1)
    clock.now += 60
    assert sent_within(limit, clock, 1) <= 1.2 * MB


def test_a_piece_is_a_tenth_of_a_second_at_most() -> None:
    assert [Limit(rate).piece(READ_SIZE) for rate in (1, 1000, MB, 100 * MB)] == [1, 100, 100_000, READ_SIZE]


def test_the_strictest_of_several_decides() -> None:
    control = Control((Limit(), Limit(1000), Limit(MB)))
    assert control.piece(READ_SIZE) == 100
    assert Control().piece(READ_SIZE) == READ_SIZE


def test_what_is_shared_is_shared_out() -> None:
    clock = Clock()
    limit = Limit(1000, clock)
    for _ in range(2):  # what may be made up for
        limit.reserve(100)
    waits = [limit.reserve(100) for _ in range(4)]
    assert waits == pytest.approx([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_a_body_goes_out_in_the_pieces_of_its_limit_and_whole(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(201))
    limit = Limit(10 * MB)
    content = bytes(range(256)) * 16000
    started = time.monotonic()
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(content))
    stage.sender.send(job, Control((limit,)), Heard())
    assert time.monotonic() - started > 0.2  # four tenths, less what comes at once and the last block
    assert content in server.request().body


@pytest.mark.parametrize("kind", ["raw", "chunked", "multipart", "buffered"])
def test_a_stop_does_not_wait_for_the_limit(stage: Stage, scripted_server: StartServer, kind: str) -> None:
    server = scripted_server(answer(201))
    limit = Limit(1)
    limit.reserve(1000)  # the next byte may go in a quarter of an hour
    control = Control((limit,))
    job = stage.job(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"x" * 100_000))
    caught: list[BaseException] = []

    def send() -> None:
        try:
            stage.sender.send(job, control, Heard())
        except TransferCancelled as error:
            caught.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    wait_until(lambda: server.requests)
    started = time.monotonic()
    control.cancel()
    sending.join()
    assert time.monotonic() - started < 5
    assert caught
