# SPDX-License-Identifier: MIT
"""The states of an upload and the one table of legal steps between them."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an upload stands; the value is what scripts see."""

    HELD = "held"
    """Waits for the person's "Send": the destination is new here and has not worked yet."""
    QUEUED = "queued"
    RETRYING = "retrying"
    """It went wrong in a way that may pass, and goes again at its time."""
    PREPARING = "preparing"
    """The file is read once before it is sent, for a checksum or a length that the request begins with."""
    UPLOADING = "uploading"
    AWAITING_REPLY = "awaiting_reply"
    """Every byte was handed over; the server has not answered yet."""
    PAUSED = "paused"
    """The person said wait: in the queue, or with the connection kept as long as the server keeps it."""
    DONE = "done"
    SKIPPED = "skipped"
    """It is there already, as the ledger or the server says; it stays here unless a person wants it sent."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    """The server may have the file, and no answer says so: sending again might store it twice."""


ENDED = frozenset({State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED, State.UNCONFIRMED})
ACTIVE = frozenset({State.PREPARING, State.UPLOADING, State.AWAITING_REPLY})
PAUSABLE = frozenset({State.QUEUED, State.RETRYING, State.PREPARING, State.UPLOADING})
WAITING = frozenset({State.HELD, State.QUEUED, State.RETRYING, State.PAUSED})

_BREAKS = frozenset(
    {State.QUEUED, State.RETRYING, State.FAILED, State.CANCELLED, State.UNCONFIRMED, State.SKIPPED}
)
# Unconfirmed: an attempt before may have arrived, and the server was not asked any more.
_GIVEN_UP = frozenset({State.FAILED, State.CANCELLED, State.UNCONFIRMED})

LEGAL_STEPS: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.QUEUED, State.CANCELLED}),
    # Failed, too: its destination was waited for in vain. Unconfirmed: those left that it must go with.
    State.QUEUED: frozenset({State.UPLOADING, State.PAUSED, *_GIVEN_UP}),
    State.RETRYING: frozenset({State.UPLOADING, State.QUEUED, State.PAUSED, *_GIVEN_UP}),
    # Done or skipped: it was read for the question whether the server has it.
    State.PREPARING: frozenset({State.UPLOADING, State.PAUSED, State.DONE, *_BREAKS}),
    # Back to the queue: another file of the same request stopped it before any could arrive.
    State.UPLOADING: frozenset({State.PREPARING, State.AWAITING_REPLY, State.PAUSED, State.DONE, *_BREAKS}),
    # Back to uploading: the server redirects, and the file goes out again from its beginning.
    State.AWAITING_REPLY: frozenset({State.UPLOADING, State.DONE, *_BREAKS}),
    # A pause can come too late, when the last block is on its way.
    State.PAUSED: frozenset({State.UPLOADING, State.AWAITING_REPLY, State.DONE, *_BREAKS}),
    State.DONE: frozenset(),
    State.SKIPPED: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED, State.FAILED}),
    # Done, too: the person looked, and says so.
    State.UNCONFIRMED: frozenset({State.QUEUED, State.DONE}),
}
