# SPDX-License-Identifier: MIT
"""Progress is what the network took, told from the first byte to the last, and not too often."""

import itertools
import threading

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.progress import Meter
from tests.helpers.scripted_server import StartServer, answer, stall_after
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Stage, to

KINDS = ["raw", "chunked", "multipart", "buffered"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 1, READ_SIZE, 20 * READ_SIZE + 1])
def test_first_and_last_are_told_in_order_and_the_body_once(
    stage: Stage, scripted_server: StartServer, kind: str, size: int
) -> None:
    server = scripted_server(answer(201))
    stage.send(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(b"x" * size))
    counts = stage.heard.counts
    assert (counts[0], counts[-1]) == (0, size)
    assert counts == sorted(counts)
    assert stage.heard.told.count("body sent") == 1
    assert stage.heard.told[-1] == "body sent"


@pytest.mark.parametrize("kind", KINDS)
def test_the_body_is_told_sent_before_the_answer_is_there(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    gate = threading.Event()

    server = scripted_server(stall_after(0, gate=gate))
    with stage.sending(to(f"{server.url}/up", f'body = "{kind}"')) as sent:
        wait_until(lambda: "body sent" in stage.heard.told)
        assert not sent.done()
        gate.set()
        assert sent.result(10).reply.status == 200


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_counts_that_the_socket_has_not_taken(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    size = 16 * 1024 * 1024
    gate = threading.Event()
    server = scripted_server(stall_after(0, gate=gate))
    source = MemorySource(b"\0" * size)
    with stage.sending(to(f"{server.url}/up", f'body = "{kind}"'), source) as sent:
        before = (-1, -1)

        def stands_still() -> bool:
            nonlocal before
            now = (source.reader.content.tell(), len(stage.heard.told))
            same, before = now == before, now
            return same and bool(stage.heard.counts)

        wait_until(stands_still)
        # What lies in the kernel's buffers was taken; the block that still waits was not.
        assert stage.heard.counts[-1] < size // 2
        if kind != "buffered":
            assert stage.heard.counts[-1] <= source.reader.content.tell() - READ_SIZE + 1000
        assert "body sent" not in stage.heard.told
        gate.set()
        sent.result(30)
    assert stage.heard.counts[-1] == size


def test_a_block_counts_when_the_next_one_is_asked_for() -> None:
    heard = Heard()
    meter = Meter(heard, clock=itertools.count().__next__)
    meter.given(100)
    meter.given(250)
    assert heard.told == [0, 100]
    meter.finished()
    meter.finished()
    assert heard.told == [0, 100, 250, "body sent"]
    assert meter.finished_at is not None


def test_at_most_15_reports_come_in_a_second() -> None:
    heard, now, times = Heard(), 0.0, list[float]()
    meter = Meter(heard, clock=lambda: now)
    for block in range(10_000):
        now = block / 1000
        before = len(heard.told)
        meter.given(block * READ_SIZE)
        times += [now] * (len(heard.told) - before)
    assert 140 <= len(times) <= 150
    assert max(sum(start <= time < start + 1 for time in times) for start in times) <= 15
    meter.finished()
    assert heard.counts[-1] == 9_999 * READ_SIZE


def test_the_last_count_is_not_told_twice() -> None:
    heard = Heard()
    Meter(heard).finished()
    assert heard.told == [0, "body sent"]
