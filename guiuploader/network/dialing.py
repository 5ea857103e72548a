# SPDX-License-Identifier: MIT
"""Opening a TCP connection in a way that a cut ends soon."""

import errno
import os
import selectors
import socket
import time

from urllib3.util.connection import allowed_gai_family

from guiuploader.network.line import Line

# Only Linux lets another thread wake one that connects; so this one looks up so often (seconds).
_TICK = 0.05
_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN}


def dial(host: str, port: int, *, timeout: float | None, line: Line) -> socket.socket:
    """Return a blocking socket connected to the first of the host's addresses that takes us.

    `timeout` is in seconds for each address. Small pieces go out at once; a connection that lies idle while
    the server thinks is kept alive, so that routers between do not forget it. Raises UnicodeError for a name
    that cannot be looked up, OSError for the rest: gaierror, TimeoutError, the last address's own, and
    ConnectionAbortedError after a cut.
    """
    failure = OSError("the name stands for no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host.strip("[]"), port, allowed_gai_family(), socket.SOCK_STREAM
    ):
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            _connect(made, address, timeout, line)
        except OSError as error:
            made.close()
            line.raise_if_cut()
            failure = error
        else:
            return made
    raise failure


def _connect(made: socket.socket, address: object, timeout: float | None, line: Line) -> None:
    made.settimeout(0)
    code = made.connect_ex(address)  # type: ignore[arg-type] # as getaddrinfo gave it
    if code in _UNDER_WAY:
        _await(made, timeout, line)
        code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
    made.settimeout(timeout)


def _await(made: socket.socket, timeout: float | None, line: Line) -> None:
    """Wait until the outcome is known. Raises TimeoutError, or ConnectionAbortedError after a cut."""
    deadline = None if timeout is None else time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(made, selectors.EVENT_WRITE)
        while not selector.select(_TICK):
            line.raise_if_cut()
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError("the connection could not be made in time")
