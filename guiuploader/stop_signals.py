# SPDX-License-Identifier: MIT
"""Ctrl-C, SIGTERM and SIGHUP as a Qt signal: Python runs its handlers only between two of Qt's events."""

import signal
import socket
from types import FrameType, TracebackType
from typing import Self

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class StopSignals(QObject):
    """Catches the signals inside a `with` block; after the first one, a second ends the program at once.

    A signal that was to be ignored stays so: `nohup` asks for that.
    """

    caught = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._here, self._there = socket.socketpair()
        self._here.settimeout(0)
        self._there.settimeout(0)
        self._wakeup_before = signal.set_wakeup_fd(self._there.fileno())
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_wakeup)
        self._numbers = [number for number in self._numbers if signal.getsignal(number) != signal.SIG_IGN]
        self._before = {number: signal.signal(number, _note) for number in self._numbers}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal() itself returned
        signal.set_wakeup_fd(self._wakeup_before)
        self._notifier.setEnabled(False)
        self._here.close()
        self._there.close()

    @Slot()
    def _on_wakeup(self) -> None:
        self._here.recv(64)
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL)
        self.caught.emit()


def interrupt_by_any() -> None:
    """Let each of the signals raise KeyboardInterrupt outside such a block, as Ctrl-C does."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _note(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the number that Python writes into the socket is what wakes us."""
