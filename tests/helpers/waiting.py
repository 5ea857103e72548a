# SPDX-License-Identifier: MIT
"""Waiting for a condition with a deadline, so that no test sleeps for a guessed time."""

import time
from collections.abc import Callable
from threading import Event


def holds_within(condition: Callable[[], object], seconds: float) -> bool:
    """Return whether `condition` becomes true within `seconds`; it is asked at least once."""
    deadline = time.monotonic() + seconds
    pause = Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.01)
    return True


def wait_until(condition: Callable[[], object], *, timeout: float = 10.0, message: str = "") -> None:
    """Return once `condition` is true; fail with `message` if `timeout` seconds pass before that.

    Blocks the calling thread: where a Qt event loop must go on, use `qtbot.waitUntil`.
    """
    if not holds_within(condition, timeout):
        raise AssertionError(message or f"the condition did not hold within {timeout} s")
