# SPDX-License-Identifier: MIT
"""One worker's HTTP session: set up on purpose, nothing taken from the environment."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers

from guiuploader import __version__
from guiuploader.network.connection import Line, pool_classes
from guiuploader.network.failures import Phase, translated
from guiuploader.values.errors import DestinationError, ErrorCode

READ_SIZE = 256 * 1024
"""Bytes the connection asks a body for at a time; urllib3's own 16 KiB cost several times the CPU."""

STALL_TIMEOUT = 60.0
"""Seconds that a server may take no byte of a body."""
REPLY_TIMEOUT = 900.0
"""Seconds that a server may think before it answers, or pause within its answer."""
_IDLE_LIMIT = 1.0  # seconds; gunicorn drops an idle connection after 2, Node after 5

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
    """How a server is reached: seconds for connecting, and what its certificate is checked against.

    `trust` is True for the usual authorities, False for none, or a file with certificates.
    """

    connect_timeout: float
    trust: bool | str


class _Adapter(HTTPAdapter):
    """Gives urllib3 our connections and read size."""

    def __init__(self, line: Line) -> None:
        self._classes = pool_classes(line)
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: int | bool, **kwargs: object) -> None:
        super().init_poolmanager(*args, **kwargs, blocksize=READ_SIZE)  # type: ignore[arg-type] # requests' own
        self.poolmanager.pool_classes_by_scheme = self._classes


class HttpSession:
    """Sends one request at a time, on the thread that owns it; `line.cut` alone may come from another.

    requests' own Session is left out on purpose. It takes passwords from netrc and settings from the
    environment, carries one destination's cookies to another at the same host, and reads a redirect's body
    and address even when told not to follow. Timeouts are in seconds.
    """

    def __init__(self, *, stall_timeout: float = STALL_TIMEOUT, reply_timeout: float = REPLY_TIMEOUT) -> None:
        self.line = Line(stall_timeout)
        self._reply_timeout = reply_timeout
        self._adapter = _Adapter(self.line)
        self._last_use = time.monotonic()

    def prepare(self, method: str, url: str, headers: dict[str, bytes]) -> requests.PreparedRequest:
        """Return a request without a body; path and query go out exactly as given.

        requests would resolve dot segments, which breaks object keys and signed URLs. Raises DestinationError
        when the URL's host can be no server's name.
        """
        usual = CaseInsensitiveDict[str | bytes](default_headers())
        usual["User-Agent"] = f"guiuploader/{__version__}"
        usual.update(headers)
        try:
            prepared = requests.Request(method, url, headers=usual).prepare()
        except requests.exceptions.InvalidURL as error:
            reason = f"“{urlsplit(url).hostname}” can be no server's name"
            raise DestinationError(ErrorCode.VALUE_NOT_ALLOWED, key="url", reason=reason) from error
        server = urlsplit(prepared.url or "")
        prepared.url = f"{server.scheme}://{server.netloc}{target_of(url)}"
        return prepared

    def exchange(self, request: requests.PreparedRequest, route: Route, phase: Phase) -> requests.Response:
        """Send the request and return the head of the answer, its body unread, redirects not followed.

        Raises NetworkError; an error of ours raised by the body passes through.
        """
        if time.monotonic() - self._last_use > _IDLE_LIMIT:
            self._adapter.poolmanager.clear()
        url = request.url or ""
        self.line.target = target_of(url)
        try:
            return self._adapter.send(
                request, stream=True, timeout=(route.connect_timeout, self._reply_timeout), verify=route.trust
            )
        except _FOREIGN as error:
            raise translated(
                error,
                phase,
                connected=self.line.connected,
                url=url,
                seconds=(route.connect_timeout, self.line.stall_timeout, self._reply_timeout),
            ) from error
        finally:
            self._last_use = time.monotonic()

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()


def target_of(url: str) -> str:
    """Return what stands in the request line for this URL: path and query, to the letter."""
    target = url.partition("://")[2].removeprefix(urlsplit(url).netloc)
    return target if target.startswith("/") else f"/{target}"
