# SPDX-License-Identifier: MIT
"""Open the ledger's file: sound, in today's version, and safe against a loss of power."""

import logging
import shutil
import sqlite3
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from guiuploader.sources.local_file import shown
from guiuploader.uploads.ledger_schema import (
    MIGRATIONS,
    Damaged,
    Migration,
    check_newest,
    check_whole,
    migrate,
    version_of,
)
from guiuploader.values.errors import ErrorCode, LedgerError, Problem

_WAIT = 5.0  # seconds for a foreign program that looks into the file
_LEAST = 64 * 1024  # bytes; SQLite needs half of that for its log's index, and calls its lack an I/O error
_PARTS = ("", "-wal", "-shm", "-journal")
_PRIMARY = 0xFF  # of SQLite's extended codes
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FORBIDDEN = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY})

_log = logging.getLogger(__name__)


def open_writable(
    path: Path, migrations: Sequence[Migration] = MIGRATIONS
) -> tuple[sqlite3.Connection, Problem | None]:
    """Return a connection that may change threads, and what to say when a damaged file was put aside.

    Only the holder of the ledger's lock may call this. Raises LedgerError.
    """
    try:
        try:
            return _opened(path, migrations), None
        except Damaged as damage:
            aside = _put_aside(path)
            _log.warning("%s is damaged and was put aside as %s: %s", path, aside, damage)
            problem = Problem(ErrorCode.LEDGER_DAMAGED, {"path": shown(aside), "reason": str(damage)})
            return _opened(path, migrations), problem
    except (sqlite3.Error, OSError) as error:
        raise ledger_error(error, path) from error


def open_readable(path: Path) -> sqlite3.Connection:
    """Return a connection that reads beside the writer and never holds it up.

    Raises sqlite3.Error, Damaged, and LedgerError for a file of another version.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", _WAIT, uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        check_newest(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def ledger_error(error: Exception, path: Path) -> LedgerError:
    """Return what went wrong with this file as an error of ours."""
    code = _code(error)
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return LedgerError(ErrorCode.LEDGER_FULL, path=shown(path))
    if code in _FORBIDDEN or isinstance(error, OSError):
        return LedgerError(ErrorCode.FOLDER_NOT_WRITABLE, path=shown(path.parent), reason=_reason(error))
    return LedgerError(ErrorCode.LEDGER_FAILED, path=shown(path), reason=_reason(error))


def _opened(path: Path, migrations: Sequence[Migration]) -> sqlite3.Connection:
    path.touch(mode=0o600)  # names of files and replies are nobody else's business
    log = _part(path, "-wal")
    if path.stat().st_size == 0 and log.exists() and log.stat().st_size:
        raise Damaged("it is empty, but its log is not")  # which SQLite would delete
    connection = sqlite3.connect(path, _WAIT, isolation_level=None, check_same_thread=False)
    try:
        version = version_of(connection, path, len(migrations))
        check_whole(connection)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "fullfsync = ON",  # without it, macOS leaves what was written in the drive's own memory
            "secure_delete = ON",  # a history that was cleared is gone from the file, too
        ):
            connection.execute(f"PRAGMA {pragma}")
        migrate(connection, version, migrations)
    except sqlite3.DatabaseError as error:
        connection.close()
        if _code(error) in _BROKEN:
            raise Damaged(str(error)) from error
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _put_aside(path: Path) -> Path:
    """Give a damaged file, with its log, a name that no file has yet, and return it. Raises OSError."""
    names = (path.with_stem(f"{path.stem}.damaged-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    for ending in _PARTS:
        part = _part(path, ending)
        if part.exists():
            part.rename(_part(aside, ending))
    return aside


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST
    except OSError:
        return False


def _part(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _code(error: Exception) -> int:
    """Return SQLite's own number for an error, 0 for one that is none of SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
