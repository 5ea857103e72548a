# SPDX-License-Identifier: MIT
"""What becomes of a row, whatever happens to it and in whatever order it is heard of."""

import datetime as dt
from dataclasses import replace

import pytest

from guiuploader.uploads import steps
from guiuploader.uploads.outcome import End
from guiuploader.uploads.tasks import Renewal
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import ENDED, State
from tests.unit.uploads.scene import upload

GONE = Problem(ErrorCode.SOURCE_MISSING, {"path": "/1"})
RUNNING = [State.PREPARING, State.UPLOADING, State.AWAITING_REPLY, State.PAUSED]


def test_a_start_forgets_the_last_attempt() -> None:
    again = replace(upload(), attempts=2, sent=50, problem=GONE)
    started = steps.started(again)
    assert (started.state, started.attempts, started.sent, started.problem) == (State.UPLOADING, 3, 0, None)


@pytest.mark.parametrize(
    ("state", "sent", "after"),
    [
        (State.UPLOADING, 50, State.UPLOADING),
        (State.PREPARING, 0, State.UPLOADING),
        (State.AWAITING_REPLY, 40, State.AWAITING_REPLY),
        (State.AWAITING_REPLY, 0, State.UPLOADING),
        (State.PAUSED, 60, State.PAUSED),
    ],
)
def test_progress_says_what_a_row_does(state: State, sent: int, after: State) -> None:
    moved = steps.progressed(replace(upload(state=state), sent=40), sent, 5.0)
    assert (moved.state, moved.sent) == (after, sent)
    assert moved.bytes_per_second == (0.0 if state is State.PAUSED else 5.0)


@pytest.mark.parametrize(
    ("state", "reached", "after"),
    [
        (State.UPLOADING, State.PREPARING, State.PREPARING),
        (State.PAUSED, State.PREPARING, State.PAUSED),
        (State.PREPARING, State.PREPARING, State.PREPARING),
        (State.AWAITING_REPLY, State.PREPARING, State.AWAITING_REPLY),
        (State.UPLOADING, State.AWAITING_REPLY, State.AWAITING_REPLY),
        (State.PAUSED, State.AWAITING_REPLY, State.AWAITING_REPLY),
        (State.AWAITING_REPLY, State.AWAITING_REPLY, State.AWAITING_REPLY),
    ],
)
def test_a_row_reaches_what_it_can(state: State, reached: State, after: State) -> None:
    assert steps.reached(upload(state=state), reached, 0).state is after


@pytest.mark.parametrize("state", list(State))
def test_only_what_sends_is_held_and_only_what_is_held_goes_on(state: State) -> None:
    held = steps.held(upload(state=state), is_held=True).state
    assert held is (State.PAUSED if state in {State.PREPARING, State.UPLOADING} else state)
    going = steps.held(upload(state=state), is_held=False).state
    assert going is (State.UPLOADING if state is State.PAUSED else state)


@pytest.mark.parametrize("state", RUNNING)
@pytest.mark.parametrize("end", [State.FAILED, State.CANCELLED, State.UNCONFIRMED, State.QUEUED])
def test_a_running_row_ends_from_wherever_it_is(state: State, end: State) -> None:
    row = replace(upload(state=state), sent=40, bytes_per_second=7.0)
    ended = steps.ended(row, End(1, end))
    stays = state is State.PAUSED and end is State.QUEUED
    assert ended.state is (State.PAUSED if stays else end)
    assert (ended.sent, ended.bytes_per_second) == (40 if end in ENDED else 0, 0.0)


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.UNCONFIRMED])
def test_a_file_that_is_there_goes_again(state: State) -> None:
    row = replace(upload(state=state), sent=40, problem=GONE)
    source = upload(2).source
    again = steps.renewed(row, Renewal(1, source, None))
    assert (again.state, again.source, again.sent, again.problem) == (State.QUEUED, source, 0, None)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.FAILED, State.FAILED),
        (State.CANCELLED, State.FAILED),
        (State.UNCONFIRMED, State.UNCONFIRMED),
    ],
)
def test_a_file_that_is_gone_fails_but_for_one_that_may_have_arrived(state: State, after: State) -> None:
    renewed = steps.renewed(upload(state=state), Renewal(1, None, GONE))
    assert renewed.state is after
    assert renewed.problem == (None if state is State.UNCONFIRMED else GONE)


def test_a_cancelled_row_that_is_sent_again_does_not_wait_for_what_it_waited_for_before() -> None:
    waiting = replace(upload(state=State.RETRYING), retry_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    cancelled = steps.cancelled(waiting)
    again = steps.renewed(cancelled, Renewal(1, waiting.source, None))
    assert (again.state, again.retry_at) == (State.QUEUED, None)
