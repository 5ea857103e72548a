# SPDX-License-Identifier: MIT
"""Asks on the terminal for another secret in the middle of a `send`, while the event loop goes on."""

import os
import sys
from functools import partial
from typing import TextIO

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from guiuploader.report import Report
from guiuploader.uploads.asking import SignInQuestion
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey, SecretStore

_LONGEST = 4096  # bytes that a terminal gives as one line

CAN_ASK = os.name == "posix"
"""Whether a line can be awaited here without stopping everything else."""


class HiddenLine(QObject):
    """Reads one line that does not appear; whoever makes it must `close` it, or the terminal stays mute."""

    read = Signal(str)  # without its end; "" where nobody is there

    def __init__(self, terminal: int, parent: QObject) -> None:
        import termios  # noqa: PLC0415 - POSIX alone has it

        super().__init__(parent)
        self._terminal = terminal
        before = termios.tcgetattr(terminal)
        mute = [*before]
        mute[3] &= ~termios.ECHO
        self._restore: partial[None] | None = partial(termios.tcsetattr, terminal, termios.TCSADRAIN, before)
        termios.tcsetattr(terminal, termios.TCSAFLUSH, mute)
        self._notifier = QSocketNotifier(terminal, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)

    def close(self) -> None:
        """Let the terminal show again what is typed; may be called twice."""
        self._notifier.setEnabled(False)
        if self._restore is not None:
            self._restore()
            self._restore = None

    @Slot()
    def _on_readable(self) -> None:
        line = os.read(self._terminal, _LONGEST)
        self.close()
        self.read.emit(line.decode(errors="replace").strip())


class TerminalAsking(QObject):
    """Asks one thing after another, each once; Enter alone, or the end of the input, leaves it.

    `report` is told to be quiet while a question stands there. What is typed goes where the secret before it
    was: to the keychain, or to this session.
    """

    def __init__(
        self,
        manager: UploadManager,
        secrets: SecretStore,
        report: Report,
        *,
        terminal: int,
        out: TextIO = sys.stderr,
    ) -> None:
        super().__init__(manager)
        self._manager = manager
        self._secrets = secrets
        self._report = report
        self._terminal = terminal
        self._out = out
        self._questions: dict[str, SignInQuestion] = {}  # by the destination's name; the first is asked
        self._keys: list[SecretKey] = []
        self._line: HiddenLine | None = None
        manager.asked.connect(self._on_asked)
        manager.settled.connect(self._on_settled)
        manager.all_ended.connect(self.close)
        manager.ask()

    @Slot()
    def close(self) -> None:
        """Ask no more."""
        if self._line is not None:
            self._line.close()
            self._line = None
            self._out.write("\n")
            self._report.hold(is_held=False)

    @Slot(object)
    def _on_asked(self, question: SignInQuestion) -> None:
        self._questions[question.destination.name] = question
        if len(self._questions) == 1:
            self._ask()

    @Slot(str)
    def _on_settled(self, name: str) -> None:
        was_asked = name == next(iter(self._questions))
        del self._questions[name]
        if was_asked:
            self.close()
            if self._questions:
                self._ask()

    def _ask(self) -> None:
        question = next(iter(self._questions.values()))
        self._keys = list(question.keys)
        self._report.hold(is_held=True)
        name = printable(question.destination.name)
        self._out.write(f"{name}: {printable(str(explain(question.problem)))}\n")
        self._ask_key(question)

    def _ask_key(self, question: SignInQuestion) -> None:
        key = self._keys[0]
        described = question.destination.secrets.get(key.name)
        label = printable(described.label if described else "") or key.name
        self._out.write(f"New {label} for {key.origin} (Enter alone gives up what waits): ")
        self._out.flush()
        self._line = HiddenLine(self._terminal, self)
        self._line.read.connect(self._on_line)

    @Slot(str)
    def _on_line(self, value: str) -> None:
        question = next(iter(self._questions.values()))
        name = question.destination.name
        if not value:
            self._manager.leave(name)
            return
        key = self._keys.pop(0)
        try:
            self._secrets.keep(key, value, save=self._secrets.is_saved(key))
        except UploaderError as error:
            self._out.write(f"\n{explain(error.problem)}")
        if self._keys:
            self._out.write("\n")
            self._ask_key(question)
        else:
            self._manager.answer(name)
