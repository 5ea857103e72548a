# SPDX-License-Identifier: MIT
"""Sign requests as Amazon's services and those that speak like them want it: AWS Signature Version 4."""

import datetime as dt
import hashlib
import hmac
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, unquote_plus, urlsplit

UNSIGNED = "UNSIGNED-PAYLOAD"
"""Stands for the body's hash where TLS alone protects it."""

SCHEME = "AWS4-HMAC-SHA256"
_UNRESERVED = "-._~"


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs, and for what; `session_token` is empty for keys that last."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    region: str
    service: str


def signed(
    keys: Keys, method: str, url: str, headers: Iterable[tuple[str, str]], *, payload: str, at: dt.datetime
) -> dict[str, str]:
    """Return the headers to add to a request so that it counts as signed `at` this time.

    `headers` are those to be signed besides; the host's is made from the URL. `payload` is the body's SHA-256
    in hex, or UNSIGNED.
    """
    stamp = at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": stamp}
    if keys.service == "s3" or payload == UNSIGNED:
        added["X-Amz-Content-Sha256"] = payload
    if keys.session_token:
        added["X-Amz-Security-Token"] = keys.session_token
    named = _by_name([("host", urlsplit(url).netloc), *headers, *added.items()])
    request = "\n".join(
        [
            method,
            _path(url, keys.service),
            _query(url),
            *(f"{name}:{value}" for name, value in named),
            "",
            ";".join(name for name, _ in named),
            payload,
        ]
    )
    scope = (stamp[:8], keys.region, keys.service, "aws4_request")
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    to_sign = "\n".join([SCHEME, stamp, "/".join(scope), hashlib.sha256(request.encode()).hexdigest()])
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    added["Authorization"] = (
        f"{SCHEME} Credential={keys.access_key}/{'/'.join(scope)}, "
        f"SignedHeaders={';'.join(name for name, _ in named)}, Signature={signature}"
    )
    return added


def _by_name(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers in the order of their names, blanks in their values drawn together."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(" ".join(value.split()))
    return [(name, ",".join(values[name])) for name in sorted(values)]


def _path(url: str, service: str) -> str:
    """Return the path as it is signed: S3 takes a key to the letter, others resolve dots and encode twice."""
    path = urlsplit(url).path or "/"
    if service == "s3":
        return quote(unquote(path), safe=f"/{_UNRESERVED}")
    normal = "/" + posixpath.normpath(path).lstrip("/")
    if path.endswith("/") and normal != "/":
        normal += "/"
    return quote(normal, safe=f"/{_UNRESERVED}")


def _query(url: str) -> str:
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&") if pair)
    encoded = ((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _encoded(text: str) -> str:
    return quote(unquote_plus(text), safe=_UNRESERVED)
