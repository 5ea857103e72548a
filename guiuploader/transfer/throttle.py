# SPDX-License-Identifier: MIT
"""Keep a speed: a token bucket that any number of transfers may share."""

import threading
import time
from collections.abc import Callable

_DEPTH = 0.1  # seconds of budget: what one piece may take, and what may be made up for after a late start


class Limit:
    """At most so many bytes per second, 0 for no limit; to be used and changed from any thread."""

    def __init__(self, bytes_per_second: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.bytes_per_second = bytes_per_second
        self._clock = clock
        self._free_at = float("-inf")
        self._lock = threading.Lock()

    def piece(self, size: int) -> int:
        """Return how many of `size` bytes to take at once, so that no wait is much longer than 100 ms."""
        rate = self.bytes_per_second
        return min(size, max(1, int(rate * _DEPTH))) if rate else size

    def reserve(self, count: int) -> float:
        """Book `count` bytes and return the seconds after which they may go."""
        rate = self.bytes_per_second
        if not rate:
            return 0.0
        with self._lock:
            now = self._clock()
            starts_at = max(self._free_at, now - _DEPTH)
            self._free_at = starts_at + count / rate
            return max(0.0, starts_at - now)
