# SPDX-License-Identifier: MIT
"""Read the server's answer, capped, and find in it what the destination wants to know."""

import codecs
import datetime as dt
import functools
import html
import math
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

import requests
import urllib3.exceptions

from guiuploader.destinations import destination as wishes
from guiuploader.transfer.layers import answering
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.redirects import joined
from guiuploader.transfer.retry_after import retry_after
from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused
from guiuploader.values.functions import REPLY_FUNCTIONS, ReplyScope
from guiuploader.values.redact import MASK, blank, printable
from guiuploader.values.template import Template, TemplateError, compile_template

REPLY_LIMIT = 1024 * 1024
"""Bytes of an answer's body that are read; what comes after is left unread."""

_PIECE = 64 * 1024  # bytes
_MESSAGE_LIMIT = 300  # characters
_NO_CHANCE = 8  # characters
# By the codecs' own names. Of the others some take the square of a body's length (punycode).
_CHARSETS = re.compile(
    r"ascii|utf-8(-sig)?|(utf-16|utf-32)(-[bl]e)?|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|cp950|koi8-[rtu]"
    r"|tis-620|mac-\w+|shift_jis\w*|euc_\w+|iso2022_\w+|gb2312|gbk|gb18030|big5(hkscs)?"
)

_MAYBE_SIGN_IN = frozenset({400, 403})
_BAD_TOKEN = re.compile(r'error="?(invalid|expired)_token', re.IGNORECASE)  # RFC 6750, section 3.1
# The codes of S3, Google and Azure; the last two say it in words.
_BAD_SIGN_IN = re.compile(
    r"<Code>(ExpiredToken|InvalidToken|TokenRefreshRequired|InvalidAccessKeyId|SignatureDoesNotMatch"
    r"|AuthenticationFailed|InvalidAuthenticationInfo)</Code>"
    r"|<Code>AccessDenied</Code>\s*<Message>(Request has expired|Invalid date)"
)

CODES: Mapping[int, ErrorCode] = {
    401: ErrorCode.UNAUTHORIZED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    407: ErrorCode.UNAUTHORIZED,
    410: ErrorCode.NOT_FOUND,
    408: ErrorCode.REQUEST_TIMEOUT,
    409: ErrorCode.CONFLICT,
    411: ErrorCode.LENGTH_REQUIRED,
    413: ErrorCode.TOO_LARGE,
    415: ErrorCode.UNSUPPORTED_TYPE,
    425: ErrorCode.TOO_EARLY,
    429: ErrorCode.RATE_LIMITED,
    501: ErrorCode.NOT_IMPLEMENTED,
    502: ErrorCode.GATEWAY_FAILED,
    503: ErrorCode.SERVER_BUSY,
    504: ErrorCode.GATEWAY_TIMEOUT,
    507: ErrorCode.STORAGE_FULL,
}
"""What the statuses of refusals mean; of others only their class counts."""


def read(response: requests.Response) -> Reply:
    """Read an answer's body up to the limit; whoever closes the response then ends a connection half read.

    A body that breaks off is taken as far as it came: the status, which decides, is there.
    """
    content, truncated = _content(response)
    return Reply(
        response.status_code,
        printable(_header_text(response.reason or "")),
        tuple((name, _header_text(value)) for name, value in response.raw.headers.items()),
        _decoded(content, response.headers.get("Content-Type", "")),
        truncated,
    )


def _content(response: requests.Response) -> tuple[bytes, bool]:
    """Return the body, and whether some of it is missing."""
    content = bytearray()
    broken = False
    try:
        while len(content) <= REPLY_LIMIT and (piece := response.raw.read1(_PIECE, decode_content=True)):
            content += piece
    except (urllib3.exceptions.HTTPError, OSError, zlib.error):
        broken = True
    return bytes(content[:REPLY_LIMIT]), broken or len(content) > REPLY_LIMIT


def blanked(reply: Reply, secrets: frozenset[str]) -> Reply:
    """Return the answer for showing and keeping: secrets that the server repeats or hands out are masked."""
    headers = tuple(
        (name, MASK if name.lower() == "set-cookie" else blank(value, secrets))
        for name, value in reply.headers
    )
    return replace(
        reply, reason=blank(reply.reason, secrets), headers=headers, body=blank(reply.body, secrets)
    )


def accept(
    destination: wishes.Destination, reply: Reply, *, files: int, size: int | None, secrets: frozenset[str]
) -> None:
    """Return when the answer means that all `files` are stored.

    Raises ServerRefused with the reason, and NetworkError where the part that would tell did not come.

    `size` is in bytes, of all together. Secrets are masked in the reason, not before: a short one may be part
    of the words we look for.
    """
    if reply.status // 100 == 2:  # noqa: PLR2004 - the class of successes (RFC 9110, section 15.3)
        wanted = destination.reply.success
        if wanted and reply.truncated and not find(wanted, reply):
            raise NetworkError(ErrorCode.REPLY_LOST, host=destination.host)
        if wanted and not all(find(wanted, reply, index) for index in range(files or 1)):
            raise _refused(ErrorCode.NOT_ACCEPTED, destination, reply, size, secrets)
        return
    raise refusal(destination, reply, size=size, secrets=secrets)


