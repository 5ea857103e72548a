# SPDX-License-Identifier: MIT
"""A guard against PySide6 6.12.0: under CPython 3.11 each emit drops a reference, until Python aborts."""

import sys
from importlib.metadata import version

from PySide6.QtCore import QObject, Signal

EMITS = 50
NOISE = 10  # references that other code may take or drop meanwhile


class Emitter(QObject):
    happened = Signal()


def test_emitting_a_signal_drops_no_reference() -> None:
    emitter = Emitter()
    before = [sys.getrefcount(constant) for constant in (True, False, None)]
    for _ in range(EMITS):
        emitter.happened.emit()
    after = [sys.getrefcount(constant) for constant in (True, False, None)]
    assert all(abs(new - old) < NOISE for old, new in zip(before, after, strict=True)), (before, after)


def test_the_installed_qt_is_older_than_the_faulty_one() -> None:
    # From Python 3.12 on, these constants are immortal: the count above proves nothing there.
    assert tuple(map(int, version("PySide6-Essentials").split(".")[:2])) < (6, 12)
