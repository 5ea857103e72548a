# SPDX-License-Identifier: MIT
"""A smoothed speed, told the time so that it needs no clock of its own."""

_HALF_LIFE = 1.5  # seconds after which a measurement counts half
_SHORTEST = 0.1  # seconds; a shorter span says more of the scheduler than of the network


class SpeedMeter:
    """Bytes per second as an exponentially weighted mean over time."""

    def __init__(self, now: float, position: int = 0) -> None:
        self._at = now
        self._position = position
        self.bytes_per_second = 0.0

    def moved(self, position: int, now: float) -> None:
        """Note that `position` bytes in all were reached at `now`, in seconds."""
        if position < self._position:  # sent again from the beginning
            self._position = 0
        span = now - self._at
        if span < _SHORTEST:
            return
        speed = (position - self._position) / span
        weight = 0.5 ** (span / _HALF_LIFE) if self.bytes_per_second else 0.0
        self.bytes_per_second = weight * self.bytes_per_second + (1 - weight) * speed
        self._at, self._position = now, position
