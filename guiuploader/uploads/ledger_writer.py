# SPDX-License-Identifier: MIT
"""The one thread that writes: what waits becomes one transaction, so that many share a wait for the disk."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from guiuploader.sources.local_file import shown
from guiuploader.uploads.ledger_file import ledger_error
from guiuploader.values.errors import ErrorCode, LedgerError

Operation = Callable[[sqlite3.Connection], object]
Ticket = Future[None]
"""Done when it is on the disk, or when it cannot be: then with a LedgerError. It cannot be cancelled."""

_GROUP = 5000  # rows in one transaction, so that none waits long behind others

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    operation: Operation
    rows: int
    ticket: Ticket = field(default_factory=Future)


class LedgerWriter(threading.Thread):
    """Runs until `stop`, then closes its connection. Callbacks of tickets run here: keep them short."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(name="ledger writer", daemon=True)
        self._connection = connection
        self._path = path
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = False

    def submit(self, operation: Operation, *, rows: int = 1) -> Ticket:
        """Have this done after all that was submitted before; returns at once, from any thread.

        `rows` is how many it touches, about.
        """
        task = _Task(operation, rows)
        task.ticket.set_running_or_notify_cancel()
        with self._lock:
            if not self._stopped:
                self._tasks.put(task)
                return task.ticket
        task.ticket.set_exception(
            LedgerError(ErrorCode.LEDGER_FAILED, path=shown(self._path), reason="it is closed")
        )
        return task.ticket

    def stop(self) -> None:
        """Let the thread end once everything submitted is done."""
        with self._lock:
            self._stopped = True
            self._tasks.put(None)

    def run(self) -> None:
        """Write until told to stop."""
        while (task := self._tasks.get()) is not None:
            self._write(self._group(task))
        self._connection.close()

    def _group(self, first: _Task) -> Sequence[_Task]:
        """Return this task and those that wait behind it."""
        group, rows = [first], first.rows
        with suppress(Empty):
            while rows < _GROUP:
                task = self._tasks.get_nowait()
                if task is None:
                    self._tasks.put(None)  # the end, for `run`: nothing comes behind it
                    break
                group.append(task)
                rows += task.rows
        return group

    def _write(self, tasks: Sequence[_Task]) -> None:
        """Commit tasks together; when that fails, each by itself, so that it fails those alone that must."""
        error = self._commit(tasks)
        if error is None:
            for task in tasks:
                task.ticket.set_result(None)
        elif len(tasks) == 1:
            _log.info("The ledger was not written: %s", error.__cause__)
            tasks[0].ticket.set_exception(error)
        else:
            for task in tasks:
                self._write([task])

    def _commit(self, tasks: Sequence[_Task]) -> LedgerError | None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for task in tasks:
                task.operation(self._connection)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, its ticket tells, and the next ones are written
            with suppress(sqlite3.Error):  # SQLite has often rolled back already
                self._connection.rollback()
            failure = ledger_error(error, self._path)
            failure.__cause__ = error
            return failure
        return None
