# SPDX-License-Identifier: MIT
"""No web page reaches the receiver."""

import pytest

from guiuploader.receiver import Receiver
from guiuploader.receiver.guard import own_hosts
from tests.unit.receiver.wire import Answer, Wire


def ask(wire: Wire, method: str, headers: str) -> Answer:
    """Send a request with these headers, `PORT` standing for the right one; return the answer."""
    headers = headers.replace("PORT", wire.host.split(":")[1])
    wire.send(f"{method} / HTTP/1.1\r\n{headers}Content-Length: 0\r\n\r\n".encode())
    return wire.answer(to_head=method == "HEAD")


@pytest.mark.parametrize(
    "headers",
    [
        "Host: 127.0.0.1:PORT\r\n",
        "Host: localhost:PORT\r\n",
        "Host: LOCALHOST:PORT\r\n",
        "Host: [::1]:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://localhost:PORT\r\nSec-Fetch-Site: same-origin\r\n",
        "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: none\r\n",
    ],
)
@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 201)])
def test_our_own_address_is_let_in(wire: Wire, method: str, status: int, headers: str) -> None:
    assert ask(wire, method, headers).status == status


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Host: \r\n",
        "Host: evil.example\r\n",
        "Host: evil.example:PORT\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: 127.0.0.1:1\r\n",
        "Host: 127.0.0.1:PORT.evil.example\r\n",
        "Host: 127.0.0.1:PORT\r\nHost: evil.example\r\n",
        "Host: 127.0.0.2:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: null\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: https://127.0.0.1:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:1\r\n",
        "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site\r\n",
        "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site\r\n",
        "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_stranger_gets_403(receiver: Receiver, wire: Wire, method: str, headers: str) -> None:
    answer = ask(wire, method, headers)
    assert answer.status == 403
    assert answer.headers["Connection"] == "close"
    assert wire.is_ended()
    assert list(receiver.folder.iterdir()) == []


def test_a_refusal_reaches_a_client_that_is_still_sending(receiver: Receiver, wire: Wire) -> None:
    content = b"x" * 4_000_000  # more than the sockets' buffers hold: the receiver must take it off the wire
    wire.start("POST", Content_Length=str(len(content)), Origin="http://evil.example")
    wire.send(content)
    answer = wire.answer()
    assert answer.status == 403
    assert "origin" in answer.complaint
    assert wire.is_ended()
    assert list(receiver.folder.iterdir()) == []


def test_the_default_port_may_be_left_out() -> None:
    assert "localhost" in own_hosts(80)
    assert "localhost" not in own_hosts(8080)
