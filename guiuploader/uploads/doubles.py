# SPDX-License-Identifier: MIT
"""Sorts what was found into what is new, what was sent before, and what is on its way already."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.target import Target
from guiuploader.sources.saved import saved
from guiuploader.sources.source import Source
from guiuploader.uploads.entries import left_by
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.ledger_rows import Key, Same
from guiuploader.uploads.sharing import is_safe_alone
from guiuploader.uploads.upload import Batch, Upload, new_uploads
from guiuploader.values.errors import ErrorCode, LedgerError, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.states import ACTIVE, WAITING, State

_ON_ITS_WAY = ACTIVE | WAITING
_log = logging.getLogger(__name__)

_SPARE = 1000  # keys of rows that are gone, before they are let go


@dataclass(frozen=True, slots=True)
class Found:
    """A source, and by what equal ones are known: nothing where none can be equal.

    `waiting` is an equal row that the ledger has in the queue, `left` that row where an earlier run left it.
    `objection` is why it should not be sent, where it was before. `variables` are its own, None where its
    batch's count.
    """

    source: Source
    key: Key | None = None
    waiting: int | None = None
    left: Upload | None = None
    objection: Problem | None = None
    variables: Mapping[str, str] | None = None


@dataclass(slots=True)
class Sorted:
    """What becomes of a part of what was found: `new` rows may be skipped ones, `left` are taken up."""

    new: list[tuple[Found, Problem | None]] = field(default_factory=list)
    left: list[Upload] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    queued: int = 0
    """How many are left out, as an equal row is in the queue already."""

    @property
    def skipped(self) -> int:
        """How many of the new ones were sent before."""
        return sum(problem is not None for _, problem in self.new)


class Doubles:
    """Knows the rows of this program by what equal ones share; `find` returns a row that is shown."""

    def __init__(self, find: Callable[[int], Upload | None]) -> None:
        self._find = find
        self._ids: dict[Key, int] = {}
        self._unshown: set[int] = set()
        self._let_go_at = _SPARE

    def sort(self, found: Sequence[Found], batch: Batch) -> Sorted:
        """Say what is to become of each."""
        result = Sorted()
        seen: set[Key] = set()
        for each in found:
            if each.key is None:
                result.new.append((each, None))
                continue
            if each.key in seen or self._is_on_its_way(each, each.key):
                result.queued += 1
            elif each.left is not None:
                result.left.append(_taken_up(each.left, each.source, batch))
            else:
                problem = None if batch.again else each.objection
                if problem is not None and problem.code is ErrorCode.MAY_BE_THERE:
                    result.refused.append(problem)
                else:
                    result.new.append((each, problem))
            seen.add(each.key)
        return result

    def made(
        self, new: Sequence[tuple[Found, Problem | None]], ids: Sequence[int], batch: Batch
    ) -> Iterator[Upload]:
        """Yield the rows of what is new, and know them from now on."""
        self._let_go()
        uploads = new_uploads(ids, (each.source for each, _ in new), batch)
        for (each, problem), made in zip(new, uploads, strict=True):
            upload = made if each.variables is None else replace(made, variables=each.variables)
            if problem is not None:
                yield replace(upload, state=State.SKIPPED, problem=problem)
                continue
            if each.key is not None:
                self._ids[each.key] = upload.id
                self._unshown.add(upload.id)
            yield upload

    def shown(self, uploads: Sequence[Upload]) -> None:
        """Take note that these are shown now, or never will be."""
        self._unshown.difference_update(upload.id for upload in uploads)

    def _is_on_its_way(self, found: Found, key: Key) -> bool:
        """Tell whether an equal row is; one that the ledger saw waiting may have ended meanwhile."""
        for upload_id in (self._ids.get(key), found.waiting):
            row = None if upload_id is None else self._find(upload_id)
            if upload_id in self._unshown or (row and (row.state in _ON_ITS_WAY or row.id == found.waiting)):
                return True
        return False

    def _let_go(self) -> None:
        """Forget keys of rows that are gone, now and then, so that a window may stay open for months."""
        if len(self._ids) > self._let_go_at:
            self._ids = {
                key: id_ for key, id_ in self._ids.items() if id_ in self._unshown or self._find(id_)
            }
            self._let_go_at = 2 * len(self._ids) + _SPARE


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of each file that goes to one place; for background threads.

    Without a `reader` nothing is known of what was sent. What runs before `run` left in the queue is taken
    up; 0 where that stands among the rows already.
    """

    destination: Destination
    target: Target
    reader: LedgerReader | None
    run: int

    @property
    def together(self) -> int:
        """How many files go in one request."""
        return self.destination.multipart.files_per_request

    def at(self, sources: Sequence[Source], targets: Sequence[Target] = ()) -> tuple[Found, ...]:
        """Return these with what is known of equal ones; where the ledger cannot be read, that is nothing.

        Without `targets`, one for each, all go to the same.
        """
        keys = [key_of(*each) for each in zip(sources, targets or repeat(self.target), strict=False)]
        known: Sequence[Same | None] = [None] * len(keys)
        left: dict[int, Upload] = {}
        try:
            if self.reader is not None:
                known = self.reader.same(keys)
                ids = [each.id for each in known if each and each.finished is None and each.run < self.run]
                left = {upload.id: upload for upload in left_by(self.reader.rows(ids))}
        except LedgerError as error:
            _log.warning("What was sent before is not known: %s", explain(error.problem))
        return tuple(map(self._found, sources, keys, known, repeat(left)))

    def _found(self, source: Source, key: Key, same: Same | None, left: Mapping[int, Upload]) -> Found:
        if same is None:
            return Found(source, key)
        if same.finished is None:
            return Found(source, key, waiting=same.id, left=left.get(same.id))
        return Found(source, key, objection=_objection(source, self.destination, same))


def key_of(source: Source, target: Target) -> Key:
    """Return what equal rows share: the same version of the same file, for the same place there."""
    kept = saved(source)
    return (kept.identity, target.mark, kept.relpath if target.by_relpath else "")


def _taken_up(upload: Upload, source: Source, batch: Batch) -> Upload:
    """Return a row that an earlier run left, as one of this batch: with its id, key and attempts."""
    return replace(
        upload,
        batch=batch.id,
        source=source,
        destination=batch.destination,
        state=batch.state,
        sent=0,
        retry_at=None,
        problem=None,
        forgets=batch.forgets,
        again=batch.again,
        doubt=None if batch.again else upload.doubt,
    )


def _objection(source: Source, destination: Destination, same: Same) -> Problem | None:
    """Return why a file is not sent: it was before, or may have been where that counts."""
    is_doubtful = same.state is State.UNCONFIRMED
    is_safe = is_safe_alone(destination) or destination.can_be_asked
    if same.finished is None or (is_doubtful and is_safe):
        return None
    facts = {
        "path": source.location,
        "place": destination.name,
        "when": f"{same.finished.astimezone():%Y-%m-%d %H:%M}",
    }
    if same.link:
        facts["link"] = same.link
    return Problem(ErrorCode.MAY_BE_THERE if is_doubtful else ErrorCode.SENT_BEFORE, facts)
