# SPDX-License-Identifier: MIT
"""Proxies on 127.0.0.1 that make tunnels: by HTTP's CONNECT, and by SOCKS5.

Whatever name is asked for, the tunnel leads to this computer, so that tests can use names that do not exist.
"""

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Self

PIECE = 1 << 16
_HEADER_END = b"\r\n\r\n"


class TunnelProxy(ABC):
    """Serves on `port` within its block; `asked` are the servers that tunnels were wanted to.

    A `silent` one takes connections and says nothing; `heard` counts the bytes that it was told.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self.asked: list[tuple[str, int]] = []
        self.connections = 0
        self.heard = 0
        self._silent = silent
        self._closing = False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="proxy")]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._threads[0].join()
        self.hang_up()
        for thread in self._threads:
            thread.join()

    def hang_up(self) -> None:
        """End all tunnels."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def listen_to(self, client: socket.socket) -> None:
        """Take what the client says, and answer nothing, until it goes away."""
        while piece := client.recv(PIECE):
            self.heard += len(piece)

    @abstractmethod
    def agree(self, client: socket.socket) -> tuple[str, int] | None:
        """Speak with the client up to where the tunnel begins; return where to, None to refuse."""

    def _accept(self) -> None:
        with self._listener:
            while True:
                client, _ = self._listener.accept()
                if self._closing:
                    client.close()
                    return
                self.connections += 1
                self._open.append(client)
                self._threads.append(threading.Thread(target=self._serve, args=(client,), name="tunnel"))
                self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        # The client may go away at any time.
        with suppress(OSError, EOFError), client:
            if self._silent:
                self.listen_to(client)
                return
            target = self.agree(client)
            if target:
                with socket.create_connection(("127.0.0.1", target[1])) as server:
                    self._open.append(server)
                    relay(client, server)


class ConnectProxy(TunnelProxy):
    """Speaks HTTP and answers CONNECT with `status`; `heads` are the requests it got."""

    def __init__(self, status: int = 200, *, silent: bool = False) -> None:
        super().__init__(silent=silent)
        self.heads: list[str] = []
        self._status = status
        self.url = f"http://127.0.0.1:{self.port}"

    def agree(self, client: socket.socket) -> tuple[str, int] | None:
        head = b""
        while _HEADER_END not in head:
            head += exactly(client, 1)
        self.heads.append(head.decode("latin-1"))
        host, _, port = head.split(b" ")[1].decode().rpartition(":")
        self.asked.append((host, int(port)))
        client.sendall(f"HTTP/1.1 {self._status} As Told\r\nContent-Length: 0\r\n\r\n".encode())
        return (host, int(port)) if self._status == 200 else None


class SocksProxy(TunnelProxy):
    """Speaks SOCKS5 (RFC 1928, RFC 1929), answers with `code`, and wants `sign_in` where it is given.

    Without a code it takes what it is asked for and never says whether the tunnel stands.
    """

    def __init__(
        self, code: int | None = 0, *, sign_in: tuple[str, str] | None = None, silent: bool = False
    ) -> None:
        super().__init__(silent=silent)
        self._code = code
        self._sign_in = sign_in
        self.url = f"socks5h://127.0.0.1:{self.port}"

    def agree(self, client: socket.socket) -> tuple[str, int] | None:
        _, count = exactly(client, 2)
        method = 2 if self._sign_in else 0
        offered = exactly(client, count)
        client.sendall(bytes([5, method if method in offered else 0xFF]))
        if method not in offered or (self._sign_in and not self._signed_in(client)):
            return None
        kind = exactly(client, 4)[3]
        length = {1: 4, 4: 16}.get(kind) or exactly(client, 1)[0]
        address = exactly(client, length)
        port = int.from_bytes(exactly(client, 2), "big")
        host = address.decode() if kind == 3 else str(socket.inet_ntop(_FAMILIES[kind], address))
        self.asked.append((host, port))
        if self._code is None:
            self.listen_to(client)
            return None
        client.sendall(bytes([5, self._code, 0, 1, 0, 0, 0, 0, 0, 0]))
        return None if self._code else (host, port)

    def _signed_in(self, client: socket.socket) -> bool:
        _, length = exactly(client, 2)
        username = exactly(client, length).decode()
        password = exactly(client, exactly(client, 1)[0]).decode()
        good = (username, password) == self._sign_in
        client.sendall(bytes([1, not good]))
        return good


_FAMILIES = {1: socket.AF_INET, 4: socket.AF_INET6}


def exactly(client: socket.socket, count: int) -> bytes:
    """Return so many bytes. Raises EOFError."""
    data = b""
    while len(data) < count:
        piece = client.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def relay(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends; a side that takes none does not hold up the other way."""
    back = threading.Thread(target=_carry, args=(other, one), name="tunnel back")
    back.start()
    _carry(one, other)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    # Either side may be gone; what ends this way ends the other one too.
    with suppress(OSError):
        while data := source.recv(PIECE):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
