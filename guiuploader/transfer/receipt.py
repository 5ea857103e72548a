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
    """Where the time went, in seconds; None for a phase that did not happen (a kept connection, no TLS).

    `read` is how much of `send` was spent waiting for a store to give: near to it, reading is the slow leg.
    """

    connect: float | None
    tls: float | None
    send: float
    wait: float
    read: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it went out and what came back, for showing: secrets are masked in all of it.

    `request` is its head, line by line, and of a form its parts; the bytes of files are named, not shown.
    `reply` is None where no answer came.
    """

    request: str
    reply: Reply | None
    timings: Timings


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file that arrived; `size` is its own bytes that were sent, `seconds` the time of its whole request.

    `sha256` and `md5` are their hash in hex, None for what the destination does not ask for.
    """

    reply: Reply
    link: str | None
    size: int
    seconds: float
    sha256: str | None
    notes: tuple[Note, ...]
    md5: str | None = None
