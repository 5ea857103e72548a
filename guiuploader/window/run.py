# SPDX-License-Identifier: MIT
"""What the sentence at the end is about: everything added or tried again since the queue last stood still."""

from collections import Counter
from collections.abc import Iterable, Sequence

from guiuploader.uploads.rows import Overall
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ACTIVE, ENDED, State
from guiuploader.window.sentences import Outcome

_REQUEST = 100_000
"""Bytes that could go in the time that a request takes by itself: so many small files count, too."""

_STANDING = frozenset({State.HELD, State.PAUSED, State.SKIPPED})


class Run:
    """Follows uploads from being added to their end. Rows tried again belong to the run they were in.

    Rows that are paused, skipped or wait for "Send" are no part of the work until they go on.
    """

    def __init__(self) -> None:
        self._states: dict[int, State] = {}
        self._requests: set[int] = set()
        self._weights: dict[int, int] = {}
        self._total = 0
        self._is_over = False

    def add(self, uploads: Sequence[Upload]) -> None:
        """Take new rows in; the first after an end begin a new run."""
        if self._is_over:
            self._states.clear()
            self._requests.clear()
            self._weights.clear()
            self._total = 0
            self._is_over = False
        self.update(uploads)

    def update(self, uploads: Sequence[Upload]) -> None:
        """Note the newest state of these rows."""
        for upload in uploads:
            if upload.state in ACTIVE | {State.QUEUED, State.RETRYING}:
                self._is_over = False
            self._states[upload.id] = upload.state
            weight = 0 if upload.state in _STANDING else (upload.source.size or 0) + _REQUEST
            if not upload.destination.takes_file:
                self._requests.add(upload.id)
            self._total += weight - self._weights.get(upload.id, 0)
            self._weights[upload.id] = weight

    def remove(self, ids: Iterable[int]) -> None:
        """Forget rows that were taken out."""
        for id_ in ids:
            self._states.pop(id_, None)
            self._requests.discard(id_)
            self._total -= self._weights.pop(id_, 0)

    def end(self) -> Outcome:
        """Close the run and return how it went."""
        self._is_over = True
        return self.outcome()

    @property
    def is_over(self) -> bool:
        """Whether everything has ended since the last row was added or tried again."""
        return self._is_over

    def outcome(self) -> Outcome:
        """Return how many came to which end; rows that have not ended do not count."""
        counts = Counter(self._states.values())
        return Outcome(
            arrived=counts[State.DONE],
            skipped=counts[State.SKIPPED],
            failed=counts[State.FAILED],
            unconfirmed=counts[State.UNCONFIRMED],
            cancelled=counts[State.CANCELLED],
            has_files=any(self._states[id_] in ENDED for id_ in self._states.keys() - self._requests),
        )

    def in_state(self, *states: State) -> list[int]:
        """Return the ids of the run's rows in these states."""
        return [id_ for id_, state in self._states.items() if state in states]

    def fraction(self, overall: Overall) -> float:
        """Return how much of the run's work, in bytes and in files, is behind it, 0 to 1."""
        left = overall.bytes_left + overall.unfinished * _REQUEST
        return 1 - min(left / self._total, 1) if self._total else 0.0
