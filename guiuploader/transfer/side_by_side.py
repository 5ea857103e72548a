# SPDX-License-Identifier: MIT
"""Send parts of one file at once, each in a thread; all that is told of it is told by one."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from guiuploader.transfer.parts import Part
from guiuploader.values.errors import UploaderError

_TELL_EVERY = 1 / 15  # seconds between two reports

Reply = TypeVar("Reply")
Send = Callable[[Part, Callable[[int], None]], Reply]
"""Sends a part, telling how many of its bytes are with the network."""


@dataclass
class _Errand:
    part: Part
    sent: int = 0

    def tell(self, sent: int) -> None:
        self.sent = sent


def side_by_side(
    parts: Iterable[Part],
    count: int,
    *,
    send: Send[Reply],
    finished: Callable[[Part, Reply], None],
    moved: Callable[[int], None],
    again: Callable[[UploaderError], bool],
) -> None:
    """Send all parts, up to `count` at once.

    `finished` is called with each reply, `moved` with the bytes of unfinished parts, both in this thread. A
    part that fails is sent anew where `again` says so; else those on their way are let end, and the error of
    the first is raised.
    """
    waiting = list(parts)[::-1]
    failed: UploaderError | None = None
    with ThreadPoolExecutor(count, thread_name_prefix="part") as pool:
        running: dict[Future[Reply], _Errand] = {}
        while running or (waiting and failed is None):
            while waiting and failed is None and len(running) < count:
                errand = _Errand(waiting.pop())
                running[pool.submit(send, errand.part, errand.tell)] = errand
            done, _ = wait(running, _TELL_EVERY, FIRST_COMPLETED)
            for future in done:
                errand = running.pop(future)
                try:
                    finished(errand.part, future.result())
                except UploaderError as error:
                    if failed is None and again(error):
                        waiting.append(errand.part)
                    else:
                        failed = failed or error
            moved(sum(errand.sent for errand in running.values()))
    if failed is not None:
        raise failed
