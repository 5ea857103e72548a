# SPDX-License-Identifier: MIT
"""By way of an HTTP proxy: what it is told, what it is not, and whose fault a failure is."""

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from guiuploader.network.session import READ_SIZE
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.proxies import ConnectProxy
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

KINDS = ["raw", "chunked", "multipart", "buffered"]
MIB = 1024 * 1024


def by(proxy: str, *lines: str) -> str:
    return "\n".join(["[network]", f"proxy = '{proxy}'", "verify = false", *lines])


@pytest.fixture
def named_server(authority: trustme.CA) -> Iterator[ScriptedServer]:
    """Give a server whose certificate is for upload.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("upload.example").configure_cert(context)
    server = ScriptedServer(answer(201), tls=context)
    yield server
    server.close()


@pytest.fixture
def free_port() -> int:
    """Return a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_request_reaches_the_proxy_with_its_whole_address(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    proxy = scripted_server(answer(201))
    url = "http://upload.example:8080/a//b%2Fc?x=/../y"
    receipt = stage.send(to(url, f'body = "{kind}"', by(proxy.url)))
    assert receipt.reply.status == 201
    request = proxy.request()
    assert (request.target, request.header("Host")) == (url, "upload.example:8080")
    assert request.header("Proxy-Authorization") is None
    assert b"content" in request.body


@pytest.mark.parametrize("kind", KINDS)
def test_a_secure_request_goes_through_a_tunnel(
    stage: Stage, authority: trustme.CA, named_server: ScriptedServer, tmp_path: Path, kind: str
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = named_server
    with ConnectProxy() as proxy:
        lines = f"[network]\nproxy = '{proxy.url}'\nca_file = '{tmp_path / 'ca.pem'}'"
        url = f"https://upload.example:{server.port}/up?x"
        for _ in range(3):
            stage.send(to(url, f'body = "{kind}"', lines))
        assert stage.timings.connect is None
        stage.sender.close()
    assert proxy.asked == [("upload.example", server.port)]
    assert [request.target for request in server.requests] == ["/up?x"] * 3
    assert server.request().header("Host") == f"upload.example:{server.port}"
    assert "User-Agent" not in proxy.heads[0]


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", ["raw", "multipart"])
def test_the_body_is_asked_for_in_large_pieces_by_way_of_a_proxy_too(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server = scripted_server(answer(201), tls=tls)
    source = MemorySource(bytes(4 * MIB))
    with ConnectProxy() as proxy:
        way = proxy.url if tls else server.url
        url = server.url if tls else "http://upload.example"
        stage.send(to(f"{url}/up", f'body = "{kind}"', by(way)), source)
        stage.sender.close()
    assert max(source.reader.asked) >= READ_SIZE
    assert len(source.reader.asked) <= 4 * MIB // READ_SIZE + 4
    assert len(server.request().body) >= 4 * MIB


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_who_we_are_is_told_to_the_proxy_alone(scripted_server: StartServer, *, tls: bool) -> None:
    server = scripted_server(answer(201), tls=tls)
    stage = Stage(secrets={"pw": "pä:ss"})
    lines = ("proxy_username = 'me'", "proxy_password = '{secret:pw}'")
    with ConnectProxy() as proxy:
        way = proxy.url if tls else server.url
        url = server.url if tls else "http://upload.example"
        stage.send(to(f"{url}/up", by(way, *lines)))
        stage.sender.close()
    proof = base64.b64encode("me:pä:ss".encode()).decode()
    if tls:
        assert f"Proxy-Authorization: Basic {proof}\r\n" in proxy.heads[0]
        assert server.request().header("Proxy-Authorization") is None
    else:
        assert server.request().header("Proxy-Authorization") == f"Basic {proof}"


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_proxy_that_wants_a_sign_in_says_so(
    stage: Stage, scripted_server: StartServer, *, tls: bool
) -> None:
    plain = scripted_server(answer(407, Proxy_Authenticate="Negotiate"))
    with ConnectProxy(407) as proxy:
        way = proxy.url if tls else plain.url
        problem = stage.fails(to("https://upload.example/" if tls else "http://upload.example/", by(way)))
    assert problem.code is ErrorCode.PROXY_UNAUTHORIZED
    assert way.removeprefix("http://") in explain(problem).title
    assert "proxy_username" in explain(problem).advice


def test_a_407_without_a_proxy_is_the_server_s_own(stage: Stage, scripted_server: StartServer) -> None:
    problem = stage.fails(to(scripted_server(answer(407)).url))
    assert (problem.code, problem.status) == (ErrorCode.UNAUTHORIZED, 407)


@pytest.mark.parametrize("status", [403, 502])
def test_a_proxy_that_makes_no_tunnel_is_named_with_its_answer(stage: Stage, status: int) -> None:
    with ConnectProxy(status) as proxy:
        problem = stage.fails(to("https://upload.example/", by(proxy.url)))
    assert problem.code is ErrorCode.PROXY_REFUSED
    assert problem.facts == {
        "proxy": f"127.0.0.1:{proxy.port}",
        "host": "upload.example",
        "answer": str(status),
    }


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
def test_a_proxy_that_is_not_there_is_blamed_and_not_the_server(
    stage: Stage, scheme: str, kind: str, free_port: int
) -> None:
    problem = stage.fails(to(f"{scheme}://127.0.0.1/", by(f"{kind}://127.0.0.1:{free_port}")))
    assert problem.code is ErrorCode.PROXY_UNREACHABLE
    assert problem.facts == {"proxy": f"127.0.0.1:{free_port}", "reason": "Nothing listens at that port."}
    assert problem.retryable


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_proxy_whose_name_nobody_knows_is_blamed(stage: Stage, kind: str) -> None:
    problem = stage.fails(to("https://127.0.0.1/", by(f"{kind}://no-such-proxy.invalid:3128")))
    assert problem.code is ErrorCode.PROXY_UNREACHABLE
    assert "no-such-proxy.invalid:3128" in explain(problem).title
    assert problem.facts["reason"] == "Its name could not be looked up."


def test_a_silent_proxy_is_given_up_after_the_connect_timeout(stage: Stage) -> None:
    with ConnectProxy(silent=True) as proxy:
        lines = by(proxy.url, "connect_timeout = 0.3")
        problem = stage.fails(to("https://upload.example/", lines))
        stage.sender.close()
    assert problem.code is ErrorCode.PROXY_UNREACHABLE
    assert problem.facts["reason"] == "It did not answer within 0.3 seconds."


def test_a_connection_is_not_used_again_by_way_of_another_proxy(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201), tls=True)
    with ConnectProxy() as first, ConnectProxy() as second:
        for proxy in (first.url, second.url, "none", first.url):
            stage.send(to(server.url, by(proxy)))
        stage.sender.close()
    assert (first.connections, second.connections, server.connections) == (1, 1, 3)


def test_the_system_s_proxy_is_used_by_default(
    stage: Stage, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = scripted_server(answer(201))
    monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://me:p%40ss@"))
    stage.send(to("http://upload.example/up"))
    proof = base64.b64encode(b"me:p@ss").decode()
    assert proxy.request().target == "http://upload.example/up"
    assert proxy.request().header("Proxy-Authorization") == f"Basic {proof}"
    monkeypatch.setenv("http_proxy", proxy.url.removeprefix("http://"))
    stage.send(to("http://upload.example/up"))
    assert proxy.connections == 2


def test_the_system_s_proxy_for_all_is_used_where_none_is_named_for_the_scheme(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201), tls=True)
    with ConnectProxy() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        url = server.url.replace("127.0.0.1", "upload.example")
        stage.send(to(url, "[network]\nverify = false"))
        stage.sender.close()
    assert proxy.asked == [("upload.example", server.port)]


@pytest.mark.parametrize("lines", ["[network]\nproxy = 'none'", ""], ids=["none", "no_proxy"])
def test_the_system_s_proxy_is_left_out_on_demand(
    stage: Stage, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    proxy = scripted_server(answer(201))
    monkeypatch.setenv("http_proxy", proxy.url)
    if not lines:
        monkeypatch.setenv("no_proxy", "other.example,.invalid")
    problem = stage.fails(to("http://upload.invalid/", lines))
    assert problem.code is ErrorCode.NAME_NOT_FOUND
    assert proxy.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_computer_is_never_asked_of_the_system_s_proxy_but_of_one_that_is_named(
    stage: Stage, scripted_server: StartServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    proxy, server = scripted_server(answer(201)), scripted_server(answer(201))
    monkeypatch.setenv("http_proxy", proxy.url)
    url = server.url.replace("127.0.0.1", host)
    stage.send(to(url))
    assert (server.connections, proxy.connections) == (1, 0)
    stage.send(to(url, by(proxy.url)))
    assert (server.connections, proxy.connections) == (1, 1)


@pytest.mark.parametrize("setting", ["https://127.0.0.1:1", "socks4://127.0.0.1:1", "http://[", "http://:x"])
def test_a_system_s_proxy_that_we_cannot_speak_to_is_said_to_be_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("http_proxy", setting)
    problem = stage.fails(to("http://upload.example/"))
    assert (problem.code, problem.facts["key"]) == (ErrorCode.DESTINATION_INVALID, "network.proxy")


def test_no_password_of_a_proxy_is_told_in_an_error(free_port: int) -> None:
    stage = Stage(secrets={"pw": "s3cret"})
    lines = by(f"http://127.0.0.1:{free_port}", "proxy_username = 'me'", "proxy_password = '{secret:pw}'")
    problem = stage.fails(to("http://upload.example/", lines))
    assert problem.code is ErrorCode.PROXY_UNREACHABLE
    assert "s3cret" not in f"{problem} {explain(problem)}"
    stage.sender.close()
