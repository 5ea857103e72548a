# SPDX-License-Identifier: MIT
"""Turn what a person added, files and folders, into sources; what cannot be sent is refused with a reason."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guiuploader.sources.local_file import LocalFile, local_file, repaired, shown
from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import Place, StoreAddress
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import ErrorCode, Problem, SourceError


def take_in(
    places: Iterable[Place], stores: Stores, going_on: Callable[[], bool] = lambda: True
) -> Iterator[LocalFile | StoreObject | Problem]:
    """Yield a source for each file, in the order given and by name within a folder, or why there is none.

    A folder is walked, a store asked; its files keep their path below the folder's parent. Links are
    followed, unless one leads back into a folder that is being walked. Lazy: a large folder can be shown
    while it is walked; it is left off when `going_on` says no, which is asked at every file and folder.
    """
    for place in places:
        if isinstance(place, StoreAddress):
            yield from take_in_objects(stores, place, going_on)
        else:
            yield from take_in_files(place, going_on)


def take_in_files(path: Path, going_on: Callable[[], bool] = lambda: True) -> Iterator[LocalFile | Problem]:
    """Yield what a path of this computer means, in the way of `take_in`."""
    try:
        whole = _named(path)
    except (OSError, RuntimeError):  # the working folder is gone, or links run in a circle
        yield Problem(ErrorCode.SOURCE_MISSING, {"path": shown(path)})
        return
    if os.path.isdir(whole):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be read
        yield from _walk(whole, going_on)
    else:
        yield _one(whole, repaired(whole.name))


def _named(path: Path) -> Path:
    """Return a path whose last part is the name of what it means: `.` and `..` are no names."""
    whole = path.absolute()
    return whole.resolve(strict=True) if whole.name == ".." else whole


def _one(path: Path, relpath: str) -> LocalFile | Problem:
    try:
        return local_file(path, relpath)
    except SourceError as error:
        return error.problem


@dataclass(frozen=True, slots=True)
class _Step:
    """A folder or file still to visit; `above` holds device and inode of the folders that led here."""

    path: Path
    relpath: str
    is_folder: bool
    above: tuple[tuple[int, int], ...]


def _walk(top: Path, going_on: Callable[[], bool]) -> Iterator[LocalFile | Problem]:
    """Visit a tree depth first, by an own stack: a folder may be nested deeper than Python recurses."""
    stack = [_Step(top, repaired(top.name), is_folder=True, above=())]
    nothing = True
    while stack and going_on():
        step = stack.pop()
        if not step.is_folder:
            nothing = False
            yield _one(step.path, step.relpath)
            continue
        try:
            stack.extend(reversed(_entries(step)))
        except SourceError as error:
            nothing = False
            yield error.problem
    if nothing and not stack:
        yield Problem(ErrorCode.SOURCE_EMPTY_FOLDER, {"path": shown(top)})


def _entries(step: _Step) -> list[_Step]:
    try:
        status = step.path.stat()
        here = (status.st_dev, status.st_ino)
        if here in step.above:
            raise SourceError(ErrorCode.SOURCE_LOOP, path=shown(step.path))
        with os.scandir(step.path) as entries:
            found = sorted((entry.name, _is_folder(entry)) for entry in entries)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise SourceError(ErrorCode.SOURCE_UNREADABLE, path=shown(step.path), reason=reason) from error
    above = (*step.above, here)
    # The root of a disk has no name to begin a path with.
    before = f"{step.relpath}/" if step.relpath else ""
    return [_Step(step.path / name, before + repaired(name), is_folder, above) for name, is_folder in found]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Ask an entry's kind; a link that leads nowhere readable is refused by itself, not with its folder."""
    try:
        return entry.is_dir()
    except OSError:
        return False
