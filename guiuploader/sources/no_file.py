# SPDX-License-Identifier: MIT
"""What stands in a row's first place where a request is sent for its own sake."""

from dataclasses import dataclass

from guiuploader.sources.source import Reader
from guiuploader.values.errors import ErrorCode, SourceError


@dataclass(frozen=True, slots=True)
class NoFile:
    """A source without bytes; `name` says what is asked, as in "GET /status"."""

    name: str

    @property
    def relpath(self) -> str:
        """The name."""
        return self.name

    @property
    def size(self) -> int:
        """Nothing."""
        return 0

    @property
    def content_type(self) -> str:
        """Nothing has none."""
        return ""

    @property
    def location(self) -> str:
        """The name."""
        return self.name

    def open(self) -> Reader:
        """Raise SourceError: a request that wants bytes cannot be made of this."""
        raise SourceError(ErrorCode.SOURCE_NOT_A_FILE, path=self.name, kind="a request without a file")

    def renewed(self) -> "NoFile":
        """Return the same."""
        return self
