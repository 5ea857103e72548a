# SPDX-License-Identifier: MIT
"""An ear for transfers that nobody listens to."""

from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.stage import Stage


class Unheard:
    """Events of a transfer that never runs, or of which nobody needs to know."""

    def progressed(self, _sent: int, /) -> None:
        """Say nothing."""

    def resumed(self, _at: int, /) -> None:
        """Say nothing."""

    def checkpoint(self, _value: Checkpoint | None, /) -> None:
        """Say nothing."""

    def reading_ahead(self) -> None:
        """Say nothing."""

    def not_there(self) -> None:
        """Say nothing."""

    def before_commit_point(self) -> None:
        """Let nothing wait."""

    def entered(self, _stage: Stage, /) -> None:
        """Say nothing."""

    def body_sent(self, sent: int, /) -> None:
        """Say nothing."""

    def went_out(self, _whole: tuple[bool, ...], /) -> None:
        """Say nothing."""

    def exchanged(self, _exchange: Exchange, /) -> None:
        """Say nothing."""
