# SPDX-License-Identifier: MIT
"""What each error means for its row, its destination and the question whether the file may have arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from guiuploader.values.errors import ErrorCode


class Move(Enum):
    """What to do, where it is settled that this attempt stored nothing, or where repeats are safe."""

    FAIL = auto()
    """The row fails: it is about this file. Where the server said so, the server works."""
    REFUSED = auto()
    """The row fails: sent again unchanged it would fare no better. Other rows may fare the same."""
    WAIT = auto()
    """The row waits and goes again, as often as its destination allows."""
    PARK = auto()
    """The server is in trouble or asks for a pause: the destination waits, and costs no row an attempt."""
    ASK = auto()
    """The sign-in is no good: the destination waits for the person. Where nobody is there, REFUSED."""
    STOP = auto()
    """It was stopped from this side."""


class Mark(Enum):
    """What the outcome says of an attempt that had passed the point from which the file may have arrived."""

    SETTLED = auto()
    """All is known: it was turned away, or what was stored is told."""
    OPEN = auto()
    """Nobody knows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    move: Move
    mark: Mark


RULES: Mapping[ErrorCode, Rule] = {
    # Nothing was sent: what the person wrote, and what is on the disk.
    ErrorCode.USAGE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.DESTINATION_INVALID: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.DESTINATIONS_UNREADABLE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.DESTINATION_UNKNOWN: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.DESTINATION_EXISTS: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.VALUE_MISSING: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.VALUE_NOT_ALLOWED: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SECRET_MISSING: Rule(Move.ASK, Mark.SETTLED),
    ErrorCode.KEYCHAIN_FAILED: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.FOLDER_NOT_WRITABLE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_MISSING: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_NOT_A_FILE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_LENGTHLESS: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_LOOP: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_EMPTY_FOLDER: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_NOT_TEXT: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SOURCE_INPUT: Rule(Move.FAIL, Mark.SETTLED),  # its last bytes were kept back
    ErrorCode.LIST_ROW: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.SENT_BEFORE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.MAY_BE_THERE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.FOUND_THERE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.UNSIGNABLE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_ADDRESS: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_INVALID: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_UNKNOWN: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_EXISTS: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_SECRET_MISSING: Rule(Move.ASK, Mark.SETTLED),
    ErrorCode.STORE_NO_KEYS: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_PROFILE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_PROFILE_WRONG: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_SIGN_IN_OVER: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_SIGN_IN_LOST: Rule(Move.WAIT, Mark.OPEN),
    ErrorCode.STORE_ROLE_DENIED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_NAME: Rule(Move.FAIL, Mark.SETTLED),
    # Nothing that counts: a mark that cannot be committed holds the rest of the file back.
    ErrorCode.LEDGER_IN_USE: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LEDGER_NEWER: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LEDGER_DAMAGED: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LEDGER_FULL: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LEDGER_FAILED: Rule(Move.FAIL, Mark.SETTLED),
    # It may come up in the middle: of several files in a request, one may be whole at the server by then.
    ErrorCode.SOURCE_UNREADABLE: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.SOURCE_CHANGED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.SOURCE_SHORT: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_WRONG_KEY: Rule(Move.ASK, Mark.OPEN),
    ErrorCode.STORE_EXPIRED: Rule(Move.ASK, Mark.OPEN),
    ErrorCode.STORE_CLOCK: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_DENIED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_NO_BUCKET: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_NO_OBJECT: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_ARCHIVED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_REGION: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_CHANGED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_REFUSED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.STORE_LOST: Rule(Move.WAIT, Mark.OPEN),  # the store's line, not the server's
    ErrorCode.BROKEN_OFF: Rule(
        Move.WAIT, Mark.OPEN
    ),  # another file of the same request, or one of every request
    ErrorCode.PARTED: Rule(Move.FAIL, Mark.OPEN),
    ErrorCode.INTERNAL: Rule(Move.FAIL, Mark.OPEN),
    # No connection, so no byte of the request arrived.
    ErrorCode.NAME_NOT_FOUND: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.CONNECTION_REFUSED: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.CONNECT_TIMEOUT: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.UNREACHABLE: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.NO_NETWORK: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.PROXY_UNREACHABLE: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.PROXY_REFUSED: Rule(Move.PARK, Mark.SETTLED),
    ErrorCode.PROXY_UNAUTHORIZED: Rule(Move.ASK, Mark.SETTLED),
    ErrorCode.CERTIFICATE_NOT_TRUSTED: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.CLIENT_CERTIFICATE_WANTED: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.TLS_FAILED: Rule(Move.REFUSED, Mark.SETTLED),
    # The connection broke, or fell silent.
    ErrorCode.SEND_STALLED: Rule(Move.WAIT, Mark.OPEN),
    ErrorCode.CONNECTION_LOST: Rule(Move.WAIT, Mark.OPEN),
    ErrorCode.REPLY_LOST: Rule(Move.WAIT, Mark.OPEN),
    ErrorCode.REPLY_TIMEOUT: Rule(Move.WAIT, Mark.OPEN),
    ErrorCode.REPLY_INVALID: Rule(Move.REFUSED, Mark.OPEN),
    ErrorCode.REPLY_EARLY: Rule(Move.WAIT, Mark.OPEN),
    # The server sent it elsewhere (3xx), or took what should have made it ask for a sign-in.
    ErrorCode.REDIRECTED: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.REDIRECT_INSECURE: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.REDIRECT_TO_HTTPS: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.REDIRECT_LOOP: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.NOT_CHALLENGED: Rule(Move.REFUSED, Mark.SETTLED),
    # The server said no (4xx).
    ErrorCode.UNAUTHORIZED: Rule(Move.ASK, Mark.SETTLED),  # 401
    ErrorCode.FORBIDDEN: Rule(Move.REFUSED, Mark.SETTLED),  # 403
    ErrorCode.NOT_FOUND: Rule(Move.REFUSED, Mark.SETTLED),  # 404, 410
    ErrorCode.METHOD_NOT_ALLOWED: Rule(Move.REFUSED, Mark.SETTLED),  # 405
    ErrorCode.REQUEST_TIMEOUT: Rule(Move.WAIT, Mark.OPEN),  # 408
    ErrorCode.CONFLICT: Rule(Move.FAIL, Mark.SETTLED),  # 409
    ErrorCode.LENGTH_REQUIRED: Rule(Move.REFUSED, Mark.SETTLED),  # 411
    ErrorCode.TOO_LARGE: Rule(Move.FAIL, Mark.SETTLED),  # 413
    ErrorCode.UNSUPPORTED_TYPE: Rule(Move.FAIL, Mark.SETTLED),  # 415
    ErrorCode.TOO_EARLY: Rule(Move.WAIT, Mark.SETTLED),  # 425
    ErrorCode.RATE_LIMITED: Rule(Move.PARK, Mark.SETTLED),  # 429
    ErrorCode.SERVER_REFUSED: Rule(Move.REFUSED, Mark.SETTLED),  # 400, 422 and the rest
    # The server failed (5xx).
    ErrorCode.SERVER_FAILED: Rule(Move.WAIT, Mark.OPEN),  # 500 and the rest; a 2xx that came too early
    ErrorCode.NOT_IMPLEMENTED: Rule(Move.REFUSED, Mark.SETTLED),  # 501
    ErrorCode.GATEWAY_FAILED: Rule(Move.WAIT, Mark.OPEN),  # 502
    ErrorCode.SERVER_BUSY: Rule(Move.WAIT, Mark.SETTLED),  # 503
    ErrorCode.GATEWAY_TIMEOUT: Rule(Move.WAIT, Mark.OPEN),  # 504
    ErrorCode.STORAGE_FULL: Rule(Move.REFUSED, Mark.SETTLED),  # 507
    # The server said yes (2xx), and yet.
    ErrorCode.DIGEST_MISMATCH: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.NOT_ACCEPTED: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.SIZE_MISMATCH: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LOOKUP_MISSING: Rule(Move.FAIL, Mark.OPEN),
    # The server was asked whether it has the file, and nothing was sent then.
    ErrorCode.LOOKUP_FAILED: Rule(Move.WAIT, Mark.SETTLED),
    ErrorCode.LOOKUP_REFUSED: Rule(Move.REFUSED, Mark.SETTLED),
    ErrorCode.LOOKUP_UNCLEAR: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.LOOKUP_OTHER: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.STORE_WRITE_DENIED: Rule(Move.REFUSED, Mark.SETTLED),  # 403 of a store
    # An upload that can be resumed (tus).
    ErrorCode.CHECKSUM_REFUSED: Rule(Move.WAIT, Mark.SETTLED),  # 460
    ErrorCode.SIZE_OVER_LIMIT: Rule(Move.FAIL, Mark.SETTLED),
    ErrorCode.PROTOCOL_VERSION: Rule(Move.REFUSED, Mark.SETTLED),  # 412
    ErrorCode.PROTOCOL_BROKEN: Rule(Move.REFUSED, Mark.OPEN),
    ErrorCode.UPLOAD_GONE: Rule(Move.FAIL, Mark.OPEN),  # 404, 410
    # An upload of several requests, and the token that it signs in with.
    ErrorCode.NO_TOKEN: Rule(Move.WAIT, Mark.SETTLED),
    ErrorCode.STEP_UNANSWERED: Rule(Move.WAIT, Mark.SETTLED),
    ErrorCode.STEP_GAVE_NOTHING: Rule(Move.REFUSED, Mark.OPEN),
    # The person, or the end of the program.
    ErrorCode.INTERRUPTED: Rule(Move.STOP, Mark.OPEN),
    ErrorCode.CANCELLED: Rule(Move.STOP, Mark.OPEN),
    ErrorCode.CANCELLED_LATE: Rule(Move.STOP, Mark.OPEN),
    ErrorCode.LEFT_BEHIND: Rule(Move.STOP, Mark.SETTLED),  # told of what a row left, never of a row
}

STORE_KEYS = frozenset({ErrorCode.STORE_SECRET_MISSING, ErrorCode.STORE_WRONG_KEY, ErrorCode.STORE_EXPIRED})
"""What another key to the store that a file comes from would mend: the server has no part in it."""

UNANSWERED = frozenset(
    {
        ErrorCode.NAME_NOT_FOUND,
        ErrorCode.CONNECTION_REFUSED,
        ErrorCode.CONNECT_TIMEOUT,
        ErrorCode.UNREACHABLE,
        ErrorCode.NO_NETWORK,
        ErrorCode.PROXY_UNREACHABLE,
        ErrorCode.SEND_STALLED,
        ErrorCode.CONNECTION_LOST,
        ErrorCode.REPLY_LOST,
        ErrorCode.REPLY_TIMEOUT,
    }
)
"""What the server had no part in, as far as is known: it may come of this computer's own network, too."""
