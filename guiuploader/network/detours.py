# SPDX-License-Identifier: MIT
"""Connections that go by way of a proxy, made of those that go straight.

What goes wrong on the way to the server behind it is the proxy's failure, and the error names the proxy.
"""

import http.client
import re
import socket
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import ClassVar, TypedDict

import socks
import urllib3.exceptions
from urllib3 import PoolManager, ProxyManager
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.contrib.socks import SOCKSConnection, SOCKSHTTPSConnection, SOCKSProxyManager

from guiuploader.network.line import Line
from guiuploader.network.proxies import Proxy
from guiuploader.values.errors import ErrorCode, NetworkError

_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})\b")
_SOCKS_REFUSED = re.compile(r"0x[0-9a-f]{2}: (.+)")  # PySocks puts the protocol's own number before its words


class PoolSettings(TypedDict):
    """How many servers connections are kept to, how many to each, and the bytes taken of a body at a time."""

    num_pools: int
    maxsize: int
    blocksize: int


def manager(
    proxy: Proxy, direct: Mapping[str, type[HTTPConnectionPool]], line: Line, settings: PoolSettings
) -> PoolManager:
    """Return a manager of connections by way of `proxy`; `direct` are the pool classes that go straight."""
    made: PoolManager
    through: dict[str, type[HTTPConnection]]
    if proxy.is_socks:
        made = SOCKSProxyManager(proxy.url, **settings)
        through = {"http": _ThroughSocks, "https": _TlsThroughSocks}
    else:
        made = ProxyManager(proxy.url, proxy_headers=proxy.headers, **settings)
        through = {"http": _ThroughHttp, "https": _ThroughHttp}
    made.pool_classes_by_scheme = {
        scheme: type("DetourPool", (pool,), {"ConnectionCls": _detour(pool, through[scheme], proxy, line)})
        for scheme, pool in direct.items()
    }
    return made


def _detour(
    pool: type[HTTPConnectionPool], through: type[HTTPConnection], proxy: Proxy, line: Line
) -> type[HTTPConnection]:
    """Return the pool's connection class with another way of connecting beneath it."""
    return type("Detour", (_Blaming, pool.ConnectionCls, through), {"proxy_used": proxy, "line": line})


def unauthorized(proxy: Proxy) -> NetworkError:
    """Return the error for a proxy that wants another user or password than it got."""
    return NetworkError(ErrorCode.PROXY_UNAUTHORIZED, proxy=proxy.server)


class _Blaming(HTTPConnection):
    """Tells what fails on the way to the proxy, or there, from what the server does; stands above all."""

    proxy_used: ClassVar[Proxy]

    def _new_conn(self) -> socket.socket:
        try:
            return super()._new_conn()
        except (OSError, urllib3.exceptions.HTTPError, UnicodeError) as error:
            raise _blamed(error, self.proxy_used, host=self.host, timeout=self.timeout) from error


class _ThroughHttp(HTTPConnection):
    """Asks an HTTP proxy for a tunnel, where the server is to be reached over TLS."""

    proxy_used: ClassVar[Proxy]

    def _tunnel(self) -> None:
        host = str(self._tunnel_host)  # a refusal makes it None
        try:
            super()._tunnel()
        except (OSError, http.client.HTTPException) as error:
            raise _blamed(error, self.proxy_used, host=host, timeout=self.timeout) from error


class _ThroughSocks(SOCKSConnection):
    """Has a SOCKS proxy connect; its socket can be cut from the first moment on."""

    proxy_used: ClassVar[Proxy]
    line: ClassVar[Line]

    def _new_conn(self) -> socks.socksocket:
        proxy = self.proxy_used
        failure: OSError = OSError()
        for family, kind, protocol, _, address in socket.getaddrinfo(
            proxy.host, proxy.port, 0, socket.SOCK_STREAM
        ):
            try:
                return self._connected(socks.socksocket(family, kind, protocol), str(address[0]))
            except socks.ProxyConnectionError as error:  # at this one of its addresses
                failure = error
        raise failure

    def _connected(self, made: socks.socksocket, address: str) -> socks.socksocket:
        proxy = self.proxy_used
        try:
            for option in self.socket_options or ():
                made.setsockopt(*option)
            made.settimeout(self.timeout)
            made.set_proxy(
                socks.SOCKS5,
                address,
                proxy.port,
                rdns=proxy.kind == "socks5h",
                username=proxy.username,
                password=proxy.password,
            )
            self.line.attach(made)
            made.connect((self.host, self.port))
        except BaseException:
            made.close()
            raise
        return made


class _TlsThroughSocks(_ThroughSocks, SOCKSHTTPSConnection):
    """The same over TLS."""


def _blamed(error: Exception, proxy: Proxy, *, host: str, timeout: float | None) -> NetworkError:
    """Return our error for what went wrong before the way to the server stood."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, socks.SOCKS5AuthError):
            return unauthorized(proxy)
        if isinstance(cause, socks.GeneralProxyError) and isinstance(cause.socket_err, socket.gaierror):
            return NetworkError(ErrorCode.NAME_NOT_FOUND, host=host)  # looked up here, for the proxy
        tunnel = _TUNNEL_REFUSED.match(str(cause))
        if tunnel and int(tunnel[1]) == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return unauthorized(proxy)
        answer = tunnel or (isinstance(cause, socks.SOCKS5Error) and _SOCKS_REFUSED.match(str(cause)))
        if answer:
            return NetworkError(ErrorCode.PROXY_REFUSED, proxy=proxy.server, host=host, answer=answer[1])
    reason = next(filter(None, (_reason(cause, timeout) for cause in causes)), "It is no proxy of this kind.")
    return NetworkError(ErrorCode.PROXY_UNREACHABLE, proxy=proxy.server, reason=reason)


def _reason(cause: BaseException, timeout: float | None) -> str | None:
    if isinstance(cause, TimeoutError | urllib3.exceptions.ConnectTimeoutError):
        return f"It did not answer within {timeout or 0:g} seconds."
    if isinstance(cause, socket.gaierror | UnicodeError):
        return "Its name could not be looked up."
    if isinstance(cause, ConnectionRefusedError):
        return "Nothing listens at that port."
    return f"{cause.strerror}." if isinstance(cause, OSError) and cause.strerror else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the innermost first: the plainest cause."""
    if error is not None:
        yield from _causes(getattr(error, "socket_err", None) or error.__cause__)
        yield error
