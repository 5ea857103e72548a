# SPDX-License-Identifier: MIT
"""Opens the ledger, for a `send` and for the window, and says what an earlier run left in it."""

import logging
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from guiuploader.handover import CAN_TALK
from guiuploader.reception import EngagedTone
from guiuploader.uploads.instance import Instance, Listener
from guiuploader.uploads.ledger import Ledger
from guiuploader.values.errors import LedgerError, LedgerInUse, Problem
from guiuploader.values.states import State

_GONE = frozenset({State.DONE, State.SKIPPED, State.CANCELLED})
_CLOSING = 5.0  # seconds that writing the last of it may take

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """The ledger, or `trouble`, which is why there is none, or nothing, where none is wanted.

    Of the uploads that an earlier run left, `shown` are to be shown, `waiting` go on by themselves, and
    `doubtful` may have arrived. With `is_taken` a `send` has it.
    """

    ledger: Ledger | None = None
    trouble: Problem | None = None
    shown: int = 0
    waiting: int = 0
    doubtful: int = 0
    is_taken: bool = False


NO_MEMORY = Memory()


def opened(folder: Path) -> Memory:
    """Return what the window remembers. Raises LedgerInUse where whoever has the ledger can be called."""
    try:
        ledger = Ledger(folder)
    except LedgerInUse as error:
        if CAN_TALK:
            raise
        return Memory(trouble=error.problem)
    except LedgerError as error:
        return Memory(trouble=error.problem)
    try:
        counts = ledger.read.counts()
    except LedgerError as error:
        ledger.close()
        return Memory(trouble=error.problem)
    shown = sum(number for state, number in counts.items() if state not in _GONE)
    waiting, doubtful = counts.get(State.QUEUED, 0), counts.get(State.UNCONFIRMED, 0)
    return Memory(ledger, shown=shown, waiting=waiting, doubtful=doubtful)


def listening(folder: Path, listener: Listener) -> Instance | None:
    """Return what hears second starts, or None where nobody can be heard."""
    if not CAN_TALK:
        return None
    try:
        return Instance(folder, listener)
    except OSError as error:
        _log.info("Second starts cannot be heard: %s", error.strerror or type(error).__name__)
        return None


class Held:
    """A ledger that a `send` holds until the `with` block is left; who calls meanwhile is told so.

    Without a folder nothing is kept. Raises LedgerError.
    """

    def __init__(self, folder: Path | None) -> None:
        self.ledger = Ledger(folder) if folder else None
        self._instance = listening(folder, EngagedTone()) if folder else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        if self.ledger is not None:
            self.ledger.close(_CLOSING)

    def hang_up(self) -> None:
        """Answer no more: to be called before anybody closes the ledger, and may be called twice."""
        if self._instance is not None:
            self._instance.close()
