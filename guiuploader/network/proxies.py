# SPDX-License-Identifier: MIT
"""Which proxy stands between us and a server, if any."""

import base64
import functools
import ipaddress
import os
import time
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from guiuploader.values.errors import DestinationError, ErrorCode

SYSTEM = "system"
NONE = "none"

# What systems call their proxies, and what that is to us. A bare “socks” leaves the names to the proxy, as
# browsers do.
_KINDS = {"http": "http", "socks": "socks5h", "socks5": "socks5", "socks5h": "socks5h"}
_VARIABLES = (
    *("http_proxy", "https_proxy", "all_proxy", "socks_proxy", "no_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SOCKS_PROXY", "NO_PROXY"),
)
_USUAL_PORTS = {"http": 80, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and who we are to it; `kind` is “http”, “socks5” or “socks5h” (which looks names up itself)."""

    kind: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """Host and port, as a person reads them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address without user and password."""
        return f"{self.kind}://{self.server}"

    @property
    def with_login(self) -> str:
        """The address with user and password, for libraries that take them so."""
        if not self.username:
            return self.url
        return f"{self.kind}://{quote(self.username, safe='')}:{quote(self.password, safe='')}@{self.server}"

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP proxy is told besides; in UTF-8, as RFC 7617 section 2.1 recommends."""
        if not self.username:
            return {}
        proof = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {proof}"}

    @property
    def is_socks(self) -> bool:
        """Whether it passes on connections rather than requests."""
        return self.kind != "http"


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """What a destination says: “system”, “none” or a proxy's address, and who to be there."""

    proxy: str = SYSTEM
    username: str = ""
    password: str = field(default="", repr=False)


def choose(setting: ProxySetting, url: str, *, destination: str) -> Proxy | None:
    """Return the proxy for this URL, None for a direct connection.

    Raises DestinationError when the computer's own setting is of a kind that we do not speak.
    """
    if setting.proxy == NONE:
        return None
    address = setting.proxy if setting.proxy != SYSTEM else _system_proxy(urlsplit(url))
    if not address:
        return None
    found = _parsed(address)
    if found is None:
        raise DestinationError(
            ErrorCode.DESTINATION_INVALID,
            destination=destination,
            key="network.proxy",
            reason="this computer's own proxy is of a kind that is not supported; name one here, or “none”",
        )
    if not setting.username:
        return found
    return Proxy(found.kind, found.host, found.port, setting.username, setting.password)


def _system_proxy(server: SplitResult) -> str:
    """Return the address that the system's settings, or the environment, give for a server; or nothing."""
    if _is_this_computer(server.hostname or ""):
        return ""
    variables = tuple(map(os.environ.get, _VARIABLES))
    return _looked_up(server.scheme, server.netloc, variables, int(time.monotonic()))


@functools.lru_cache(maxsize=64)
def _looked_up(scheme: str, server: str, _variables: tuple[str | None, ...], _second: int) -> str:
    """Ask the system at most once a second: that takes it half as long as it takes to send a small file."""
    if urllib.request.proxy_bypass(server):
        return ""
    proxies = urllib.request.getproxies()
    return proxies.get(scheme) or proxies.get("all") or proxies.get("socks") or ""


@functools.lru_cache(maxsize=64)
def _is_this_computer(host: str) -> bool:
    """Tell whether a name can only mean this computer, which no browser asks a proxy for."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parsed(address: str) -> Proxy | None:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        port = parts.port
    except ValueError:
        return None
    kind = _KINDS.get(parts.scheme)
    if not kind or not parts.hostname:
        return None
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Proxy(kind, parts.hostname, port or _USUAL_PORTS[kind], username, password)
