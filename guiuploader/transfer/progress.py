# SPDX-License-Identifier: MIT
"""Count what the network took, say so often enough but not more, and ask before the file is complete."""

import time
from collections.abc import Callable

from guiuploader.network.failures import Phase
from guiuploader.transfer.control import TransferEvents

_INTERVAL = 1 / 15  # seconds between two reports


class Meter:
    """Watches a body being read.

    The connection asks for the next block only when the last one is with the socket: so at each read what
    was given *before* counts as sent, not what is given now. `phase` tells the network room how far it came;
    `finished_at` is on the given clock, in seconds. `start` counts bytes that went out before.
    """

    def __init__(
        self, events: TransferEvents, clock: Callable[[], float] = time.perf_counter, *, start: int = 0
    ) -> None:
        self.phase = Phase()
        self.finished_at: float | None = None
        self._events = events
        self._clock = clock
        self._given = start
        self._reported_at: float | None = None

    def commit(self) -> None:
        """Ask, the first time only, whether the file may become complete; returns when it may."""
        if not self.phase.committed:
            self._events.before_commit_point()
            self.phase.committed = True

    def given(self, position: int, *, complete: bool = False) -> None:
        """Note that a block is about to go out, which ends at `position` of the files' own bytes.

        One that makes a file `complete` is held until it may go.
        """
        if complete:
            self.commit()
        taken, self._given = self._given, position
        now = self._clock()
        if self._reported_at is None or now - self._reported_at >= _INTERVAL:
            self._reported_at = now
            self._events.progressed(taken)

    def finished(self) -> None:
        """Note that the connection asked again after the last block: all of it was taken."""
        if self.phase.body_sent:
            return
        self.commit()  # an empty body of unknown length: only the closing chunk is to come
        self.phase.body_sent = True
        self.finished_at = self._clock()
        self._events.body_sent(self._given)


class TellingMeter(Meter):
    """Says by `let_go` that the last byte goes, before the mark is asked for."""

    def __init__(self, events: TransferEvents, let_go: Callable[[], None], *, start: int = 0) -> None:
        super().__init__(events, start=start)
        self._let_go = let_go

    def commit(self) -> None:
        """Do what every meter does, once it was said."""
        if not self.phase.committed:
            self._let_go()
        super().commit()
