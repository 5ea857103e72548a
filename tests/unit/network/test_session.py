# SPDX-License-Identifier: MIT
"""Connections are kept where that is safe, and the environment names a proxy at most."""

import threading
import time
from pathlib import Path

import pytest
import trustme

from guiuploader.network.session import HttpSession, target_of
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import Answer, Ending, Request, StartServer, answer
from tests.helpers.waiting import wait_until
from tests.unit.network.sockets import open_sockets
from tests.unit.transfer.stage import MemorySource, Stage, to

KINDS = ["raw", "chunked", "multipart", "buffered"]
SOON = 2.0  # seconds


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("status", [201, 204])
def test_twenty_small_files_share_one_connection(
    stage: Stage, scripted_server: StartServer, status: int, *, tls: bool
) -> None:
    server = scripted_server(answer(status, b"" if status == 204 else b"ok"), tls=tls)
    for number in range(20):
        destination = to(f"{server.url}/up", f'body = "{KINDS[number % 4]}"\n[network]\nverify = false')
        stage.send(destination, MemorySource(b"x" * number))
        assert (stage.timings.connect is None) == (number > 0)
    assert (server.connections, len(server.requests)) == (1, 20)


def test_a_no_to_a_body_ends_the_connection_and_the_next_file_has_its_own(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server([answer(401), answer(201), answer(201)])
    stage.fails(to(server.url))
    stage.send(to(server.url))
    stage.send(to(server.url))
    assert [request.connection for request in server.requests] == [0, 1, 1]


@pytest.mark.parametrize(
    ("ending", "tls"),
    [(Ending.CLOSE, False), (Ending.CLOSE, True), (Ending.RESET, False)],  # under TLS a reset eats answers
)
def test_a_connection_that_the_server_closed_meanwhile_is_replaced(
    stage: Stage, scripted_server: StartServer, ending: Ending, *, tls: bool
) -> None:
    server = scripted_server(Answer(status=201, ending=ending), tls=tls)
    for number in range(5):
        stage.send(to(f"{server.url}/up", "[network]\nverify = false"))
        # The server's end comes after its answer; it must be here before the next request.
        wait_until(lambda: connection_is_gone(stage))
        assert server.connections == number + 1


def connection_is_gone(stage: Stage) -> bool:
    pools = stage.sender._session._adapter.poolmanager.pools
    pool = pools[next(iter(pools.keys()))]
    kept = pool.pool.get()
    pool.pool.put(kept)
    return kept is None or kept.sock is None or not kept.is_connected


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET])
def test_a_kept_connection_that_ends_under_a_request_does_not_double_the_file(
    stage: Stage, scripted_server: StartServer, ending: Ending, *, tls: bool
) -> None:
    """The server has the whole file by then, so it is sent again only if the person says so."""
    server = scripted_server([answer(201), Answer(silent=True, ending=ending), answer(201)], tls=tls)
    destination = to(f"{server.url}/up", "[network]\nverify = false")
    stage.send(destination)
    problem = stage.fails(destination)
    assert (problem.code, problem.unconfirmed, problem.retryable) == (ErrorCode.REPLY_LOST, True, False)
    assert [request.connection for request in server.requests] == [0, 0]
    stage.send(destination)
    assert server.request(2).connection == 1


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("status", [408, 413, 429, 500, 503])
def test_nothing_is_sent_again_behind_the_person_s_back(
    stage: Stage, scripted_server: StartServer, status: int, method: str
) -> None:
    """urllib3 would repeat a PUT, its body used up, and wait for as long as Retry-After says."""
    server = scripted_server(answer(status, Retry_After="3600"))
    started = time.monotonic()
    problem = stage.fails(to(f"{server.url}/up", f'method = "{method}"\nbody = "raw"'))
    assert time.monotonic() - started < SOON
    assert (problem.status, len(server.requests)) == (status, 1)


def test_a_connection_that_lay_idle_for_long_is_not_used_again(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    stage.send(to(f"{server.url}/up"))
    stage.sender._session._last_use -= 1.1
    stage.send(to(f"{server.url}/up"))
    assert server.connections == 2


def test_several_servers_are_kept_apart(stage: Stage, scripted_server: StartServer) -> None:
    servers = [scripted_server(answer(201)) for _ in range(6)]
    for _ in range(2):
        for server in servers:
            stage.send(to(f"{server.url}/up"))
    assert [len(server.requests) for server in servers] == [2] * 6


def test_cookies_of_one_upload_do_not_go_out_with_another(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, Set_Cookie="session=of-somebody; Path=/"))
    stage.send(to(f"{server.url}/up"))
    stage.send(to(f"{server.url}/up"))
    assert [request.header("Cookie") for request in server.requests] == [None, None]


def test_the_environment_changes_nothing_on_this_computer(
    stage: Stage,
    scripted_server: StartServer,
    authority: trustme.CA,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = scripted_server(answer(500))
    server = scripted_server(answer(201))
    secure = scripted_server(answer(201), tls=True)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    bundle = home / "bundle.pem"
    authority.cert_pem.write_to_path(bundle)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(bundle))
    assert stage.send(to(f"{server.url}/up")).reply.status == 201
    assert server.request().header("Authorization") is None
    stage.send(to(f"{server.url}/up", '[auth]\nkind = "bearer"\ntoken = "{uuid}"'))
    assert server.request(1).header("Authorization") == "Bearer some-uuid"
    assert stage.fails(to(f"{secure.url}/up")).code is ErrorCode.CERTIFICATE_NOT_TRUSTED
    assert stage.send(to(f"{secure.url}/up", "[network]\nverify = false")).reply.status == 201
    assert proxy.connections == 0


def test_two_senders_at_once_do_not_meet(scripted_server: StartServer) -> None:
    gate = threading.Event()

    def in_turn(request: Request) -> Answer:
        if request.target == "/slow":
            return Answer(status=201, gate=gate)
        return answer(201)

    server = scripted_server(in_turn)
    first, second = Stage(), Stage()
    with first.sending(to(f"{server.url}/slow")) as slow:
        server.request()
        second.send(to(f"{server.url}/quick"))
        second.control.cancel()
        gate.set()
        assert slow.result(10).reply.status == 201
    first.sender.close()
    second.sender.close()


def test_sockets_are_closed_when_the_sender_is(scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    stage = Stage()
    before = open_sockets()
    stage.send(to(f"{server.url}/up"))
    stage.sender.close()
    # What is left is the server's own end, which sees the close.
    wait_until(lambda: open_sockets() <= before)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://a.example", "/"),
        ("http://a.example?x", "/?x"),
        ("http://a.example/", "/"),
        ("https://a.example:1//a/../%2f?x=//y", "//a/../%2f?x=//y"),
        ("http://[::1]:80/a?", "/a?"),
    ],
)
def test_the_target_is_what_stands_behind_the_server(url: str, target: str) -> None:
    assert target_of(url) == target


def test_a_session_can_be_closed_unused_and_twice() -> None:
    session = HttpSession()
    session.close()
    session.close()
