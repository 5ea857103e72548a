# SPDX-License-Identifier: MIT
"""One request's end means something for each upload in it, and never that a file may go out twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.transfer.receipt import Exchange, Receipt, Reply, Timings
from guiuploader.uploads.outcome import End, Outcome, ends, shares
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State

REPLY = Reply(201, "Created", (), "", truncated=False)
RECEIPTS = tuple(Receipt(REPLY, None, size, 1.0, None, ()) for size in (1, 2, 3))
EXCHANGE = Exchange("POST /", REPLY, Timings(None, None, 0.0, 0.0))
GONE = Problem(ErrorCode.SOURCE_MISSING, {"path": "/a"})
REFUSED = Problem(ErrorCode.FORBIDDEN, {}, 403)
LOST = Problem(ErrorCode.REPLY_LOST, {"host": "a"})
IDS = [7, 8, 9]


def found(outcome: Outcome, stopped: set[int] | None = None) -> list[End]:
    return list(ends(outcome, IDS, stopped or set(), host="a.example"))


def states(outcome: Outcome, stopped: set[int] | None = None) -> list[State]:
    return [end.state for end in found(outcome, stopped)]


def codes(outcome: Outcome) -> list[ErrorCode | None]:
    return [end.problem.code if end.problem else None for end in found(outcome)]


@pytest.mark.parametrize("stopped", [set(), {8}, {7, 8, 9}])
def test_receipts_make_all_done_even_those_that_were_stopped(stopped: set[int]) -> None:
    made = found(Outcome(RECEIPTS, exchange=EXCHANGE, committed=True), stopped)
    assert [(end.id, end.state, end.receipt) for end in made] == [
        (number, State.DONE, receipt) for number, receipt in zip(IDS, RECEIPTS, strict=True)
    ]
    assert {end.exchange for end in made} == {EXCHANGE}


@pytest.mark.parametrize("stopped", [{8}, {7, 9}, {7, 8, 9}])
def test_a_stop_in_time_is_for_those_whom_it_was_said_of(stopped: set[int]) -> None:
    expected = [State.CANCELLED if number in stopped else State.QUEUED for number in IDS]
    assert states(Outcome(), stopped) == expected


@pytest.mark.parametrize(("problem", "state"), [(REFUSED, State.FAILED), (LOST, State.UNCONFIRMED)])
@pytest.mark.parametrize("committed", [True, False])
def test_a_problem_of_the_request_is_everybody_s(problem: Problem, state: State, *, committed: bool) -> None:
    made = found(Outcome(problem=problem, committed=committed, exchange=EXCHANGE))
    assert [(end.state, end.problem, end.exchange) for end in made] == [(state, problem, EXCHANGE)] * 3


@pytest.mark.parametrize("faulty", [0, 1, 2])
def test_a_faulty_file_fails_alone_while_nothing_can_have_arrived(faulty: int) -> None:
    outcome = Outcome(problem=GONE, faulty=faulty)
    expected = [State.FAILED if number == faulty else State.QUEUED for number in range(3)]
    assert states(outcome) == expected
    assert codes(outcome)[faulty] is ErrorCode.SOURCE_MISSING


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        (0, [State.FAILED, State.QUEUED, State.QUEUED]),
        (1, [State.UNCONFIRMED, State.FAILED, State.QUEUED]),
        (2, [State.UNCONFIRMED, State.UNCONFIRMED, State.FAILED]),
    ],
)
def test_what_went_before_a_faulty_file_may_have_arrived_and_what_comes_after_it_has_not(
    faulty: int, expected: list[State]
) -> None:
    outcome = Outcome(problem=GONE, faulty=faulty, committed=True)
    assert states(outcome) == expected
    assert codes(outcome).count(ErrorCode.BROKEN_OFF) == faulty


sizes = st.lists(st.one_of(st.integers(0, 50)), min_size=1, max_size=6)


@given(sizes, st.integers(0, 300))
def test_shares_go_from_the_first_file_to_the_last(each: list[int], sent: int) -> None:
    found = shares(each, min(sent, sum(each)))
    assert sum(found) == min(sent, sum(each))
    assert all(0 <= share <= size for share, size in zip(found, each, strict=True))
    begun = [share < size for share, size in zip(found, each, strict=True)]
    assert not any(share for share in found[begun.index(True) + 1 :]) if True in begun else True


def test_a_file_of_unknown_size_takes_all() -> None:
    assert shares([None], 70) == [70]


def test_of_several_files_only_those_that_went_out_whole_may_have_arrived() -> None:
    outcome = Outcome(problem=LOST, committed=True, whole=(True, False, False))
    assert states(outcome) == [State.UNCONFIRMED, State.FAILED, State.FAILED]
    assert codes(outcome) == [ErrorCode.REPLY_LOST, ErrorCode.CONNECTION_LOST, ErrorCode.CONNECTION_LOST]
    late = Outcome(problem=Problem(ErrorCode.CANCELLED_LATE, {}), committed=True, whole=(True, False, False))
    assert states(late, {8}) == [State.UNCONFIRMED, State.CANCELLED, State.QUEUED]


def test_one_that_was_stopped_does_not_go_again_for_another_s_fault() -> None:
    assert states(Outcome(problem=GONE, faulty=0), {8}) == [State.FAILED, State.CANCELLED, State.QUEUED]
