# SPDX-License-Identifier: MIT
"""One worker's HTTP session: set up on purpose, nothing taken from the environment but the system's proxy."""

import functools
import http.client
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.connectionpool import HTTPConnectionPool

from guiuploader import __version__
from guiuploader.network import detours
from guiuploader.network.connection import pool_classes
from guiuploader.network.expect import Habit
from guiuploader.network.failures import Phase, translated
from guiuploader.network.line import Line
from guiuploader.network.proxies import Proxy
from guiuploader.network.trust import Trust, context
from guiuploader.values.errors import DestinationError, ErrorCode

READ_SIZE = 512 * 1024
"""Bytes the connection asks a body for at a time; urllib3's own 16 KiB cost several times the CPU."""

_POOLS: detours.PoolSettings = {"num_pools": 4, "maxsize": 1, "blocksize": READ_SIZE}
_IDLE_LIMIT = 1.0  # seconds; gunicorn drops an idle connection after 2, Node after 5

_USUAL_HEADERS = tuple({**default_headers(), "User-Agent": f"guiuploader/{__version__}"}.items())

# What the libraries below are known to raise; an error of ours, raised by a body, is none of these.
_FOREIGN = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Route:
    """How a destination's server is reached.

    `connect_timeout` is in seconds, as are `stall_timeout`, how long the server may take no byte of a body,
    and `reply_timeout`, how long it may take until the head of its answer is here, and then for the rest.
    """

    destination: str
    connect_timeout: float
    stall_timeout: float
    reply_timeout: float
    trust: Trust
    proxy: Proxy | None
    expect_continue: Habit = "auto"


class _Adapter(HTTPAdapter):
    """Gives urllib3 our connections, read size, trust and proxies; `route` is that of the next request.

    Connections by way of different proxies, or under different trust, are kept apart: each proxy has its own
    manager, and a TLS context is part of what its manager tells connections apart by.
    """

    route: Route

    def __init__(self, line: Line) -> None:
        self._line = line
        self._classes = pool_classes(line)
        self._contexts: dict[Trust, ssl.SSLContext] = {}
        self._detours: dict[Proxy, PoolManager] = {}
        self._last_pool: tuple[object, HTTPConnectionPool] | None = None
        super().__init__()

    def init_poolmanager(self, *_: object, **__: object) -> None:
        """Make the manager of direct connections."""
        self.poolmanager = self._direct = PoolManager(**_POOLS)
        self._direct.pool_classes_by_scheme = self._classes

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> HTTPConnectionPool:
        """Return the pool for a request's server, mostly that of the request before."""
        server = urlsplit(request.url or "")
        key = (server.scheme, server.netloc, self.route.trust, self.route.proxy)
        if self._last_pool is None or self._last_pool[0] != key:
            self._last_pool = (key, self._pool(server))
        return self._last_pool[1]

    def _pool(self, server: SplitResult) -> HTTPConnectionPool:
        tls = {"ssl_context": self._context()} if server.scheme == "https" else {}
        verify = "CERT_REQUIRED" if self.route.trust.verify else "CERT_NONE"
        return self._manager().connection_from_host(
            server.hostname, server.port, server.scheme, {"cert_reqs": verify, **tls}
        )

    def build_response(self, request: requests.PreparedRequest, raw: BaseHTTPResponse) -> requests.Response:
        """Return the answer as it is: requests would copy its headers and look for cookies."""
        response = requests.Response()
        response.status_code, response.reason = raw.status, raw.reason or ""
        response.headers = raw.headers  # type: ignore[assignment] # a mapping that ignores case as well
        response.url, response.request, response.raw = request.url or "", request, raw
        return response

    def cert_verify(self, *_: object) -> None:
        """Leave the pool as it is: requests would add the authorities of certifi."""

    def request_url(self, request: requests.PreparedRequest, _: object) -> str:
        """Return the target of the request line: an HTTP proxy needs the whole address, if it can read it."""
        url = request.url or ""
        proxy = self.route.proxy
        return url if proxy and not proxy.is_socks and url.startswith("http:") else target_of(url)

    def hang_up(self) -> None:
        """Close all connections."""
        self._last_pool = None
        for manager in (self._direct, *self._detours.values()):
            # urllib3 only drops its pools; their sockets would stay open as long as a traceback keeps one.
            for server in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated
                manager.pools[server].close()
            manager.clear()

    def forget(self) -> None:
        """Close all connections, and read certificates anew from then on."""
        self.hang_up()
        self._contexts.clear()
        self._detours.clear()

    def _manager(self) -> PoolManager:
        proxy = self.route.proxy
        if proxy is None:
            return self._direct
        if proxy not in self._detours:
            self._detours[proxy] = detours.manager(proxy, self._classes, self._line, _POOLS)
        return self._detours[proxy]

    def _context(self) -> ssl.SSLContext:
        trust = self.route.trust
        if trust not in self._contexts:
            self._contexts[trust] = context(trust, destination=self.route.destination)
        return self._contexts[trust]


