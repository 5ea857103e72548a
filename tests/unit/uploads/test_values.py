# SPDX-License-Identifier: MIT

from dataclasses import replace

import pytest

from guiuploader.uploads.rows import Rows
from guiuploader.uploads.speed import SpeedMeter
from guiuploader.uploads.upload import IllegalStepError, stepped
from guiuploader.values.states import ENDED, LEGAL_STEPS, State
from tests.unit.uploads.scene import upload

GIB = 1024**3


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("following", list(State))
def test_only_the_steps_of_the_table_are_possible(state: State, following: State) -> None:
    if following in LEGAL_STEPS[state]:
        assert stepped(upload(state=state), following).state is following
    else:
        with pytest.raises(IllegalStepError):
            stepped(upload(state=state), following)


def test_every_state_is_reachable_and_only_ended_ones_may_be_final() -> None:
    reachable = {State.HELD, State.QUEUED, State.SKIPPED}.union(*LEGAL_STEPS.values())
    assert reachable == set(State)
    assert {state for state, steps in LEGAL_STEPS.items() if not steps} <= ENDED


def test_a_bar_is_full_only_when_it_is_done() -> None:
    sent = replace(upload(state=State.AWAITING_REPLY), sent=100)
    assert sent.fraction == 0.99
    assert replace(sent, state=State.DONE).fraction == 1.0
    assert upload(size=0).fraction == 0.0


def test_time_left_is_known_only_with_a_speed() -> None:
    running = replace(upload(size=5 * GIB, state=State.UPLOADING), sent=3 * GIB)
    assert running.seconds_left is None
    assert replace(running, bytes_per_second=GIB / 2).seconds_left == 4.0


def test_totals_follow_each_change() -> None:
    rows = Rows()
    rows.put(upload(1, 3 * GIB))
    rows.put(upload(2, GIB, State.HELD))
    running = replace(stepped(upload(1, 3 * GIB), State.UPLOADING), sent=GIB, bytes_per_second=float(GIB))
    rows.put(running)
    overall = rows.overall()
    assert (overall.bytes_left, overall.total, overall.unfinished) == (2 * GIB, 2, 1)
    assert overall.seconds_left == 2.0
    rows.put(stepped(running, State.DONE))
    assert (rows.overall().bytes_left, rows.overall().bytes_per_second) == (0, 0)
    rows.put(stepped(upload(2, GIB, State.HELD), State.QUEUED))
    assert rows.overall().bytes_left == GIB
    rows.drop(2)
    assert (rows.overall().bytes_left, rows.overall().total) == (0, 1)
    assert 2 not in rows
    assert rows.get(2) is None


def test_speed_is_smooth_and_forgets() -> None:
    meter = SpeedMeter(0.0)
    meter.moved(50, 0.05)
    assert meter.bytes_per_second == 0.0, "too short a span says nothing"
    meter.moved(1000, 1.0)
    assert meter.bytes_per_second == 1000.0
    meter.moved(1000, 2.5)
    assert meter.bytes_per_second == 500.0, "one half-life without a byte halves it"


def test_speed_is_never_below_nothing_when_a_file_is_sent_again() -> None:
    meter = SpeedMeter(0.0)
    meter.moved(1000, 1.0)
    meter.moved(0, 1.01)
    meter.moved(1000, 2.0)
    assert meter.bytes_per_second == 1000.0
