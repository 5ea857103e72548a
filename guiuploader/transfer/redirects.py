# SPDX-License-Identifier: MIT
"""Where a server sends an upload on to, and whether the upload may go there."""

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from guiuploader.destinations.destination import origin_of
from guiuploader.transfer.receipt import Reply
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.redact import blank, printable, redact_url

URL_SAFE = "!$&'()*+,-./:;=?@_~%[]"
"""What may stand in a path or query as it is."""

_MOST = 5  # hops for one upload
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPING = frozenset({307, 308})  # method and body stay the same (RFC 9110, section 15.4)


class Hops:
    """The addresses that one upload was sent on to, from its first one."""

    def __init__(self, url: str) -> None:
        self._seen = [url]

    def follow(self, reply: Reply, secrets: frozenset[str]) -> str | None:
        """Return the address that a reply sends the same request on to, None when it does no such thing.

        Only a 307 or 308 within one origin is followed. Raises ServerRefused for any other redirect: 301, 302
        and 303 turn an upload into a GET, which stores nothing and looks like success; and body and secrets
        are for the origin that the person named.
        """
        if reply.status not in _REDIRECTS:
            return None
        here = self._seen[-1]
        location = reply.lower_headers().get("location", "")
        target = joined(here, location) if location else ""
        shown = blank(printable(redact_url(target or location)), secrets) if location else "not named"
        if not target.startswith(("http://", "https://")):
            raise ServerRefused(ErrorCode.REDIRECTED, status=reply.status, location=shown)
        if here.startswith("https:") and target.startswith("http:"):
            raise ServerRefused(ErrorCode.REDIRECT_INSECURE, status=reply.status, location=shown)
        if here.startswith("http:") and target.startswith("https:") and _host(here) == _host(target):
            server = urlsplit(target).netloc.rpartition("@")[2]
            raise ServerRefused(
                ErrorCode.REDIRECT_TO_HTTPS, status=reply.status, location=shown, server=server
            )
        if reply.status not in _KEEPING or origin_of(target) != origin_of(here):
            raise ServerRefused(ErrorCode.REDIRECTED, status=reply.status, location=shown)
        target = fit(target)
        if target in self._seen or len(self._seen) > _MOST:
            raise ServerRefused(
                ErrorCode.REDIRECT_LOOP, status=reply.status, location=shown, count=len(self._seen)
            )
        self._seen.append(target)
        return target


def joined(url: str, reference: str) -> str:
    """Return the address that a reply refers to, as seen from the request's path; empty for nonsense."""
    try:
        address = urljoin(url.partition("?")[0], reference)
        parts = urlsplit(address)
        server = parts.hostname if parts.port != 0 else None
    except ValueError:
        return ""
    return address if server else ""


def fit(address: str) -> str:
    """Return an address as a request names it: without user and fragment, and fit for the request line."""
    parts = urlsplit(address)
    server = parts.netloc.rpartition("@")[2]
    path, query = (quote(part, safe=URL_SAFE) for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, server, path, query, ""))


def _host(url: str) -> str | None:
    return urlsplit(url).hostname
