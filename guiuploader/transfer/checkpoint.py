# SPDX-License-Identifier: MIT
"""What of a broken-off upload outlives its attempt, so that the next one can go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finished:
    """The requests that a server has answered with yes, and what their replies gave; no secret is among it.

    `parts` are by their number, counted from 1 and written out, `steps` by their name.
    """

    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the server keeps what it has of a file: the upload's own address there, or what is `finished`.

    `may_be_whole` tells that the last byte was let go and no answer came: only the server knows. `proof` is
    what it then calls the whole file, where that is known beforehand.
    """

    url: str
    may_be_whole: bool = False
    finished: Finished | None = None
    proof: str = ""

    @property
    def can_be_asked(self) -> bool:
        """Whether the server tells at this address what it has."""
        return bool(self.url)
