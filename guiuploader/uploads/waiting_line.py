# SPDX-License-Identifier: MIT
"""The rows that wait for one destination, and what that destination allows just now."""

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

SMALL = 1024 * 1024
"""Bytes up to which a file goes by the lane for small ones."""

_WINDOW = 60.0  # seconds over which starts are counted


class Lane(IntEnum):
    """Which of the two lanes a row waits in."""

    SMALL = 0
    LARGE = 1


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that one request may carry together: at most `most` of those with the same `key`.

    `most_bytes` is what they may hold together, None for any. One that `is_whole` goes at once, whatever has
    come between its rows.
    """

    key: object
    most: int
    most_bytes: int | None = None
    is_whole: bool = False

    def has_room(self, rows: Sequence["Waiting"], row: "Waiting") -> bool:
        """Tell whether one more row may go with these."""
        if row.group != self or len(rows) >= self.most:
            return False
        size = sum(each.size or 0 for each in (*rows, row))
        return self.most_bytes is None or size <= self.most_bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that waits; those of lower `rank` go first.

    `destination` is whatever tells one from another. `size` is in bytes, None when unknown; `not_before` is
    in seconds, on the clock that `Schedule.next` is told.
    """

    id: int
    destination: str
    rank: float
    size: int | None
    not_before: float = 0.0
    group: Group | None = None

    @property
    def lane(self) -> Lane:
        """The lane it waits in; a file of unknown size may be of any, and so may files that go together."""
        return Lane.LARGE if self.group or self.size is None or self.size > SMALL else Lane.SMALL


class WaitingLine:
    """Each lane is a heap whose stale entries are dropped as they come up, so that no change walks the rows.

    `probe_at` stands while the destination is parked: nothing starts but one probe at that time, in seconds,
    or nothing at all where it is infinite. `probe` is a row of the probe that is out.
    """

    def __init__(self, destination: str) -> None:
        self.destination = destination
        self.parallel = 0
        self.starts_per_minute = 0
        self.running = 0
        self.probe_at: float | None = None
        self.probe: int | None = None
        self.in_order_only = False
        self._rows: dict[int, Waiting] = {}
        self._late: set[int] = set()
        self._due: list[tuple[float, int]] = []
        self._ready: tuple[list[tuple[float, int]], ...] = ([], [])
        self._starts: deque[float] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits here."""
        return not self._rows

    def put(self, row: Waiting) -> None:
        """Add a row, or put another in the place of the one with its id."""
        self._rows[row.id] = row
        if row.not_before > 0:
            self._late.add(row.id)
            heapq.heappush(self._due, (row.not_before, row.id))
        else:
            self._make_ready(row)

    def row(self, upload_id: int) -> Waiting:
        """Return a row that waits here."""
        return self._rows[upload_id]

    def take(self, upload_id: int) -> Waiting:
        """Take a row out and return it."""
        self._late.discard(upload_id)
        return self._rows.pop(upload_id)

    def wake(self, now: float) -> None:
        """Let those rows in whose time has come."""
        while self._due and self._due[0][0] <= now:
            time, upload_id = heapq.heappop(self._due)
            row = self._rows.get(upload_id)
            if row is not None and upload_id in self._late and row.not_before == time:
                self._make_ready(row)

    def hurry(self) -> None:
        """Let all rows in, whatever their time."""
        for upload_id in sorted(self._late):
            self._make_ready(self._rows[upload_id])

    def head(self, lane: Lane) -> tuple[float, int] | None:
        """Return rank and id of the first row of a lane that could go now, None when there is none."""
        heap = self._ready[lane]
        while heap:
            rank, upload_id = heap[0]
            row = self._rows.get(upload_id)
            if row and row.rank == rank and row.lane is lane and upload_id not in self._late:
                return heap[0]
            heapq.heappop(heap)
        return None

    def start(self, lane: Lane, now: float) -> tuple[int, ...]:
        """Take the first row of a lane, and those that may share its request, and return their ids."""
        first = self._pop(lane)
        rows = sorted([first, *self._mates(first)], key=lambda row: (row.rank, row.id))
        self.running += 1
        if self.starts_per_minute:
            self._starts.append(now)
        if self.probe_at is not None:
            self.probe = first.id
        if lane is Lane.LARGE:
            self.in_order_only = False
        return tuple(row.id for row in rows)

    def free_at(self, now: float) -> float:
        """Return when it may start something: in the past for now, infinity when something must end first."""
        if self.probe is not None or (self.parallel and self.running >= self.parallel):
            return math.inf
        at = self._rate_free_at(now)
        return at if self.probe_at is None else max(at, self.probe_at)

    def lets_pass(self, lane: Lane) -> bool:
        """Tell whether the first row of this lane may go before that of the other."""
        small, large = self.head(Lane.SMALL), self.head(Lane.LARGE)
        if not self.in_order_only or small is None or large is None:
            return True
        return (small < large) == (lane is Lane.SMALL)

    def _rate_free_at(self, now: float) -> float:
        # What lies in the future was noted before the clock was set back.
        while self._starts and not now - _WINDOW < self._starts[0] <= now:
            self._starts.popleft()
        if not self.starts_per_minute or len(self._starts) < self.starts_per_minute:
            return -math.inf
        return self._starts[-self.starts_per_minute] + _WINDOW

    def _mates(self, first: Waiting) -> list[Waiting]:
        """Take the rows that share the first one's request, and return them."""
        group, mates = first.group, list[Waiting]()
        if group is None:
            return mates
        if group.is_whole:
            return [self.take(row.id) for row in tuple(self._rows.values()) if row.group == group]
        while (head := self.head(first.lane)) and group.has_room([first, *mates], self._rows[head[1]]):
            mates.append(self._pop(first.lane))
        return mates

    def _pop(self, lane: Lane) -> Waiting:
        head = self.head(lane)
        if head is None:
            raise IndexError(lane)
        heapq.heappop(self._ready[lane])
        return self.take(head[1])

    def _make_ready(self, row: Waiting) -> None:
        self._late.discard(row.id)
        heapq.heappush(self._ready[row.lane], (row.rank, row.id))
