# SPDX-License-Identifier: MIT
"""The uploads in queue order, with totals kept as they change, so that none is counted by walking."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guiuploader.uploads.order import Order
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ACTIVE, State

_GOING = ACTIVE | {State.QUEUED, State.RETRYING}


@dataclass(frozen=True, slots=True)
class Overall:
    """The whole queue in figures: rows by state, bytes that will still go by themselves, bytes per second."""

    counts: Mapping[State, int]
    bytes_left: int
    bytes_per_second: float

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    @property
    def unfinished(self) -> int:
        """Rows that will go on by themselves: queued or active, not held."""
        return sum(self.counts[state] for state in _GOING)

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this speed, or None when nobody knows."""
        return self.bytes_left / self.bytes_per_second if self.bytes_per_second > 0 else None


class Rows:
    """A dictionary by id, walked in the queue's order."""

    def __init__(self) -> None:
        self.order = Order()
        self._rows: dict[int, Upload] = {}
        self._counts: Counter[State] = Counter()
        self._bytes_left = 0
        self._speeds: dict[int, float] = {}

    def __iter__(self) -> Iterator[Upload]:
        return map(self._rows.__getitem__, self.order)

    def __contains__(self, upload_id: int) -> bool:
        return upload_id in self._rows

    def __getitem__(self, upload_id: int) -> Upload:
        return self._rows[upload_id]

    def get(self, upload_id: int) -> Upload | None:
        """Return the row, or None when it left the queue."""
        return self._rows.get(upload_id)

    def put(self, upload: Upload) -> None:
        """Add a row at its place, or replace it, there or at another one."""
        old = self._rows.get(upload.id)
        if old is not None:
            self._count(old, -1)
        self._rows[upload.id] = upload
        if old is None or old.place != upload.place:
            self.order.put(upload.id, upload.place)
        self._count(upload, +1)
        if upload.state is State.UPLOADING:
            self._speeds[upload.id] = upload.bytes_per_second
        else:
            self._speeds.pop(upload.id, None)

    def drop(self, upload_id: int) -> None:
        """Take a row out."""
        self._count(self._rows.pop(upload_id), -1)
        self._speeds.pop(upload_id, None)
        self.order.drop(upload_id)

    def overall(self) -> Overall:
        """Return the totals of this moment."""
        counts = {state: self._counts[state] for state in State}
        return Overall(counts, self._bytes_left, sum(self._speeds.values()))

    def _count(self, upload: Upload, step: int) -> None:
        self._counts[upload.state] += step
        if upload.state in _GOING:
            self._bytes_left += step * ((upload.source.size or 0) - upload.sent)
