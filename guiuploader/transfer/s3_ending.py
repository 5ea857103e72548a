# SPDX-License-Identifier: MIT
"""What becomes of an upload to a store whose answer is lost, that was stopped, or is not wanted any more."""

from dataclasses import replace

from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import Passage
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.s3_upload import S3Upload
from guiuploader.transfer.store_target import StoreTarget
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError

_PATIENCE = 1.0  # seconds: a person who cancels does not wait for a store that is away
_UNANSWERED = frozenset({ErrorCode.REPLY_LOST, ErrorCode.REPLY_TIMEOUT, ErrorCode.REPLY_INVALID})


def after_loss(upload: S3Upload, error: NetworkError, proof: str) -> Reply:
    """Return what the store says of the object after it gave no answer. Raises the error where it has none.

    `proof` is what it calls this very file.
    """
    if error.problem.code not in _UNANSWERED or upload.passage.control.cancelled:
        raise error
    try:
        # As long as there is something to be made of its parts, the object that is there is an older one.
        reply = None if upload.id and upload.listed() else upload.whole_there(proof)
    except UploaderError:
        raise error from None
    if reply is None:
        raise error
    return reply


def end(upload: S3Upload, error: UploaderError) -> UploaderError:
    """Return what a stopped transfer ends with.

    The parts are dropped where the person wants nothing of them; otherwise a later attempt goes on.
    """
    passage = upload.passage
    if not passage.control.abandoned:
        return error
    way = replace(passage.way, connect_timeout=_PATIENCE, reply_timeout=_PATIENCE)
    upload.passage = replace(passage, control=Control(), way=way)
    try:
        upload.abort()
    except UploaderError:
        return error
    upload.forget()
    return TransferCancelled()


def drop(passage: Passage, target: StoreTarget, filled: FilledRequest, kept: Checkpoint) -> None:
    """Have the store drop the parts that an earlier attempt left. Raises as `ask` does, and ServerRefused."""
    upload = S3Upload(passage, filled, passage.job.size or 0, target)
    upload.take_up(kept)
    upload.abort()
