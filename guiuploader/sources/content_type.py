# SPDX-License-Identifier: MIT
"""Guess a media type from a file name, by the table we ship: the machines' own tables differ."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from guiuploader.paths import resources

UNKNOWN = "application/octet-stream"


def guess(name: str) -> str:
    """Return the media type for a file name, `application/octet-stream` when the ending is not known."""
    return _table().get(PurePosixPath(name).suffix.lower().removeprefix("."), UNKNOWN)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    """Read lines of the form `type ending ending …`; `#` starts a comment."""
    table: dict[str, str] = {}
    for line in (resources() / "mime.types").read_text("utf-8").splitlines():
        media_type, *endings = line.partition("#")[0].split() or [""]
        table.update(dict.fromkeys(endings, media_type))
    return table
