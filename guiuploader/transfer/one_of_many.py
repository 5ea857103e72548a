# SPDX-License-Identifier: MIT
"""What one request tells where an upload is several: to whoever watches the upload, and in its errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import TransferEvents
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.stage import Stage
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError

UNANSWERED = frozenset(
    {ErrorCode.REPLY_LOST, ErrorCode.REPLY_TIMEOUT, ErrorCode.REPLY_EARLY, ErrorCode.STEP_UNANSWERED}
)
"""Errors by which a request may have been carried out, and nobody knows."""


class Muffled:
    """Passes on of one request's events what is one of the whole upload's.

    `commit` is its commit point, where it stores the file; `counted` is told its bytes, and `handed_over`
    when all of them are with the network.
    """

    def __init__(
        self,
        events: TransferEvents,
        *,
        commit: Callable[[], None] | None = None,
        counted: Callable[[int], None] | None = None,
        handed_over: Callable[[int], None] | None = None,
    ) -> None:
        self._events = events
        self._commit = commit
        self._counted = counted
        self._handed_over = handed_over or counted

    def progressed(self, sent: int, /) -> None:
        """Count the request's bytes."""
        if self._counted is not None:
            self._counted(sent)

    def resumed(self, at: int, /) -> None:
        """Pass it on."""
        self._events.resumed(at)

    def checkpoint(self, value: Checkpoint | None, /) -> None:
        """Pass it on."""
        self._events.checkpoint(value)

    def reading_ahead(self) -> None:
        """Pass it on."""
        self._events.reading_ahead()

    def not_there(self) -> None:
        """Pass it on."""
        self._events.not_there()

    def before_commit_point(self) -> None:
        """Ask for the file's mark, where the request stores the file."""
        if self._commit is not None:
            self._commit()

    def entered(self, stage: Stage, /) -> None:
        """Pass it on."""
        self._events.entered(stage)

    def body_sent(self, sent: int, /) -> None:
        """Count the request's bytes, which are all that it has."""
        if self._handed_over is not None:
            self._handed_over(sent)

    def went_out(self, _whole: tuple[bool, ...], /) -> None:
        """Say nothing: the upload is not over with this request."""

    def exchanged(self, exchange: Exchange, /) -> None:
        """Pass it on."""
        self._events.exchanged(exchange)


@contextmanager
def naming(*, stores: bool, host: str, **place: str | int) -> Iterator[None]:
    """Say of an error in which of the requests it came up, by these facts.

    Of one that stores nothing no error leaves open whether the file arrived.
    """
    try:
        yield
    except TransferCancelled:
        raise
    except UploaderError as error:
        code = error.problem.code
        if not stores and code is ErrorCode.CANCELLED_LATE:
            raise TransferCancelled from error
        if not stores and code in UNANSWERED:
            raise NetworkError(ErrorCode.STEP_UNANSWERED, status=None, host=host, **place) from error
        error.problem = replace(error.problem, facts={**place, **error.problem.facts})
        raise
