# SPDX-License-Identifier: MIT
"""Sources as text, for the queue on disk: a kind, and what that kind needs to be found again."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from guiuploader.sources.folder_archive import FolderArchive
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.source import Fingerprint, Source
from guiuploader.values.json_text import from_json, to_json

_NOTHING = '{"kind":"none"'
_ARCHIVE = '{"kind":"archive"'


class _SavedFile(msgspec.Struct, frozen=True):
    """A local file; name and media type follow from its path."""

    kind: Literal["file"]
    path: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    modified_ns: int
    identity: int


class _SavedNothing(msgspec.Struct, frozen=True):
    """What stands for a request without a file."""

    kind: Literal["none"]
    name: str


class _SavedArchive(msgspec.Struct, frozen=True):
    """A folder as one archive; `mark` tells which version of its files."""

    kind: Literal["archive"]
    path: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    mark: str


class Saved(NamedTuple):
    """A source as text; `identity` is 16 bytes, equal for the same version of the same bytes.

    The path below what was added stands outside, as the same file may be added with different ones.
    """

    text: str
    relpath: str
    identity: bytes


def saved(source: Source) -> Saved:
    """Return the source as text. Raises TypeError for a kind that cannot outlive the program."""
    if isinstance(source, LocalFile):
        mark = source.fingerprint
        text = to_json(_SavedFile("file", str(source.path), mark.size, mark.modified_ns, mark.identity))
    elif isinstance(source, FolderArchive):
        text = to_json(_SavedArchive("archive", str(source.path), source.size, source.mark))
    elif isinstance(source, NoFile):
        text = to_json(_SavedNothing("none", source.name))
    else:
        raise TypeError(f"{type(source).__name__} cannot be saved")
    return Saved(text, source.relpath, hashlib.blake2b(text.encode(), digest_size=16).digest())


def restored(text: str, relpath: str) -> Source:
    """Return the source of such a text, unopened. Raises ValueError when it is none."""
    if text.startswith(_NOTHING):
        return NoFile(from_json(text, _SavedNothing).name)
    if text.startswith(_ARCHIVE):
        folder = from_json(text, _SavedArchive)
        return FolderArchive(Path(folder.path), folder.size, folder.mark)
    file = from_json(text, _SavedFile)
    return LocalFile(Path(file.path), relpath, Fingerprint(file.size, file.modified_ns, file.identity))
