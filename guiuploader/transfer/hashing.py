# SPDX-License-Identifier: MIT
"""Hash a file while it is sent, in a thread beside it: SHA-256 costs more CPU than sending does."""

import hashlib
import threading
from queue import SimpleQueue

SMALL = 1024 * 1024
"""Files up to this many bytes are hashed at once: a thread would cost more than it saves."""

AHEAD = 8
"""Blocks that may wait to be hashed, each at most as large as what the connection reads at a time."""


class Hasher:
    """Hashes blocks as they come. `algorithm` is a name that hashlib knows."""

    def __init__(self, algorithm: str) -> None:
        # A file's fingerprint is no signature: systems that forbid MD5 for those allow it here.
        self._hash = hashlib.new(algorithm, usedforsecurity=False)

    def update(self, block: bytes) -> None:
        """Take the next block."""
        self._hash.update(block)

    def hexdigest(self) -> str:
        """Return the hash of all blocks in hex."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of what was started; may be called twice."""


class ThreadedHasher(Hasher):
    """The same in a thread of its own, a few blocks behind; close it whatever happens.

    Whatever goes wrong in the thread is raised by the next `update` or by `hexdigest`.
    """

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithm)
        self._blocks: SimpleQueue[bytes | None] = SimpleQueue()
        self._room = threading.Semaphore(AHEAD)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="hash")
        self._thread.start()

    def update(self, block: bytes) -> None:
        """Take the next block; waits while too many stand before it."""
        self._room.acquire()
        self._raise_error()
        self._blocks.put(block)

    def hexdigest(self) -> str:
        """Return the hash once the thread has come to the end; no block can follow."""
        self.close()
        self._raise_error()
        return super().hexdigest()

    def close(self) -> None:
        """End the thread, which first hashes what it was given."""
        self._blocks.put(None)
        self._thread.join()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (block := self._blocks.get()) is not None:
            try:
                if self._error is None:
                    super().update(block)
            except BaseException as error:  # noqa: BLE001 - raised where somebody can act on it
                self._error = error
            finally:
                self._room.release()


def hasher(algorithm: str, size: int | None) -> Hasher | None:
    """Return what hashes a file of this many bytes (None: unknown); nothing for the algorithm "none"."""
    if algorithm == "none":
        return None
    return Hasher(algorithm) if size is not None and size <= SMALL else ThreadedHasher(algorithm)
