# SPDX-License-Identifier: MIT
"""The protocol that every kind of source keeps."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one version of the bytes from another; times in nanoseconds, size in bytes."""

    size: int
    modified_ns: int
    identity: int


class Reader(Protocol):
    """One pass over a source's bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and `b""` only at the end. Raises SourceError."""

    def changed(self) -> bool:
        """Tell whether the source is no longer what it was when it was opened."""

    def close(self) -> None:
        """Let go of what was opened; may be called twice."""


class Source(Protocol):
    """Something with bytes, described when it was queued.

    `size` is in bytes, None when unknown. `relpath` uses "/" and begins with the folder that was added; for a
    single file it is the name. `location` is how a person would find it again.
    """

    @property
    def name(self) -> str:
        """The name the server is told."""

    @property
    def relpath(self) -> str:
        """The path below what was added."""

    @property
    def size(self) -> int | None:
        """The length in bytes."""

    @property
    def content_type(self) -> str:
        """The media type, `application/octet-stream` when nothing better is known."""

    @property
    def location(self) -> str:
        """The path or URI, printable."""

    def open(self) -> Reader:
        """Start a fresh pass. Raises SourceError, also when the bytes changed since they were queued."""

    def renewed(self) -> "Source":
        """Return this source as it is now. Raises SourceError when it is gone."""


@runtime_checkable
class Placeable(Protocol):
    """A source that can be read from its middle without reading what comes before."""

    def open_at(self, offset: int, /) -> Reader:
        """Start a fresh pass at this byte. Raises as `Source.open` does."""
