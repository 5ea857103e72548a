# SPDX-License-Identifier: MIT
"""Read the ledger, from any thread and beside whoever writes; each call has a connection of its own."""

import heapq
import logging
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path

from guiuploader.destinations.target import Target, target_of
from guiuploader.sources.local_file import shown
from guiuploader.uploads.ledger_columns import moment, row_of, stamp
from guiuploader.uploads.ledger_file import open_readable
from guiuploader.uploads.ledger_rows import Key, Row, Same, Snapshot
from guiuploader.uploads.ledger_schema import Damaged
from guiuploader.values.errors import DestinationError, ErrorCode, LedgerError
from guiuploader.values.json_text import from_json
from guiuploader.values.states import ENDED, State

_PAGE = 500  # rows
_KNOWN = frozenset(State)
_UNFINISHED = frozenset(State) - ENDED
_COUNTING = frozenset(State) - {State.FAILED, State.CANCELLED, State.SKIPPED}  # those did not arrive by them
_RANKS = {State.UNCONFIRMED.value: 0, State.DONE.value: 1}  # what waits comes before both

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

    def same(self, keys: Sequence[Key]) -> Sequence[Same | None]:
        """Return for each key the row in which that file will go, went or may have gone there, or None.

        One that waits comes before one that is done, the newest of these first; failed, cancelled and skipped
        rows do not count.
        """
        found: dict[Key, tuple[tuple[int, int], Same]] = {}
        with self._connected() as connection:
            targets = _Targets(connection)
            for start in range(0, len(keys), _PAGE):
                for key, same, rank in _alike(connection, targets, keys[start : start + _PAGE]):
                    if key not in found or rank > found[key][0]:
                        found[key] = (rank, same)
        return [found[key][1] if key in found else None for key in keys]

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """Return those of these rows that are there and can be read."""
        with self._connected() as connection:
            rows = _Rows(connection)
            return [
                row
                for upload_id in ids
                for row in rows.readable(
                    connection.execute("SELECT * FROM uploads WHERE id = ?", (upload_id,))
                )
            ]

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


class _Targets:
    """Finds where rows went, each distinct place once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[int, str], Target | None] = {}

    def find(self, number: int, variables: str) -> Target | None:
        """Return the target of rows with this destination; None where this version cannot tell."""
        key = (number, variables)
        if key not in self._known:
            found = self._connection.execute("SELECT name, text FROM destinations WHERE id = ?", (number,))
            self._known[key] = _target(*found.fetchone(), variables)
        return self._known[key]


@lru_cache(maxsize=256)
def _target(name: str, text: str, variables: str) -> Target | None:
    try:
        return target_of(Snapshot(name, text).restored(), from_json(variables, dict[str, str]))
    except (DestinationError, ValueError):
        return None


def _alike(
    connection: sqlite3.Connection, targets: _Targets, keys: Sequence[Key]
) -> Iterator[tuple[Key, Same, tuple[int, int]]]:
    """Yield the rows of these files that count, each with its key and its rank among its equals."""
    marks = ", ".join("?" * len(keys))
    found = connection.execute(
        "SELECT id, run, same, state, finished, link, relpath, variables, destination FROM uploads"  # noqa: S608 - only question marks go in
        f" WHERE same IN ({marks})",
        [identity for identity, _, _ in keys],
    )
    for upload_id, run, identity, state, finished, link, relpath, variables, destination in found:
        target = targets.find(destination, variables) if state in _COUNTING else None
        if target is not None:
            key = (identity, target.mark, relpath if target.by_relpath else "")
            rank = (_RANKS.get(state, len(_RANKS)), finished or 0)
            yield key, Same(upload_id, run, State(state), moment(finished), link), rank
