# SPDX-License-Identifier: MIT
"""Rows that may have arrived, at servers that can be asked: they are, before anything is sent again."""

import datetime as dt

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.outcome import End
from guiuploader.uploads.retry import Next, Verdict
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State

_ASKED = frozenset(
    {
        ErrorCode.LOOKUP_FAILED,
        ErrorCode.LOOKUP_REFUSED,
        ErrorCode.LOOKUP_UNCLEAR,
        ErrorCode.LOOKUP_OTHER,
        ErrorCode.LOOKUP_MISSING,
    }
)
"""What comes of the question itself."""

_FOR_PERSON = frozenset({ErrorCode.LOOKUP_UNCLEAR, ErrorCode.LOOKUP_OTHER})
"""Answers that would be the same again: who sends the row all the same wants it sent."""

_GOES_ON = frozenset({State.QUEUED, State.RETRYING})
_NOT_THERE = frozenset({State.FAILED, State.CANCELLED})


def is_settled_by_asking(problem: Problem, upload: Upload) -> bool:
    """Tell whether a row that may have arrived may go again, as the server is asked first.

    Not one that a person stopped: that is not to be sent at all.
    """
    return upload.can_be_asked and problem.code is not ErrorCode.CANCELLED_LATE


def to_be_asked(verdict: Verdict, problem: Problem, upload: Upload) -> bool:
    """Tell whether a row of which nobody knows is settled by the next attempt."""
    return (
        verdict.next is Next.UNCONFIRMED
        and is_settled_by_asking(problem, upload)
        and problem.code not in _ASKED
        and upload.attempts < upload.destination.retry.attempts
    )


def since(upload: Upload, end: End) -> dt.datetime | None:
    """Return since when a row may have arrived, as its request left it; None where that is not open."""
    kept = None if end.absent else upload.doubt
    return kept or (dt.datetime.now(dt.UTC) if end.in_doubt else None)


def state_of(state: State, doubt: dt.datetime | None) -> State:
    """Return the state of a row that has failed or is cancelled; where it may have arrived, it says so."""
    return State.UNCONFIRMED if doubt is not None and state in _NOT_THERE else state


def left_by(upload: Upload) -> dt.datetime | None:
    """Return since when a row that waits may have arrived, None where that is not open.

    Its end may have been let go, too, in an upload that only the server can tell of.
    """
    kept = upload.checkpoint
    return upload.doubt or (upload.added if kept is not None and kept.may_be_whole else None)


def kept(state: State, doubt: dt.datetime | None) -> dt.datetime | None:
    """Return the doubt that a row in this state still has to have settled by itself."""
    return doubt if state in _GOES_ON else None


def cut_short(upload: Upload) -> Problem:
    """Return why nobody knows of a row that a person cancelled before the server was asked."""
    return upload.problem or Problem(ErrorCode.CANCELLED_LATE, {"host": upload.destination.host})


def is_asked_first(upload: Upload, destination: Destination) -> bool:
    """Tell whether the server is asked what came of a row before it goes there again."""
    return upload.state is State.UNCONFIRMED and destination.can_be_asked and not goes_unasked(upload)


def goes_unasked(upload: Upload) -> bool:
    """Tell whether a person who sends a row again means it, whatever the server has."""
    is_plain = upload.problem is not None and upload.problem.code in _FOR_PERSON
    return upload.again or upload.state is State.SKIPPED or is_plain
