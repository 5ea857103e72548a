# SPDX-License-Identifier: MIT
"""A whole folder as one zip archive that is written while it is sent, its length known beforehand.

The files are stored as they are: only so the length is known, and the same bytes come at each attempt.
"""

import hashlib
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zipstream import ZipStream

from guiuploader.sources.intake import take_in_files
from guiuploader.sources.local_file import LocalFile, repaired, shown
from guiuploader.values.errors import ErrorCode, Problem, SourceError

_ENTRY = 128
"""Bytes, more than a member takes besides its content and its name, and less than all that follows it."""


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """A folder as it was when it was added; `mark` is equal for the same version of the same files."""

    path: Path
    size: int
    mark: str

    @property
    def name(self) -> str:
        """The folder's name, and what the archive is."""
        return f"{repaired(self.path.name) or 'archive'}.zip"

    @property
    def relpath(self) -> str:
        """The name."""
        return self.name

    @property
    def content_type(self) -> str:
        """That of a zip archive."""
        return "application/zip"

    @property
    def location(self) -> str:
        """The folder's whole path, printable."""
        return shown(self.path)

    def open(self) -> "ArchiveReader":
        """Look at all members again. Raises SourceError when one is not what it was."""
        members, now = _looked_at(self.path)
        if now != self:
            raise SourceError(
                ErrorCode.SOURCE_CHANGED, path=self.location, before=self.size, now=now.size if now else 0
            )
        return ArchiveReader(members)

    def renewed(self) -> "FolderArchive":
        """Return the folder as it is now. Raises SourceError when nothing in it can be sent any more."""
        _, now = _looked_at(self.path)
        if now is None:
            raise SourceError(ErrorCode.SOURCE_EMPTY_FOLDER, path=self.location)
        return now


class ArchiveReader:
    """One pass over an archive; what it holds is looked at before and after it is read."""

    def __init__(self, members: list[LocalFile]) -> None:
        self._blocks = _blocks(members)
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and `b""` only at the end. Raises SourceError."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = memoryview(block)
        data, self._rest = self._rest[:size], self._rest[size:]
        return bytes(data)

    def changed(self) -> bool:
        """Say no: a member that changed has ended the archive."""
        return False

    def close(self) -> None:
        """Let go of the member that is open."""
        self._blocks.close()


def take_in_archived(
    paths: Iterable[Path], going_on: Callable[[], bool]
) -> Iterator[LocalFile | FolderArchive | Problem]:
    """Yield an archive for each folder, a source for each file, and why something is not in it.

    What cannot be sent, such as pipes, is left out of its archive, as empty folders are.
    """
    for path in paths:
        members: list[LocalFile] = []
        for found in take_in_files(path, going_on):
            if isinstance(found, Problem):
                yield found
            else:
                members.append(found)
        if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be read
            yield from members
        elif members and going_on():
            try:
                yield _described(path, members)
            except SourceError as error:  # one went away meanwhile
                yield error.problem


def _looked_at(path: Path) -> tuple[list[LocalFile], FolderArchive | None]:
    members = [found for found in take_in_files(path) if isinstance(found, LocalFile)]
    return members, _described(path, members) if members else None


def _described(path: Path, members: list[LocalFile]) -> FolderArchive:
    mark = hashlib.blake2b(digest_size=16)
    for member in members:
        mark.update(repr((member.relpath, member.fingerprint, _told(member))).encode())
    whole = path.absolute()
    # A folder is called what it is, however it was said.
    whole = whole.resolve() if whole.name in {"", ".."} else whole
    return FolderArchive(whole, len(_archive(members)), mark.hexdigest())


def _told(member: LocalFile) -> tuple[object, ...]:
    """Return what an archive says of a member besides: its mode, and its time, which depends on the zone."""
    try:
        mode = member.path.stat().st_mode
    except OSError as error:
        raise SourceError(ErrorCode.SOURCE_MISSING, path=member.location) from error
    return (mode, time.localtime(member.fingerprint.modified_ns / 10**9)[:6])


def _archive(members: list[LocalFile]) -> ZipStream:
    archive = ZipStream(sized=True)
    for member in members:
        try:
            archive.add_path(member.path, member.relpath, recurse=False)
        except OSError as error:
            raise SourceError(ErrorCode.SOURCE_MISSING, path=member.location) from error
    return archive


def _blocks(members: list[LocalFile]) -> Generator[bytes, None, None]:
    archive = _archive(members)
    for member in members:
        member.open().close()
        left = member.size + len(member.relpath.encode()) + _ENTRY
        try:
            for block in archive.file():
                left -= len(block)
                if left < 0:
                    break
                yield block
        except (OSError, RuntimeError) as error:  # it is gone, or not as long as it was
            raise _changed(member) from error
        if left < 0 or member.renewed() != member:
            raise _changed(member)
    yield from archive.footer()


def _changed(member: LocalFile) -> SourceError:
    now = member.renewed().size
    return SourceError(ErrorCode.SOURCE_CHANGED, path=member.location, before=member.size, now=now)
