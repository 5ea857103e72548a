# SPDX-License-Identifier: MIT
"""A second start: hands what it was given over to the guiuploader that holds the queue."""

import contextlib
import os
import socket
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.retelling import Teller
from guiuploader.sources.store_address import Place
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.call import Call
from guiuploader.uploads.messages import (
    Accepted,
    Answer,
    Ended,
    Event,
    MessageError,
    NoWindow,
    Refused,
    Request,
    Show,
    Stop,
    add_files,
)

CAN_TALK = hasattr(socket, "AF_UNIX") and hasattr(os, "geteuid")
"""Whether two guiuploaders can talk to each other on this system."""

PATIENCE = 5.0  # seconds for the other one to answer

_LOST = (
    "The guiuploader that is open stopped answering. What was handed over may be in its queue:"
    " look there before you send it again."
)
_CLOSED = (
    "The guiuploader that did this was closed. What is left stays in the queue and goes on when it is opened"
    " again, or with “guiuploader send --resume”."
)


class NotTakenError(Exception):
    """Nothing was handed over, surely; says why, as half a sentence."""


class QueueTakenError(NotTakenError):
    """Nothing was, as a `send` has the queue and takes nothing from others."""


class HandoverError(Exception):
    """Not all was done that was handed over, or nobody knows; says so in whole sentences."""


class RefusedError(HandoverError):
    """The window does none of it."""


def to_window(folder: Path, paths: Sequence[Place], destination: Destination | None) -> None:
    """Bring the window that holds the queue in this folder to the front, and have it add these.

    Raises NotTakenError and HandoverError.
    """
    with _called(folder) as call:
        _hand_over(call, [Show()])
        if paths or destination is not None:
            _hand_over(call, add_files(paths, destination=destination))


def follow(folder: Path, requests: Iterable[Request], teller: Teller) -> int:
    """Have the window do it, tell of it until all has ended, and return what to exit with.

    A signal stops it. Raises NotTakenError, HandoverError, and OSError when nobody can be told any more;
    all was stopped then.
    """
    with _called(folder) as call:
        _hand_over(call, requests)
        return _Follower(call, teller).run()


class _Follower(QObject):
    """Listens in an event loop, which signals can break into."""

    def __init__(self, call: Call, teller: Teller) -> None:
        super().__init__()
        self._app = QCoreApplication.instance() or QCoreApplication([])
        self._call = call
        self._teller = teller
        self._code: int | None = None
        self._failure: Exception | None = None

    def run(self) -> int:
        """Return the exit code. Raises HandoverError and OSError."""
        line = QSocketNotifier(self._call.fileno(), QSocketNotifier.Type.Read, self)
        line.activated.connect(self._on_readable)
        with StopSignals() as stops:
            stops.caught.connect(self._stop)
            self._on_readable()  # what came with the first answer
            if self._code is None and self._failure is None:
                self._app.exec()
        line.setEnabled(False)
        if self._failure is not None:
            raise self._failure
        return self._code or 0

    @Slot()
    def _stop(self) -> None:
        try:
            self._call.say(Stop())
        except OSError:
            self._end(HandoverError(_CLOSED))

    @Slot()
    def _on_readable(self) -> None:
        try:
            while self._code is None and self._failure is None:
                self._take(self._call.hear(0))
        except TimeoutError:
            self._tell_rest()
        except (OSError, MessageError):
            self._end(HandoverError(_LOST))

    def _take(self, answer: Answer | None) -> None:
        if isinstance(answer, Event):
            self._tell(answer.line)
        elif isinstance(answer, Ended):
            self._tell_rest()
            self._code = answer.code
            self._app.quit()
        elif isinstance(answer, Refused):
            self._end(RefusedError(answer.reason))
        elif answer is None:
            self._end(HandoverError(_CLOSED))

    def _tell(self, line: str) -> None:
        try:
            self._teller.tell(line)
        except OSError as error:
            self._give_up(error)

    def _tell_rest(self) -> None:
        try:
            self._teller.rest()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, failure: OSError) -> None:
        """Stop all: to go on unheard would look as if nothing had happened."""
        self._stop()
        self._failure = failure
        self._app.quit()

    def _end(self, failure: HandoverError) -> None:
        self._failure = failure
        with contextlib.suppress(OSError):  # what went wrong is said on stderr
            self._teller.break_off()
        self._app.quit()


def _called(folder: Path) -> Call:
    if not CAN_TALK:
        raise NotTakenError("another guiuploader is open")
    try:
        return Call(folder, patience=PATIENCE)
    except OSError as error:
        raise NotTakenError("another guiuploader is open and does not answer") from error


def _hand_over(call: Call, requests: Iterable[Request]) -> None:
    """Say all of it and wait until it is taken; a part of it counts for nothing, so the last one decides."""
    try:
        for request in requests:
            call.say(request)
        answer = call.hear(PATIENCE)
    except (OSError, MessageError) as error:
        raise HandoverError(_LOST) from error
    if isinstance(answer, NoWindow):
        raise QueueTakenError("another “guiuploader send” has the queue")
    if isinstance(answer, Refused):
        raise RefusedError(answer.reason)
    if not isinstance(answer, Accepted):
        raise HandoverError(_LOST)