class HttpSession:
    """Sends one request at a time, on the thread that owns it; `line.cut` alone may come from another.

    requests' own Session is left out on purpose. It takes passwords from netrc and settings from the
    environment, carries one destination's cookies to another at the same host, and reads a redirect's body
    and address even when told not to follow.
    """

    def __init__(self) -> None:
        self.line = Line(stall_timeout=0.0)  # each route brings its own
        self._adapter = _Adapter(self.line)
        self._last_use = time.monotonic()
        self._was_refused = False

    def prepare(self, method: str, url: str, headers: dict[str, bytes]) -> requests.PreparedRequest:
        """Return a request without a body; path and query go out exactly as given.

        requests would resolve dot segments, which breaks object keys and signed URLs. Raises DestinationError
        when the URL's host can be no server's name.
        """
        parts = urlsplit(url)
        request = requests.PreparedRequest()
        request.method = method.upper()
        request.url = _server(f"{parts.scheme}://{parts.netloc}") + target_of(url)
        request.headers = CaseInsensitiveDict((*_USUAL_HEADERS, *headers.items()))  # type: ignore[arg-type] # bytes too
        if request.method not in {"GET", "HEAD"}:
            request.headers.setdefault("Content-Length", "0")
        return request

    def exchange(self, request: requests.PreparedRequest, route: Route, phase: Phase) -> requests.Response:
        """Send the request and return the head of the answer, its body unread, redirects not followed.

        A server that refuses to be asked whether it wants the body gets the request once more, unasked.
        Raises NetworkError, or DestinationError for certificates that cannot be read; an error of ours raised
        by the body passes through.
        """
        if time.monotonic() - self._last_use > _IDLE_LIMIT:
            self._adapter.forget()
        elif self._was_refused:
            self._adapter.hang_up()
        self._adapter.route = route
        self.line.target = self._adapter.request_url(request, None)
        self.line.stall_timeout = route.stall_timeout
        self.line.asking.begin(route.expect_continue)
        response = self._sent(request, route, phase)
        if self.line.asking.was_declined:
            response.close()
            self.line.connected = False
            self.line.asking.begin("never")
            response = self._sent(request, route, phase)
        # A server that refuses a body need not have read it: gunicorn says keep-alive all the same, hangs up,
        # and the next file on that connection would not know whether it arrived.
        self._was_refused = bool(request.body) and response.status_code >= HTTPStatus.MULTIPLE_CHOICES
        if route.proxy and response.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            response.close()
            raise detours.unauthorized(route.proxy)
        return response

    def _sent(self, request: requests.PreparedRequest, route: Route, phase: Phase) -> requests.Response:
        """Send the request as it is, once. Raises NetworkError."""
        try:
            return self._adapter.send(
                request, stream=True, timeout=(route.connect_timeout, route.reply_timeout)
            )
        except _FOREIGN as error:
            raise translated(
                error,
                phase,
                connected=self.line.connected,
                url=request.url or "",
                seconds=(route.connect_timeout, route.stall_timeout, route.reply_timeout),
            ) from error
        finally:
            self._last_use = time.monotonic()

    def close(self) -> None:
        """Close all connections."""
        self._adapter.forget()


@functools.lru_cache(maxsize=64)
def _server(address: str) -> str:
    """Return scheme, host and port as requests would: it takes longer for it than a small file does to go.

    Raises DestinationError when the host can be no server's name.
    """
    try:
        prepared = requests.Request("GET", address).prepare()
    except requests.exceptions.InvalidURL as error:
        reason = f"“{urlsplit(address).hostname}” can be no server's name"
        raise DestinationError(ErrorCode.VALUE_NOT_ALLOWED, key="url", reason=reason) from error
    parts = urlsplit(prepared.url or "")
    return f"{parts.scheme}://{parts.netloc}"


def target_of(url: str) -> str:
    """Return what stands in the request line for this URL: path and query, to the letter."""
    target = url.partition("://")[2].removeprefix(urlsplit(url).netloc)
    return target if target.startswith("/") else f"/{target}"
