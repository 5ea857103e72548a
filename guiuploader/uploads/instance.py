# SPDX-License-Identifier: MIT
"""The one instance's ear: hears what second starts say, in a thread of its own, and answers them."""

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from guiuploader.uploads.meeting_point import address, is_ours, listening
from guiuploader.uploads.messages import (
    LARGEST_ANSWER,
    Answer,
    MessageError,
    Refused,
    Request,
    framed,
    request_frames,
)

PATIENCE = 5.0
"""Seconds that a caller may take for a message, once it has begun or when it has just come."""

_MOST_CALLERS = 32
_MOST_UNHEARD = 4 * LARGEST_ANSWER  # bytes of answers that wait for a caller to read them
_PIECE = 64 * 1024  # bytes

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Whoever acts on what is heard; called in the instance's thread, so it passes things on and returns."""

    def heard(self, caller: "Caller", request: Request, /) -> None:
        """Take note of a request."""

    def left(self, caller: "Caller", /) -> None:
        """Take note that a caller who said something is gone; nothing more comes from it."""


class Caller:
    """A second start, as the instance sees it; `tell` and `hang_up` may be called from any thread."""

    def __init__(self, line: socket.socket, wake: Callable[[], None]) -> None:
        self.line = line
        self.has_spoken = False
        self._wake = wake
        self._frames = request_frames()
        self._lock = threading.Lock()
        self._unheard = bytearray()
        self._is_leaving = False
        self._is_deaf = False
        self._deadline: float | None = time.monotonic() + PATIENCE

    def tell(self, answer: Answer) -> None:
        """Send an answer as soon as the caller takes it; to one that has gone it is lost.

        Raises MessageError when it is too large.
        """
        frame = framed(answer)
        with self._lock:
            if len(self._unheard) + len(frame) > _MOST_UNHEARD:
                self._is_deaf = True
            else:
                self._unheard += frame
        self._wake()

    def hang_up(self) -> None:
        """End the call once all answers are with the caller."""
        with self._lock:
            self._is_leaving = True
            self._deadline = time.monotonic() + PATIENCE
        self._wake()

    @property
    def events(self) -> int:
        """What its socket is to be watched for, 0 when all is said; what comes after that is not read."""
        reading = 0 if self._is_leaving else selectors.EVENT_READ
        return reading | (selectors.EVENT_WRITE if self._unheard else 0)

    @property
    def deadline(self) -> float | None:
        """When the call is ended at the latest, None while there is no hurry."""
        return self._deadline

    @property
    def is_over(self) -> bool:
        """Whether the call is to be ended: all is said, or the caller takes too long."""
        late = self._deadline is not None and time.monotonic() > self._deadline
        return late or self._is_deaf or (self._is_leaving and not self._unheard)

    def read(self) -> list[Request] | None:
        """Return what the caller said, None when it is gone. Raises MessageError and OSError."""
        data = self.line.recv(_PIECE)
        if not data:
            return None
        requests = list(self._frames.feed(data))
        self.has_spoken = self.has_spoken or bool(requests)
        with self._lock:
            if not self._is_leaving and (requests or not self._frames.is_partial):
                self._deadline = None
            if not self._is_leaving and self._frames.is_partial and self._deadline is None:
                self._deadline = time.monotonic() + PATIENCE
        return requests

    def write(self) -> None:
        """Send what the socket takes. Raises OSError."""
        with self._lock:
            if self._unheard:
                del self._unheard[: self.line.send(self._unheard)]


class Instance:
    """Listens from its making until `close`, for whoever holds the lock of the queue in this data folder.

    What makes no sense, comes from somebody else or never ends is refused, and ends nothing but its own call.
    Raises OSError when nobody can be listened to.
    """

    def __init__(self, folder: Path, listener: Listener) -> None:
        self._listener = listener
        self._path = address(folder)
        self._door = listening(self._path)
        self._here, self._there = socket.socketpair()
        self._here.settimeout(0)
        self._there.settimeout(0)
        self._callers: dict[int, Caller] = {}
        self._is_closing = False
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)
        self._selector.register(self._here, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="instance", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up on everybody and listen no more; call it before the lock is released."""
        self._is_closing = True
        self._wake()
        self._thread.join(PATIENCE)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full of wakes already, or closed
            self._there.send(b"\0")

    def _run(self) -> None:
        try:
            while not self._is_closing:
                self._turn()
        finally:
            for caller in list(self._callers.values()):
                self._drop(caller)
            self._path.unlink(missing_ok=True)
            self._selector.close()
            for each in (self._door, self._here, self._there):
                each.close()

    def _turn(self) -> None:
        deadlines = [caller.deadline for caller in self._callers.values() if caller.deadline is not None]
        wait = max(0.0, min(deadlines) - time.monotonic()) + 0.001 if deadlines else None
        for key, events in self._selector.select(wait):
            if key.fileobj is self._door:
                self._accept()
            elif key.fileobj is self._here:
                self._here.recv(_PIECE)
            else:
                self._serve(self._callers[key.fd], events)
        for caller in list(self._callers.values()):
            events = 0 if caller.is_over else caller.events
            if events:
                self._selector.modify(caller.line, events)
            else:
                self._drop(caller)

    def _accept(self) -> None:
        try:
            line, _ = self._door.accept()
        except OSError:  # it has gone already, or there are too many open files
            return
        if not is_ours(line) or len(self._callers) >= _MOST_CALLERS:
            _log.warning("a caller was turned away: another user's, or one too many")
            line.close()
            return
        line.settimeout(0)
        self._callers[line.fileno()] = Caller(line, self._wake)
        self._selector.register(line, selectors.EVENT_READ)

    def _serve(self, caller: Caller, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                caller.write()
            if events & selectors.EVENT_READ:
                self._hear(caller)
        except BlockingIOError:
            return
        except MessageError as error:
            _log.warning("a caller was refused: %s", error)
            caller.tell(Refused(reason=f"The guiuploader that is open did not understand: {error}."))
            caller.hang_up()
        except OSError:
            self._drop(caller)

    def _hear(self, caller: Caller) -> None:
        requests = caller.read()
        if requests is None:
            self._drop(caller)
            return
        for request in requests:
            if not _passed_on(partial(self._listener.heard, caller, request)):
                caller.hang_up()

    def _drop(self, caller: Caller) -> None:
        if self._callers.pop(caller.line.fileno(), None) is None:
            return
        self._selector.unregister(caller.line)
        caller.line.close()
        if caller.has_spoken:
            _passed_on(partial(self._listener.left, caller))


def _passed_on(notice: Callable[[], None]) -> bool:
    """Tell whether the listener took a notice."""
    try:
        notice()
    except Exception:  # noqa: BLE001 - a mistake there must not keep other callers from being heard
        _log.exception("what a caller said met a mistake")
        return False
    return True
