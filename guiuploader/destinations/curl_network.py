# SPDX-License-Identifier: MIT
"""What a curl command says of the way to its server: proxies, certificates, times and limits."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guiuploader.destinations.curl_options import Options
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import Limits, Network, Retry
from guiuploader.destinations.rule_broken import RuleBroken

_RATE = re.compile(r"(\d{1,18}(?:\.\d{0,6})?)([kKmMgG]?)[bB]?", re.ASCII)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_FASTEST = 2**53  # bytes a second; beyond that it is no limit
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{0,9})?", re.ASCII)
_MOST_ATTEMPTS = 1000
_HOUR, _DAY = 3600.0, 86400.0  # the longest that a network and a server may take
_USUAL_PORT = 1080  # curl's, for proxies of all kinds


@dataclass(frozen=True, slots=True)
class Way:
    """The tables of a destination that say how its server is reached, and what of it is to be confirmed."""

    network: Network
    limits: Limits
    retry: Retry
    confirm: tuple[str, ...]
    notes: tuple[str, ...]


def way(options: Options, secrets: Secrets, *, expect: str | None) -> Way:
    """Return what a command says; `expect` is the value of its Expect header. Raises RuleBroken."""
    usual = Network()
    connect = _seconds(options, "connect-timeout")
    whole = _seconds(options, "max-time")
    certificate, password = _certificate(options)
    proxy, user, proxy_password = _proxy(options)
    asks = {None: usual.expect_continue, "": "never"}.get(expect, "always")
    network = Network(
        proxy=proxy,
        proxy_username=user,
        proxy_password=secrets.reference("proxy-password", proxy_password) if proxy_password else "",
        verify=not options.is_on("insecure"),
        ca_file=_path(options.last("cacert")),
        client_certificate=_path(certificate),
        client_key=_path(options.last("key")),
        client_key_password=secrets.reference("key-password", password) if password else "",
        connect_timeout=min(connect, _HOUR) if connect else usual.connect_timeout,
        stall_timeout=min(whole, _HOUR) if whole else usual.stall_timeout,
        reply_timeout=min(whole, _DAY) if whole else usual.reply_timeout,
        expect_continue=asks,
    )
    notes = []
    if whole:
        notes.append("--max-time: counts for each wait on the server, not for the whole")
    return Way(network, _limits(options), _retry(options), tuple(_confirm(network)), tuple(notes))


def _confirm(network: Network) -> Iterator[str]:
    if network.proxy not in {"system", "none"}:
        yield f"All goes by way of the proxy {network.proxy}"
    if not network.verify:
        yield "Who the server is is not checked (--insecure)"
    if network.ca_file:
        yield f"The authorities in {network.ca_file} are trusted, and no others"
    for path in filter(None, (network.client_certificate, network.client_key)):
        yield f"{path} says who you are"


def _limits(options: Options) -> Limits:
    text = options.last("limit-rate")
    if not text:
        return Limits()
    found = _RATE.fullmatch(text)
    if not found:
        raise RuleBroken("--limit-rate", "must be bytes per second such as 500k or 5M")
    return Limits(bytes_per_second=min(int(float(found[1]) * _UNITS[found[2].lower()]), _FASTEST))


def _retry(options: Options) -> Retry:
    text = options.last("retry")
    if not text:
        return Retry()
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise RuleBroken("--retry", "must be a number")
    return Retry(attempts=min(int(text) + 1, _MOST_ATTEMPTS))


def _seconds(options: Options, name: str) -> float:
    text = options.last(name)
    if text and not _SECONDS.fullmatch(text):
        raise RuleBroken(f"--{name}", "must be seconds such as 10 or 2.5")
    return float(text or 0)


def _certificate(options: Options) -> tuple[str, str]:
    """Return the file of the client's certificate and the password of its key."""
    for name in ("cert-type", "key-type"):
        if options.has(name) and options.last(name).upper() != "PEM":
            raise RuleBroken(f"--{name}", "only PEM can be read")
    text = options.last("cert")
    start = len("C:") if sys.platform == "win32" and text[1:3] in {":\\", ":/"} else 0
    parts = re.match(r"((?:[^:\\]|\\.?)*)(?::(.*))?", text[start:], re.DOTALL)
    path, password = (parts[1], parts[2] or "") if parts else (text, "")
    return text[:start] + re.sub(r"\\([:\\])", r"\1", path), options.last("pass") or password


def _path(text: str) -> str:
    return str(Path(text).absolute()) if text else ""


def _proxy(options: Options) -> tuple[str, str, str]:
    """Return the proxy's address, user and password."""
    kinds = [each for each in options.given if each.name in {"proxy", "socks5", "socks5-hostname"}]
    if options.has("noproxy"):
        if options.last("noproxy").strip() != "*":
            raise RuleBroken("--noproxy", "only “*” can be taken, for no proxy at all")
        return "none", "", ""
    if not kinds:
        return Network().proxy, "", ""
    text = kinds[-1].value
    if not text:
        return "none", "", ""
    option = f"--{kinds[-1].name}"
    scheme = {"socks5": "socks5", "socks5-hostname": "socks5h"}.get(kinds[-1].name, "http")
    try:
        parts = urlsplit(text if "://" in text else f"{scheme}://{text}")
        port = parts.port or _USUAL_PORT
    except ValueError as error:
        raise RuleBroken(option, f"is not an address ({error})") from error
    if parts.scheme not in {"http", "socks5", "socks5h"} or not parts.hostname:
        raise RuleBroken(option, "must be a host and a port; HTTP and SOCKS5 proxies are known here")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if options.last("proxy-user"):
        user, _, password = options.last("proxy-user").partition(":")
    return f"{parts.scheme}://{host}:{port}", user, password
