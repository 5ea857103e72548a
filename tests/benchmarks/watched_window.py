# SPDX-License-Identifier: MIT
"""Our window in a process of its own, which prints what it measures as JSON.

`watched_window.py start SINCE` prints the seconds from `SINCE`, on the monotonic clock, to the first painted
window. `watched_window.py add FOLDER` adds a folder to a queue that
waits for "Send", and `watched_window.py send URL FILE…` sends files, four at once; both print seconds, and
how late a timer of 10 ms came.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from guiuploader import app, memory, paths
from guiuploader.destinations.toml_file import parse
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.benchmarks.bare_window import FirstPaint, say

_BEAT = 0.01  # seconds
_TOML = "format = 1\nname = 'Bench'\nurl = '{url}'\n[reply]\nhash = 'none'\n"


class Beats(QObject):
    """A timer that notes how late it comes, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._due = time.monotonic() + _BEAT
        self._timer.start(int(1000 * _BEAT))

    @Slot()
    def _on_beat(self) -> None:
        now = time.monotonic()
        self.late.append(max(0.0, now - self._due))
        self._due = now + _BEAT


def start(since: float) -> None:
    """Show ours, as the program does."""
    watch = FirstPaint(since)
    make = app.make_application

    def watched() -> QApplication:
        application = make()
        application.installEventFilter(watch)
        return application

    app.make_application = watched
    app.run((), folders=paths.folders(), to=None, demo=False)


def add(folder: Path) -> None:
    """Add a folder's files, which then wait."""
    destination = parse(_TOML.format(url="http://127.0.0.1:9/"), called="bench")
    work(lambda program: program.manager.add([folder], destination, hold=True))


def send(url: str, files: Sequence[Path]) -> None:
    """Send files, and wait for the end of all."""
    destination = parse(_TOML.format(url=url), called="bench")
    work(lambda program: program.manager.add(files, destination, again=True))


def work(begin: Callable[[app.Program], object]) -> None:
    """Let the program's queue do this, and print how long it took and how late beats came, in seconds."""
    application = app.make_application()
    folders = paths.folders()
    program = app.Program(application, folders, SecretStore(no_keychain), memory.opened(folders.data))
    program.window.show()
    application.processEvents()
    beats, started = Beats(), time.monotonic()
    program.manager.all_ended.connect(application.quit)
    begin(program)
    called = time.monotonic() - started
    application.exec()
    seconds = time.monotonic() - started
    late = sorted(beats.late)
    rows = len(program.manager.uploads())
    say(seconds=seconds, call=called, rows=rows, worst=late[-1], p99=late[len(late) * 99 // 100])
    program.shutdown()


def main(mode: str, words: Sequence[str]) -> None:
    """Measure what is asked for."""
    match mode:
        case "start":
            start(float(words[0]))
        case "add":
            add(Path(words[0]))
        case _:
            send(words[0], [Path(word) for word in words[1:]])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
