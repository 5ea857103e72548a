# SPDX-License-Identifier: MIT
"""A second start's talk with the instance that holds the queue."""

import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from guiuploader.uploads.meeting_point import address, connected
from guiuploader.uploads.messages import Answer, Request, answer_frames, framed

_PAUSE = 0.05  # seconds between two tries
_PIECE = 64 * 1024  # bytes


class Call:
    """An open line to the instance of this data folder, used by one thread; all times are in seconds.

    One that has taken the lock just now may not listen yet, so it is tried for `patience`. Raises OSError
    when nobody answers in this time, or somebody else's program does.
    """

    def __init__(self, folder: Path, *, patience: float = 5.0) -> None:
        path, deadline = address(folder), time.monotonic() + patience
        while True:
            try:
                self._socket = connected(path, patience)
                break
            except (
                FileNotFoundError,
                ConnectionRefusedError,
                BlockingIOError,
            ):  # the last: many call at once
                if time.monotonic() + _PAUSE > deadline:
                    raise
                time.sleep(_PAUSE)
        self._patience = patience
        self._frames = answer_frames()
        self._answers: deque[Answer] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def say(self, request: Request) -> None:
        """Send a request. Raises OSError when the instance takes it no longer, and MessageError."""
        self._socket.settimeout(self._patience)
        self._socket.sendall(framed(request))

    def hear(self, seconds: float | None) -> Answer | None:
        """Return the next answer, or None when the instance has hung up.

        Raises TimeoutError when none comes in this time, MessageError for what is none; None waits for ever.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._answers:
            self._socket.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
            try:
                data = self._socket.recv(_PIECE)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._answers.extend(self._frames.feed(data))
        return self._answers.popleft()

    def fileno(self) -> int:
        """Return the socket's number, for an event loop to watch: it can be read when an answer has come."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up; may be called twice."""
        self._socket.close()
