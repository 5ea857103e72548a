# SPDX-License-Identifier: MIT
"""Asking a server whether it wants the body before it is sent (RFC 9110, section 10.1.1)."""

from typing import Literal, TypeAlias

PATIENCE = 1.0
"""Seconds that a server has to say `100 Continue`; curl's default too."""
_WORTH_ASKING = 1024 * 1024  # bytes of a body

Habit: TypeAlias = Literal["auto", "always", "never"]
"""When to ask: for large bodies where the server is not known to ignore it, for all, or for none."""


class Asking:
    """Whether to ask, and which servers are known to let the question pass; lives as long as a session."""

    def __init__(self) -> None:
        self.habit: Habit = "auto"
        self.was_declined = False
        """Whether a server refused the question itself; nothing of the body was asked for then."""
        self._deaf: set[tuple[str, int]] = set()

    def begin(self, habit: Habit) -> None:
        """Forget the last request."""
        self.habit = habit
        self.was_declined = False

    def is_due(self, server: tuple[str, int], length: float) -> bool:
        """Tell whether a request with a body of this many bytes should ask `server`, a host and port."""
        if self.habit == "auto":
            return server not in self._deaf and length > _WORTH_ASKING
        return self.habit == "always" and length > 0

    def ignored_by(self, server: tuple[str, int]) -> None:
        """Remember that the question to this server was waste of time."""
        self._deaf.add(server)

    def declined_by(self, server: tuple[str, int]) -> None:
        """Remember that this server refuses the question (417), so that it gets the request without."""
        self.ignored_by(server)
        self.was_declined = True
