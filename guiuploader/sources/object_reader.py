# SPDX-License-Identifier: MIT
"""One pass over an object's bytes, fetched a few MiB ahead by a thread beside.

The thread runs an event loop, as a wait for the store can be broken off there at once: a stop must not wait
until a silent store answers.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from contextvars import Context
from typing import TypeVarTuple

from guiuploader.values.errors import ErrorCode, SourceError, TransferCancelled

BLOCK = 256 * 1024
"""Bytes that are fetched at a time."""

_WINDOW = 3 * 1024 * 1024  # bytes that are fetched ahead


Given = TypeVarTuple("Given")


class StoreLoop(asyncio.SelectorEventLoop):
    """A loop that may be closed while obstore still works on a wait that was broken off."""

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Given], object],
        *args: *Given,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Take an answer; what comes when the loop is closed is for nobody."""
        try:
            return super().call_soon_threadsafe(callback, *args, context=context)
        except RuntimeError:
            if not self.is_closed():
                raise
            return asyncio.Handle(callback, args, self, context)


class ObjectReader:
    """Reads what `blocks` yields, which must be `size` bytes; `location` names it for a person."""

    def __init__(self, blocks: AsyncGenerator[bytes, None], size: int, location: str) -> None:
        self._source = blocks
        self._size = self._left = size
        self._location = location
        self._lock = threading.Condition()
        self._blocks: deque[bytes] = deque()
        self._held = 0
        self._at = 0  # how much of the first block is read
        self.waited = 0.0
        """Seconds that `read` waited for the store."""
        self._has_begun = self._has_ended = self._is_woken = False
        self._error: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="object reader")
        self._thread.start()

    def ready(self) -> None:
        """Wait until the store has begun to give. Raises SourceError when it does not, as `read` would."""
        with self._lock:
            while not (self._has_begun or self._has_ended or self._is_woken):
                self._lock.wait()
            self._raise_error()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, all that is left for a negative one. Raises SourceError.

        Raises TransferCancelled after `wake`.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        if not self._left or not size:
            return b""
        with self._lock:
            if not self._blocks:
                self._wait_for_block()
            if self._is_woken or not self._blocks:
                self._raise_error()
                raise SourceError(
                    ErrorCode.SOURCE_SHORT, path=self._location, missing=self._left, size=self._size
                )
            return self._taken(size)

    def changed(self) -> bool:
        """Return False: all bytes came from the version that was asked for, whatever there is now."""
        return False

    def wake(self) -> None:
        """End whatever waits for the store; may be called from any thread."""
        with self._lock:
            self._is_woken = True
            self._lock.notify_all()

    def close(self) -> None:
        """Break off and end the thread; may be called twice."""
        self.wake()
        with self._lock:
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _wait_for_block(self) -> None:
        began = time.perf_counter()
        while not (self._blocks or self._has_ended or self._is_woken):
            self._lock.wait()
        self.waited += time.perf_counter() - began

    def _taken(self, size: int) -> bytes:
        block = self._blocks[0]
        data = block[self._at : self._at + size]
        self._at += len(data)
        self._left -= len(data)
        if self._at == len(block):
            self._blocks.popleft()
            self._at = 0
            self._held -= len(block)
            if self._loop is not None and self._room is not None:
                self._loop.call_soon_threadsafe(self._room.set)
        return data

    def _raise_error(self) -> None:
        if self._is_woken:
            raise TransferCancelled
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=StoreLoop) as runner:
                runner.run(self._fill())
        except asyncio.CancelledError:
            pass  # closed; nobody reads any more
        except Exception as error:  # noqa: BLE001 - raised where somebody can act on it
            self._error = error
        finally:
            with self._lock:
                self._has_ended = True
                self._lock.notify_all()

    async def _fill(self) -> None:
        room = asyncio.Event()
        with self._lock:
            if self._is_woken:
                return
            self._loop, self._task, self._room = asyncio.get_running_loop(), asyncio.current_task(), room
        try:
            async with aclosing(self._source) as blocks:
                async for block in blocks:
                    self._give(block)
                    while self._held >= _WINDOW:
                        await room.wait()
                        room.clear()
        finally:
            with self._lock:
                self._loop = self._task = self._room = None

    def _give(self, block: bytes) -> None:
        with self._lock:
            self._has_begun = True
            if block:
                self._blocks.append(block)
                self._held += len(block)
            self._lock.notify_all()
