# SPDX-License-Identifier: MIT
"""A list of what to send, as CSV: a header, then one row a file or object, with the values that it needs."""

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from guiuploader.sources.local_file import repaired, shown
from guiuploader.sources.store_address import Place, StoreAddress, is_address, parse_address
from guiuploader.values.errors import ErrorCode, Problem, SourceError, UsageError

PATH_COLUMN = "path"

_SEPARATORS = ",;\t"
_PROGRAM = "guiuploader send"
_LONGEST_HEADER = 65536  # characters


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """One row: a path or an address, and a value for each name that is asked for."""

    place: Place
    values: Mapping[str, str]


class PathList:
    """A list whose header was read and fits; its rows are read when they are asked for.

    `values` are those that are asked for, with what counts where a cell is empty, None where it must not be.
    """

    def __init__(self, path: Path, values: Mapping[str, str | None]) -> None:
        """Read the header. Raises UsageError."""
        self._path = path
        self._values = values
        try:
            # Read twice, as its header is checked before anything starts; a pipe would be empty by then.
            if path.exists() and not path.is_file():
                raise self._misused("is no regular file")
            with self._opened() as file:
                header = file.readline(_LONGEST_HEADER)
        except OSError as error:
            raise self._misused(f"cannot be read: {error.strerror}") from error
        # What a spreadsheet writes for “CSV” depends on the language it speaks.
        self._separator = max(_SEPARATORS, key=header.count)
        try:
            names = next(csv.reader([header], delimiter=self._separator, strict=True), [])
        except csv.Error as error:
            raise self._misused(f"has no header that can be read: {error}") from error
        self._names = [name.strip() for name in names]
        self._check_header(values)

    def rows(self) -> Iterator[ListedPlace | Problem]:
        """Yield each row, or why it cannot be used; the rest goes on all the same."""
        try:
            with self._opened() as file:
                yield from self._read(file)
        except OSError as error:
            yield self._refused(0, error.strerror or "unknown error")

    def addresses(self) -> Iterator[StoreAddress]:
        """Yield each bucket that a row names, to find out beforehand how its store is reached."""
        for row in self.rows():
            if isinstance(row, ListedPlace) and isinstance(row.place, StoreAddress):
                yield row.place.with_key("")

    def _read(self, file: TextIO) -> Iterator[ListedPlace | Problem]:
        rows = csv.reader(file, delimiter=self._separator, strict=True)
        next(rows, None)
        while True:
            line = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._refused(line, str(error))
                continue
            if cells:
                yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> ListedPlace | Problem:
        if len(cells) != len(self._names):
            return self._refused(line, f"it has {len(cells)} cells, and the header has {len(self._names)}")
        given = dict(zip(self._names, cells, strict=True))
        path = given.pop(PATH_COLUMN)
        if not path:
            return self._refused(line, "its path is empty")
        try:
            place = parse_address(path) if is_address(path) else Path(path)
        except SourceError as error:
            return self._refused(line, f"“{repaired(path)}” is no address: {error.problem.facts['reason']}")
        values: dict[str, str] = {}
        for name, usual in self._values.items():
            value = given.get(name) or usual
            if value is None:
                return self._refused(line, f"it has no value for “{name}”, which has no default")
            if repaired(value) != value:
                return self._refused(line, f"its value for “{name}” is not UTF-8")
            values[name] = value
        return ListedPlace(place, values)

    def _opened(self) -> TextIO:
        """Open the list. What is no UTF-8 is kept as it is: a file's name need not be text."""
        return self._path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _check_header(self, values: Collection[str]) -> None:
        known = ", ".join([PATH_COLUMN, *values])
        for name, times in Counter(self._names).items():
            if name != PATH_COLUMN and name not in values:
                raise self._misused(f"has a column “{repaired(name)}”; the destination knows: {known}")
            if times > 1:
                raise self._misused(f"has two columns “{name}”")
        if PATH_COLUMN not in self._names:
            raise self._misused(f"needs a header with the column “{PATH_COLUMN}”; there may be: {known}")

    def _refused(self, line: int, reason: str) -> Problem:
        return Problem(ErrorCode.LIST_ROW, {"path": shown(self._path), "line": line, "reason": reason})

    def _misused(self, reason: str) -> UsageError:
        return UsageError(ErrorCode.USAGE, reason=f"“{shown(self._path)}” {reason}", program=_PROGRAM)
