# SPDX-License-Identifier: MIT
"""The states of an upload and the one table of legal steps between them."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an upload stands; the value is what scripts see."""

    HELD = "held"
    """Waits for the person's "Send": the destination is new here and has not worked yet."""
    QUEUED = "queued"
    UPLOADING = "uploading"
    AWAITING_REPLY = "awaiting_reply"
    """Every byte was handed over; the server has not answered yet."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    """Every byte was handed over and no answer came: sending again might store the file twice."""


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.UNCONFIRMED})
ACTIVE = frozenset({State.UPLOADING, State.AWAITING_REPLY})
WAITING = frozenset({State.HELD, State.QUEUED})

LEGAL_STEPS: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.QUEUED, State.CANCELLED}),
    State.QUEUED: frozenset({State.UPLOADING, State.CANCELLED}),
    State.UPLOADING: frozenset(
        {State.AWAITING_REPLY, State.DONE, State.FAILED, State.CANCELLED, State.UNCONFIRMED}
    ),
    # Back to uploading: the server redirects, and the file goes out again from its beginning.
    State.AWAITING_REPLY: frozenset(
        {State.UPLOADING, State.DONE, State.FAILED, State.CANCELLED, State.UNCONFIRMED}
    ),
    State.DONE: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED, State.FAILED}),
    State.UNCONFIRMED: frozenset({State.QUEUED}),
}
