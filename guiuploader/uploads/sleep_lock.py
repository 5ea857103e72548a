# SPDX-License-Identifier: MIT
"""A lock on the computer's sleep, asked for on a thread of its own: a desktop may take its time to answer."""

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from queue import SimpleQueue

_PATIENCE = 2.0  # seconds that letting go may take at the end; a process that ends lets go in any case

_log = logging.getLogger(__name__)


class SleepLock:
    """Held while it is wanted; where there is nothing to ask for it, as on a server, nothing happens."""

    def __init__(self) -> None:
        self.is_wanted = False
        self._wishes: SimpleQueue[bool | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def want(self, *, is_wanted: bool) -> None:
        """Take the lock or let go of it, soon; this waits for nothing."""
        if is_wanted is self.is_wanted:
            return
        self.is_wanted = is_wanted
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sleep lock", daemon=True)
            self._thread.start()
        self._wishes.put(is_wanted)

    def close(self) -> None:
        """Let go of it for good."""
        if self._thread is not None:
            self._wishes.put(None)
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        held = ExitStack()
        while (wish := self._wishes.get()) is not None:
            if wish:
                for take in _takers():
                    _try(take, held)
            else:
                _try(ExitStack.close, held)
        _try(ExitStack.close, held)


def _try(step: Callable[[ExitStack], None], held: ExitStack) -> None:
    try:
        step(held)
    except Exception as error:  # noqa: BLE001 - whatever a desktop does, the uploads go on
        _log.info("The computer's sleep could not be held off or let go: %r", error)


def _takers() -> list[Callable[[ExitStack], None]]:
    if sys.platform != "linux":
        return [_take_wakepy]
    # Only there is the bus that it speaks to.
    from guiuploader.uploads import sleep_bus  # noqa: PLC0415 - the platform's own

    return [sleep_bus.take_from_logind, sleep_bus.take_from_desktop]


def _take_wakepy(held: ExitStack) -> None:
    import wakepy  # noqa: PLC0415 - it takes 70 ms, which no start is to pay

    held.enter_context(wakepy.keep.running(on_fail="pass"))
