# SPDX-License-Identifier: MIT
"""What becomes of a row when something happens to it: pure functions from one value to the next."""

import datetime as dt
from dataclasses import replace

from guiuploader.uploads import doubt
from guiuploader.uploads.outcome import End
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Facts, Shared, Upload, stepped
from guiuploader.values.errors import Problem
from guiuploader.values.states import State


def started(upload: Upload, shared: Shared | None = None) -> Upload:
    """Return the row as a worker takes it, in a request that it may share."""
    return stepped(
        upload,
        State.UPLOADING,
        attempts=upload.attempts + 1,
        sent=_left(upload),
        problem=None,
        retry_at=None,
        shared=shared,
        stage=None,
    )


def progressed(upload: Upload, sent: int, bytes_per_second: float) -> Upload:
    """Return the row with so many bytes sent at this speed.

    Fewer than before mean that the server sent the file on to another address.
    """
    again = upload.state is State.AWAITING_REPLY and sent < upload.sent
    if again or upload.state is State.PREPARING:
        return stepped(upload, State.UPLOADING, sent=sent, bytes_per_second=bytes_per_second)
    # What was on its way when the person said wait has no speed.
    speed = 0.0 if upload.state is State.PAUSED else bytes_per_second
    return replace(upload, sent=sent, bytes_per_second=speed)


def reached(upload: Upload, state: State, sent: int) -> Upload:
    """Return the row when its file is read for the first time (`preparing`), or all of it was handed over.

    A server that sends a request on lets both happen more than once.
    """
    if state is upload.state or (state is State.PREPARING and upload.state is not State.UPLOADING):
        return upload
    # What the server has already is there while it is read once more for the hash.
    there = max(sent, _left(upload)) if state is State.PREPARING else sent
    return stepped(upload, state, sent=there, bytes_per_second=0.0)


def held(upload: Upload, *, is_held: bool) -> Upload:
    """Return a row whose connection waits, or goes on, with the request that it is in."""
    before, after = ({State.PREPARING, State.UPLOADING}, State.PAUSED)
    if not is_held:
        before, after = {State.PAUSED}, State.UPLOADING
    return stepped(upload, after, bytes_per_second=0.0) if upload.state in before else upload


def ended(upload: Upload, end: End) -> Upload:
    """Return the row as its request left it; one that would go again stays paused where it was paused."""
    since = doubt.since(upload, end)
    state = doubt.state_of(end.state, since)
    goes_again = end.state in {State.QUEUED, State.RETRYING}
    stays = goes_again and upload.state is State.PAUSED
    sent = _left(upload) if goes_again else end.receipt.size if end.receipt else upload.sent
    left = Facts(
        sent=sent,
        attempts=upload.attempts if end.spent else upload.attempts - 1,
        retry_at=None if stays else end.retry_at,
        receipt=end.receipt,
        problem=end.problem or (doubt.cut_short(upload) if state is State.UNCONFIRMED else None),
        exchange=end.exchange,
        bytes_per_second=0.0,
        shared=_shared(upload, end),
        is_bound=goes_again and (upload.is_bound or end.is_bound),
        doubt=doubt.kept(state, since),
    )
    return replace(upload, **left) if stays else stepped(upload, state, **left)


def cancelled(upload: Upload) -> Upload:
    """Return a row that waits as the person leaves it."""
    state = doubt.state_of(State.CANCELLED, doubt.left_by(upload))
    problem = doubt.cut_short(upload) if state is State.UNCONFIRMED else upload.problem
    return stepped(upload, state, problem=problem, retry_at=None, doubt=None)


def paused_in_line(upload: Upload) -> Upload:
    """Return a row that waited for its turn and now for the person, alone unless it must go with others."""
    return stepped(upload, State.PAUSED, shared=upload.shared if upload.is_bound else None)


def confirmed(upload: Upload) -> Upload:
    """Return a row that may have arrived as done: the person says that it did."""
    return stepped(upload, State.DONE, problem=None)


def given_up(upload: Upload, problem: Problem) -> Upload:
    """Return a row that waits for a destination which was waited for in vain."""
    return stepped(
        upload,
        doubt.state_of(State.FAILED, doubt.left_by(upload)),
        problem=problem,
        retry_at=None,
        doubt=None,
    )


def renewed(upload: Upload, renewal: Renewal) -> Upload:
    """Return the row to be sent again with its file as it is now, or failed when that is gone.

    One that may have arrived stays as it is then: its own problem says why nobody knows.
    """
    if renewal.source is not None:
        # Of another file, what the server has is no beginning.
        kept = upload.checkpoint if renewal.source == upload.source else None
        is_asked = doubt.is_asked_first(upload, upload.destination) and renewal.source == upload.source
        return stepped(
            upload,
            State.QUEUED,
            source=renewal.source,
            sent=0,
            problem=None,
            checkpoint=kept,
            shared=None,
            again=doubt.goes_unasked(upload),
            doubt=dt.datetime.now(dt.UTC) if is_asked else None,
        )
    if upload.state is State.UNCONFIRMED:
        return upload
    failed = stepped(upload, State.FAILED) if upload.state is State.CANCELLED else upload
    return replace(failed, problem=renewal.problem)


def _shared(upload: Upload, end: End) -> Shared | None:
    """Return the request that a row shares from now on: its last one, or that which is to be repeated.

    One that is only queued again may go with any; what broke off before anything went out was no request.
    """
    if upload.is_bound or end.is_bound or end.state is State.RETRYING:
        return upload.shared
    return None if end.state is State.QUEUED or end.exchange is None else upload.shared


def _left(upload: Upload) -> int:
    """Return how many of the bytes that were sent count for the next attempt, as far as is known here."""
    return 0 if upload.checkpoint is None else upload.sent
