# SPDX-License-Identifier: MIT
"""Stands between the program and a real server, passes every byte on, and counts the requests on the wire."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 1 << 16
_HEAD = re.compile(rb"(?:^|\r\n)([A-Z]+ /\S* HTTP/1\.1)\r\n")


class CountingRelay:
    """Listens on `url`; `heads` are the request lines that came, over so many `connections`."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname or "", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self._heard: list[bytearray] = []
        self._threads = [threading.Thread(target=self._accept, name="relay")]
        self._threads[0].start()

    @property
    def heads(self) -> list[str]:
        """The request lines, in order; the files that tests send hold none."""
        return [head.decode() for heard in self._heard for head in _HEAD.findall(heard)]

    def close(self) -> None:
        """Take no more connections, and wait for the end of those that are."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                heard = bytearray()
                self._heard.append(heard)
                server = socket.create_connection(self._server)
                ways = [(client, server, heard), (server, client, bytearray())]
                for way in ways:
                    thread = threading.Thread(target=_pass_on, args=way, name="relay")
                    thread.start()
                    self._threads.append(thread)


def _pass_on(source: socket.socket, target: socket.socket, heard: bytearray) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            heard += piece
            target.sendall(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
    source.close()


@contextmanager
def counting_relay(server: str) -> Iterator[CountingRelay]:
    """Relay to a server, which is named by its address, for the block."""
    relay = CountingRelay(server)
    try:
        yield relay
    finally:
        relay.close()
