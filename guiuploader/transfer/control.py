# SPDX-License-Identifier: MIT
"""How a running transfer is told to stop, and how it tells what it does."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.stage import Stage
from guiuploader.transfer.throttle import Limit
from guiuploader.values.errors import TransferCancelled

_LISTEN_EVERY = 0.1  # seconds between two looks at the line of a transfer that is held


class Control:
    """The stop sign of one transfer, its pause, and the limits on its speed.

    `cancel`, `abandon`, `hold` and `go_on` may be called from any thread.
    """

    def __init__(self, limits: Sequence[Limit] = ()) -> None:
        self.abandoned = False
        """Whether the person wants nothing of it left at the server either."""
        self._limits = limits
        self._cancelled = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._cut: Callable[[], None] | None = None
        self._listen: Callable[[], None] | None = None
        self._wakes: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        """Whether the person said stop."""
        return self._cancelled.is_set()

    @contextmanager
    def cutting(self, cut: Callable[[], None], listen: Callable[[], None]) -> Iterator[None]:
        """Let `cancel` call `cut`, which wakes a transfer that waits in the network, inside this block only.

        After the block the connection serves another file, which a late `cancel` must not hit. `listen`
        raises when the server has hung up or said no; it is asked while the transfer is held.
        """
        self._listen = listen
        with self._lock:
            self._cut = cut
        try:
            yield
        finally:
            self._listen = None
            with self._lock:
                self._cut = None

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Let `cancel` call `wake`, which ends a wait for a source's bytes, inside this block."""
        with self._lock:
            self._wakes.append(wake)
        try:
            self.raise_if_cancelled()
            yield
        finally:
            with self._lock:
                self._wakes.remove(wake)

    def cancel(self) -> None:
        """Stop the transfer: no further byte is read, and what waits for a socket or a store is woken."""
        self._cancelled.set()
        self._going.set()
        with self._lock:
            for wake in self._wakes:
                wake()
            if self._cut is not None:
                self._cut()

    def abandon(self) -> None:
        """Stop for good: what the server keeps to go on from may be deleted."""
        self.abandoned = True
        self.cancel()

    def hold(self) -> None:
        """Let no further block be sent until `go_on`; the connection stays as long as the server keeps it."""
        if not self.cancelled:
            self._going.clear()

    def go_on(self) -> None:
        """End a hold."""
        self._going.set()

    def raise_if_cancelled(self) -> None:
        """Raise TransferCancelled when the person said stop."""
        if self.cancelled:
            raise TransferCancelled

    def rest(self, seconds: float) -> None:
        """Wait so long. Raises TransferCancelled at once on a stop."""
        self._cancelled.wait(seconds)
        self.raise_if_cancelled()

    def piece(self, size: int) -> int:
        """Return how many of `size` bytes to send at once under the limits."""
        return min((limit.piece(size) for limit in self._limits), default=size)

    def pace(self, count: int) -> None:
        """Wait until `count` more bytes may go.

        Raises TransferCancelled at once on a stop, and what `listen` does while it is held.
        """
        while not self._going.wait(_LISTEN_EVERY):
            self.raise_if_cancelled()
            if self._listen is not None:
                self._listen()
        wait = max((limit.reserve(count) for limit in self._limits), default=0.0)
        if wait > 0:
            self._cancelled.wait(wait)
        self.raise_if_cancelled()


class TransferEvents(Protocol):
    """What a transfer tells while it runs, on its own thread."""

    def progressed(self, sent: int, /) -> None:
        """`sent` bytes of the file were taken by the network.

        At most 15 calls a second, the first always; `body_sent` tells the last. Several files of one request
        count together.
        """

    def resumed(self, at: int, /) -> None:
        """Take note that the server has `at` bytes of the file, and that what is sent next follows them."""

    def checkpoint(self, value: Checkpoint | None, /) -> None:
        """Keep what a later attempt needs to go on, None to forget it."""

    def reading_ahead(self) -> None:
        """Take note that a file is read from its beginning to its end before it is sent."""

    def not_there(self) -> None:
        """Take note that the server was asked, and has nothing of what an earlier attempt sent."""

    def before_commit_point(self) -> None:
        """Return when the file may become complete: the block with its last byte goes out after this.

        Called once for each request. From here on it may have arrived: servers store a file when they have
        its last byte, without waiting for the end of the form.
        """

    def entered(self, stage: Stage, /) -> None:
        """Take note of which of an upload's requests begins, where it has several."""

    def body_sent(self, sent: int, /) -> None:
        """Every byte was handed over, `sent` of the files' own; the answer is awaited."""

    def went_out(self, whole: tuple[bool, ...], /) -> None:
        """Take note of a request's end: which of its uploaded files went out to their last byte."""

    def exchanged(self, exchange: Exchange, /) -> None:
        """Take note of the last request that went out, whatever came of it."""
