# SPDX-License-Identifier: MIT
"""Which rows one request takes together, and which have to stay together when it is sent again.

Rows go together where all that the request says once comes out the same for each of them. A request that is
sent again has the same files; one whose repeat is safe only by its key has exactly these, or is not sent: the
server would answer for other files than it was given, or store some twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.destinations.texts import calls_of, texts_in_use
from guiuploader.transfer.form import BUFFER_LIMIT
from guiuploader.uploads.outcome import End
from guiuploader.uploads.upload import Shared, Upload, request_uuid
from guiuploader.uploads.waiting_line import Group
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.functions import HASHES, REQUEST_FUNCTIONS
from guiuploader.values.states import State

_COMPARED = frozenset({"filename", "stem", "ext", "relpath", "size", "content_type"})
_OWN = frozenset({*HASHES, "bucket", "key", "etag", "modified", "meta"})
_OF_EACH = ("multipart.file_field", "multipart.filename", "multipart.content_type", "multipart.part_headers")
_PARTING = frozenset({ErrorCode.BROKEN_OFF, ErrorCode.PARTED})


class Groups:
    """Tells who may go together; what one destination says once is looked up once for rows in a row."""

    def __init__(self) -> None:
        self._last: tuple[Destination, frozenset[str]] | None = None

    def of(self, upload: Upload) -> Group | None:
        """Return what a row may share a request with, None where it goes alone."""
        destination, shared = upload.destination, upload.shared
        if not takes_several(destination):
            return None
        most_bytes = BUFFER_LIMIT if destination.body is BodyKind.BUFFERED else None
        most = destination.multipart.files_per_request
        if shared is not None and (upload.is_bound or upload.state is State.RETRYING):
            return Group((destination, shared.key), most, most_bytes, is_whole=True)
        names = self._said_once(destination)
        if not names.isdisjoint(_OWN):
            return None
        return Group((destination, upload.variables, tuple(_facts(upload, names))), most, most_bytes)

    def _said_once(self, destination: Destination) -> frozenset[str]:
        """Return the names of the values that stand in what a request says once, whatever its files."""
        if self._last is None or self._last[0] is not destination:
            of_each = (
                *_OF_EACH,
                *(
                    f"multipart.part[{n}]."
                    for n, part in enumerate(destination.multipart.part, 1)
                    if part.upload
                ),
            )
            texts = [text for text in texts_in_use(destination) if not text.key.startswith(of_each)]
            self._last = (destination, frozenset(call.name for call in calls_of(texts)))
        return self._last[1]


def takes_several(destination: Destination) -> bool:
    """Tell whether a request to this destination may hold several files of the queue."""
    return destination.is_form and destination.multipart.files_per_request > 1


def _facts(upload: Upload, names: frozenset[str]) -> Iterator[str]:
    wanted = sorted(names & _COMPARED)
    if wanted:
        (scope,) = upload.job.scopes(_unasked, lambda _: _no_hash)
        for name in wanted:
            yield REQUEST_FUNCTIONS[name].evaluate(scope, ())


def _unasked(name: str) -> str:
    raise KeyError(name)


def _no_hash(name: str) -> bytes:
    raise KeyError(name)


def shared_by(uploads: Sequence[Upload]) -> Shared | None:
    """Return the request of these rows, None for a row alone."""
    if len(uploads) == 1:
        return None
    return Shared(tuple(upload.id for upload in uploads), _key(uploads))


def _key(uploads: Sequence[Upload]) -> str:
    return request_uuid([upload.uuid for upload in uploads])


def are_parted(uploads: Sequence[Upload]) -> bool:
    """Tell whether rows are to go again that must not: some that went with them are missing, or moved."""
    return any(upload.is_bound and upload.shared and upload.shared.key != _key(uploads) for upload in uploads)


def parted(uploads: Sequence[Upload]) -> list[End]:
    """Return how rows end that cannot go again, as others are missing: nobody knows whether they arrived."""
    problem = Problem(ErrorCode.PARTED, {"host": uploads[0].destination.host})
    return [
        End(upload.id, State.UNCONFIRMED, problem=problem, exchange=upload.exchange, committed=True)
        for upload in uploads
    ]


def with_mates(uploads: Sequence[Upload], rows: Iterable[Upload]) -> list[Upload]:
    """Return these rows, and with each of them all that must go with it."""
    keys = {upload.shared.key for upload in uploads if upload.is_bound and upload.shared}
    if not keys:
        return list(uploads)
    mates = {each.id: each for each in rows if each.is_bound and each.shared and each.shared.key in keys}
    return list(({upload.id: upload for upload in uploads} | mates).values())


def can_repeat(upload: Upload, end: End, ends: Sequence[End]) -> bool:
    """Tell whether sending a row again stores it once.

    With others, and by a key alone, only where all of them go again.
    """
    is_alone = len(ends) == 1 and not upload.is_bound
    if is_alone or not upload.repeats_are_safe or not _is_by_key(upload.destination):
        return upload.repeats_are_safe
    is_broken = end.problem is not None and end.problem.code in _PARTING
    return not is_broken and not any(each.is_stopped for each in ends)


def go_together(ends: Sequence[End], uploads: Sequence[Upload], *, is_open: bool) -> tuple[End, ...]:
    """Return the ends of one request such that rows which go again do so at the same time.

    Where the request may have been carried out and its key alone makes the repeat safe, they are bound.
    """
    if len(ends) == 1:
        return tuple(ends)
    is_bound = is_open and _is_by_key(uploads[0].destination)
    times = [end.retry_at for end in ends if end.state is State.RETRYING]
    at = None if None in times else max((time for time in times if time is not None), default=None)
    return tuple(
        replace(end, retry_at=at if end.state is State.RETRYING else None, is_bound=is_bound)
        if end.state in {State.QUEUED, State.RETRYING}
        else end
        for end in ends
    )


def key_at_start(upload: Upload) -> str:
    """Return what the ledger is to keep when an attempt begins that can only be repeated as a whole."""
    return upload.shared.key if upload.shared and _is_by_key(upload.destination) else ""


def key_to_keep(upload: Upload) -> str:
    """Return what the ledger is to keep of a row that goes again."""
    return upload.shared.key if upload.shared and upload.is_bound else ""


def restored_shared(key: str) -> Shared | None:
    """Return what of a shared request the ledger knows."""
    return Shared((), key) if key else None


def is_safe_alone(destination: Destination) -> bool:
    """Tell whether a file may be sent there again whatever it went with before."""
    return destination.repeats_are_safe and not (takes_several(destination) and _is_by_key(destination))


def _is_by_key(destination: Destination) -> bool:
    return bool(destination.retry.idempotency_key_header) and not destination.retry.repeats_are_safe
