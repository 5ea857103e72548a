# SPDX-License-Identifier: MIT
"""JSON that looks at the clock whenever it is gone through: a path may be a stranger's, and so may the text.

`$..*..*..*` over a large text takes hours, and the library that follows paths cannot be stopped.
"""

import time
from collections.abc import Iterator
from typing import Any

SECONDS = 1.0
"""How long one search may take."""


class TookTooLong(Exception):  # noqa: N818 - named for what happened
    """The clock ran out."""


class _Clock:
    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS

    def look(self) -> None:
        if time.monotonic() > self._end:
            raise TookTooLong


class _Table(dict[str, Any]):
    """An object whose entries are gone through under a clock."""

    clock: _Clock

    def items(self) -> Any:  # noqa: ANN401 - dict's own view, which has no public name
        """Return the entries."""
        self.clock.look()
        return super().items()


class _List(list[Any]):
    """A list that is gone through under a clock."""

    clock: _Clock

    def __iter__(self) -> Iterator[Any]:
        self.clock.look()
        return super().__iter__()


def under_clock(document: Any) -> Any:  # noqa: ANN401 - JSON, as json.loads gives it
    """Return the same JSON, which raises TookTooLong when going through it takes longer than SECONDS."""
    return _under(document, _Clock())


def _under(value: Any, clock: _Clock) -> Any:  # noqa: ANN401 - the same
    if isinstance(value, dict):
        table = _Table((name, _under(each, clock)) for name, each in value.items())
        table.clock = clock
        return table
    if isinstance(value, list):
        found = _List(_under(each, clock) for each in value)
        found.clock = clock
        return found
    return value
