# SPDX-License-Identifier: MIT
"""The ledger: the queue on disk, which survives the program, the system and the power.

Writing returns at once with a ticket; the tickets of one thread are done in the order they were taken.
"""

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from guiuploader.uploads import ledger_writes as writes
from guiuploader.uploads.ledger_file import ledger_error, open_writable
from guiuploader.uploads.ledger_lock import LedgerLock
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.uploads.ledger_rows import Change, Row
from guiuploader.uploads.ledger_writer import LedgerWriter, Ticket
from guiuploader.values.errors import TransferCancelled
from guiuploader.values.states import ENDED, State

_LOOK = 0.02  # seconds between two looks whether a wait was given up
_RESOLVED = ENDED - {State.UNCONFIRMED}


class Ledger:
    """Open from its making until `close`; its methods may be called from any thread.

    Making it waits for the disk: 0.2 s with 100,000 rows. It raises LedgerInUse when another guiuploader has
    the folder, and LedgerError when nothing can be kept there; what was kept stays as it is then.

    `damage` is what to say when the file was damaged: it is kept aside, and this one begins empty. `recovery`
    tells what became of uploads that an earlier run left in the middle. `run` numbers this run. `read` is for
    background threads.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ledger_error(error, ledger_path(folder)) from error
        path = ledger_path(folder)
        self._instance = LedgerLock(path.with_suffix(".lock"))
        try:
            connection, self.damage = open_writable(path)
            begun = _begun(connection, path)
        except BaseException:
            self._instance.release()
            raise
        self.recovery, self.run = begun.recovery, begun.run
        self.read = LedgerReader(path)
        self._next_id = begun.next_id
        self._counting = threading.Lock()
        self._writer = LedgerWriter(connection, path)
        self._writer.start()

    def new_ids(self, count: int) -> range:
        """Return ids for this many new rows; no row ever had them, in no run."""
        with self._counting:
            first = self._next_id
            self._next_id += count
        return range(first, first + count)

    def add(self, rows: Sequence[Row]) -> Ticket:
        """Keep new rows, all or none; some hundred at once, so that no mark waits long behind them."""
        return self._writer.submit(partial(writes.add, rows=tuple(rows)), rows=len(rows))

    def update(self, changes: Sequence[Change]) -> Ticket:
        """Change rows, all or none; what was removed meanwhile stays away."""
        return self._writer.submit(partial(writes.update, changes=tuple(changes)), rows=len(changes))

    def mark(self, ids: Sequence[int], *, given_up: Callable[[], bool]) -> None:
        """Return once it is on the disk that these may have arrived: their last byte may go out then.

        For workers, as it waits. Raises LedgerError when that cannot be written (the byte must stay here, and
        the call may be tried again), and TransferCancelled soon after `given_up` says so; the mark may still
        be set later, until a change takes it back.
        """
        ticket = self._writer.submit(partial(writes.mark, ids=tuple(ids)))
        while True:
            try:
                return ticket.result(_LOOK)
            except TimeoutError:
                if given_up():
                    raise TransferCancelled from None

    def remove(self, ids: Sequence[int]) -> Ticket:
        """Forget rows, in whatever state."""
        return self._writer.submit(partial(writes.remove, ids=tuple(ids)), rows=len(ids))

    def clear_history(
        self, states: Collection[State] = _RESOLVED, *, before: dt.datetime | None = None
    ) -> Ticket:
        """Forget rows that ended in one of these states; unconfirmed ones are kept unless they are named."""
        return self._writer.submit(partial(writes.clear_history, states=tuple(states), before=before))

    def close(self, seconds: float | None = None) -> bool:
        """Write what waits, and let another have the ledger.

        Returns whether that was done within this many seconds; else the disk hangs, and the lock stays until
        the program ends.
        """
        self._writer.stop()
        self._writer.join(seconds)
        if self._writer.is_alive():
            return False
        self._instance.release()
        return True


@dataclass(frozen=True, slots=True)
class _Beginning:
    recovery: writes.Recovery
    run: int
    next_id: int


def _begun(connection: sqlite3.Connection, path: Path) -> _Beginning:
    """Recover what an earlier run left, and begin this one. Raises LedgerError, the connection closed."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        recovery = writes.recover(connection)
        connection.execute("COMMIT")
        last = connection.execute("SELECT run FROM uploads ORDER BY id DESC LIMIT 1").fetchone()
        highest = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'uploads'").fetchone()
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise ledger_error(error, path) from error
        raise
    return _Beginning(recovery, 1 + (last[0] if last else 0), 1 + (highest[0] if highest else 0))
