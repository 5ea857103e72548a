# SPDX-License-Identifier: MIT
"""The order of the rows: each has a place, a number, and two with the same one go by their ids.

A row that is moved gets a place between those of its new neighbours, so that no other row changes. Numbers
have an end: where two neighbours are too close, those before them make room.
"""

import math
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum, auto

_STEP = 1 / 1024
"""Between rows that made room: wide enough to halve often, and narrow beside the 1 between new rows."""

_MANY = 500
"""Rows that cost more to be put in one by one."""


class Way(Enum):
    """Where rows can be moved."""

    TOP = auto()
    UP = auto()
    DOWN = auto()
    END = auto()


class Order:
    """Rows by place; every place is less than the id that the next new row will have, which is its place.

    A change costs the logarithm of all rows. An entry that is no longer true is passed over, and dropped with
    others when they are half of all.
    """

    def __init__(self) -> None:
        self._entries: list[tuple[float, int]] = []
        self._places: dict[int, float] = {}

    def __iter__(self) -> Iterator[int]:
        return (upload_id for place, upload_id in self._entries if self._places.get(upload_id) == place)

    def put(self, upload_id: int, place: float) -> None:
        """Add a row, or give it another place."""
        if self._places.get(upload_id) == place:
            return
        self._places[upload_id] = place
        entry = (place, upload_id)
        if not self._entries or entry > self._entries[-1]:
            self._entries.append(entry)
            return
        at = bisect_left(self._entries, entry)
        if self._entries[at] != entry:  # else it comes back to where it was
            self._entries.insert(at, entry)
        self._tidy()

    def put_all(self, places: Mapping[int, float]) -> None:
        """Give rows other places; many at once for the cost of one sort."""
        if len(places) < _MANY:
            for upload_id, place in places.items():
                self.put(upload_id, place)
        else:
            self._places.update(places)
            self._sort()

    def drop(self, upload_id: int) -> None:
        """Take a row out."""
        del self._places[upload_id]
        self._tidy()

    def target(self, ids: Sequence[int], way: Way) -> int | None:
        """Return the row before which these, given in order, stand after such a move; None for the end."""
        moved = set(ids)
        if way is Way.TOP:
            return self._next(0, moved)
        if way is Way.UP:
            first = self._index(ids[0])
            above = next(self._backwards(first, moved), None)
            return self._next(0, moved) if above is None else above
        if way is Way.DOWN:
            below = self._next(self._index(ids[-1]) + 1, moved)
            return None if below is None else self._next(self._index(below) + 1, moved)
        return None

    def clear_of(self, ids: Collection[int], before: int | None) -> int | None:
        """Return `before`, or the first row behind it that is none of these; None for the end."""
        return None if before is None else self._next(self._index(before), ids)

    def room(self, ids: Sequence[int], before: int | None) -> Mapping[int, float]:
        """Return the places of these, in this order, right before a row that is none of them, or at the end.

        Other rows that make room are in it, too; they stay between the same neighbours.
        """
        moved, count = set(ids), len(ids)
        at = len(self._entries) if before is None else self._index(before)
        below = next(self._backwards(at, moved), None)
        if below is None:
            upper = min(self._places.values()) if before is None else self._places[before]
            return {upload_id: upper - count + number for number, upload_id in enumerate(ids)}
        lower = self._places[below]
        upper = math.floor(lower) + 1.0 if before is None else self._places[before]
        step = (upper - lower) / (count + 1)
        if step > 4 * math.ulp(max(abs(lower), abs(upper))):
            return {upload_id: lower + step * number for number, upload_id in enumerate(ids, start=1)}
        return self._pushed(ids, at, upper)

    def _pushed(self, ids: Sequence[int], at: int, upper: float) -> Mapping[int, float]:
        """Return places in steps below `upper`, also of those before as far as they are in the way."""
        places = {
            upload_id: upper - _STEP * number for number, upload_id in enumerate(reversed(ids), start=1)
        }
        limit = upper - _STEP * (len(ids) + 1)
        for upload_id in self._backwards(at, set(ids)):
            if self._places[upload_id] <= limit:
                break
            places[upload_id] = limit
            limit -= _STEP
        return places

    def _index(self, upload_id: int) -> int:
        return bisect_left(self._entries, (self._places[upload_id], upload_id))

    def _next(self, at: int, without: Collection[int]) -> int | None:
        """Return the first row from an entry on that is none of these."""
        for number in range(at, len(self._entries)):
            place, upload_id = self._entries[number]
            if upload_id not in without and self._places.get(upload_id) == place:
                return upload_id
        return None

    def _backwards(self, at: int, without: Collection[int]) -> Iterator[int]:
        for number in range(at - 1, -1, -1):
            place, upload_id = self._entries[number]
            if upload_id not in without and self._places.get(upload_id) == place:
                yield upload_id

    def _tidy(self) -> None:
        if len(self._entries) > 2 * len(self._places):
            self._sort()

    def _sort(self) -> None:
        self._entries = sorted((place, upload_id) for upload_id, place in self._places.items())
