# SPDX-License-Identifier: MIT
"""What a finished transfer leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass

from guiuploader.values.notes import Note


@dataclass(frozen=True, slots=True)
class Reply:
    """The server's answer; header names as sent, the body as text, capped."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: str
    truncated: bool

    def lower_headers(self) -> Mapping[str, str]:
        """Return the headers by lower-case name; repeated ones are joined by a comma (RFC 9110, 5.3)."""
        joined: dict[str, str] = {}
        for name, value in self.headers:
            lower = name.lower()
            joined[lower] = f"{joined[lower]}, {value}" if lower in joined else value
        return joined


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time went, in seconds; None for a phase that did not happen (a kept connection, no TLS)."""

    connect: float | None
    tls: float | None
    send: float
    wait: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """One successful transfer; `size` is the file's own bytes that were sent.

    `sha256` and `md5` are their hash in hex, None for what the destination does not ask for.
    """

    reply: Reply
    link: str | None
    size: int
    seconds: float
    sha256: str | None
    timings: Timings
    notes: tuple[Note, ...]
    md5: str | None = None
