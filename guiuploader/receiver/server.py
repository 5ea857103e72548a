# SPDX-License-Identifier: MIT
"""The life of a receiver: bind, serve each connection in a thread of its own, end them all."""

import logging
import os
import socket
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Self

from .guard import own_hosts
from .handler import Handler, Site
from .open_sockets import OpenSockets
from .storage import Storage

_log = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_DEFAULT_QUOTA = 10 * 1024**3
_IDLE_SECONDS = 60.0
_POLL_SECONDS = 0.1  # the longest that closing waits for the accepting thread


class Receiver:
    """A server that stores uploads in `folder`, which is made if need be.

    `port` 0 takes any free one; `quota` is the bytes that the folder may hold; `idle_seconds` is how long a
    connection may stand still. Binds at once; raises OSError if the port is taken or the folder unusable.
    """

    def __init__(
        self, folder: Path, *, port: int = 0, quota: int = _DEFAULT_QUOTA, idle_seconds: float = _IDLE_SECONDS
    ) -> None:
        self.folder = folder
        storage = Storage(folder, quota)
        self._server = _Server((_LOOPBACK, port), BaseRequestHandler)
        bound_port = int(self._server.socket.getsockname()[1])
        self.url = f"http://{_LOOPBACK}:{bound_port}"
        self._sockets = OpenSockets()
        site = Site(self.url, own_hosts(bound_port), storage, self._sockets, idle_seconds)
        # The handler has to know the port, which is known only now.
        self._server.RequestHandlerClass = partial(Handler, site=site)
        self._lock = threading.Lock()
        self._serving = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def serve_forever(self) -> None:
        """Serve until another thread calls `close`."""
        with self._lock:
            if self._closed:
                return
            self._serving = True
        self._server.serve_forever(_POLL_SECONDS)

    def start(self) -> None:
        """Serve in a background thread."""
        self._thread = threading.Thread(target=self.serve_forever, name="receiver")
        self._thread.start()

    def close(self) -> None:
        """Cut every connection, drop what is incomplete, end every thread; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        if self._serving:
            # On Linux this wakes the accepting thread at once; elsewhere it looks up by itself soon.
            with suppress(OSError):
                self._server.socket.shutdown(socket.SHUT_RDWR)
            self._server.shutdown()
        self._sockets.cut()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingTCPServer):
    """The listening socket. Not http.server's class, which looks its own name up in the DNS."""

    allow_reuse_address = os.name != "nt"  # on Windows it would let two programs share a port
    request_queue_size = 128

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],  # noqa: ARG002 - the base's signature
        client_address: object,  # noqa: ARG002 - the same
    ) -> None:
        """Log what a connection died of; standard error stays clean."""
        _log.exception("a connection failed")
