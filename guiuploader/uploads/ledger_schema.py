# SPDX-License-Identifier: MIT
"""The ledger's tables, their versions, and the way from one version to the next."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from guiuploader.sources.local_file import shown
from guiuploader.values.errors import ErrorCode, LedgerError

Migration = Sequence[str]
"""The statements that lead from one version to the next."""

_APPLICATION = 0x67756975  # "guiu", in the place that SQLite's header has for it

# What is large stands last, so that a search need not read past it.
MIGRATIONS: Sequence[Migration] = (
    (
        """
        CREATE TABLE destinations (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            text TEXT NOT NULL UNIQUE
        )
        """,
        """
        CREATE TABLE uploads (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            place REAL NOT NULL,
            state TEXT NOT NULL,
            may_have_arrived INTEGER NOT NULL,
            repeats_are_safe INTEGER NOT NULL,
            destination INTEGER NOT NULL REFERENCES destinations (id),
            attempts INTEGER NOT NULL,
            sent INTEGER NOT NULL,
            same BLOB NOT NULL,
            added TEXT NOT NULL,
            retry_at INTEGER,
            finished INTEGER,
            uuid TEXT NOT NULL,
            idempotency_key TEXT NOT NULL,
            location TEXT NOT NULL,
            relpath TEXT NOT NULL,
            link TEXT,
            variables TEXT NOT NULL,
            source TEXT NOT NULL,
            problem TEXT,
            receipt TEXT
        )
        """,
        "CREATE INDEX uploads_in_order ON uploads (state, place)",
        "CREATE INDEX uploads_alike ON uploads (same, destination)",
        "CREATE INDEX uploads_finished ON uploads (finished) WHERE finished IS NOT NULL",
        f"PRAGMA application_id = {_APPLICATION}",
    ),
    ("ALTER TABLE uploads ADD COLUMN checkpoint TEXT",),
    ("ALTER TABLE uploads ADD COLUMN again INTEGER NOT NULL DEFAULT 0",),
)


class Damaged(Exception):  # noqa: N818 - named for what was found
    """The file is no ledger, or no longer a whole one."""


def version_of(connection: sqlite3.Connection, path: Path, known: int = len(MIGRATIONS)) -> int:
    """Return the file's version, 0 for an empty one.

    Raises Damaged for another program's file, LedgerError(LEDGER_NEWER) for a version beyond `known`.
    """
    version = _number(connection, "PRAGMA user_version")
    ours = _number(connection, "PRAGMA application_id") == _APPLICATION
    if not ours and (version or _number(connection, "SELECT count(*) FROM sqlite_master")):
        raise Damaged("it is no ledger of guiuploader's")
    if version > known:
        raise LedgerError(ErrorCode.LEDGER_NEWER, path=shown(path), version=version, known=known)
    return version


def check_newest(connection: sqlite3.Connection, path: Path) -> None:
    """Return when the file can be read as it is. Raises Damaged and LedgerError as `version_of` does."""
    if version_of(connection, path) < len(MIGRATIONS):
        raise Damaged("an older guiuploader writes it")


def migrate(
    connection: sqlite3.Connection, version: int, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Lead the file from `version` to the newest, each step whole or not at all. Raises sqlite3.Error."""
    for number, statements in enumerate(migrations[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def check_whole(connection: sqlite3.Connection) -> None:
    """Read through the file's structure: 0.1 s for 100,000 rows. Raises Damaged."""
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise Damaged(verdict)


def _number(connection: sqlite3.Connection, question: str) -> int:
    return int(connection.execute(question).fetchone()[0])
