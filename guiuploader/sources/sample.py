# SPDX-License-Identifier: MIT
"""A tiny file that is nowhere on a disk, to try a destination with."""

import io
from dataclasses import dataclass

from guiuploader.sources.source import Reader

NAME = "sample.txt"
_TEXT = b"A tiny file, sent by guiuploader to try this destination.\n"


class _SampleReader(io.BytesIO):
    """A pass over the bytes, which never change."""

    def changed(self) -> bool:
        """Return that they are what they were."""
        return False


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A source whose bytes are always the same few."""

    @property
    def name(self) -> str:
        """The name the server is told."""
        return NAME

    @property
    def relpath(self) -> str:
        """The name."""
        return NAME

    @property
    def size(self) -> int:
        """The length in bytes."""
        return len(_TEXT)

    @property
    def content_type(self) -> str:
        """Plain text."""
        return "text/plain"

    @property
    def location(self) -> str:
        """The name: it is in no folder."""
        return NAME

    def open(self) -> Reader:
        """Start a fresh pass."""
        return _SampleReader(_TEXT)

    def renewed(self) -> "SampleFile":
        """Return the same."""
        return self
