# SPDX-License-Identifier: MIT
"""What a verdict makes of one row's end."""

import datetime as dt
import math
from dataclasses import replace

from guiuploader.uploads.outcome import End
from guiuploader.uploads.retry import Next, Verdict
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import State


def judged(end: End, verdict: Verdict, upload: Upload) -> End:
    """Return what becomes of a row whose request ended so, now that it is judged."""
    is_open = verdict.next is Next.AGAIN and verdict.may_have_arrived and upload.can_be_asked
    return replace(_followed(end, verdict), absent=end.absent, in_doubt=is_open)


def moment(at: float) -> dt.datetime | None:
    """Return a time, given in seconds since 1970; None where a person is waited for, who has none."""
    return None if at == math.inf else dt.datetime.fromtimestamp(at, dt.UTC)


def _followed(end: End, verdict: Verdict) -> End:
    if verdict.next is Next.AGAIN:
        at = verdict.not_before or verdict.standing.probe_at or 0.0
        retry_at = moment(at)
        return End(
            end.id,
            State.RETRYING,
            problem=end.problem,
            exchange=end.exchange,
            retry_at=retry_at,
            spent=verdict.spent,
        )
    if verdict.next is Next.AS_ASKED:
        state = State.CANCELLED if end.is_stopped else State.QUEUED
        return End(end.id, state, exchange=end.exchange)
    state = State.UNCONFIRMED if verdict.next is Next.UNCONFIRMED else State.FAILED
    return End(end.id, state, problem=end.problem, exchange=end.exchange)
