# SPDX-License-Identifier: MIT
"""What one request at a time travels by, where several parts of a file are on their way at once."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from guiuploader.network.session import HttpSession
from guiuploader.transfer.control import Control
from guiuploader.transfer.sign_in import SignIns
from guiuploader.transfer.token import Tokens


@dataclass(frozen=True, slots=True)
class Lane:
    """Connections, sign-ins and a stop sign of its own; belongs to one thread at a time."""

    session: HttpSession
    sign_ins: SignIns
    control: Control


class Branch(Control):
    """The control of one of several requests: it stops, waits and keeps to the limits with their upload's."""

    def __init__(self, trunk: Control) -> None:
        super().__init__()
        self._trunk = trunk

    def piece(self, size: int) -> int:
        """Return how many of `size` bytes to send at once."""
        return self._trunk.piece(size)

    def pace(self, count: int) -> None:
        """Wait until `count` more bytes may go. Raises TransferCancelled."""
        self.raise_if_cancelled()
        self._trunk.pace(count)


@contextmanager
def lanes(count: int, trunk: Control, tokens: Tokens) -> Iterator[Callable[[], AbstractContextManager[Lane]]]:
    """Give what lends one of so many lanes for a block; they end with all, and stop when the upload does."""
    with ExitStack() as stack:
        free: SimpleQueue[Lane] = SimpleQueue()
        for _ in range(count):
            session, branch = HttpSession(), Branch(trunk)
            stack.callback(session.close)
            stack.enter_context(trunk.waking(branch.cancel))
            free.put(Lane(session, SignIns(tokens), branch))

        @contextmanager
        def borrowed() -> Iterator[Lane]:
            lane = free.get()
            try:
                yield lane
            finally:
                free.put(lane)

        yield borrowed
