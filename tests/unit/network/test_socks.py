# SPDX-License-Identifier: MIT
"""By way of a SOCKS5 proxy: the same connections as without one, and names looked up where they should be."""

from pathlib import Path

import pytest
import trustme

from guiuploader.network.session import READ_SIZE
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.proxies import SocksProxy
from tests.helpers.scripted_server import StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

KINDS = ["raw", "chunked", "multipart", "buffered"]
MIB = 1024 * 1024


def by(proxy: SocksProxy, *lines: str, kind: str = "socks5h") -> str:
    return "\n".join(["[network]", f"proxy = '{kind}://127.0.0.1:{proxy.port}'", *lines])


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_request_goes_through_as_it_would_without(
    stage: Stage, scripted_server: StartServer, kind: str, *, tls: bool
) -> None:
    server = scripted_server(answer(201), tls=tls)
    with SocksProxy() as proxy:
        url = server.url.replace("127.0.0.1", "upload.example")
        for number in range(3):
            stage.send(to(f"{url}/a//b?x", f'body = "{kind}"', by(proxy, "verify = false")))
            assert (stage.timings.connect is None) == (number > 0)
            assert (stage.timings.tls is None) == (number > 0 or not tls)
        stage.sender.close()
    assert proxy.asked == [("upload.example", server.port)]
    assert [request.target for request in server.requests] == ["/a//b?x"] * 3
    assert server.request().header("Host") == f"upload.example:{server.port}"


def test_the_name_is_looked_up_by_the_proxy_or_here(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    url = server.url.replace("127.0.0.1", "localhost")
    with SocksProxy() as proxy:
        stage.send(to(url, by(proxy)))
        stage.send(to(url, by(proxy, kind="socks5")))
        stage.sender.close()
    assert proxy.asked[0][0] == "localhost"
    assert proxy.asked[1][0] in {"127.0.0.1", "::1"}


def test_a_name_that_is_looked_up_here_in_vain_is_the_server_s(stage: Stage) -> None:
    with SocksProxy() as proxy:
        problem = stage.fails(to("http://upload.invalid/", by(proxy, kind="socks5")))
    assert (problem.code, problem.facts["host"]) == (ErrorCode.NAME_NOT_FOUND, "upload.invalid")


def test_the_certificate_is_still_checked(
    stage: Stage, scripted_server: StartServer, authority: trustme.CA, tmp_path: Path
) -> None:
    server = scripted_server(answer(201), tls=True)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with SocksProxy() as proxy:
        problem = stage.fails(to(server.url, by(proxy)))
        stage.send(to(server.url, by(proxy, f"ca_file = '{tmp_path / 'ca.pem'}'")))
        stage.sender.close()
    assert problem.code is ErrorCode.CERTIFICATE_NOT_TRUSTED


def test_the_body_is_asked_for_in_large_pieces(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    source = MemorySource(bytes(4 * MIB))
    with SocksProxy() as proxy:
        stage.send(to(server.url, by(proxy)), source)
        stage.sender.close()
    assert max(source.reader.asked) >= READ_SIZE


def test_user_and_password_are_given_to_the_proxy(scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    stage = Stage(secrets={"pw": "pä:ss"})
    with SocksProxy(sign_in=("me", "pä:ss")) as proxy:
        lines = by(proxy, "proxy_username = 'me'", "proxy_password = '{secret:pw}'")
        assert stage.send(to(server.url, lines)).reply.status == 201
        stage.sender.close()


@pytest.mark.parametrize("given", [(), ("proxy_username = 'you'", "proxy_password = '{secret:pw}'")])
def test_a_proxy_that_wants_a_sign_in_says_so(given: tuple[str, ...]) -> None:
    stage = Stage(secrets={"pw": "s3cret"})
    with SocksProxy(sign_in=("me", "other")) as proxy:
        problem = stage.fails(to("http://upload.example/", by(proxy, *given)))
    stage.sender.close()
    assert problem.code is ErrorCode.PROXY_UNAUTHORIZED
    assert "s3cret" not in f"{problem}"


def test_a_proxy_that_cannot_reach_the_server_says_why(stage: Stage) -> None:
    with SocksProxy(5) as proxy:
        problem = stage.fails(to("http://upload.example/", by(proxy)))
    assert problem.code is ErrorCode.PROXY_REFUSED
    assert problem.facts["host"] == "upload.example"
    assert "Connection refused" in explain(problem).detail


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_proxy_is_given_up_after_the_connect_timeout(stage: Stage, scheme: str) -> None:
    with SocksProxy(silent=True) as proxy:
        problem = stage.fails(to(f"{scheme}://upload.example/", by(proxy, "connect_timeout = 0.3")))
    assert problem.code is ErrorCode.PROXY_UNREACHABLE
    assert problem.facts["reason"] == "It did not answer within 0.3 seconds."
