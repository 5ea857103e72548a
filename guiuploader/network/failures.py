# SPDX-License-Identifier: MIT
"""The one boundary where what requests, urllib3 and sockets raise becomes an error of ours."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3.exceptions

from guiuploader.values.errors import ErrorCode, NetworkError

# Besides what the resolver says: a name too long or oddly dotted is found out only when it is looked up.
_NAME_ERRORS = (
    socket.gaierror,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)
_TLS_REASONS = {
    "WRONG_VERSION_NUMBER": "The server does not speak TLS at this port.",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "The server broke off; it may want a client certificate.",
    "UNEXPECTED_EOF_WHILE_READING": "The server closed the connection while the keys were agreed on.",
}
# RFC 8446, section 6.2: all of these are about a certificate that the other side sent.
_CERTIFICATE_ALERTS = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
)


@dataclass(slots=True)
class Phase:
    """How far the one running request came; the body sets it.

    `committed` tells that a server may have a whole file by now, `body_sent` that all was handed over.
    """

    committed: bool = False
    body_sent: bool = False


def translated(
    error: Exception, phase: Phase, *, connected: bool, url: str, seconds: tuple[float, float, float]
) -> NetworkError:
    """Return our error for a foreign one, by what it is and how far the request came.

    `seconds` are the connect, stall and reply timeouts that were in force. The message is made of our own
    facts: foreign texts may hold a whole URL with its signature.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    chain = tuple(_chain(error))
    connect, stall, reply = (f"{limit:g}" for limit in seconds)
    if any(map(_is_about_our_certificate, chain)):
        return NetworkError(ErrorCode.CLIENT_CERTIFICATE_WANTED, host=host)
    if not connected:
        return _before_connection(chain, host, connect)
    timed_out = any(isinstance(link, TimeoutError) for link in chain)
    not_http = any(map(_is_no_http, chain))
    if not phase.committed:
        return _while_sending(host, stall if timed_out else "", not_http=not_http)
    if timed_out:
        return NetworkError(ErrorCode.REPLY_TIMEOUT, host=host, seconds=reply if phase.body_sent else stall)
    return NetworkError(ErrorCode.REPLY_INVALID if not_http else ErrorCode.REPLY_LOST, host=host)


def _while_sending(host: str, stalled: str, *, not_http: bool) -> NetworkError:
    """Return the error for a body that is not sent whole; `stalled` are the seconds without a byte."""
    if stalled:
        return NetworkError(ErrorCode.SEND_STALLED, host=host, seconds=stalled)
    if not_http:
        reason = "What answers at this port does not speak HTTP."
        return NetworkError(ErrorCode.UNREACHABLE, host=host, reason=reason)
    return NetworkError(ErrorCode.CONNECTION_LOST, host=host)


def _is_about_our_certificate(link: BaseException) -> bool:
    """Tell whether the server's TLS said that our certificate is missing or no good.

    In TLS 1.3 it says so when the request is on its way already, but reads nothing of that.
    """
    reason = (isinstance(link, ssl.SSLError) and link.reason) or ""
    return "_ALERT_" in reason and reason.endswith(_CERTIFICATE_ALERTS)


def _is_no_http(link: BaseException) -> bool:
    """Tell whether an error is about what the server said; RemoteDisconnected is one and says nothing."""
    if isinstance(link, OSError):
        return False
    return isinstance(link, http.client.HTTPException | urllib3.exceptions.InvalidHeader)


def _before_connection(chain: tuple[BaseException, ...], host: str, connect: str) -> NetworkError:
    """Look for the plainest cause first: a refusal may carry a name error or a timeout behind it."""
    for explain in (_identity, _refusal, _no_time, _no_way):
        for link in chain:
            error = explain(link, host, connect)
            if error is not None:
                return error
    return NetworkError(ErrorCode.UNREACHABLE, host=host, reason="The connection could not be made.")


def _identity(link: BaseException, host: str, _: str) -> NetworkError | None:
    if isinstance(link, ssl.SSLCertVerificationError):
        reason = link.verify_message.removesuffix(".")
        return NetworkError(ErrorCode.CERTIFICATE_NOT_TRUSTED, host=host, reason=reason)
    return None


def _refusal(link: BaseException, host: str, _: str) -> NetworkError | None:
    if isinstance(link, _NAME_ERRORS):
        return NetworkError(ErrorCode.NAME_NOT_FOUND, host=host)
    if isinstance(link, ConnectionRefusedError):
        return NetworkError(ErrorCode.CONNECTION_REFUSED, host=host)
    return None


def _no_time(link: BaseException, host: str, connect: str) -> NetworkError | None:
    if isinstance(link, TimeoutError | urllib3.exceptions.ConnectTimeoutError):
        return NetworkError(ErrorCode.CONNECT_TIMEOUT, host=host, seconds=connect)
    if isinstance(link, ssl.SSLError):
        return NetworkError(ErrorCode.TLS_FAILED, host=host, reason=_tls_reason(link))
    return None


def _no_way(link: BaseException, host: str, _: str) -> NetworkError | None:
    if not isinstance(link, OSError) or not link.strerror:
        return None
    # A reset before the connection stood can only have come during the TLS handshake.
    code = ErrorCode.TLS_FAILED if isinstance(link, ConnectionError) else ErrorCode.UNREACHABLE
    return NetworkError(code, host=host, reason=f"{link.strerror}.")


def _tls_reason(error: ssl.SSLError) -> str:
    known = _TLS_REASONS.get(error.reason or "")
    return known or f"TLS said: {(error.reason or 'no reason').lower().replace('_', ' ')}."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that stand behind it: causes, arguments, urllib3's `reason`."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        behind = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        waiting.extend(found for found in behind if isinstance(found, BaseException))
