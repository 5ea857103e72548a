# SPDX-License-Identifier: MIT
"""What the manager has done in the background: walking folders, looking at files again."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlsplit

from guiuploader.destinations.destination import Destination
from guiuploader.sources.intake import take_in
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.source import Source
from guiuploader.sources.store_address import Place
from guiuploader.sources.stores import Stores
from guiuploader.uploads.doubles import Found, Look
from guiuploader.uploads.entries import restored
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import LedgerError, Problem, SourceError
from guiuploader.values.redact import printable
from guiuploader.values.states import State

_CHUNK_ROWS = 500
_CHUNK_SECONDS = 0.05

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Intake:
    """A part of what a walk found, in order."""

    accepted: tuple[Found, ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """A source as it is now, or why it cannot be had any more."""

    upload_id: int
    source: Source | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Restored:
    """Some of the uploads that an earlier run left, in order."""

    uploads: tuple[Upload, ...]


def walk(
    places: Sequence[Place], stores: Stores, look: Look, going_on: Callable[[], bool]
) -> Iterator[Intake]:
    """Yield what was added holds; each file or object is looked up among those that were sent before."""
    found: Iterator[Source | Problem] = take_in(places, stores, going_on)
    return in_parts(found, look.at, look.together)


def in_parts(
    found: Iterable[Item | Problem], look_up: Callable[[Sequence[Item]], tuple[Found, ...]], together: int
) -> Iterator[Intake]:
    """Yield what was found in parts: large ones, so that a row costs no signal of its own.

    Where several go `together` in one request, none starts before so many are found, or all.
    """
    accepted: list[Item] = []
    refused: list[Problem] = []
    due = time.monotonic() + _CHUNK_SECONDS
    for each in found:
        if isinstance(each, Problem):
            refused.append(each)
        else:
            accepted.append(each)
        if (len(accepted) >= _CHUNK_ROWS or time.monotonic() >= due) and len(accepted) % together == 0:
            yield Intake(look_up(accepted), tuple(refused))
            accepted, refused = [], []
            due = time.monotonic() + _CHUNK_SECONDS
    yield Intake(look_up(accepted), tuple(refused))


def restore(
    reader: LedgerReader, states: Sequence[State], stores: Stores, _: Callable[[], bool]
) -> Iterator[Restored | Problem]:
    """Yield what an earlier run left in parts; what cannot be read is refused, with the reason."""
    try:
        for uploads in restored(reader, states):
            yield Restored(tuple(_bound(upload, stores) for upload in uploads))
    except LedgerError as error:
        yield error.problem


def _bound(upload: Upload, stores: Stores) -> Upload:
    """Return the upload with a source that knows whom to ask, which the ledger does not keep."""
    if isinstance(upload.source, StoreObject):
        return replace(upload, source=upload.source.bound(stores))
    return upload


def without_file(destination: Destination, _: Callable[[], bool]) -> Iterator[Intake]:
    """Yield what stands for a request that is sent for its own sake."""
    path = urlsplit(destination.url).path or "/"
    yield Intake((Found(NoFile(printable(f"{destination.method} {path}"))),), ())


def renew(
    sources: Sequence[tuple[int, Source]], going_on: Callable[[], bool]
) -> Iterator[tuple[Renewal, ...]]:
    """Look at each source again, and yield what was found in parts."""
    for start in range(0, len(sources), _CHUNK_ROWS):
        if not going_on():
            return
        yield tuple(_renewed(*each) for each in sources[start : start + _CHUNK_ROWS])


def _renewed(upload_id: int, source: Source) -> Renewal:
    try:
        return Renewal(upload_id, source.renewed(), None)
    except SourceError as error:
        return Renewal(upload_id, None, error.problem)
