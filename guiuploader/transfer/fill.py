# SPDX-License-Identifier: MIT
"""Fill a destination's templates for the files of one request: plain texts, before any byte of a file."""

import base64
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

import msgspec

from guiuploader.destinations.destination import Auth, BodyKind, Destination, origin_of
from guiuploader.network.digest import Login
from guiuploader.network.sigv4 import Keys
from guiuploader.sources.local_file import LocalFile, local_file
from guiuploader.transfer.fill_body import (
    FormPart,
    TextContent,
    fixed_files,
    form_parts,
    pairs_content,
    text_content,
    tus_headers,
)
from guiuploader.transfer.filler import Filler, compiled, not_allowed
from guiuploader.transfer.redirects import URL_SAFE, joined
from guiuploader.transfer.token import Grant
from guiuploader.values.functions import RequestScope
from guiuploader.values.redact import MASK
from guiuploader.values.template import Call, TemplateError

TUS_RESUMABLE = ("Tus-Resumable", "1.0.0")
"""The version of the protocol, which each request for an upload that can be resumed names."""

_QUERY_SAFE = "*"  # legal there, and what masks are made of
_SIGNATURES = frozenset({"x-amz-signature", "x-goog-signature", "signature", "sig"})
_ALONE = frozenset({BodyKind.RAW, BodyKind.CHUNKED, BodyKind.OBJECT_STORE})
_TEXTS: Mapping[BodyKind, Callable[[Destination, Filler], TextContent]] = {
    BodyKind.TEMPLATE: text_content,
    BodyKind.CONTENT: text_content,
    BodyKind.FORM: pairs_content,
}
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class FilledRequest:
    """One request's texts; `parts` are those of a form, `text` that of a body which is one.

    `fixed` are files that are sent besides the uploaded ones. `sign_in` is what an Authorization header is
    made from once the server or the body is known. `dropped_sign_in` tells that the destination names one,
    and the address needs none: it is signed itself. `omitted` are headers that would come by themselves.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: BodyKind
    parts: tuple[FormPart, ...]
    text: TextContent | None
    fixed: tuple[LocalFile, ...]
    sign_in: Login | Keys | Grant | None
    dropped_sign_in: bool
    omitted: tuple[str, ...] = ()


def fill(destination: Destination, scopes: Sequence[RequestScope], *, masked: bool = False) -> FilledRequest:
    """Fill every template; with `masked`, for showing: secrets are dots and none is looked up.

    There is a scope for each file, or one for a request without any; what is said once is about the first.
    Raises DestinationError naming the key whose value cannot be had or cannot be sent, and SourceError for a
    file that every request holds.
    """
    fillers = [Filler(destination, scope, MASK if masked else "") for scope in scopes]
    filler = fillers[0]
    url = _url(destination, filler)
    if _leaves(destination, url):
        # Another server is for what its own address proves; our sign-in and secrets are not for it.
        destination = msgspec.structs.replace(destination, auth=Auth())
        fillers = [Filler(destination, replace(scope, secret=_not_there), filler.mask) for scope in scopes]
        filler = fillers[0]
    headers = list(filler.headers(destination.headers, "headers"))
    if destination.retry.idempotency_key_header:
        headers.append((destination.retry.idempotency_key_header, scopes[0].uuid))
    authorization, sign_in = _authorization(destination, filler), _sign_in(destination, filler)
    if authorization:
        headers.append(("Authorization", authorization))
    dropped = False
    if _is_signed(url):
        # Stores refuse a request that is signed in two ways (S3: "Only one auth mechanism allowed").
        kept = [(name, value) for name, value in headers if name.lower() != "authorization"]
        dropped = len(kept) < len(headers) or sign_in is not None
        headers, sign_in = kept, None
    if destination.body in _ALONE:
        headers += _raw_headers(destination, filler)
    if destination.body is BodyKind.TUS:
        headers += [TUS_RESUMABLE, *tus_headers(destination, filler)]
    return FilledRequest(
        destination.method,
        url,
        tuple(headers),
        destination.body,
        tuple(form_parts(destination, fillers)) if destination.is_form else (),
        _TEXTS[destination.body](destination, filler) if destination.body in _TEXTS else None,
        tuple(local_file(path) for path in fixed_files(destination)),
        sign_in,
        dropped,
        tuple(destination.omit_headers),
    )


def _raw_headers(destination: Destination, filler: Filler) -> Iterator[tuple[str, str]]:
    raw = {
        "content_type": ("Content-Type", destination.raw.content_type),
        "content_disposition": ("Content-Disposition", destination.raw.content_disposition),
    }
    for key, (name, text) in raw.items():
        value = filler.header(f"raw.{key}", text)
        if value:
            yield name, value


def _leaves(destination: Destination, url: str) -> bool:
    """Tell whether the address that a step gave is at another server. Raises DestinationError for none."""
    own = destination.url.partition("{")[0]
    if not destination.has_steps or url.startswith(f"{own.rstrip('/')}/"):
        return False
    try:
        there, here = origin_of(url), origin_of(own)
    except ValueError as error:
        raise not_allowed("url", "what a step gave is no address") from error
    if here.startswith("https:") and not there.startswith("https:"):
        raise not_allowed("url", "what a step gave is an address without encryption")
    return there != here


def _not_there(name: str) -> str:
    raise TemplateError(f"the secret “{name}” is not for the other server that a step named")


def _whole(destination: Destination, filler: Filler) -> str:
    """Return the filled address; what begins with a step's value is taken as that gave it."""
    template = compiled(destination.url)
    match template.nodes:
        case [str(server), Call(name="step"), *_] if server.count("/") == len("//"):
            given = filler.template("url", template.with_nodes(template.nodes[1:2]), None)
            rest = filler.template("url", template.with_nodes(template.nodes[2:]), _percent)
            address = joined(f"{server}/", given).partition("#")[0]
            if not address.startswith(("http://", "https://")) or "@" in urlsplit(address).netloc:
                raise not_allowed("url", "what a step gave is no address")
            return address + rest
    return filler.text("url", destination.url, _percent)


