# SPDX-License-Identifier: MIT
"""Which rows start now, and when to look again.

First in, first out, with one exception: as soon as larger files fill all places but one, that place is kept
for files of up to 1 MiB, while any of them could start. A destination that is at its limits, or parked, holds
up nobody behind it.

Nobody starves. While a large file's destination is at its limits, another destination's may go ahead of it;
from then on its own destination's small files no longer pass it. So its limits come free, and it is the
first in order.
"""

import heapq
import math
from dataclasses import dataclass, replace

from guiuploader.uploads.waiting_line import Lane, Waiting, WaitingLine


@dataclass(frozen=True, slots=True)
class Start:
    """One request to be started with these rows; a probe tells whether its destination works again."""

    ids: tuple[int, ...]
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What starts now; `look_again` is when to ask next if nothing happens before, None for never."""

    starts: tuple[Start, ...]
    look_again: float | None


@dataclass(frozen=True, slots=True)
class _Request:
    ids: tuple[int, ...]
    line: WaitingLine
    lane: Lane


class Schedule:
    """The rows that wait and the requests that run; it has no clock, each time is told.

    `parallel` is how many requests may run at once, for all destinations together. Every change costs the
    logarithm of what waits, however much is blocked.
    """

    def __init__(self, parallel: int) -> None:
        self.parallel = parallel
        self._lines: dict[str, WaitingLine] = {}
        self._where: dict[int, WaitingLine] = {}
        self._requests: dict[int, _Request] = {}
        self._running = [0, 0]  # requests, by lane
        # The first row of each line, by lane. An entry that is no longer true is dropped when it comes up.
        self._offers: tuple[list[tuple[float, int, str]], ...] = ([], [])
        self._offered: dict[tuple[str, Lane], tuple[float, int]] = {}
        self._wakes: list[tuple[float, str]] = []
        self._noted_wakes: set[tuple[float, str]] = set()
        self._at_limits: dict[str, WaitingLine] = {}
        self._asked_at = -math.inf

    def __len__(self) -> int:
        return len(self._where)

    def __contains__(self, upload_id: int) -> bool:
        return upload_id in self._where

    def has_rows(self, destination: str) -> bool:
        """Tell whether anything waits for this destination."""
        line = self._lines.get(destination)
        return line is not None and not line.is_empty

    def limit(self, destination: str, *, parallel: int = 0, starts_per_minute: int = 0) -> None:
        """Set what one destination allows; 0 for no limit."""
        line = self._line(destination)
        line.parallel, line.starts_per_minute = parallel, starts_per_minute
        self._offer(line)

    def add(self, row: Waiting) -> None:
        """Take a row in, or put it in the place of the one that waits under its id."""
        self.remove(row.id)
        line = self._line(row.destination)
        line.put(row)
        self._where[row.id] = line
        if row.not_before > 0:
            self._look_at(line, row.not_before)
        else:
            self._offer(line)

    def remove(self, upload_id: int) -> None:
        """Take a row out; one that does not wait here is none of ours."""
        line = self._where.pop(upload_id, None)
        if line is not None:
            line.take(upload_id)
            self._offer(line)

    def move(self, upload_id: int, rank: float) -> None:
        """Give a row another place in the order; one that does not wait here has none."""
        line = self._where.get(upload_id)
        if line is not None:
            self.add(replace(line.row(upload_id), rank=rank))

    def ended(self, upload_id: int) -> None:
        """Note that the request with this row has ended; one that has ended already is passed over."""
        request = self._requests.get(upload_id)
        if request is None:
            return
        for each in request.ids:
            del self._requests[each]
        self._running[request.lane] -= 1
        request.line.running -= 1
        if request.line.probe in request.ids:
            request.line.probe = None
        self._offer(request.line)

    def park(self, destination: str, probe_at: float) -> None:
        """Let nothing start there but one probe at this time, or nothing at all where it is infinite.

        What runs there goes on. It stays parked until `unpark`: a probe that ends without that, or a later
        time for the next one, is followed by another.
        """
        line = self._line(destination)
        line.probe_at = probe_at
        self._offer(line)

    def hurry(self, destination: str, now: float) -> None:
        """Let a parked destination be probed now, whatever the times of its rows."""
        self._line(destination).hurry()
        self.park(destination, now)

    def unpark(self, destination: str) -> None:
        """Let everything start there again."""
        line = self._line(destination)
        line.probe_at = line.probe = None
        self._offer(line)

    def next(self, now: float) -> Plan:
        """Return what starts now, `now` being in seconds; it counts as running until `ended`."""
        self._wake(now)
        starts: list[Start] = []
        while sum(self._running) < self.parallel and (chosen := self._choose(now)) is not None:
            starts.append(self._start(*chosen, now))
        full = sum(self._running) >= self.parallel
        return Plan(tuple(starts), None if full or not self._wakes else self._wakes[0][0])

    def _line(self, destination: str) -> WaitingLine:
        line = self._lines.get(destination)
        if line is None:
            line = self._lines[destination] = WaitingLine(destination)
        return line

    def _offer(self, line: WaitingLine) -> None:
        """Put the first rows of a line up for choice, after any change to it."""
        self._at_limits.pop(line.destination, None)
        for lane in Lane:
            head = line.head(lane)
            if head is not None and self._offered.get((line.destination, lane)) != head:
                heapq.heappush(self._offers[lane], (*head, line.destination))
                self._offered[line.destination, lane] = head

    def _look_at(self, line: WaitingLine, time: float) -> None:
        wake = (time, line.destination)
        if wake not in self._noted_wakes:
            self._noted_wakes.add(wake)
            heapq.heappush(self._wakes, wake)

    def _wake(self, now: float) -> None:
        if now < self._asked_at:  # the clock was set back: when to look again no longer holds
            for line in self._lines.values():
                self._offer(line)
        self._asked_at = now
        while self._wakes and self._wakes[0][0] <= now:
            wake = heapq.heappop(self._wakes)
            self._noted_wakes.discard(wake)
            line = self._lines[wake[1]]
            line.wake(now)
            self._offer(line)

    def _choose(self, now: float) -> tuple[WaitingLine, Lane] | None:
        small = self._first(Lane.SMALL, now)
        is_kept = self.parallel > 1 and self._running[Lane.LARGE] >= self.parallel - 1
        large = None if small and is_kept else self._first(Lane.LARGE, now)
        if small and (large is None or small < large):
            return self._lines[small[2]], Lane.SMALL
        return (self._lines[large[2]], Lane.LARGE) if large else None

    def _first(self, lane: Lane, now: float) -> tuple[float, int, str] | None:
        """Return the first row of a lane whose destination lets it start; what is blocked is set aside."""
        offers = self._offers[lane]
        while offers:
            rank, upload_id, destination = offers[0]
            line = self._lines[destination]
            is_true = line.head(lane) == (rank, upload_id)
            if is_true and line.free_at(now) <= now and line.lets_pass(lane):
                return offers[0]
            heapq.heappop(offers)
            if self._offered.get((destination, lane)) == (rank, upload_id):
                del self._offered[destination, lane]
            if is_true:
                self._set_aside(line, now)
        return None

    def _set_aside(self, line: WaitingLine, now: float) -> None:
        """Remember when a blocked line is to be looked at again, where it is the time that decides."""
        free_at = line.free_at(now)
        if now < free_at < math.inf:
            self._look_at(line, free_at)
        if free_at > now and line.probe_at is None:
            self._at_limits[line.destination] = line

    def _start(self, line: WaitingLine, lane: Lane, now: float) -> Start:
        if lane is Lane.LARGE:
            self._note_overtaken(line)
        ids = line.start(lane, now)
        request = _Request(ids, line, lane)
        for upload_id in ids:
            del self._where[upload_id]
            self._requests[upload_id] = request
        self._running[lane] += 1
        self._offer(line)
        return Start(ids, is_probe=line.probe in ids)

    def _note_overtaken(self, by: WaitingLine) -> None:
        """Let no small file of a line pass its large one, once one from elsewhere has gone before that."""
        starting = by.head(Lane.LARGE)
        for line in self._at_limits.values():
            head = line.head(Lane.LARGE)
            if head is not None and starting is not None and head < starting:
                line.in_order_only = True
