# SPDX-License-Identifier: MIT
"""Fill a destination's templates for one source: the request as plain texts, before any byte of the file."""

import base64
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.network.digest import Login
from guiuploader.network.sigv4 import Keys
from guiuploader.transfer.redirects import URL_SAFE
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.functions import REQUEST_FUNCTIONS, RequestScope
from guiuploader.values.redact import MASK, is_secret_name
from guiuploader.values.template import Template, TemplateError, compile_template

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_QUERY_SAFE = "*"  # legal there, and what masks are made of
_SIGNATURES = frozenset({"x-amz-signature", "x-goog-signature", "signature", "sig"})
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class FilePart:
    """How the file stands in a form."""

    field: str
    filename: str
    content_type: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FilledRequest:
    """One request's texts; `fields` and `file` are for forms, None for a body that is the file alone.

    `sign_in` is what an Authorization header is made from once the server or the body is known.
    `dropped_sign_in` tells that the destination names one, and the address needs none: it is signed itself.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: BodyKind
    fields: tuple[tuple[str, str], ...]
    file: FilePart | None
    sign_in: Login | Keys | None
    dropped_sign_in: bool


def fill(destination: Destination, scope: RequestScope, *, masked: bool = False) -> FilledRequest:
    """Fill every template; with `masked`, for showing: secrets are dots and none is looked up.

    Raises DestinationError naming the key whose value cannot be had or cannot be sent.
    """
    filler = _Filler(destination, scope, MASK if masked else "")
    url = _url(destination, filler)
    headers = list(filler.headers(destination.headers, "headers"))
    authorization, sign_in = _authorization(destination, filler), _sign_in(destination, filler)
    if authorization:
        headers.append(("Authorization", authorization))
    dropped = False
    if _is_signed(url):
        # Stores refuse a request that is signed in two ways (S3: "Only one auth mechanism allowed").
        kept = [(name, value) for name, value in headers if name.lower() != "authorization"]
        dropped = len(kept) < len(headers) or sign_in is not None
        headers, sign_in = kept, None
    fields: tuple[tuple[str, str], ...] = ()
    file: FilePart | None = None
    if destination.is_form:
        fields, file = tuple(_fields(destination, filler)), _file_part(destination, filler)
    else:
        raw = {
            "content_type": ("Content-Type", destination.raw.content_type),
            "content_disposition": ("Content-Disposition", destination.raw.content_disposition),
        }
        for key, (name, text) in raw.items():
            value = filler.header(f"raw.{key}", text)
            if value:
                headers.append((name, value))
    return FilledRequest(
        destination.method, url, tuple(headers), destination.body, fields, file, sign_in, dropped
    )


@functools.lru_cache(maxsize=1024)
def _compiled(text: str) -> Template[RequestScope]:
    """Compile a text once: thousands of files go to the same destination."""
    return compile_template(text, REQUEST_FUNCTIONS)


class _Filler:
    """Fills texts of one destination and names the key that is at fault."""

    def __init__(self, destination: Destination, scope: RequestScope, mask: str) -> None:
        self._destination = destination
        self._scope = scope
        self.mask = mask

    def text(self, key: str, text: str, quoting: Callable[[str, str], str] | None = None) -> str:
        """Return the filled text."""
        try:
            return _compiled(text).fill(self._scope, quote=quoting, mask=self.mask)
        except TemplateError as error:
            raise DestinationError(ErrorCode.VALUE_NOT_ALLOWED, key=key, reason=str(error)) from error
        except KeyError as error:
            raise DestinationError(
                ErrorCode.VALUE_MISSING, name=str(error.args[0]), destination=self._destination.name
            ) from error

    def line(self, key: str, text: str) -> str:
        """Return the filled text, which must be free of control characters: one would start a new header."""
        value = self.text(key, text)
        if _CONTROL.search(value):
            raise DestinationError(
                ErrorCode.VALUE_NOT_ALLOWED, key=key, reason="a line break or control character stands in it"
            )
        return value

    def header(self, key: str, text: str) -> str:
        """Return the line without blanks around it, which are no part of a header's value."""
        return self.line(key, text).strip(" ")

    def headers(self, headers: dict[str, str], table: str) -> Iterator[tuple[str, str]]:
        """Yield name and value; when masked, also a literal value under a secret-looking name is dots."""
        for name, text in headers.items():
            value = self.header(f"{table}.{name}", text)
            yield name, self.mask if self.mask and is_secret_name(name) else value


