# SPDX-License-Identifier: MIT
"""What becomes of a row when something happens to it: pure functions from one value to the next."""

from dataclasses import replace

from guiuploader.uploads.outcome import End
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Facts, Upload, stepped
from guiuploader.values.errors import Problem
from guiuploader.values.states import State


def started(upload: Upload) -> Upload:
    """Return the row as a worker takes it."""
    return stepped(
        upload,
        State.UPLOADING,
        attempts=upload.attempts + 1,
        sent=_left(upload),
        problem=None,
        retry_at=None,
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
    goes_again = end.state in {State.QUEUED, State.RETRYING}
    stays = goes_again and upload.state is State.PAUSED
    sent = _left(upload) if goes_again else end.receipt.size if end.receipt else upload.sent
    left = Facts(
        sent=sent,
        attempts=upload.attempts if end.spent else upload.attempts - 1,
        retry_at=None if stays else end.retry_at,
        receipt=end.receipt,
        problem=end.problem,
        exchange=end.exchange,
        bytes_per_second=0.0,
    )
    return replace(upload, **left) if stays else stepped(upload, end.state, **left)


def confirmed(upload: Upload) -> Upload:
    """Return a row that may have arrived as done: the person says that it did."""
    return stepped(upload, State.DONE, problem=None)


def given_up(upload: Upload, problem: Problem) -> Upload:
    """Return a row that waits for a destination which was waited for in vain."""
    return stepped(upload, State.FAILED, problem=problem, retry_at=None)


def renewed(upload: Upload, renewal: Renewal) -> Upload:
    """Return the row to be sent again with its file as it is now, or failed when that is gone.

    One that may have arrived stays as it is then: its own problem says why nobody knows.
    """
    if renewal.source is not None:
        # Of another file, what the server has is no beginning.
        kept = upload.checkpoint if renewal.source == upload.source else None
        return stepped(upload, State.QUEUED, source=renewal.source, sent=0, problem=None, checkpoint=kept)
    if upload.state is State.UNCONFIRMED:
        return upload
    failed = stepped(upload, State.FAILED) if upload.state is State.CANCELLED else upload
    return replace(failed, problem=renewal.problem)


def _left(upload: Upload) -> int:
    """Return how many of the bytes that were sent count for the next attempt, as far as is known here."""
    return 0 if upload.checkpoint is None else upload.sent
