# SPDX-License-Identifier: MIT
"""The one tree of errors.

    UploaderError              a problem with a code, facts and, where a server spoke, its status
    ├── UsageError             the command line cannot be carried out
    ├── DestinationError       a destination's file or one of its values is wrong
    ├── SourceError            the bytes cannot be had
    ├── NetworkError           the server was not reached, or no whole answer came back
    ├── ServerRefused          the server answered, and the answer is no
    ├── AlreadyThere           the server was asked, and has this very file
    ├── LedgerError            the queue's file cannot be used
    │   └── LedgerInUse        another guiuploader has it open
    └── TransferCancelled      the person said stop

The words for a code stand in `explanations.py`; `code` is stable and may be relied on by scripts. None of
these derives from OSError: urllib3 takes a BrokenPipeError out of a body for the server's early answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """Every way an upload or a command can fail; the value is what scripts see."""

    USAGE = "usage"
    DESTINATION_INVALID = "destination-invalid"
    DESTINATIONS_UNREADABLE = "destinations-unreadable"
    DESTINATION_UNKNOWN = "destination-unknown"
    DESTINATION_EXISTS = "destination-exists"
    VALUE_MISSING = "value-missing"
    VALUE_NOT_ALLOWED = "value-not-allowed"
    SECRET_MISSING = "secret-missing"  # noqa: S105 - a code, not a secret
    KEYCHAIN_FAILED = "keychain-failed"
    FOLDER_NOT_WRITABLE = "folder-not-writable"
    SOURCE_MISSING = "source-missing"
    SOURCE_UNREADABLE = "source-unreadable"
    SOURCE_NOT_A_FILE = "source-not-a-file"
    SOURCE_LENGTHLESS = "source-lengthless"
    SOURCE_LOOP = "source-loop"
    SOURCE_EMPTY_FOLDER = "source-empty-folder"
    SOURCE_CHANGED = "source-changed"
    SOURCE_SHORT = "source-short"
    SOURCE_NOT_TEXT = "source-not-text"
    SOURCE_INPUT = "source-input"
    LIST_ROW = "list-row"
    SOURCE_TOO_LARGE_TO_BUFFER = "source-too-large-to-buffer"
    STORE_ADDRESS = "store-address"
    STORE_INVALID = "store-invalid"
    STORE_UNKNOWN = "store-unknown"
    STORE_EXISTS = "store-exists"
    STORE_SECRET_MISSING = "store-secret-missing"  # noqa: S105 - a code, not a secret
    STORE_NO_KEYS = "store-no-keys"
    STORE_PROFILE = "store-profile"
    STORE_PROFILE_WRONG = "store-profile-wrong"
    STORE_SIGN_IN_OVER = "store-sign-in-over"
    STORE_SIGN_IN_LOST = "store-sign-in-lost"
    STORE_ROLE_DENIED = "store-role-denied"
    STORE_NAME = "store-name"
    STORE_WRONG_KEY = "store-wrong-key"
    STORE_EXPIRED = "store-expired"
    STORE_CLOCK = "store-clock"
    STORE_DENIED = "store-denied"
    STORE_NO_BUCKET = "store-no-bucket"
    STORE_NO_OBJECT = "store-no-object"
    STORE_ARCHIVED = "store-archived"
    STORE_REGION = "store-region"
    STORE_CHANGED = "store-changed"
    STORE_LOST = "store-lost"
    STORE_REFUSED = "store-refused"
    STORE_WRITE_DENIED = "store-write-denied"
    NAME_NOT_FOUND = "name-not-found"
    CONNECTION_REFUSED = "connection-refused"
    CONNECT_TIMEOUT = "connect-timeout"
    UNREACHABLE = "unreachable"
    NO_NETWORK = "no-network"
    CERTIFICATE_NOT_TRUSTED = "certificate-not-trusted"
    CLIENT_CERTIFICATE_WANTED = "client-certificate-wanted"
    TLS_FAILED = "tls-failed"
    PROXY_UNREACHABLE = "proxy-unreachable"
    PROXY_UNAUTHORIZED = "proxy-unauthorized"
    PROXY_REFUSED = "proxy-refused"
    SEND_STALLED = "send-stalled"
    CONNECTION_LOST = "connection-lost"
    REPLY_LOST = "reply-lost"
    REPLY_TIMEOUT = "reply-timeout"
    REPLY_INVALID = "reply-invalid"
    REPLY_EARLY = "reply-early"
    REDIRECTED = "redirected"
    REDIRECT_INSECURE = "redirect-insecure"
    REDIRECT_TO_HTTPS = "redirect-to-https"
    REDIRECT_LOOP = "redirect-loop"
    NOT_CHALLENGED = "not-challenged"
    UNSIGNABLE = "unsignable"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    LENGTH_REQUIRED = "length-required"
    TOO_LARGE = "too-large"
    REQUEST_TIMEOUT = "request-timeout"
    CONFLICT = "conflict"
    TOO_EARLY = "too-early"
    NOT_IMPLEMENTED = "not-implemented"
    GATEWAY_FAILED = "gateway-failed"
    GATEWAY_TIMEOUT = "gateway-timeout"
    STORAGE_FULL = "storage-full"
    DIGEST_MISMATCH = "digest-mismatch"
    CHECKSUM_REFUSED = "checksum-refused"
    SIZE_OVER_LIMIT = "size-over-limit"
    PROTOCOL_VERSION = "protocol-version"
    PROTOCOL_BROKEN = "protocol-broken"
    UPLOAD_GONE = "upload-gone"
    NO_TOKEN = "no-token"  # noqa: S105 - a code, not a secret
    STEP_UNANSWERED = "step-unanswered"
    STEP_GAVE_NOTHING = "step-gave-nothing"
    UNSUPPORTED_TYPE = "unsupported-type"
    RATE_LIMITED = "rate-limited"
    SERVER_REFUSED = "server-refused"
    SERVER_FAILED = "server-failed"
    SERVER_BUSY = "server-busy"
    NOT_ACCEPTED = "not-accepted"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled-late"
    BROKEN_OFF = "broken-off"
    PARTED = "parted"
    LEFT_BEHIND = "left-behind"
    INTERRUPTED = "interrupted"
    FOUND_THERE = "found-there"
    LOOKUP_FAILED = "lookup-failed"
    LOOKUP_REFUSED = "lookup-refused"
    LOOKUP_UNCLEAR = "lookup-unclear"
    LOOKUP_OTHER = "lookup-other"
    LOOKUP_MISSING = "lookup-missing"
    SIZE_MISMATCH = "size-mismatch"
    SENT_BEFORE = "sent-before"
    MAY_BE_THERE = "may-be-there"
    LEDGER_IN_USE = "ledger-in-use"
    LEDGER_NEWER = "ledger-newer"
    LEDGER_DAMAGED = "ledger-damaged"
    LEDGER_FULL = "ledger-full"
    LEDGER_FAILED = "ledger-failed"
    INTERNAL = "internal"


_RETRYABLE = frozenset(
    {
        ErrorCode.NAME_NOT_FOUND,
        ErrorCode.CONNECTION_REFUSED,
        ErrorCode.CONNECT_TIMEOUT,
        ErrorCode.UNREACHABLE,
        ErrorCode.NO_NETWORK,
        ErrorCode.PROXY_UNREACHABLE,
        ErrorCode.PROXY_REFUSED,
        ErrorCode.SEND_STALLED,
        ErrorCode.CONNECTION_LOST,
        ErrorCode.TOO_EARLY,
        ErrorCode.RATE_LIMITED,
        ErrorCode.SERVER_BUSY,
        ErrorCode.STORE_LOST,
        ErrorCode.STORE_SIGN_IN_LOST,
        ErrorCode.CHECKSUM_REFUSED,
        ErrorCode.LOOKUP_FAILED,
        ErrorCode.STEP_UNANSWERED,
    }
)

_UNCONFIRMED = frozenset(
    {
        ErrorCode.REPLY_LOST,
        ErrorCode.REPLY_TIMEOUT,
        ErrorCode.REPLY_INVALID,
        ErrorCode.REPLY_EARLY,
        ErrorCode.CANCELLED_LATE,
        ErrorCode.BROKEN_OFF,
        ErrorCode.PARTED,
        ErrorCode.UPLOAD_GONE,
        ErrorCode.LOOKUP_MISSING,
        ErrorCode.INTERRUPTED,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as a value that may cross threads.

    `facts` fill the placeholders of the code's words; they hold no secret. `status` is the HTTP status of
    the answer, or None when none came.
    """

    code: ErrorCode
    facts: Mapping[str, str | int]
    status: int | None = None

    @property
    def retryable(self) -> bool:
        """Whether sending again, unchanged, may well succeed and cannot store the file twice."""
        return self.code in _RETRYABLE

    @property
    def unconfirmed(self) -> bool:
        """Whether the server may have the file and nothing tells what became of it."""
        return self.code in _UNCONFIRMED


class UploaderError(Exception):
    """Any failure of ours; `problem` is what to show."""

    def __init__(self, code: ErrorCode, /, *, status: int | None = None, **facts: str | int) -> None:
        super().__init__(code.value)
        self.problem = Problem(code, facts, status)


class UsageError(UploaderError):
    """The command line cannot be carried out."""


class DestinationError(UploaderError):
    """A destination's file or one of its values is wrong."""


class SourceError(UploaderError):
    """The bytes cannot be had, or are not those that were queued.

    `index` tells which of a request's uploads it is about, None for a file that is none of them.
    """

    index: int | None = None


class NetworkError(UploaderError):
    """The server was not reached, or no whole answer came back."""


class ServerRefused(UploaderError):  # noqa: N818 - named for what happened
    """The server answered, and the answer is no."""


class AlreadyThere(UploaderError):  # noqa: N818 - named for what was found
    """The server has this very file, so nothing was sent."""


class LedgerError(UploaderError):
    """The queue's file cannot be opened, read or written."""


class LedgerInUse(LedgerError):  # noqa: N818 - named for what happened
    """Another guiuploader has the queue open."""


class TransferCancelled(UploaderError):  # noqa: N818 - named for what happened
    """The person said stop."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.CANCELLED)
