# SPDX-License-Identifier: MIT
"""Sources as text, for the queue on disk: a kind, and what that kind needs to be found again."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from guiuploader.sources.folder_archive import FolderArchive
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.source import Fingerprint, Source
from guiuploader.sources.store_address import parse_address
from guiuploader.values.errors import SourceError
from guiuploader.values.json_text import from_json, to_json

_NOTHING = '{"kind":"none"'
_OBJECT = '{"kind":"object"'
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


class _SavedObject(msgspec.Struct, frozen=True):
    """One version of an object in a store; how that is reached is looked up when it is opened."""

    kind: Literal["object"]
    address: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    etag: str
    modified: dt.datetime
    media_type: str


class _SavedArchive(msgspec.Struct, frozen=True):
    """A folder as one archive; `mark` tells which version of its files."""

    kind: Literal["archive"]
    path: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    mark: str


class Saved(NamedTuple):
    """A source as text; `identity` is 16 bytes, equal for the same version of the same bytes.

    The path below what was added stands outside, as the same file may be added with different ones. A store
    tells an object's time and media type differently when it lists it, so its tag stands for the version.
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
    elif isinstance(source, StoreObject):
        told = (source.size, source.etag, source.modified, source.media_type)
        text = to_json(_SavedObject("object", str(source.address), *told))
        return Saved(text, source.relpath, _identity(_version(source)))
    else:
        raise TypeError(f"{type(source).__name__} cannot be saved")
    return Saved(text, source.relpath, _identity(text))


def _identity(version: str) -> bytes:
    return hashlib.blake2b(version.encode(), digest_size=16).digest()


def _version(source: StoreObject) -> str:
    """Return what names one version of an object, however it was found."""
    # HTTP's time, which a store without tags is left with, has no fractions of a second (RFC 9110, 5.6.7).
    tag = source.etag or str(int(source.modified.timestamp()))
    return to_json(["object", str(source.address), source.size, tag])


def restored(text: str, relpath: str) -> Source:
    """Return the source of such a text, unopened. Raises ValueError when it is none."""
    if text.startswith(_NOTHING):
        return NoFile(from_json(text, _SavedNothing).name)
    if text.startswith(_OBJECT):
        return _object(from_json(text, _SavedObject), relpath)
    if text.startswith(_ARCHIVE):
        folder = from_json(text, _SavedArchive)
        return FolderArchive(Path(folder.path), folder.size, folder.mark)
    file = from_json(text, _SavedFile)
    return LocalFile(Path(file.path), relpath, Fingerprint(file.size, file.modified_ns, file.identity))


def _object(kept: _SavedObject, relpath: str) -> StoreObject:
    try:
        address = parse_address(kept.address)
    except SourceError as error:
        raise ValueError(kept.address) from error
    return StoreObject(address, relpath, kept.size, kept.etag, kept.modified, kept.media_type)
