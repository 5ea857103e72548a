# SPDX-License-Identifier: MIT
"""What the program exits with, for scripts."""

from collections.abc import Iterable

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import State

ALL_DONE = 0
SOME_NOT = 1
USAGE = 2
INTERRUPTED = 130

_THERE = frozenset({State.DONE, State.SKIPPED})


def exit_code(uploads: Iterable[Upload], *, refused: int, interrupted: bool) -> int:
    """Return how a run of these uploads is to be told; `refused` are those that could not be added."""
    if interrupted:
        return INTERRUPTED
    all_done = all(upload.state in _THERE for upload in uploads) and not refused
    return ALL_DONE if all_done else SOME_NOT
