# SPDX-License-Identifier: MIT
"""What follows from a failed attempt: for its row, and for everything else that waits for its destination.

What surely was not processed is sent again by itself. What may have been is not, unless the destination says
that repeats are safe. Trouble with a server is met by parking the destination, not by failing row after row.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum, auto

from guiuploader.uploads.retry_table import RULES, STORE_KEYS, UNANSWERED, Mark, Move
from guiuploader.values.errors import ErrorCode, Problem

_LONGEST_WAIT = 60.0  # seconds between two attempts of a row
_SHORTEST_PROBE = 1.0  # seconds
_LONGEST_PROBE = 15 * 60.0  # seconds
_MANY = 5  # rows one after another that meet the same refusal: no longer the files' fault
_STEPS = 30  # doublings after which every limit is reached


class Next(Enum):
    """What becomes of the row."""

    FAIL = auto()
    UNCONFIRMED = auto()
    AGAIN = auto()
    """It waits until `not_before`, and for its destination where that is parked."""
    AS_ASKED = auto()
    """The person stopped it: cancelled, paused, or left queued at the end of the program."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt of the row `id` that failed; times are in seconds.

    `number` counts the attempts that were spent, this one included. `marked` says that this attempt passed
    the point from which the file may have arrived, `marked_before` that an earlier one did and nothing has
    settled it since. `retry_after` is what the server asked for. `can_ask` says that a person is there who
    can give another secret, `is_outdated` that one was given since this attempt began, `is_last` that the
    file cannot be had a second time.
    """

    id: int
    problem: Problem
    number: int
    marked: bool
    marked_before: bool = False
    repeats_are_safe: bool = False
    is_probe: bool = False
    retry_after: float | None = None
    can_ask: bool = False
    is_outdated: bool = False
    is_last: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this attempt may have stored the file and nobody knows."""
        return self.marked and RULES[self.problem.code].mark is Mark.OPEN

    @property
    def may_have_arrived(self) -> bool:
        """The same of all attempts of the row."""
        return self.is_open or self.marked_before


@dataclass(frozen=True, slots=True)
class Patience:
    """A destination's [retry] attempts, and its give_up_after in seconds."""

    attempts: int
    give_up_after: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a destination has been doing since it last worked; after a success it is `Standing()` again.

    `refused` are the rows that were turned away one after another with the same `refusal`. While it is
    parked, `parked_since` and `probe_at` stand, in seconds, the latter infinite while a person is asked;
    `probes` counts those that failed.
    """

    refusal: ErrorCode | None = None
    refused: frozenset[int] = frozenset()
    parked_since: float | None = None
    probe_at: float | None = None
    probes: int = 0

    @property
    def is_asking(self) -> bool:
        """Whether it waits for a person."""
        return self.probe_at == math.inf


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows. `standing` is the destination's from now on: parked where it has a `probe_at`.

    `may_have_arrived` is whether that stays open. `spent` tells whether the attempt counts; `ask`, that a new
    secret is to be asked for; `gives_up`, that the destination was waited for in vain and all rows that wait
    for it fail with the same problem.
    """

    next: Next
    standing: Standing
    may_have_arrived: bool
    not_before: float = 0.0
    spent: bool = True
    ask: bool = False
    gives_up: bool = False


def judge(attempt: Attempt, standing: Standing, patience: Patience, *, now: float, chance: float) -> Verdict:
    """Return what follows from a failed attempt; `chance` is a random number from 0 to below 1."""
    move = _move(attempt, standing)
    maybe = attempt.may_have_arrived
    if move is Move.STOP:
        follows = Next.UNCONFIRMED if attempt.is_open and not attempt.repeats_are_safe else Next.AS_ASKED
        return Verdict(follows, standing, maybe)
    if move is Move.ASK:
        is_new = not (attempt.is_outdated or standing.is_asking)
        asking = replace(standing, parked_since=now, probe_at=math.inf) if is_new else standing
        return Verdict(Next.AGAIN, asking, maybe, spent=False, ask=is_new)
    after = _standing(attempt, standing, move, patience, now=now, chance=chance)
    if after is None:
        return Verdict(_ended(attempt), Standing(), maybe, gives_up=True)
    is_parked = after.probe_at is not None
    if (
        move in {Move.FAIL, Move.REFUSED}
        or (attempt.is_open and not attempt.repeats_are_safe)
        or (attempt.number >= patience.attempts and not is_parked)
        or attempt.is_last
    ):
        return Verdict(_ended(attempt), after, maybe)
    if is_parked:
        return Verdict(Next.AGAIN, after, maybe, spent=False)
    wait = _backoff(attempt.number - 1, _LONGEST_WAIT, chance)
    return Verdict(Next.AGAIN, after, maybe, not_before=now + wait)


