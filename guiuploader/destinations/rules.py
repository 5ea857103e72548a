# SPDX-License-Identifier: MIT
"""What a destination's types cannot say: addresses, names, templates and how they belong together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from guiuploader.destinations.destination import FORMAT, Destination, Network
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sign_in_rules import ONE_SECRET, SIGN_IN_KEYS, check_sign_in
from guiuploader.values.functions import REPLY_FUNCTIONS, REQUEST_FUNCTIONS
from guiuploader.values.template import Function, TemplateError, compile_template

Scope = TypeVar("Scope")

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2
_OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
# With the surrogates that stand for those bytes of a command line that are no text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

# Set by what is sent, never by hand: two of them in one request let a proxy and a server disagree on where it
# ends (RFC 9112, section 6).
_FRAMING = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
# Seconds; an hour for what a network does, a day for what a server may have to work through.
_LONGEST_TIMEOUTS = {"connect_timeout": 3600, "stall_timeout": 3600, "reply_timeout": 86400}


def check(destination: Destination) -> None:
    """Check everything at once. Raises RuleBroken for the first thing that is wrong."""
    _check_top(destination)
    _check_url(destination.url)
    _check_headers(destination)
    _check_form(destination)
    check_sign_in(destination)
    _check_own_names(destination)
    for key, text in _request_templates(destination):
        _check_template(key, text, REQUEST_FUNCTIONS, destination)
    for key in ("link", "error", "success", "sha256"):
        _check_template(f"reply.{key}", getattr(destination.reply, key), REPLY_FUNCTIONS, destination)
    if destination.reply.sha256 and destination.reply.hash != "sha256":
        raise RuleBroken("reply.sha256", 'is compared with what was sent; that needs hash = "sha256"')
    _check_network(destination)
    _check_limits(destination)


def _check_top(destination: Destination) -> None:
    if destination.format > FORMAT:
        raise RuleBroken("format", f"{destination.format} is newer than this app knows; update guiuploader")
    if destination.format < 1:
        raise RuleBroken("format", "must be 1")
    if not destination.name.strip():
        raise RuleBroken("name", "must not be empty")
    if _CONTROL.search(destination.name):
        raise RuleBroken("name", "must not hold control characters")
    if not _TOKEN.fullmatch(destination.method):
        raise RuleBroken("method", "must be a word like POST, PUT or PATCH")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RuleBroken("url", f"is not an address ({error})") from error
    if parts.scheme not in {"http", "https"}:
        raise RuleBroken("url", "must start with http:// or https://")
    if set("{}\\") & set(parts.netloc):
        # A template's escape here would send a secret to another server than the one it is bound to.
        raise RuleBroken("url", "must have its server written out; only path and query may hold {…} or “\\”")
    if not parts.hostname:
        raise RuleBroken("url", "names no server")
    if not _has_good_port(parts):
        raise RuleBroken("url", "names a port that is no number from 1 to 65535")
    if "@" in parts.netloc:
        raise RuleBroken("url", 'must not hold a user or password; use [auth] kind = "basic"')
    if _CONTROL.search(url) or any(char.isspace() for char in url):
        raise RuleBroken("url", "must not hold blanks or control characters; write %20 for a blank")
    if parts.fragment or url.endswith("#"):
        raise RuleBroken("url", "must not hold a “#” part; servers never see it (write %23 for the sign)")


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _check_header_names(table: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise RuleBroken(f"{table}.{name}", "is no header name: no blanks, control characters or “:”")
        if name.lower() in seen:
            raise RuleBroken(f"{table}.{name}", "stands there twice; capitals make no difference")
        seen.add(name.lower())


def _check_headers(destination: Destination) -> None:
    _check_header_names("headers", destination.headers)
    for name in destination.headers:
        key = f"headers.{name}"
        if name.lower() in _FRAMING:
            raise RuleBroken(key, "is set by guiuploader, as the body needs it")
        if name.lower() == "content-type":
            table = "multipart" if destination.is_form else "raw"
            raise RuleBroken(key, f"is set by the body; write [{table}] content_type instead")


def _check_form(destination: Destination) -> None:
    form = destination.multipart
    if not form.file_field:
        raise RuleBroken("multipart.file_field", "must not be empty: servers find the file by this name")
    for table, names in (("multipart.fields", form.fields), ("query", destination.query)):
        for name in names:
            if not name:
                raise RuleBroken(table, "holds a value without a name")
            if _CONTROL.search(name):
                raise RuleBroken(f"{table}.{name}", "must not hold control characters in its name")
    _check_header_names("multipart.part_headers", form.part_headers)
    for name, value in form.part_headers.items():
        key = f"multipart.part_headers.{name}"
        if name.lower() in {"content-disposition", "content-type", "content-length"}:
            raise RuleBroken(key, "is made from file_field, filename and content_type")
        if name.lower() == "content-transfer-encoding" and value.lower() not in {"binary", "8bit"}:
            raise RuleBroken(key, "must be “binary” or “8bit”: the file's bytes travel as they are")


def _check_own_names(destination: Destination) -> None:
    for table, entries in (("variables", destination.variables), ("secrets", destination.secrets)):
        for name, entry in entries.items():
            if not _OWN_NAME.fullmatch(name):
                raise RuleBroken(
                    f"{table}.{name}", "must be named with a letter, then letters, digits, “-”, “_” and “.”"
                )
            if _CONTROL.search(entry.label):
                raise RuleBroken(f"{table}.{name}.label", "must not hold control characters")


def _check_network(destination: Destination) -> None:
    network = destination.network
    for key, longest in _LONGEST_TIMEOUTS.items():
        if not 0 < getattr(network, key) <= longest:
            raise RuleBroken(f"network.{key}", f"must be between 0 and {longest} seconds")
    for key in ("ca_file", "client_certificate", "client_key"):
        path = getattr(network, key)
        if _CONTROL.search(path):
            raise RuleBroken(f"network.{key}", "must not hold control characters")
        if path and not (Path(path).is_absolute() or path.startswith("~/")):
            raise RuleBroken(f"network.{key}", "must be a whole path, beginning at the root or with “~/”")
    for key in ("client_key", "client_key_password"):
        if getattr(network, key) and not network.client_certificate:
            raise RuleBroken(f"network.{key}", "is of no use without client_certificate")
    for key in ("client_key_password", "proxy_password"):
        if getattr(network, key) and not ONE_SECRET.fullmatch(getattr(network, key)):
            raise RuleBroken(
                f"network.{key}", f"must be a secret; write “{{secret:{key.replace('_', '-')}}}”"
            )
    _check_proxy(network)


def _check_limits(destination: Destination) -> None:
    if destination.limits.bytes_per_second < 0:
        raise RuleBroken("limits.bytes_per_second", "must be 0, for no limit, or more")


def _check_proxy(network: Network) -> None:
    if network.proxy_password and not network.proxy_username:
        raise RuleBroken("network.proxy_username", "is needed beside proxy_password")
    if "{" in network.proxy_username and not ONE_SECRET.fullmatch(network.proxy_username):
        raise RuleBroken("network.proxy_username", "must be a plain name or one “{secret:…}”")
    if ":" in network.proxy_username and "{" not in network.proxy_username:
        raise RuleBroken("network.proxy_username", "must not hold a “:”, which parts it from the password")
    if network.proxy in {"system", "none"}:
        return
    try:
        parts = urlsplit(network.proxy)
        port = parts.port
    except ValueError as error:
        raise RuleBroken("network.proxy", f"is not an address ({error})") from error
    if parts.scheme not in {"http", "socks5", "socks5h"}:
        raise RuleBroken(
            "network.proxy", "must be “system”, “none” or start with http://, socks5:// or socks5h://"
        )
    if "@" in parts.netloc:
        raise RuleBroken(
            "network.proxy", "must not hold a user or password; use proxy_username and proxy_password"
        )
    if not parts.hostname or not port:
        raise RuleBroken("network.proxy", "must name a host and its port, as in http://proxy.example:3128")
    if parts.path.strip("/") or parts.query or parts.fragment or _CONTROL.search(network.proxy):
        raise RuleBroken("network.proxy", "must end with the port")


def _request_templates(destination: Destination) -> Iterator[tuple[str, str]]:
    yield "url", destination.url
    for name, value in destination.query.items():
        yield f"query.{name}", value
    for name, value in destination.headers.items():
        yield f"headers.{name}", value
    for key in SIGN_IN_KEYS:
        yield f"auth.{key}", getattr(destination.auth, key)
    form = destination.multipart
    yield from (
        ("multipart.file_field", form.file_field),
        ("multipart.filename", form.filename),
        ("multipart.content_type", form.content_type),
    )
    for name, value in form.part_headers.items():
        yield f"multipart.part_headers.{name}", value
    for name, values in form.fields.items():
        for value in [values] if isinstance(values, str) else values:
            yield f"multipart.fields.{name}", value
    for key in ("client_key_password", "proxy_username", "proxy_password"):
        yield f"network.{key}", getattr(destination.network, key)
    yield "raw.content_type", destination.raw.content_type
    yield "raw.content_disposition", destination.raw.content_disposition


def _check_template(
    key: str, text: str, functions: Mapping[str, Function[Scope]], destination: Destination
) -> None:
    multiline = key.startswith(("multipart.fields.", "reply."))
    if _CONTROL.search(re.sub(r"[\r\n\t]", "", text) if multiline else text):
        raise RuleBroken(key, "must not hold control characters")
    try:
        template = compile_template(text, functions)
    except TemplateError as error:
        raise RuleBroken(key, str(error)) from error
    for call in template.calls():
        if call.name not in {"var", "secret"}:
            continue
        name = call.parameters[0][0] if len(call.parameters[0]) == 1 else None
        if not isinstance(name, str):
            raise RuleBroken(key, f"“{{{call.name}:…}}” needs a plain name")
        if call.name == "var" and name not in destination.variables:
            raise RuleBroken(key, f"uses “{{var:{name}}}”; describe it in [variables.{name}]")
        if call.name == "secret" and not _OWN_NAME.fullmatch(name):
            raise RuleBroken(key, f"“{name}” is no name for a secret")


def secret_names(destination: Destination) -> tuple[str, ...]:
    """Return the names of all secrets the request draws on, in order of first use."""
    names: dict[str, None] = {}
    unused = "raw." if destination.is_form else "multipart."
    for key, text in _request_templates(destination):
        if key.startswith(unused):
            continue
        for call in compile_template(text, REQUEST_FUNCTIONS).calls():
            if call.name == "secret":
                names[str(call.parameters[0][0])] = None
    return tuple(names)
