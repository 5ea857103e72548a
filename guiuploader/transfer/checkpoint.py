# SPDX-License-Identifier: MIT
"""What of a broken-off upload outlives its attempt, so that the next one can go on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the server keeps what it has of a file: the upload's own address there.

    `may_be_whole` tells that the last byte was let go and no answer came: only the server knows. `proof` is
    what it then calls the whole file, where that is known beforehand.
    """

    url: str
    may_be_whole: bool = False
    proof: str = ""
