# SPDX-License-Identifier: MIT
"""A server that throws bodies away as fast as a socket gives them: what is measured is the client.

`python sink.py [CERTIFICATE | BYTES_PER_SECOND]` listens on 127.0.0.1, with TLS when it gets a certificate,
prints its port and answers every request with 201. It ends when its standard input closes.
"""

import socket
import ssl
import sys
import threading
import time
from contextlib import suppress

_BUFFER = 1 << 20
_HEAD_END = b"\r\n\r\n"
_ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\n"
    b'Location: /upload\r\nUpload-Offset: %d\r\n\r\n{"ok":true}'
)


def serve(connection: socket.socket, rate: int) -> None:
    """Answer requests on one connection until it ends, each at most so fast, in bytes per second; 0: any."""
    buffer = memoryview(bytearray(_BUFFER))
    rest = b""
    with suppress(OSError), connection:
        while True:
            while _HEAD_END not in rest:
                piece = connection.recv(65536)
                if not piece:
                    return
                rest += piece
            head, _, rest = rest.partition(_HEAD_END)
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            if b"expect" in fields:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            whole = int(fields[b"content-length"])
            left = due = whole - len(rest)
            began = time.monotonic()
            while left > 0:
                count = connection.recv_into(buffer, min(left, _BUFFER))
                if not count:
                    return
                left -= count
                if rate:
                    time.sleep(max(0.0, (due - left) / rate - (time.monotonic() - began)))
            rest = b""
            connection.sendall(_ANSWER % whole)


def accept(listener: socket.socket, tls: ssl.SSLContext | None, rate: int) -> None:
    """Give each connection a thread."""
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=shake_hands, args=(connection, tls, rate), daemon=True).start()


def shake_hands(connection: socket.socket, tls: ssl.SSLContext | None, rate: int) -> None:
    """Serve a connection, over TLS where there is a certificate."""
    with suppress(OSError):
        serve(tls.wrap_socket(connection, server_side=True) if tls else connection, rate)


def main(words: list[str]) -> None:
    """Listen until standard input closes."""
    tls, rate = None, 0
    if words and words[0].isdigit():
        rate = int(words[0])
    elif words:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*words)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=accept, args=(listener, tls, rate), daemon=True).start()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
