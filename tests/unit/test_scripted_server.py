# SPDX-License-Identifier: MIT
"""The scripted server's own tests: what it records and how it misbehaves must be beyond doubt."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
import trustme

from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    ScriptedServer,
    StartServer,
    answer,
    answer_early,
    close_after,
    never_answer,
    reset_after,
    stall_after,
)
from tests.helpers.waiting import wait_until

BIG = bytes(8 << 20)  # more than the buffers between two sockets hold


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def exchange(server: ScriptedServer, *pieces: bytes) -> bytes:
    """Send `pieces` over a socket of its own and return all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        for piece in pieces:
            client.sendall(piece)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_a_request_is_recorded_as_it_came(scripted_server: StartServer) -> None:
    server = scripted_server(Answer(status=201, body=b"made", ending=Ending.CLOSE))
    reply = exchange(
        server, b"POST /a?b=%20c HTTP/1.1\r\nX-b:  two \r\nx-A: one\r\nContent-Length: 3\r\n\r\nabc"
    )
    assert reply == b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nmade"
    request = server.request()
    assert (request.method, request.target) == ("POST", "/a?b=%20c")
    assert request.headers == [("X-b", "two"), ("x-A", "one"), ("Content-Length", "3")]
    assert bytes(request.body) == b"abc"
    assert request.complete
    assert not request.chunk_sizes


def test_chunks_are_recorded_with_their_sizes(
    scripted_server: StartServer, session: requests.Session
) -> None:
    server = scripted_server(answer(200))
    session.post(server.url, data=iter([b"abc", b"d" * 70_000]))
    request = server.request()
    assert request.chunk_sizes == [3, 70_000, 0]
    assert bytes(request.body) == b"abc" + b"d" * 70_000
    assert request.complete


def test_answers_come_in_turn_over_one_connection(
    scripted_server: StartServer, session: requests.Session
) -> None:
    server = scripted_server([answer(200, b"first", X_Part="1"), answer(404)])
    first, second, third = (session.put(server.url, data=b"x") for _ in range(3))
    assert (first.status_code, first.text, first.headers["X-Part"]) == (200, "first", "1")
    assert second.status_code == 404
    assert (third.status_code, third.text) == (500, "the test's script has no answer left")
    assert server.connections == 1
    assert [request.connection for request in server.requests] == [0, 0, 0]


def test_a_function_may_choose_the_answer(scripted_server: StartServer, session: requests.Session) -> None:
    def by_method(request: Request) -> Answer:
        return answer(200 if request.method == "GET" else 405)

    server = scripted_server(by_method)
    assert session.get(server.url).status_code == 200
    assert session.put(server.url).status_code == 405


def test_interim_answers_come_before_the_body_is_read(scripted_server: StartServer) -> None:
    server = scripted_server(Answer(interim=(100,), ending=Ending.CLOSE))
    head = b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert not server.request().complete
        client.sendall(b"ok")
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("cut", [close_after(100_000), reset_after(100_000)], ids=["close", "reset"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_the_line_is_cut_after_so_many_bytes(
    scripted_server: StartServer, session: requests.Session, cut: Answer, *, chunked: bool
) -> None:
    server = scripted_server(cut)
    body = iter([BIG]) if chunked else BIG
    with pytest.raises(requests.ConnectionError):
        session.post(server.url, data=body)
    assert len(server.request().body) == 100_000
    assert not server.request().complete


def test_a_reset_is_felt_as_a_reset(scripted_server: StartServer) -> None:
    server = scripted_server(reset_after(3))
    with pytest.raises(ConnectionResetError):
        exchange(server, b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")


def test_silence_lasts_until_the_client_gives_up(
    scripted_server: StartServer, session: requests.Session
) -> None:
    server = scripted_server(never_answer())
    with pytest.raises(requests.ReadTimeout):
        session.post(server.url, data=b"abc", timeout=0.2)
    assert server.request().complete


def test_a_stalled_body_goes_on_when_the_gate_opens(
    scripted_server: StartServer, session: requests.Session
) -> None:
    gate = threading.Event()
    server = scripted_server(stall_after(1000, gate=gate))
    statuses: list[int] = []
    client = threading.Thread(target=lambda: statuses.append(session.put(server.url, data=BIG).status_code))
    client.start()
    wait_until(lambda: len(server.request().body) == 1000)
    assert not statuses
    gate.set()
    client.join(timeout=10)
    assert statuses == [200]
    assert len(server.request().body) == len(BIG)


def test_an_answer_may_come_before_the_body(scripted_server: StartServer) -> None:
    server = scripted_server(answer_early(413, after=2, ending=Ending.CLOSE))
    reply = exchange(server, b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert bytes(server.request().body) == b"ab"
    assert not server.request().complete


def test_tls_is_trusted_through_the_test_authority_only(
    scripted_server: StartServer, session: requests.Session, authority: trustme.CA
) -> None:
    server = scripted_server(answer(200, b"safe"), tls=True)
    with pytest.raises(requests.exceptions.SSLError):
        session.get(server.url)
    with authority.cert_pem.tempfile() as certificate:
        assert session.get(server.url, verify=certificate).text == "safe"
    assert len(server.requests) == 1


def test_closing_cuts_whoever_is_still_there() -> None:
    server = ScriptedServer(never_answer())
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        server.request()
        server.close()
        assert client.recv(1) == b""
