# SPDX-License-Identifier: MIT
"""How a request ended, and what that means for each of the uploads in it."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from guiuploader.transfer.receipt import Exchange, Receipt
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request's end: with receipts, with a problem, or with neither where a person stopped it in time.

    `faulty` is the number of the file that the problem is about, where it is about one: those behind it were
    not begun. `committed` tells that a file may have arrived all the same, and `whole` which of them went out
    to their last byte. `found` is why nothing was sent where the server has the file; `absent`, that it was
    asked and has nothing of earlier attempts.
    """

    receipts: tuple[Receipt, ...] = ()
    problem: Problem | None = None
    faulty: int | None = None
    committed: bool = False
    whole: tuple[bool, ...] = ()
    exchange: Exchange | None = None
    found: Problem | None = None
    absent: bool = False

    def cut_short(self, number: int) -> bool:
        """Tell whether a file, one of several, surely did not go out whole."""
        return len(self.whole) > 1 and not self.whole[number]


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of one upload; one that is `queued` again was stopped for the sake of another.

    `committed` tells that it may have arrived, and `in_doubt` that the server is to be asked before it goes
    again; `absent`, that it has nothing of earlier attempts. `is_stopped` tells that a person stopped this
    very one. At `retrying`, `spent` tells whether the attempt counts. `is_bound` tells that it goes again
    only with the same others.
    """

    id: int
    state: State
    receipt: Receipt | None = None
    problem: Problem | None = None
    exchange: Exchange | None = None
    committed: bool = False
    retry_at: dt.datetime | None = None
    spent: bool = True
    is_stopped: bool = False
    is_bound: bool = False
    in_doubt: bool = False
    absent: bool = False


def ends(
    outcome: Outcome, ids: Sequence[int], stopped: Collection[int], *, host: str, can_be_asked: bool = False
) -> Iterator[End]:
    """Yield what becomes of each upload of a request, in order; `stopped` are those a person stopped.

    With `can_be_asked`, the server tells the next run what came of one that the end of this one broke off.
    """
    asks_later = can_be_asked and outcome.problem and outcome.problem.code is ErrorCode.CANCELLED_LATE
    for number, upload_id in enumerate(ids):
        problem = outcome.problem
        is_stopped = upload_id in stopped
        stop = End(
            upload_id,
            State.CANCELLED if is_stopped else State.QUEUED,
            exchange=outcome.exchange,
            is_stopped=is_stopped,
            absent=outcome.absent,
        )
        if outcome.found is not None:
            yield End(upload_id, State.SKIPPED, problem=outcome.found, exchange=outcome.exchange)
        elif asks_later and upload_id not in stopped:
            yield replace(stop, in_doubt=True)
        elif outcome.receipts:
            yield End(upload_id, State.DONE, receipt=outcome.receipts[number], exchange=outcome.exchange)
        elif problem is None:
            yield stop
        elif outcome.faulty is not None and outcome.faulty != number:
            is_behind = number > outcome.faulty
            broken = Problem(ErrorCode.BROKEN_OFF, {"host": host})
            yield stop if is_behind or not outcome.committed else _failed(upload_id, broken, outcome)
        elif problem.unconfirmed and outcome.cut_short(number):
            lost = Problem(ErrorCode.CONNECTION_LOST, {"host": host})
            is_stop = problem.code is ErrorCode.CANCELLED_LATE
            yield stop if is_stop else End(upload_id, State.FAILED, problem=lost, exchange=outcome.exchange)
        else:
            # A faulty one that others went before did not go out whole, whatever came of those.
            is_open = outcome.committed and not (outcome.faulty == number and outcome.cut_short(number))
            failed = _failed(upload_id, problem, outcome)
            yield replace(failed, committed=is_open, is_stopped=is_stopped)


def _failed(upload_id: int, problem: Problem, outcome: Outcome) -> End:
    # Where we broke down ourselves, only the commit point tells.
    is_ours = outcome.committed and problem.code is ErrorCode.INTERNAL
    state = State.UNCONFIRMED if is_ours or problem.unconfirmed else State.FAILED
    return End(
        upload_id,
        state,
        problem=problem,
        exchange=outcome.exchange,
        committed=outcome.committed,
        absent=outcome.absent,
    )


def shares(sizes: Sequence[int | None], sent: int) -> list[int]:
    """Return how much of each file was sent, when of all together `sent` bytes were, one after another."""
    found: list[int] = []
    for number, size in enumerate(sizes):
        is_last = number == len(sizes) - 1
        part = sent if size is None or is_last else min(size, sent)
        found.append(part)
        sent -= part
    return found
