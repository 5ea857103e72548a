# SPDX-License-Identifier: MIT
"""What befalls this computer itself: it has no network, or it slept."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from guiuploader.values.errors import ErrorCode, Problem

if TYPE_CHECKING:
    from guiuploader.uploads.reachability import Reachability

_TICK = 5.0  # seconds between two looks at the clock
_SLACK = 20.0  # seconds that a look may come late without having been slept through
_NO_WAY_OUT = frozenset({ErrorCode.NAME_NOT_FOUND, ErrorCode.UNREACHABLE, ErrorCode.PROXY_UNREACHABLE})
_BROKEN = frozenset({ErrorCode.SEND_STALLED, ErrorCode.CONNECTION_LOST})


class Outages(QObject):
    """Tells whose fault a failure is, and when it is worth trying again.

    Nothing is held back for want of a network: what the system says of it only explains what failed, so that
    a server on this computer or beside it is reached all the same.
    """

    over = Signal()  # the network is back, or the computer woke up

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reachability: Reachability | None = None
        self._looked_at: float | None = None
        self._tick = QTimer(self, interval=int(1000 * _TICK))
        self._tick.timeout.connect(self.look)

    def explained(self, problem: Problem, host: str, *, is_open: bool) -> Problem:
        """Return the problem, or, where this computer has no network, that.

        `is_open` says that the file may have arrived: then it stays what it is.
        """
        if is_open or problem.code not in _NO_WAY_OUT | _BROKEN:
            return problem
        server = str(problem.facts["proxy"]) if problem.code is ErrorCode.PROXY_UNREACHABLE else host
        return Problem(ErrorCode.NO_NETWORK, {"host": server}) if self._is_away(server) else problem

    def watch(self, *, is_needed: bool) -> None:
        """Look at the clock from time to time, while anything waits for a time."""
        if not is_needed:
            self._tick.stop()
            self._looked_at = None
        elif not self._tick.isActive():
            self._looked_at = time.time()
            self._tick.start()

    @Slot()
    def look(self) -> None:
        """Tell where the clock jumped: a computer that sleeps stops its timers, and wakes to another time."""
        now, before = time.time(), self._looked_at
        if before is None:
            return
        self._looked_at = now
        if not -_SLACK <= now - before <= _TICK + _SLACK:
            self.over.emit()

    def _is_away(self, server: str) -> bool:
        if self._reachability is None:
            try:
                # Qt's network library takes ten milliseconds of a start, and a system library of its own
                # (GSSAPI) that a small container may lack. Most runs never need it.
                from guiuploader.uploads.reachability import Reachability  # noqa: PLC0415 - for that reason
            except ImportError:
                return False
            self._reachability = Reachability(self)
            self._reachability.came_back.connect(self.over)
        return not self._reachability.lets_reach(server)
