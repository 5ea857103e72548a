# SPDX-License-Identifier: MIT
"""What is spared where a file is small goes unseen: the bytes are those that the libraries would send."""

import http.client
import io
import select
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.network.failures import Phase
from guiuploader.network.fields import read_fields
from guiuploader.network.proxies import ProxySetting, choose
from guiuploader.network.session import HttpSession, Route
from guiuploader.network.trust import Trust
from guiuploader.values.errors import NetworkError
from tests.unit.network.raw_server import RawServer

TOGETHER = 64 * 1024  # bytes
YES = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
WAY = Route("Test", 10.0, 10.0, 10.0, Trust(), proxy=None)


class Body:
    """Notes, when it is first asked, whether the head has come to the server; answers when it is empty."""

    def __init__(self, listener: socket.socket, content: bytes, patience: float) -> None:
        self.head_came_first: bool | None = None
        self._listener = listener
        self._content = content
        self._patience = patience
        self.server: socket.socket | None = None

    def read(self, size: int) -> bytes:
        if self.server is None:
            self.server, _ = self._listener.accept()
            self.head_came_first = bool(select.select([self.server], [], [], self._patience)[0])
        block, self._content = self._content[:size], self._content[size:]
        if not block:
            self.server.sendall(YES)
        return block


@pytest.fixture
def session() -> Iterator[HttpSession]:
    with closing(HttpSession()) as session:
        yield session


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


def head_came_first(session: HttpSession, listener: socket.socket, size: int, patience: float) -> bool | None:
    body = Body(listener, b"x" * size, patience)
    request = session.prepare("POST", f"http://127.0.0.1:{listener.getsockname()[1]}/up", {})
    request.headers["Content-Length"] = str(size)
    request.body = body  # type: ignore[assignment] # any object with read(), as requests documents
    with closing(session.exchange(request, WAY, Phase())) as response:
        assert response.status_code == http.HTTPStatus.CREATED
    session.close()
    assert body.server is not None
    with body.server as server, server.makefile("rb") as received:
        head, _, content = received.read().partition(b"\r\n\r\n")
    assert head.startswith(b"POST /up HTTP/1.1\r\n")
    assert content == b"x" * size
    return body.head_came_first


def test_the_head_of_a_small_body_waits_for_it(session: HttpSession, listener: socket.socket) -> None:
    assert head_came_first(session, listener, 4096, patience=0) is False


def test_the_head_of_a_larger_body_goes_ahead(session: HttpSession, listener: socket.socket) -> None:
    assert head_came_first(session, listener, TOGETHER + 1, patience=10) is True


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["A: b", "Content-Length: 5 ", "X:", " folded", "\tmore", "broken", ": none", "A:\rb"]
            ),
            st.from_regex(r"[A-Za-z-]{1,8}:[ -~\xa0-\xff]{0,20}", fullmatch=True),
        ),
        max_size=8,
    ),
    st.sampled_from(["\r\n", "\n"]),
)
def test_fields_are_those_that_the_standard_library_reads(lines: list[str], end: str) -> None:
    head = "".join(line + end for line in [*lines, ""]).encode("latin-1") + b"body"
    ours, theirs = io.BufferedReader(io.BytesIO(head)), io.BufferedReader(io.BytesIO(head))
    assert read_fields(ours).items() == http.client.parse_headers(theirs).items()
    assert ours.read() == theirs.read()


@pytest.mark.parametrize(
    "head",
    [b"X-Long: " + b"a" * 65536 + b"\r\n\r\n", b"".join(b"X-%d: a\r\n" % n for n in range(101)) + b"\r\n"],
    ids=["line", "number"],
)
def test_a_head_without_measure_is_no_answer(session: HttpSession, head: bytes) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + head) as server:
        request = session.prepare("POST", server.url, {})
        with pytest.raises(NetworkError):
            session.exchange(request, WAY, Phase(committed=True, body_sent=True))


def test_the_system_is_asked_for_its_proxy_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(urllib.request, "proxy_bypass", asked.append)

    def chosen() -> str:
        proxy = choose(ProxySetting(), "http://once.example/up", destination="Test")
        return proxy.server if proxy else ""

    monkeypatch.setenv("http_proxy", "http://first.example:1")
    assert {chosen() for _ in range(50)} == {"first.example:1"}
    assert 1 <= len(asked) <= 2  # a second may have ended meanwhile
    monkeypatch.setenv("http_proxy", "http://second.example:2")
    assert chosen() == "second.example:2"
