# SPDX-License-Identifier: MIT
"""What follows from a failed attempt: nothing is doubled or lost, and a server in trouble is left alone."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.uploads.retry import Attempt, Next, Patience, Standing, Verdict, judge
from guiuploader.uploads.retry_table import RULES
from guiuploader.values.errors import ErrorCode, Problem

PATIENT = Patience(attempts=6, give_up_after=3600)
NOW = 1_000_000.0
PARKED = Standing(parked_since=NOW, probe_at=NOW, probes=2)


def failed(
    code: ErrorCode,
    *,
    status: int | None = None,
    **more: Any,  # noqa: ANN401 - the fields of an Attempt
) -> Attempt:
    return Attempt(**{"id": 1, "problem": Problem(code, {}, status), "number": 1, "marked": False, **more})


def judged(
    attempt: Attempt,
    standing: Standing = Standing(),  # noqa: B008 - a frozen value
    patience: Patience = PATIENT,
    *,
    after: float = 0.0,
    chance: float = 0.5,
) -> Verdict:
    return judge(attempt, standing, patience, now=NOW + after, chance=chance)


def after_many(code: ErrorCode, *, status: int) -> list[Verdict]:
    """Let row after row meet the same error."""
    verdicts = []
    standing = Standing()
    for number in range(1, 8):
        verdicts.append(judged(failed(code, id=number, status=status), standing))
        standing = verdicts[-1].standing
    return verdicts


def test_every_error_has_its_line() -> None:
    assert set(RULES) == set(ErrorCode)


@pytest.mark.parametrize("code", ["reply-lost", "reply-timeout", "connection-lost", "send-stalled"])
def test_a_lost_reply_after_the_mark_is_unconfirmed(code: str) -> None:
    verdict = judged(failed(ErrorCode(code), marked=True))
    assert (verdict.next, verdict.may_have_arrived, verdict.spent) == (Next.UNCONFIRMED, True, True)


@pytest.mark.parametrize("code", ["request-timeout", "server-failed", "gateway-failed", "gateway-timeout"])
def test_an_answer_that_leaves_it_open_is_unconfirmed_after_the_mark_alone(code: str) -> None:
    assert judged(failed(ErrorCode(code), status=500, marked=True)).next is Next.UNCONFIRMED
    assert judged(failed(ErrorCode(code), status=500)).next is Next.AGAIN
    safe = judged(failed(ErrorCode(code), status=500, marked=True, repeats_are_safe=True))
    assert (safe.next, safe.may_have_arrived) == (Next.AGAIN, True)


@pytest.mark.parametrize(
    "code",
    [
        "redirected",
        "unauthorized",
        "forbidden",
        "too-large",
        "unsupported-type",
        "rate-limited",
        "server-busy",
    ],
)
def test_an_answer_that_turned_it_away_clears_the_mark(code: str) -> None:
    verdict = judged(failed(ErrorCode(code), status=400, marked=True))
    assert verdict.next in {Next.FAIL, Next.AGAIN}
    assert not verdict.may_have_arrived


@pytest.mark.parametrize("code", [ErrorCode.CANCELLED, ErrorCode.CANCELLED_LATE])
def test_a_stop_after_the_mark_is_unconfirmed(code: ErrorCode) -> None:
    assert judged(failed(code, marked=True)).next is Next.UNCONFIRMED
    assert judged(failed(code)).next is Next.AS_ASKED
    assert judged(failed(code, marked=True, repeats_are_safe=True)) == Verdict(
        Next.AS_ASKED, Standing(), may_have_arrived=True
    )


def test_what_an_earlier_attempt_left_open_stays_so() -> None:
    lost = failed(ErrorCode.FORBIDDEN, status=403, marked_before=True, repeats_are_safe=True)
    assert judged(lost).next is Next.UNCONFIRMED
    refused = failed(ErrorCode.CONNECTION_REFUSED, marked=True, marked_before=True, repeats_are_safe=True)
    assert judged(refused).may_have_arrived


def test_a_row_waits_longer_each_time_and_then_fails() -> None:
    waits = []
    for number in range(1, 6):
        verdict = judged(failed(ErrorCode.CONNECTION_LOST, number=number), chance=0.75)
        assert (verdict.next, verdict.spent) == (Next.AGAIN, True)
        waits.append(verdict.not_before - NOW)
    assert waits == [0.75, 1.5, 3, 6, 12]
    assert judged(failed(ErrorCode.CONNECTION_LOST, number=6)).next is Next.FAIL
    many = Patience(attempts=10_000, give_up_after=0)
    assert judged(failed(ErrorCode.CONNECTION_LOST, number=9999), patience=many).not_before == NOW + 30


@pytest.mark.parametrize(
    "code", ["name-not-found", "connection-refused", "connect-timeout", "unreachable", "rate-limited"]
)
def test_a_server_out_of_reach_parks_its_destination_and_costs_no_attempt(code: str) -> None:
    verdict = judged(failed(ErrorCode(code), number=6, marked=True))
    assert (verdict.next, verdict.spent, verdict.not_before) == (Next.AGAIN, False, 0)
    assert verdict.standing == Standing(ErrorCode(code), parked_since=NOW, probe_at=NOW + 1)


def test_probes_come_further_and_further_apart_until_it_is_given_up() -> None:
    standing = judged(failed(ErrorCode.CONNECTION_REFUSED)).standing
    waits = []
    for _ in range(30):
        assert standing.probe_at is not None
        at = standing.probe_at
        probe = failed(ErrorCode.CONNECTION_REFUSED, is_probe=True)
        verdict = judge(probe, standing, PATIENT, now=at, chance=0.999999)
        if verdict.gives_up:
            break
        standing = verdict.standing
        waits.append(round((standing.probe_at or 0) - at))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 777]
    assert at == NOW + 3600, "the last probe is at the end"
    assert (verdict.next, verdict.standing) == (Next.FAIL, Standing())


def test_giving_up_hides_not_that_it_may_have_arrived() -> None:
    verdict = judged(
        failed(ErrorCode.CONNECTION_REFUSED, is_probe=True, marked_before=True), PARKED, after=3600
    )
    assert (verdict.gives_up, verdict.next) == (True, Next.UNCONFIRMED)


def test_what_was_on_its_way_when_the_destination_was_parked_waits_with_it() -> None:
    for code in (ErrorCode.CONNECTION_REFUSED, ErrorCode.CONNECTION_LOST):
        verdict = judged(failed(code, id=9, number=6), PARKED)
        assert (verdict.next, verdict.spent) == (Next.AGAIN, False)
        assert (verdict.standing.probe_at, verdict.standing.probes) == (NOW, 2)


def test_a_time_that_the_server_names_is_kept() -> None:
    for code in (ErrorCode.RATE_LIMITED, ErrorCode.SERVER_BUSY):
        standing = judged(failed(code, status=503, retry_after=120)).standing
        assert standing.probe_at == NOW + 120.5
    assert judged(failed(ErrorCode.SERVER_BUSY, status=503)).standing.probe_at is None
    assert judged(failed(ErrorCode.RATE_LIMITED, retry_after=3601)).gives_up, "nobody waits that long"


@pytest.mark.parametrize(
    ("code", "follows"),
    [("forbidden", Next.FAIL), ("not-found", Next.FAIL), ("server-busy", Next.AGAIN)],
)
def test_the_same_refusal_of_five_rows_in_a_row_parks(code: str, follows: Next) -> None:
    verdicts = after_many(ErrorCode(code), status=400)
    assert [verdict.next for verdict in verdicts] == [follows] * 7
    assert [verdict.standing.probe_at is not None for verdict in verdicts] == [False] * 4 + [True] * 3


def test_one_row_that_is_refused_again_and_again_parks_nobody() -> None:
    standing = Standing()
    for number in range(1, 6):
        standing = judged(failed(ErrorCode.SERVER_BUSY, status=503, number=number), standing).standing
    assert standing.probe_at is None


@pytest.mark.parametrize("code", [ErrorCode.TOO_LARGE, ErrorCode.UNSUPPORTED_TYPE, ErrorCode.CONFLICT])
def test_a_refusal_of_the_file_itself_parks_nobody(code: ErrorCode) -> None:
    assert {verdict.standing for verdict in after_many(code, status=413)} == {Standing()}


def test_another_refusal_between_starts_the_count_anew() -> None:
    standing = after_many(ErrorCode.FORBIDDEN, status=403)[3].standing
    assert len(standing.refused) == 4
    standing = judged(failed(ErrorCode.NOT_FOUND, id=90, status=404), standing).standing
    assert standing.refused == {90}
    assert judged(failed(ErrorCode.TOO_LARGE, status=413), standing).standing == Standing()
    assert judged(failed(ErrorCode.SOURCE_MISSING), standing).standing == standing


def test_a_server_that_is_there_but_busy_stays_parked() -> None:
    parked = judged(failed(ErrorCode.CONNECTION_REFUSED)).standing
    busy = judged(failed(ErrorCode.SERVER_BUSY, status=503, is_probe=True), parked, after=1, chance=0.9)
    assert (busy.next, busy.spent, busy.standing.probe_at) == (Next.AGAIN, False, NOW + 1 + 1.8)


def test_a_refusal_ends_the_parking_for_another_reason() -> None:
    parked = judged(failed(ErrorCode.CONNECTION_REFUSED)).standing
    answered = judged(failed(ErrorCode.NOT_FOUND, status=404, is_probe=True), parked)
    assert (answered.next, answered.standing) == (Next.FAIL, Standing(ErrorCode.NOT_FOUND, frozenset({1})))
    late = judged(failed(ErrorCode.NOT_FOUND, status=404), parked)
    assert late.standing.probe_at == parked.probe_at, "it was answered before the trouble began"
    refused = after_many(ErrorCode.NOT_FOUND, status=404)[4].standing
    same = judged(failed(ErrorCode.NOT_FOUND, id=9, status=404, is_probe=True), refused, after=1)
    assert (same.next, same.standing.probe_at) == (Next.FAIL, NOW + 2), "it costs one row each time"
    broken = judged(failed(ErrorCode.TLS_FAILED, is_probe=True), parked)
    assert broken.standing.probe_at is not None


def test_a_missing_sign_in_is_asked_for_once() -> None:
    first = judged(failed(ErrorCode.UNAUTHORIZED, status=401, can_ask=True))
    assert (first.next, first.spent, first.ask) == (Next.AGAIN, False, True)
    assert first.standing.probe_at == math.inf
    second = judged(failed(ErrorCode.UNAUTHORIZED, status=401, id=2), first.standing)
    assert (second.next, second.ask, second.standing.is_asking) == (Next.AGAIN, False, True)
    other = judged(failed(ErrorCode.RATE_LIMITED, status=429, retry_after=1), first.standing)
    assert (other.next, other.standing.is_asking) == (Next.AGAIN, True)
    late = judged(failed(ErrorCode.UNAUTHORIZED, status=401, can_ask=True, is_outdated=True))
    assert (late.next, late.spent, late.ask, late.standing) == (Next.AGAIN, False, False, Standing())
    again = judged(failed(ErrorCode.UNAUTHORIZED, status=401))
    assert (again.next, again.ask) == (Next.FAIL, False)


def test_a_sign_in_that_was_refused_is_not_probed() -> None:
    verdicts = after_many(ErrorCode.UNAUTHORIZED, status=401)
    assert [verdict.gives_up for verdict in verdicts] == [False] * 4 + [True] + [False] * 2


ATTEMPTS = st.builds(
    Attempt,
    id=st.integers(1, 9),
    problem=st.builds(Problem, st.sampled_from(ErrorCode), st.just({}), st.sampled_from([None, 200, 500])),
    number=st.integers(1, 8),
    marked=st.booleans(),
    marked_before=st.booleans(),
    repeats_are_safe=st.booleans(),
    is_probe=st.booleans(),
    retry_after=st.none() | st.floats(0, 86400),
    can_ask=st.booleans(),
    is_outdated=st.booleans(),
)


@given(st.lists(st.tuples(ATTEMPTS, st.floats(0, 1000), st.floats(0, 1, exclude_max=True)), max_size=20))
def test_whatever_happens_nothing_is_doubled_and_nothing_waits_for_ever(
    events: list[tuple[Attempt, float, float]],
) -> None:
    standing, now = Standing(), NOW
    for attempt, later, chance in events:
        now += later
        verdict = judge(attempt, standing, PATIENT, now=now, chance=chance)
        if attempt.is_open and not attempt.repeats_are_safe:
            assert verdict.next is Next.UNCONFIRMED, "it would be sent twice"
        if verdict.next is Next.FAIL:
            assert not verdict.may_have_arrived, "it is called failed, and may be there"
        if verdict.next is Next.UNCONFIRMED:
            assert verdict.may_have_arrived
        if verdict.next is Next.AGAIN:
            parked = verdict.standing.probe_at is not None
            is_spent = verdict.spent and attempt.number < PATIENT.attempts
            assert parked or is_spent or attempt.is_outdated
            assert verdict.not_before <= now + 60
        standing = verdict.standing
        assert (standing.probe_at is None) == (standing.parked_since is None)
        if standing.probe_at is not None and standing.parked_since is not None and not standing.is_asking:
            assert standing.probe_at <= standing.parked_since + PATIENT.give_up_after
