# SPDX-License-Identifier: MIT
"""How a request ended, and what that means for each of the uploads in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from guiuploader.transfer.receipt import Exchange, Receipt
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request's end: with receipts, with a problem, or with neither where a person stopped it in time.

    `faulty` is the number of the file that the problem is about, where it is about one: those behind it were
    not begun. `committed` tells that a file may have arrived all the same.
    """

    receipts: tuple[Receipt, ...] = ()
    problem: Problem | None = None
    faulty: int | None = None
    committed: bool = False
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of one upload; one that is `queued` again was stopped for the sake of another."""

    id: int
    state: State
    receipt: Receipt | None = None
    problem: Problem | None = None
    exchange: Exchange | None = None


def ends(outcome: Outcome, ids: Sequence[int], stopped: Collection[int], *, host: str) -> Iterator[End]:
    """Yield what becomes of each upload of a request, in order; `stopped` are those a person stopped."""
    for number, upload_id in enumerate(ids):
        if outcome.receipts:
            yield End(upload_id, State.DONE, receipt=outcome.receipts[number], exchange=outcome.exchange)
        elif outcome.problem is None:
            state = State.CANCELLED if upload_id in stopped else State.QUEUED
            yield End(upload_id, state, exchange=outcome.exchange)
        elif outcome.faulty in {None, number}:
            # Where we broke down ourselves, only the commit point tells.
            doubtful = outcome.committed and outcome.problem.code is ErrorCode.INTERNAL
            yield _failed(upload_id, outcome.problem, outcome.exchange, doubtful=doubtful)
        elif outcome.committed and number < outcome.faulty:
            broken = Problem(ErrorCode.BROKEN_OFF, {"host": host})
            yield _failed(upload_id, broken, outcome.exchange, doubtful=True)
        else:
            yield End(upload_id, State.QUEUED)


def _failed(upload_id: int, problem: Problem, exchange: Exchange | None, *, doubtful: bool) -> End:
    state = State.UNCONFIRMED if doubtful or problem.unconfirmed else State.FAILED
    return End(upload_id, state, problem=problem, exchange=exchange)


def shares(sizes: Sequence[int | None], sent: int) -> list[int]:
    """Return how much of each file was sent, when of all together `sent` bytes were, one after another."""
    found: list[int] = []
    for number, size in enumerate(sizes):
        is_last = number == len(sizes) - 1
        part = sent if size is None or is_last else min(size, sent)
        found.append(part)
        sent -= part
    return found