def refusal(
    destination: wishes.Destination,
    reply: Reply,
    *,
    size: int | None,
    secrets: frozenset[str],
    codes: Mapping[int, ErrorCode] = CODES,
) -> ServerRefused:
    """Return the error for an answer that is no yes; `codes` say what its status means."""
    server_error = reply.status >= 500  # noqa: PLR2004 - the class of server errors
    code = codes.get(reply.status, ErrorCode.SERVER_FAILED if server_error else ErrorCode.SERVER_REFUSED)
    is_about_sign_in = reply.status in _MAYBE_SIGN_IN and _is_about_sign_in(reply)
    if is_about_sign_in or reply.status in destination.reply.unauthorized:
        code = ErrorCode.UNAUTHORIZED
    return _refused(code, destination, reply, size, secrets)


def link(  # noqa: PLR0913 - all of it may stand in a link
    destination: wishes.Destination,
    reply: Reply,
    *,
    url: str,
    secrets: frozenset[str],
    index: int | None,
    created: str = "",
    filename: str = "",
) -> str | None:
    """Return the file's address, None where the reply has none to pass on.

    `index` is its number where it was one of several in its request. Where the destination does not say how
    to find it, it is what `201 Created` names as the new thing's place (RFC 9110, section 15.3.2), unless
    that can only be the place of one among several; `created` is what an earlier answer named. It must be an
    http or https link, and hold no secret; a very short one may stand in it by chance.
    """
    if destination.reply.link:
        found = find(destination.reply.link, reply, index or 0, url=url, filename=filename).strip()
    elif reply.status == HTTPStatus.CREATED and index is None:
        found = reply.lower_headers().get("location", "")
    else:
        found = created
    whole = joined(url, found) if found else ""
    if not whole.startswith(("http://", "https://")) or not whole.isprintable():
        return None
    telling = frozenset(secret for secret in secrets if len(secret) >= _NO_CHANCE)
    return whole if blank(whole, telling) == whole else None


def find(template: str, reply: Reply, index: int = 0, *, url: str = "", filename: str = "") -> str:
    """Return what a reply template finds for the request's file of this number, empty for nothing."""
    scope = ReplyScope(reply.body, reply.lower_headers(), index, url, filename)
    try:
        return _compiled(template).fill(scope)
    except TemplateError:
        return ""


@functools.lru_cache(maxsize=256)
def _compiled(template: str) -> Template[ReplyScope]:
    """Compile a template once: thousands of replies are searched by the same one."""
    return compile_template(template, REPLY_FUNCTIONS)


def _refused(
    code: ErrorCode,
    destination: wishes.Destination,
    reply: Reply,
    size: int | None,
    secrets: frozenset[str],
) -> ServerRefused:
    facts: dict[str, str | int] = {
        "message": _message(destination, reply, secrets),
        "method": destination.method,
        "allowed": blank(printable(reply.lower_headers().get("allow", "")), secrets) or "none",
        "amount": "?" if size is None else size,
    }
    headers = reply.lower_headers()
    wait = retry_after(
        headers.get("retry-after", ""), date=headers.get("date", ""), now=dt.datetime.now(dt.UTC)
    )
    if wait is not None:
        facts["retry_after"] = math.ceil(wait)
    layer = answering(reply)
    if layer is not None:
        facts["layer"] = layer.name
        # A limit larger than what was refused explains nothing.
        if code is ErrorCode.TOO_LARGE and layer.usual_limit and (size is None or size > layer.usual_limit):
            facts["usual_limit"] = layer.usual_limit
    return ServerRefused(code, status=reply.status, **facts)


def _is_about_sign_in(reply: Reply) -> bool:
    """Tell whether a refusal names the sign-in as its reason, as stores do when a link has run out."""
    asks = reply.lower_headers().get("www-authenticate", "")
    return _BAD_TOKEN.search(asks) is not None or _BAD_SIGN_IN.search(reply.body) is not None


def _message(destination: wishes.Destination, reply: Reply, secrets: frozenset[str]) -> str:
    """Return what the server said, in one line: by the destination's template, else its body or reason."""
    said = find(destination.reply.error, reply) if destination.reply.error else ""
    if not said:
        said = reply.body
        if reply.lower_headers().get("content-type", "").startswith("text/html"):
            title = re.search(r"<title[^>]{0,200}>([^<]{1,300})", said, re.IGNORECASE)
            said = html.unescape(title[1]) if title else ""
    # Masked before it is cut short: half a secret would not be found.
    line = blank(printable(" ".join(said.split())) or reply.reason, secrets)[:_MESSAGE_LIMIT]
    return f"It says: “{line}”." if line else ""


def _decoded(content: bytes, content_type: str) -> str:
    """Return the body as text: by the charset it names, if a usual one, else as UTF-8, marked or not."""
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    with suppress(LookupError, ValueError):
        if charset and _CHARSETS.fullmatch(codecs.lookup(charset[1]).name):
            return content.decode(charset[1], "replace")
    return content.decode("utf-8-sig", "replace")


def _header_text(value: str) -> str:
    """Return a header's value as UTF-8, which servers send; http.client reads each byte as one character."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
