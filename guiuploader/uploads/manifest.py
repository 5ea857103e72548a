# SPDX-License-Identifier: MIT
"""A list of what was sent, for people and scripts: CSV or JSON lines, a row appended as each upload ends.

A crash keeps every row that was written. A file that is there already is continued, so that a run that goes
on where another stopped makes one list of both.

In CSV a text that begins with = + - @ or a control character is a formula to spreadsheets, which run it when
the file is opened. It gets an apostrophe in front, and so does one that begins with an apostrophe itself:
whoever strips one leading apostrophe from each text has it exactly. JSON lines hold every text as it is.
"""

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Self

from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, UsageError
from guiuploader.values.explanations import explain

_ESCAPE = "'"
# With the wide forms of the four signs, which are taken for them in some languages.
_ESCAPED = tuple(f"=+-@\t\r\n\uff1d\uff0b\uff0d\uff20{_ESCAPE}")
_LONGEST_ROW = 64 * 1024  # bytes that are looked through for the beginning of the last one


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; what is not known is None.

    `size` is in bytes, `time` is ISO 8601 with its zone, `error` a stable code, `reason` its words.
    """

    path: str
    destination: str
    size: int | None
    sha256: str | None
    status: int | None
    state: str
    link: str | None
    time: str
    attempts: int
    error: str | None
    reason: str | None


_COLUMNS = tuple(field.name for field in fields(Entry))


def entry_of(upload: Upload, ended: dt.datetime) -> Entry:
    """Return the row of an upload that ended at this time, which knows its zone."""
    receipt, problem = upload.receipt, upload.problem
    words = explain(problem) if problem else None
    return Entry(
        path=upload.source.location,
        destination=upload.destination.name,
        size=receipt.size if receipt else upload.source.size,
        sha256=receipt.sha256 if receipt else None,
        status=receipt.reply.status if receipt else problem.status if problem else None,
        state=upload.state.value,
        link=upload.link,
        time=ended.isoformat(timespec="seconds"),
        attempts=upload.attempts,
        error=problem.code.value if problem else None,
        reason=f"{words.title} {words.detail}".strip() if words else None,
    )


class Manifest:
    """The open list; whoever opens it closes it.

    Raises UsageError for a name that ends in neither .csv nor .jsonl, and for a .csv with other columns,
    which is left as it is; OSError where the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._is_csv = path.suffix.lower() == ".csv"
        if not self._is_csv and path.suffix.lower() != ".jsonl":
            raise UsageError(
                ErrorCode.USAGE, reason=f"“{path.name}” must end in .csv or .jsonl.", program="guiuploader"
            )
        self._end = "\r\n" if self._is_csv else "\n"
        self._file = path.open("a+b", buffering=0)
        try:
            self._begin(path)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, entry: Entry) -> None:
        """Append one row. Raises OSError; half a row is taken back then."""
        if self._is_csv:
            self._append(csv_line(astuple(entry)))
        else:
            row = dict(zip(_COLUMNS, astuple(entry), strict=True))
            self._append(json.dumps(row, ensure_ascii=False) + self._end)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _begin(self, path: Path) -> None:
        """Check and mend what is there: a row that a crash cut short ends where it was cut."""
        header = csv_line(_COLUMNS)
        length = self._file.seek(0, os.SEEK_END)
        if length == 0:
            if self._is_csv:
                self._append(header)
            return
        self._file.seek(0)
        if self._is_csv and self._file.read(len(header)) != header.encode():
            reason = f"“{path.name}” is there already and has other columns."
            raise UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader")
        self._file.seek(-min(length, _LONGEST_ROW), os.SEEK_END)
        last = self._file.read(_LONGEST_ROW).rpartition(b"\n")[2]
        if last:
            # An odd quote would take all rows that come behind it into its cell.
            self._append('"' * (self._is_csv and last.count(b'"') % 2) + self._end)

    def _append(self, line: str) -> None:
        before = self._file.seek(0, os.SEEK_END)
        # A name whose bytes are no text is shown as such elsewhere too; it must not cost the row.
        data = line.encode("utf-8", "backslashreplace")
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError:
            self._file.truncate(before)
            raise


def csv_line(cells: Iterable[str | int | None]) -> str:
    """Return a row of a CSV file with its end (RFC 4180), no cell of which is a formula."""
    # All in quotes: where a semicolon separates, one inside a text would begin a cell of its own.
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(_harmless(cell) for cell in cells)
    return line.getvalue()


def _harmless(cell: str | int | None) -> str | int | None:
    return _ESCAPE + cell if isinstance(cell, str) and cell.startswith(_ESCAPED) else cell