def _url(destination: Destination, filler: _Filler) -> str:
    whole = filler.text("url", destination.url, lambda value, safe: quote(value, safe=safe))
    server = "{0.scheme}://{0.netloc}".format(urlsplit(whole))
    # What was typed may hold umlauts or quotes; what was filled in is encoded already.
    typed = _LONE_PERCENT.sub("%25", whole[len(server) :])
    address = server + quote(typed, safe=URL_SAFE)
    pairs = [
        f"{quote(name, safe='')}={filler.mask if hide else quote(value, safe=_QUERY_SAFE)}"
        for name, text in destination.query.items()
        for value in [filler.text(f"query.{name}", text)]
        for hide in [filler.mask and is_secret_name(name)]
    ]
    if not pairs:
        return address
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return address + joint + "&".join(pairs)


def _authorization(destination: Destination, filler: _Filler) -> str:
    auth = destination.auth
    if auth.kind == "bearer":
        token = filler.line("auth.token", auth.token)
        return f"Bearer {filler.mask or token}"
    if auth.kind == "basic":
        username = filler.line("auth.username", auth.username)
        password = filler.line("auth.password", auth.password)
        if ":" in username:
            raise DestinationError(
                ErrorCode.VALUE_NOT_ALLOWED, key="auth.username", reason="a “:” would end it (RFC 7617)"
            )
        # UTF-8, as RFC 7617 section 2.1 recommends.
        return f"Basic {filler.mask or base64.b64encode(f'{username}:{password}'.encode()).decode()}"
    if auth.kind == "digest" and filler.mask:  # to be shown: the real one is made when the server has asked
        return f"Digest {filler.mask}"
    return ""


def _sign_in(destination: Destination, filler: _Filler) -> Login | Keys | None:
    auth = destination.auth
    if auth.kind == "digest":
        return Login(filler.line("auth.username", auth.username), filler.line("auth.password", auth.password))
    if auth.kind == "aws-sigv4":
        keys = ("access_key", "secret_key", "session_token", "region", "service")
        return Keys(*(filler.header(f"auth.{key}", getattr(auth, key)) for key in keys))
    return None


def _is_signed(url: str) -> bool:
    """Tell whether an address carries its own signature, as those have that a store hands out."""
    names = {unquote(pair.partition("=")[0]).lower() for pair in urlsplit(url).query.split("&")}
    return not names.isdisjoint(_SIGNATURES)


def _fields(destination: Destination, filler: _Filler) -> Iterator[tuple[str, str]]:
    for name, texts in destination.multipart.fields.items():
        for text in [texts] if isinstance(texts, str) else texts:
            value = filler.text(f"multipart.fields.{name}", text)
            yield name, filler.mask if filler.mask and is_secret_name(name) else value


def _escaped(name: str) -> str:
    """Escape the control characters in a file name, which may hold anything a disk allows.

    Line breaks and quotes are left to the encoder, which escapes them as browsers do (WHATWG HTML,
    multipart/form-data); the others are written in the same way.
    """
    return re.sub(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", lambda found: f"%{ord(found[0]):02X}", name)


def _file_part(destination: Destination, filler: _Filler) -> FilePart:
    form = destination.multipart
    filename = _escaped(filler.text("multipart.filename", form.filename))
    if not filename:
        raise DestinationError(
            ErrorCode.VALUE_NOT_ALLOWED,
            key="multipart.filename",
            reason="it came out empty, and servers take a part without a file name for a plain field",
        )
    return FilePart(
        filler.line("multipart.file_field", form.file_field),
        filename,
        filler.line("multipart.content_type", form.content_type) or "application/octet-stream",
        tuple(filler.headers(form.part_headers, "multipart.part_headers")),
    )
