# SPDX-License-Identifier: MIT
"""What a destination's types cannot say: addresses, names, templates and how they belong together."""

import re
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from guiuploader.destinations.body_rules import check_body
from guiuploader.destinations.destination import FORMAT, BodyKind, Destination
from guiuploader.destinations.lookup_rules import check_lookup, lookup_texts
from guiuploader.destinations.names import (
    CONTROL,
    OWN_NAME,
    TOKEN,
    check_header_names,
    check_pair_names,
    check_refusals,
)
from guiuploader.destinations.network_rules import check_network
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sign_in_rules import check_sign_in
from guiuploader.destinations.step_rules import check_steps
from guiuploader.destinations.store_rules import SCHEMES, check_store
from guiuploader.destinations.texts import Text, given_texts, hash_names, request_texts
from guiuploader.destinations.tus_rules import check_tus
from guiuploader.values.functions import REPLY_FUNCTIONS, SECRET_FUNCTIONS
from guiuploader.values.template import Function, TemplateError, compile_template

Scope = TypeVar("Scope")

# Set by what is sent, never by hand: two of them in one request let a proxy and a server disagree on where it
# ends (RFC 9112, section 6).
FRAMING = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that no destination may name."""

# Where the type of a body's content is said.
_CONTENT_TYPES: Mapping[BodyKind, str] = {
    BodyKind.MULTIPART: "is set by the body; write [multipart] content_type instead",
    BodyKind.BUFFERED: "is set by the body; write [multipart] content_type instead",
    BodyKind.RAW: "is set by the body; write [raw] content_type instead",
    BodyKind.CHUNKED: "is set by the body; write [raw] content_type instead",
    BodyKind.TUS: "is set by the body; write [tus] filetype instead",
    BodyKind.OBJECT_STORE: "is set by the body; write [raw] content_type instead",
    BodyKind.TEMPLATE: "is set by the body; write [content] content_type instead",
    BodyKind.CONTENT: "is set by the body; write [content] content_type instead",
    BodyKind.FORM: "is set by the body",
}


_MOST_ATTEMPTS = 1000
_WEB = ("http", "https")


def check(destination: Destination) -> None:
    """Check everything at once. Raises RuleBroken for the first thing that is wrong."""
    _check_top(destination)
    _check_url(destination.url, SCHEMES if destination.body is BodyKind.OBJECT_STORE else _WEB)
    _check_headers(destination)
    check_pair_names("query", destination.query)
    check_body(destination)
    check_tus(destination)
    check_store(destination)
    check_sign_in(destination)
    if destination.auth.token_url:
        _check_url(destination.auth.token_url, key="auth.token_url")
    _check_own_names(destination)
    for text in request_texts(destination):
        _check_template(text, text.functions, destination)
    check_steps(destination)
    for text in given_texts(destination):
        _check_template(text, REPLY_FUNCTIONS, destination)
    if not destination.takes_file and (names := sorted(hash_names(destination))):
        raise RuleBroken("body", f"takes no file, and so “{{{names[0]}}}” cannot be had")
    for key in ("link", "error", "success", "sha256"):
        text = Text(f"reply.{key}", getattr(destination.reply, key), multiline=True)
        _check_template(text, REPLY_FUNCTIONS, destination)
    check_refusals("reply.unauthorized", destination.reply.unauthorized)
    for text in lookup_texts(destination):
        _check_template(text, REPLY_FUNCTIONS, destination)
    check_lookup(destination)
    if destination.reply.sha256 and destination.reply.hash != "sha256":
        raise RuleBroken("reply.sha256", 'is compared with what was sent; that needs hash = "sha256"')
    check_network(destination.network)
    _check_limits(destination)


def _check_top(destination: Destination) -> None:
    if destination.format > FORMAT:
        raise RuleBroken("format", f"{destination.format} is newer than this app knows; update guiuploader")
    if destination.format < 1:
        raise RuleBroken("format", "must be 1")
    if not destination.name.strip():
        raise RuleBroken("name", "must not be empty")
    if CONTROL.search(destination.name):
        raise RuleBroken("name", "must not hold control characters")
    if not TOKEN.fullmatch(destination.method):
        raise RuleBroken("method", "must be a word like POST, PUT or PATCH")


def _check_url(url: str, schemes: tuple[str, ...] = _WEB, *, key: str = "url") -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RuleBroken(key, f"is not an address ({error})") from error
    if parts.scheme not in schemes:
        raise RuleBroken(key, f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if set("{}\\") & set(parts.netloc):
        # A template's escape here would send a secret to another server than the one it is bound to.
        raise RuleBroken(key, "must have its server written out; only path and query may hold {…} or “\\”")
    if not parts.hostname:
        raise RuleBroken(key, "names no server")
    if not _has_good_port(parts):
        raise RuleBroken(key, "names a port that is no number from 1 to 65535")
    if schemes is not _WEB:
        return  # a connection and a bucket stand there, and a key to the letter
    if "@" in parts.netloc:
        raise RuleBroken(key, 'must not hold a user or password; use [auth] kind = "basic"')
    if CONTROL.search(url) or any(char.isspace() for char in url):
        raise RuleBroken(key, "must not hold blanks or control characters; write %20 for a blank")
    if parts.fragment or url.endswith("#"):
        raise RuleBroken(key, "must not hold a “#” part; servers never see it (write %23 for the sign)")


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _check_headers(destination: Destination) -> None:
    check_header_names("headers", destination.headers)
    for name in destination.headers:
        key = f"headers.{name}"
        if name.lower() in FRAMING:
            raise RuleBroken(key, "is set by guiuploader, as the body needs it")
        if name.lower() == "content-type" and destination.body in _CONTENT_TYPES:
            raise RuleBroken(key, _CONTENT_TYPES[destination.body])
    check_header_names("omit_headers", destination.omit_headers)
    for name in destination.omit_headers:
        if name.lower() in FRAMING - {"connection"}:
            raise RuleBroken("omit_headers", f"must not name {name}, without which there is no request")
        if name.lower() in map(str.lower, destination.headers):
            raise RuleBroken("omit_headers", f"must not name {name}, which stands in [headers]")


def _check_own_names(destination: Destination) -> None:
    for table, entries in (("variables", destination.variables), ("secrets", destination.secrets)):
        for name, entry in entries.items():
            if not OWN_NAME.fullmatch(name):
                raise RuleBroken(
                    f"{table}.{name}", "must be named with a letter, then letters, digits, “-”, “_” and “.”"
                )
            if CONTROL.search(entry.label):
                raise RuleBroken(f"{table}.{name}.label", "must not hold control characters")

    for name, secret in destination.secrets.items():
        if CONTROL.search(secret.help):
            raise RuleBroken(f"secrets.{name}.help", "must not hold control characters")
    for name, variable in destination.variables.items():
        if any(CONTROL.search(choice) for choice in variable.choices):
            raise RuleBroken(f"variables.{name}.choices", "must not hold control characters")
        if variable.choices and variable.default is not None and variable.default not in variable.choices:
            raise RuleBroken(f"variables.{name}.default", "must be one of its choices")


def _check_limits(destination: Destination) -> None:
    for key in ("bytes_per_second", "parallel", "starts_per_minute"):
        if getattr(destination.limits, key) < 0:
            raise RuleBroken(f"limits.{key}", "must be 0, for no limit, or more")
    retry = destination.retry
    if not 1 <= retry.attempts <= _MOST_ATTEMPTS:
        raise RuleBroken("retry.attempts", f"must be a number from 1 to {_MOST_ATTEMPTS}")
    if retry.idempotency_key_header:
        check_header_names("retry", [retry.idempotency_key_header])
        if retry.idempotency_key_header.lower() in {name.lower() for name in destination.headers}:
            raise RuleBroken(
                "retry.idempotency_key_header", "stands among the headers too; keep one of the two"
            )


def _check_template(text: Text, functions: Mapping[str, Function[Scope]], destination: Destination) -> None:
    key = text.key
    if CONTROL.search(re.sub(r"[\r\n\t]", "", text.text) if text.multiline else text.text):
        raise RuleBroken(key, "must not hold control characters")
    try:
        template = compile_template(text.text, functions)
    except TemplateError as error:
        raise RuleBroken(key, str(error)) from error
    for call in template.calls():
        if call.name not in {"var", *SECRET_FUNCTIONS}:
            continue
        name = call.parameters[0][0] if len(call.parameters[0]) == 1 else None
        if not isinstance(name, str):
            raise RuleBroken(key, f"“{{{call.name}:…}}” needs a plain name")
        if call.name == "var" and name not in destination.variables:
            raise RuleBroken(key, f"uses “{{var:{name}}}”; describe it in [variables.{name}]")
        if call.name in SECRET_FUNCTIONS and not OWN_NAME.fullmatch(name):
            raise RuleBroken(key, f"“{name}” is no name for a secret")
