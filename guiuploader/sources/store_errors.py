# SPDX-License-Identifier: MIT
"""What a store's no means, by the code in its answer, else by its status."""

import re
from collections.abc import Mapping

from guiuploader.values.errors import ErrorCode, SourceError

_CODE = re.compile(r"<Code>\s*([A-Za-z]{1,80})\s*</Code>")
_STATUS = re.compile(r"status code: (\d{3})")

# Amazon's codes, which others use too, then those of Google and of Azure.
_CODES: Mapping[str, ErrorCode] = {
    **dict.fromkeys(
        (
            *("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId", "AuthFailure"),
            *(
                "InvalidSecurity",
                "AuthenticationFailed",
                "InvalidAuthenticationInfo",
                "AuthenticationRequired",
            ),
        ),
        ErrorCode.STORE_WRONG_KEY,
    ),
    **dict.fromkeys(("ExpiredToken", "TokenRefreshRequired", "InvalidToken"), ErrorCode.STORE_EXPIRED),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), ErrorCode.STORE_CLOCK),
    **dict.fromkeys(
        (
            *("AccessDenied", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess"),
            *("AuthorizationFailure", "AuthorizationPermissionMismatch", "InsufficientAccountPermissions"),
        ),
        ErrorCode.STORE_DENIED,
    ),
    **dict.fromkeys(("NoSuchBucket", "ContainerNotFound"), ErrorCode.STORE_NO_BUCKET),
    **dict.fromkeys(("NoSuchKey", "NoSuchVersion", "BlobNotFound"), ErrorCode.STORE_NO_OBJECT),
    **dict.fromkeys(("InvalidObjectState", "BlobArchived"), ErrorCode.STORE_ARCHIVED),
    **dict.fromkeys(("PermanentRedirect", "AuthorizationHeaderMalformed"), ErrorCode.STORE_REGION),
    **dict.fromkeys(("PreconditionFailed", "ConditionNotMet"), ErrorCode.STORE_CHANGED),
    **dict.fromkeys(("SlowDown", "RequestTimeout", "InternalError", "ServerBusy"), ErrorCode.STORE_LOST),
}
_STATUSES: Mapping[int, ErrorCode] = {
    301: ErrorCode.STORE_REGION,
    307: ErrorCode.STORE_REGION,
    401: ErrorCode.STORE_WRONG_KEY,
    403: ErrorCode.STORE_DENIED,
    404: ErrorCode.STORE_NO_OBJECT,
    408: ErrorCode.STORE_LOST,
    412: ErrorCode.STORE_CHANGED,
    429: ErrorCode.STORE_LOST,
}
_SERVER_ERRORS = 500

# What obstore's texts say of a line that did not come about, or broke; anything else broke it off.
_CAUSES: Mapping[str, str] = {
    r"dns error|failed to lookup": "Its name could not be looked up.",
    r"ConnectionRefused|Connection refused": "Nothing listens at that address.",
    r"UnknownIssuer|invalid peer certificate|CertificateRequired": "Its certificate was not accepted.",
    r"TimedOut|timed out": "It did not answer in time.",
}
_BROKEN_OFF = "It broke off the connection."


def refused(path: str, status: int, body: str) -> SourceError:
    """Return the error for an answer that is no; `path` says which object, for a person."""
    found = _CODE.search(body)
    name = found[1] if found else ""
    usual = ErrorCode.STORE_LOST if status >= _SERVER_ERRORS else ErrorCode.STORE_REFUSED
    code = _CODES.get(name) or _STATUSES.get(status, usual)
    said = f"{status} {name}".strip()
    if code is ErrorCode.STORE_LOST:
        return lost(path, f"It answered {said}.")
    return SourceError(code, status=status, path=path, answer=said)


def lost(path: str, reason: str) -> SourceError:
    """Return the error for a store that could not be asked."""
    return SourceError(ErrorCode.STORE_LOST, path=path, reason=reason)


def translated(path: str, error: Exception) -> SourceError:
    """Return our error for one of obstore's, whose text holds the whole answer where there was one."""
    text = str(error)
    status = _STATUS.search(text)
    if status is not None:
        return refused(path, int(status[1]), text)
    if "redirect without LOCATION" in text:  # S3's way to say that the bucket is elsewhere
        return SourceError(ErrorCode.STORE_REGION, path=path, answer="301")
    if isinstance(error, FileNotFoundError):
        return SourceError(ErrorCode.STORE_NO_OBJECT, path=path, answer="404")
    if isinstance(error, ValueError):  # it never asked
        return SourceError(ErrorCode.STORE_NAME, path=path)
    reason = next((said for cause, said in _CAUSES.items() if re.search(cause, text)), _BROKEN_OFF)
    return lost(path, reason)