def woken(standing: Standing, *, now: float) -> Standing | None:
    """Return how a destination that is parked stands when this computer's own outage is over: tried now.

    Its time until it is given up begins anew. None where that changes nothing: it is not parked, or the
    server named a time, or a person is asked.
    """
    if standing.probe_at is None or standing.is_asking or standing.refusal not in UNANSWERED:
        return None
    return replace(standing, parked_since=now, probe_at=now, probes=0)


def _move(attempt: Attempt, standing: Standing) -> Move:
    move = RULES[attempt.problem.code].move
    if move is Move.ASK and attempt.is_last:
        return Move.REFUSED
    if move is Move.ASK and not (attempt.can_ask or attempt.is_outdated or standing.is_asking):
        return Move.FAIL if attempt.problem.code in STORE_KEYS else Move.REFUSED
    if move is Move.ASK and attempt.is_open and not attempt.repeats_are_safe:
        return Move.FAIL
    if move is Move.WAIT and attempt.retry_after is not None:
        return Move.PARK  # a server that names a time means all requests
    return move


def _ended(attempt: Attempt) -> Next:
    return Next.UNCONFIRMED if attempt.may_have_arrived else Next.FAIL


def _standing(
    attempt: Attempt, before: Standing, move: Move, patience: Patience, *, now: float, chance: float
) -> Standing | None:
    """Return how the destination stands now, None when it is given up."""
    answered = attempt.problem.status is not None
    if before.is_asking or (move is Move.FAIL and not answered):
        return before
    if move is Move.FAIL:
        return Standing()
    counted = _counted(attempt, before, move)
    if move is Move.REFUSED and answered and attempt.is_probe and counted.refused == {attempt.id}:
        return Standing(counted.refusal, counted.refused)  # it was parked for another reason, which is gone
    is_parked = before.probe_at is not None
    is_single = move is not Move.PARK and not is_parked and len(counted.refused) < _MANY
    # One that was on its way when the destination was parked tells nothing new.
    if is_single or (is_parked and not attempt.is_probe and attempt.retry_after is None):
        return counted
    if RULES[attempt.problem.code].move is Move.ASK:
        return None  # a sign-in that was refused is not tried again and again: it might lock the account
    return _parked(attempt, counted, patience, now=now, chance=chance)


def _counted(attempt: Attempt, before: Standing, move: Move) -> Standing:
    code = attempt.problem.code
    if move is Move.PARK:
        return replace(before, refusal=code, refused=frozenset())
    same = before.refused if before.refusal is code else frozenset[int]()
    return replace(before, refusal=code, refused=same | {attempt.id})


def _parked(
    attempt: Attempt, standing: Standing, patience: Patience, *, now: float, chance: float
) -> Standing | None:
    since = now if standing.parked_since is None else standing.parked_since
    if attempt.problem.code is ErrorCode.NO_NETWORK:
        since = now  # the server's time does not run while nobody can ask it
    deadline = since + patience.give_up_after
    probes = standing.probes + attempt.is_probe
    wait = max(_SHORTEST_PROBE, _backoff(probes, _LONGEST_PROBE, chance))
    if attempt.retry_after is None:
        probe_at = min(now + wait, deadline)  # the last probe is at the end
    else:
        probe_at = now + attempt.retry_after + chance * _SHORTEST_PROBE  # never earlier than asked for
    if now >= deadline or probe_at > deadline:
        return None
    return replace(standing, parked_since=since, probe_at=probe_at, probes=probes)


def _backoff(step: int, longest: float, chance: float) -> float:
    """Return a wait in seconds, anywhere up to 1, 2, 4, … and at most `longest` (full jitter)."""
    return chance * min(longest, 2.0 ** min(step, _STEPS))
