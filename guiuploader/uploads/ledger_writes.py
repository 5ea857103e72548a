# SPDX-License-Identifier: MIT
"""What is done to the ledger, each a function of a connection; the writer makes the transactions."""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from msgspec import UNSET

from guiuploader.sources.saved import saved
from guiuploader.uploads.ledger_columns import changed_columns, columns_of, problem_text, stamp
from guiuploader.uploads.ledger_rows import Change, Row, Snapshot
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import ACTIVE, State

_TOGETHER = 500  # rows of one statement; SQLite takes 32,766 values


class RowMissingError(Exception):
    """A mark was to be set on a row that is not in the ledger: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What an earlier run left in the middle: how many rows wait again, and of how many nobody knows."""

    requeued: int
    unconfirmed: int


def add(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Insert rows."""
    now = dt.datetime.now(dt.UTC)
    numbers: dict[Snapshot, int] = {}
    for row in rows:
        if row.destination not in numbers:
            numbers[row.destination] = _destination(connection, row.destination)
    # Of a file that is skipped at each run, one row tells enough.
    connection.executemany(
        "DELETE FROM uploads WHERE same = ? AND destination = ? AND state = ? AND run < ?",
        (
            (saved(row.source).identity, numbers[row.destination], row.state.value, row.run)
            for row in rows
            if row.state is State.SKIPPED
        ),
    )
    written = [columns_of(row, numbers[row.destination], now) for row in rows]
    for start in range(0, len(written), _TOGETHER):
        part = written[start : start + _TOGETHER]
        names, places = ", ".join(part[0]), ", ".join("?" * len(part[0]))
        # One statement: for each SQLite lets go of the interpreter, which others are slow to give back.
        connection.execute(
            f"INSERT INTO uploads ({names}) VALUES {', '.join([f'({places})'] * len(part))}",  # noqa: S608 - ours
            [value for columns in part for value in columns.values()],
        )


def update(connection: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Change rows; one that was removed meanwhile stays away."""
    now = dt.datetime.now(dt.UTC)
    for change in changes:
        columns = changed_columns(change, now)
        if change.destination is not UNSET:
            columns["destination"] = _destination(connection, change.destination)
        if columns:
            settings = ", ".join(f"{name} = ?" for name in columns)
            connection.execute(
                f"UPDATE uploads SET {settings} WHERE id = ?",  # noqa: S608 - our own columns' names
                (*columns.values(), change.id),
            )


def mark(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Note that these may have arrived, which is an attempt, be it the first that is written.

    Raises RowMissingError: what is not there cannot be marked.
    """
    for upload_id in ids:
        done = connection.execute(
            "UPDATE uploads SET may_have_arrived = 1, attempts = max(attempts, 1) WHERE id = ?", (upload_id,)
        )
        if done.rowcount == 0:
            raise RowMissingError(f"upload {upload_id} is not in the ledger")


def remove(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Delete rows, and destinations that no row names any more."""
    connection.executemany("DELETE FROM uploads WHERE id = ?", ((upload_id,) for upload_id in ids))
    _drop_unused_destinations(connection)


def clear_history(
    connection: sqlite3.Connection, states: Collection[State], before: dt.datetime | None
) -> None:
    """Delete rows that ended in one of these states, and before this time where one is given."""
    until = stamp(before or dt.datetime.now(dt.UTC))
    connection.executemany(
        "DELETE FROM uploads WHERE state = ? AND finished <= ?", ((state.value, until) for state in states)
    )
    _drop_unused_destinations(connection)


def recover(connection: sqlite3.Connection) -> Recovery:
    """Give every row that an earlier run left in the middle a state that tells the truth."""
    now = dt.datetime.now(dt.UTC)
    # Where the server can be asked, the next attempt does so; it must know that the last byte was let go.
    connection.execute(
        "UPDATE uploads SET may_have_arrived = 0,"
        " checkpoint = json_set(checkpoint, '$.may_be_whole', json('true'))"
        " WHERE finished IS NULL AND may_have_arrived AND json_extract(checkpoint, '$.url') <> ''"
    )
    unconfirmed = connection.execute(
        "UPDATE uploads SET state = ?, finished = ?, problem = ?"
        " WHERE finished IS NULL AND may_have_arrived AND NOT repeats_are_safe",
        (State.UNCONFIRMED.value, stamp(now), problem_text(Problem(ErrorCode.INTERRUPTED, {}))),
    ).rowcount
    requeued = sum(
        connection.execute(
            "UPDATE uploads SET state = ?, sent = 0 WHERE state = ?", (State.QUEUED.value, state.value)
        ).rowcount
        for state in ACTIVE
    )
    return Recovery(requeued, unconfirmed)


def _destination(connection: sqlite3.Connection, snapshot: Snapshot) -> int:
    connection.execute(
        "INSERT OR IGNORE INTO destinations (name, text) VALUES (?, ?)", (snapshot.name, snapshot.text)
    )
    found = connection.execute("SELECT id FROM destinations WHERE text = ?", (snapshot.text,))
    return int(found.fetchone()[0])


def _drop_unused_destinations(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM destinations WHERE NOT EXISTS"
        " (SELECT 1 FROM uploads WHERE uploads.destination = destinations.id)"
    )
