# SPDX-License-Identifier: MIT
"""What a destination must be where files become objects in a store."""

from urllib.parse import urlsplit

from guiuploader.destinations.destination import BodyKind, Destination, Network
from guiuploader.destinations.names import CONTROL
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.texts import secret_names

SCHEMES = ("s3", "gs", "az")
"""What addresses of stores begin with."""

_BY_CONNECTION = (
    *("proxy", "proxy_username", "proxy_password", "verify", "ca_file"),
    *("client_certificate", "client_key", "client_key_password"),
)
_CLOCKS = ("connect_timeout", "stall_timeout", "reply_timeout", "expect_continue")
_SIGNED = frozenset({"x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "content-md5"})
# What the library that speaks with these knows to say of an object.
_PLAIN = frozenset({"cache-control", "content-encoding", "content-language"})


def check_store(destination: Destination) -> None:
    """Check what a body of this kind asks for. Raises RuleBroken."""
    if destination.body is not BodyKind.OBJECT_STORE:
        return
    if destination.method != "PUT":
        raise RuleBroken("method", 'must be PUT, or be left out, with body = "object-store"')
    _check_address(destination.url)
    _check_unused(destination)
    if names := secret_names(destination):
        # The server it would go to stands in the connection, and may be another tomorrow.
        raise RuleBroken("body", f"has no place for a secret, and so “{{secret:{names[0]}}}” cannot be had")
    _check_headers(destination)
    usual = Network()
    is_s3 = urlsplit(destination.url).scheme == "s3"
    for name in _BY_CONNECTION if is_s3 else (*_BY_CONNECTION, *_CLOCKS):
        if getattr(destination.network, name) != getattr(usual, name):
            reason = "means nothing here" if name in _CLOCKS else "is said by the store's connection"
            raise RuleBroken(f"network.{name}", reason)


def _check_unused(destination: Destination) -> None:
    if destination.auth.kind != "none":
        raise RuleBroken("auth.kind", "must be none: the store's connection holds the keys")
    for key in ("query", "omit_headers"):
        if getattr(destination, key):
            raise RuleBroken(key, 'means nothing with body = "object-store"')
    if destination.lookup.url:
        raise RuleBroken("lookup.url", 'means nothing with body = "object-store": the store is asked itself')
    if destination.retry.idempotency_key_header:
        raise RuleBroken(
            "retry.idempotency_key_header", "is not needed: an object is stored once, by its name"
        )


def _check_address(url: str) -> None:
    key = url.partition("://")[2].partition("/")[2]
    if not key or key.endswith("/"):
        raise RuleBroken("url", "must end with the object's name, such as {relpath} or {filename}")
    if CONTROL.search(url):
        raise RuleBroken("url", "must not hold control characters")


def _check_headers(destination: Destination) -> None:
    is_s3 = urlsplit(destination.url).scheme == "s3"
    for name in destination.headers:
        lower = name.lower()
        if lower in _SIGNED or lower == "authorization":
            raise RuleBroken(f"headers.{name}", 'is set by body = "object-store"')
        if not is_s3 and lower not in _PLAIN:
            known = "Cache-Control, Content-Encoding and Content-Language"
            raise RuleBroken(f"headers.{name}", f"cannot be said to this kind of store; it takes {known}")
