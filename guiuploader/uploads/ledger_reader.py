# SPDX-License-Identifier: MIT
"""Read the ledger, from any thread and beside whoever writes; each call has a connection of its own."""

import heapq
import logging
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from guiuploader.sources.local_file import shown
from guiuploader.sources.saved import saved
from guiuploader.sources.source import Source
from guiuploader.uploads.ledger_columns import row_of, stamp, variables_text
from guiuploader.uploads.ledger_file import open_readable
from guiuploader.uploads.ledger_rows import Row, Same, Snapshot
from guiuploader.uploads.ledger_schema import Damaged
from guiuploader.values.errors import ErrorCode, LedgerError
from guiuploader.values.states import ENDED, State

_PAGE = 500  # rows
_KNOWN = frozenset(State)
_UNFINISHED = frozenset(State) - ENDED
_COUNTING = frozenset(State) - {State.FAILED, State.CANCELLED}  # those two did not arrive

_log = logging.getLogger(__name__)


def ledger_path(folder: Path) -> Path:
    """Return where in a folder the ledger is."""
    return folder / "ledger.sqlite"


class LedgerReader:
    """Reads the ledger at `path`, which need not be ours; every method raises LedgerError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def unfinished(self, *, also: Collection[State] = ()) -> Iterator[Sequence[Row]]:
        """Yield all rows that have not ended, and those in `also`, in the queue's order, in pages.

        They are as they were at the first one. Take them swiftly: meanwhile the writer's log only grows.
        A row that this version cannot read stays in the file and is left out, with a warning in the log.
        """
        with self._connected() as connection:
            rows = _Rows(connection)
            states = sorted(_UNFINISHED | set(also))
            merged = heapq.merge(
                *(rows.in_order(state) for state in states), key=lambda row: (row.place, row.id)
            )
            while page := tuple(islice(merged, _PAGE)):
                yield page

    def history(self, text: str = "", *, limit: int = 100, before: Row | None = None) -> Sequence[Row]:
        """Return rows that have ended, the newest first; `before` is the last one of the page before.

        `text` is looked for in path, link and destination's name, whatever the case.
        """
        limits = (stamp(before.finished), before.id) if before and before.finished else (2**62, 0)
        with self._connected() as connection:
            connection.create_function("folded", 1, lambda value: str(value).casefold(), deterministic=True)
            found = connection.execute(
                "SELECT uploads.* FROM uploads JOIN destinations ON destinations.id = uploads.destination"
                " WHERE finished IS NOT NULL AND (finished, uploads.id) < (?, ?)"
                " AND (? = '' OR instr("
                "   folded(location || char(10) || ifnull(link, '') || char(10) || name), ?))"
                " ORDER BY finished DESC, uploads.id DESC LIMIT ?",
                (*limits, text, text.casefold(), limit),
            )
            return tuple(_Rows(connection).readable(found))

    def same(
        self, sources: Sequence[Source], destination: Snapshot, variables: Mapping[str, str]
    ) -> Sequence[Same | None]:
        """Return for each source the row in which it went, may have gone or will go there, or None.

        One that is done comes before one that waits; failed and cancelled rows do not count. Compared are the
        source's place and fingerprint, the destination's snapshot, and the variables.
        """
        with self._connected() as connection:
            known = connection.execute(
                "SELECT id FROM destinations WHERE text = ?", (destination.text,)
            ).fetchone()
            if known is None:
                return [None] * len(sources)
            rest = (known["id"], variables_text(variables), State.DONE.value)
            return [_same(connection, (saved(source).identity, *rest)) for source in sources]

    def destinations(self, name: str = "", *, without: Collection[State] = ()) -> Sequence[Snapshot]:
        """Return the destinations of all rows, or those of this name, but for rows in these states."""
        states = sorted(_KNOWN - set(without))
        places = ", ".join("?" * len(states))
        with self._connected() as connection:
            found = connection.execute(
                "SELECT name, text FROM destinations WHERE (? = '' OR name = ?) AND EXISTS"  # noqa: S608 - question marks
                f" (SELECT 1 FROM uploads WHERE destination = destinations.id AND state IN ({places}))",
                (name, name, *states),
            )
            return tuple(Snapshot(*each) for each in found)

    def counts(self) -> Mapping[State, int]:
        """Return how many rows are in each state."""
        with self._connected() as connection:
            counted = connection.execute("SELECT state, count(*) FROM uploads GROUP BY state")
            return Counter({State(state): number for state, number in counted if state in _KNOWN})

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(open_readable(self._path)) as connection:
                connection.execute("BEGIN")
                yield connection
        except (sqlite3.Error, Damaged) as error:
            raise LedgerError(ErrorCode.LEDGER_FAILED, path=shown(self._path), reason=str(error)) from error


class _Rows:
    """Makes rows of what is read, each distinct destination once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._snapshots: dict[int, Snapshot] = {}

    def in_order(self, state: State) -> Iterator[Row]:
        """Yield the rows in one state by place and id."""
        found = self._connection.execute(
            "SELECT * FROM uploads WHERE state = ? ORDER BY place, id", (state.value,)
        )
        return self.readable(found)

    def readable(self, found: sqlite3.Cursor) -> Iterator[Row]:
        """Yield those rows that this version can read."""
        for columns in found:
            try:
                yield row_of(columns, self._snapshot(columns["destination"]))
            except ValueError as error:
                _log.warning("Row %s of the ledger cannot be read: %s", columns["id"], error)

    def _snapshot(self, number: int) -> Snapshot:
        if number not in self._snapshots:
            found = self._connection.execute("SELECT name, text FROM destinations WHERE id = ?", (number,))
            self._snapshots[number] = Snapshot(*found.fetchone())
        return self._snapshots[number]


def _same(connection: sqlite3.Connection, key: tuple[bytes, int, str, str]) -> Same | None:
    found = connection.execute(
        "SELECT id, state FROM uploads WHERE same = ? AND destination = ? AND variables = ?"
        " ORDER BY state <> ?, id",
        key,
    )
    return next((Same(row["id"], State(row["state"])) for row in found if row["state"] in _COUNTING), None)