def _percent(value: str, safe: str) -> str:
    return quote(value, safe=safe)


def _url(destination: Destination, filler: Filler) -> str:
    if destination.body is BodyKind.OBJECT_STORE:
        return filler.text("url", destination.url)  # an object's name is to the letter
    whole = _whole(destination, filler)
    address = _encoded(whole)
    pairs = [
        f"{quote(name, safe='')}={quote(value, safe=_QUERY_SAFE)}"
        for name, text in destination.query.items()
        for value in [filler.hidden(name, filler.text(f"query.{name}", text))]
    ]
    if not pairs:
        return address
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return address + joint + "&".join(pairs)


@functools.lru_cache(maxsize=64)
def _encoded(address: str) -> str:
    """Return an address as it can travel; mostly it is that of the file before."""
    server = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    # What was typed may hold umlauts or quotes; what was filled in is encoded already.
    typed = _LONE_PERCENT.sub("%25", address[len(server) :])
    return server + quote(typed, safe=URL_SAFE)


def _authorization(destination: Destination, filler: Filler) -> str:
    auth = destination.auth
    if auth.kind == "bearer":
        token = filler.line("auth.token", auth.token)
        return f"Bearer {filler.mask or token}"
    if auth.kind == "basic":
        username = filler.line("auth.username", auth.username)
        password = filler.line("auth.password", auth.password)
        if ":" in username:
            raise not_allowed("auth.username", "a “:” would end it (RFC 7617)")
        # UTF-8, as RFC 7617 section 2.1 recommends.
        return f"Basic {filler.mask or base64.b64encode(f'{username}:{password}'.encode()).decode()}"
    if auth.kind == "digest" and filler.mask:  # to be shown: the real one is made when the server has asked
        return f"Digest {filler.mask}"
    if auth.kind == "oauth2" and filler.mask:  # the real one is fetched when the upload begins
        return f"Bearer {filler.mask}"
    return ""


def _sign_in(destination: Destination, filler: Filler) -> Login | Keys | Grant | None:
    auth = destination.auth
    if auth.kind == "digest":
        return Login(filler.line("auth.username", auth.username), filler.line("auth.password", auth.password))
    if auth.kind == "aws-sigv4":
        keys = ("access_key", "secret_key", "session_token", "region", "service")
        return Keys(*(filler.header(f"auth.{key}", getattr(auth, key)) for key in keys))
    if auth.kind == "oauth2":
        return Grant(
            auth.token_url,
            filler.line("auth.client_id", auth.client_id),
            filler.line("auth.client_secret", auth.client_secret),
            filler.line("auth.scope", auth.scope),
        )
    return None


def _is_signed(url: str) -> bool:
    """Tell whether an address carries its own signature, as those have that a store hands out."""
    names = {unquote(pair.partition("=")[0]).lower() for pair in urlsplit(url).query.split("&")}
    return not names.isdisjoint(_SIGNATURES)
