# SPDX-License-Identifier: MIT
"""What becomes of a tus upload that was stopped from this side, or is not wanted any more."""

from dataclasses import replace

from guiuploader.transfer import reply as replies
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import Passage, ask
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.tus_state import TusState
from guiuploader.transfer.tus_words import GONE, abilities, is_yes, request
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError

_PATIENCE = 1.0  # seconds: a person who cancels does not wait for a server that is away


def end(state: TusState) -> UploaderError:
    """Return what the transfer ends with.

    What the server has is deleted where the person wants nothing of it; otherwise a later attempt goes on.
    """
    if not state.passage.control.abandoned:
        return TransferCancelled()
    may_be_whole = state.may_be_whole
    if _terminated(state):
        state.forget()
    elif may_be_whole:
        state.forget()
        return NetworkError(ErrorCode.CANCELLED_LATE, host=state.passage.job.destination.host)
    return TransferCancelled()


def drop(passage: Passage, filled: FilledRequest, kept: Checkpoint) -> None:
    """Have the server delete what an earlier attempt left, where it deletes any.

    Raises as `ask` does, and ServerRefused.
    """
    found = abilities(ask(passage, request(filled, "OPTIONS", filled.url)))
    if "termination" not in found.extensions:
        return
    reply = ask(passage, request(filled, "DELETE", kept.url))
    if not is_yes(reply) and reply.status not in GONE:
        secrets = passage.record.secrets
        raise replies.refusal(passage.job.destination, reply, size=passage.job.size, secrets=secrets)


def _terminated(state: TusState) -> bool:
    """Ask the server to delete what it has, and tell whether that is gone."""
    if "termination" not in state.abilities.extensions:
        return False
    way = replace(state.passage.way, connect_timeout=_PATIENCE, reply_timeout=_PATIENCE)
    passage = replace(state.passage, control=Control(), way=way)
    try:
        reply = ask(passage, request(state.filled, "DELETE", state.url))
    except UploaderError:
        return False
    return is_yes(reply) or (reply.status in GONE and not state.may_be_whole)
