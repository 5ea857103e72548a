# SPDX-License-Identifier: MIT
"""The ways to a server: straight or by a proxy of either kind, in the clear or under TLS."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from guiuploader.destinations.destination import Destination
from tests.helpers.proxies import ConnectProxy, SocksProxy
from tests.unit.transfer.stage import to

HOST = "upload.example"


@dataclass(frozen=True)
class Way:
    """A way of that name; `proxy` is the tunnel's address, if there is one."""

    name: str
    proxy: str = ""

    @property
    def tls(self) -> bool:
        """Whether the server speaks TLS."""
        return self.name in {"https", "connect", "socks-tls"}

    @property
    def scheme(self) -> str:
        """The scheme of the server's address."""
        return "https" if self.tls else "http"

    def to(self, server: str, *tables: str, network: str = "") -> Destination:
        """Return a destination at `server`, a scheme with host and port, that is reached this way.

        In the clear an HTTP proxy gets the request itself, so there the server takes the proxy's place.
        """
        port = server.rpartition(":")[2]
        url = server if self.name in {"http", "https"} else f"{self.scheme}://{HOST}:{port}"
        proxy = f"http://127.0.0.1:{port}" if self.name == "proxied" else self.proxy or "none"
        lines = f"[network]\nproxy = '{proxy}'\nverify = false\n{network}"
        return to(f"{url}/up", *tables, lines)


@contextmanager
def opened(name: str) -> Iterator[Way]:
    """Give the way of that name, its proxy running meanwhile."""
    tunnel = {"connect": ConnectProxy, "socks": SocksProxy, "socks-tls": SocksProxy}.get(name, nullcontext)
    with tunnel() as proxy:
        yield Way(name, proxy.url if proxy else "")
