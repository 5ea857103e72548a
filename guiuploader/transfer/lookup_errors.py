# SPDX-License-Identifier: MIT
"""What goes wrong with the question for a file, in words of its own: no upload failed by it."""

from collections.abc import Mapping

from guiuploader.transfer.lookup_answer import Answer
from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused, UploaderError
from guiuploader.values.redact import blank

_OF_ALL = frozenset(
    {ErrorCode.UNAUTHORIZED, ErrorCode.RATE_LIMITED, ErrorCode.SERVER_BUSY, ErrorCode.TOO_EARLY}
)
"""Refusals that are about the account or the server, whatever is asked."""

_PASSING = frozenset(
    {
        ErrorCode.SERVER_FAILED,
        ErrorCode.GATEWAY_FAILED,
        ErrorCode.GATEWAY_TIMEOUT,
        ErrorCode.REQUEST_TIMEOUT,
        ErrorCode.STORAGE_FULL,
    }
)
_UNANSWERED: Mapping[ErrorCode, str] = {
    ErrorCode.CONNECTION_LOST: "The connection was lost.",
    ErrorCode.SEND_STALLED: "It did not take the question.",
    ErrorCode.REPLY_LOST: "The connection was lost before it answered.",
    ErrorCode.REPLY_TIMEOUT: "It did not answer in time.",
    ErrorCode.REPLY_INVALID: "What it answered is no HTTP.",
}


def as_question(error: UploaderError, host: str) -> UploaderError:
    """Return an error of a request as one of the question that it was."""
    problem = error.problem
    code = problem.code
    if isinstance(error, ServerRefused) and code not in _OF_ALL:
        said = f"It answered {problem.status}. {problem.facts.get('message', '')}".strip()
        wait = {name: fact for name, fact in problem.facts.items() if name in {"retry_after", "layer"}}
        new = ErrorCode.LOOKUP_FAILED if code in _PASSING else ErrorCode.LOOKUP_REFUSED
        return ServerRefused(new, status=problem.status, **{**wait, "host": host, "message": said})
    if code in _UNANSWERED:
        return NetworkError(ErrorCode.LOOKUP_FAILED, host=host, message=_UNANSWERED[code])
    return error


def unclear(answer: Answer) -> ServerRefused:
    """Return the error for an answer that does not tell."""
    return ServerRefused(ErrorCode.LOOKUP_UNCLEAR, status=answer.reply.status)


def other(answer: Answer, code: ErrorCode, secrets: frozenset[str]) -> ServerRefused:
    """Return the error for another file than the one that was sent."""
    theirs = blank(answer.theirs, secrets)
    return ServerRefused(code, status=answer.reply.status, sent=answer.own, received=theirs)
