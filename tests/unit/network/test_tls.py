# SPDX-License-Identifier: MIT
"""Who the server is: proved, or nothing is sent."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from guiuploader.values.errors import ErrorCode, NetworkError
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import Stage, to


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def trusting(ca_file: Path | str) -> str:
    return f"[network]\nca_file = '{ca_file}'"


@contextmanager
def certified(
    authority: trustme.CA, *names: str, ends: dt.datetime | None = None
) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=ends).configure_cert(context)
    server = ScriptedServer(answer(201), tls=context)
    try:
        yield server
    finally:
        server.close()


def test_an_authority_of_one_s_own_is_trusted_when_named(
    stage: Stage, scripted_server: StartServer, ca_file: Path
) -> None:
    server = scripted_server(answer(201), tls=True)
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        stage.send(to(f"{url}/up", trusting(ca_file)))
        assert stage.timings.tls is not None
        assert stage.timings.tls > 0
    stage.send(to(f"{url}/up", trusting(ca_file)))
    assert stage.timings.tls is None
    assert server.connections == 2


def test_its_file_may_lie_in_the_home(
    stage: Stage, scripted_server: StartServer, authority: trustme.CA, home: Path
) -> None:
    authority.cert_pem.write_to_path(home / "own ca.pem")
    server = scripted_server(answer(201), tls=True)
    assert stage.send(to(f"{server.url}/up", trusting("~/own ca.pem"))).reply.status == 201


@pytest.mark.parametrize("body", ["raw", "multipart", "chunked", "buffered"])
def test_nothing_is_sent_to_who_is_not_trusted(stage: Stage, scripted_server: StartServer, body: str) -> None:
    server = scripted_server(answer(201), tls=True)
    problem = stage.fails(to(f"{server.url}/up", f'body = "{body}"'))
    assert problem.code is ErrorCode.CERTIFICATE_NOT_TRUSTED
    assert server.requests == []
    assert stage.heard.told == []
    said = str(explain(problem))
    assert "unable to get local issuer certificate" in said
    assert "ca_file" in said


def test_a_certificate_for_another_name_is_not_accepted(
    stage: Stage, authority: trustme.CA, ca_file: Path
) -> None:
    with certified(authority, "other.example") as server:
        problem = stage.fails(to(f"{server.url}/up", trusting(ca_file)))
        assert server.requests == []
    assert problem.code is ErrorCode.CERTIFICATE_NOT_TRUSTED
    assert "not valid for '127.0.0.1'" in str(explain(problem))
    assert ".." not in str(explain(problem))


def test_an_expired_certificate_is_not_accepted(stage: Stage, authority: trustme.CA, ca_file: Path) -> None:
    with certified(authority, "127.0.0.1", ends=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) as server:
        problem = stage.fails(to(f"{server.url}/up", trusting(ca_file)))
    assert (problem.code, problem.facts["reason"]) == (
        ErrorCode.CERTIFICATE_NOT_TRUSTED,
        "certificate has expired",
    )


def test_who_need_not_be_proved_gets_the_file_without_a_warning(
    stage: Stage, authority: trustme.CA, recwarn: pytest.WarningsRecorder
) -> None:
    with certified(authority, "other.example", ends=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) as server:
        lines = "[network]\nverify = false\nca_file = '/not/looked/at'"
        assert stage.send(to(f"{server.url}/up", lines)).reply.status == 201
    assert list(recwarn) == []


def test_not_to_check_one_destination_is_no_licence_for_another(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201), tls=True)
    stage.send(to(f"{server.url}/up", "[network]\nverify = false"))
    assert stage.fails(to(f"{server.url}/up")).code is ErrorCode.CERTIFICATE_NOT_TRUSTED


def test_a_file_of_authorities_that_cannot_be_used_is_said_to_be_wrong(
    stage: Stage, scripted_server: StartServer, tmp_path: Path
) -> None:
    server = scripted_server(answer(201), tls=True)
    (tmp_path / "not.pem").write_text("hello")
    (tmp_path / "empty.pem").touch()
    wrong = [tmp_path / "missing.pem", tmp_path, tmp_path / "not.pem", tmp_path / "empty.pem"]
    for path in wrong:
        problem = stage.fails(to(f"{server.url}/up", trusting(path)))
        assert (problem.code, problem.facts["key"]) == (ErrorCode.DESTINATION_INVALID, "network.ca_file")
        assert str(path) in str(problem.facts["reason"])
        assert "network.ca_file" in str(explain(problem))
    assert server.connections == 0


def test_tls_to_a_port_that_speaks_plainly(stage: Stage) -> None:
    with RawServer(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        # Its reader waits for an empty line, which a handshake may not hold: it is the timeout that ends.
        problem = stage.fails(to(server.url.replace("http", "https"), "[network]\nconnect_timeout = 0.5"))
    assert problem.code in {ErrorCode.TLS_FAILED, ErrorCode.CONNECT_TIMEOUT}


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 ftp.example\r\n", b""])
def test_tls_to_a_port_that_answers_at_once(stage: Stage, said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/up"
        with stage.sending(to(url)) as sent:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(said)
            with pytest.raises(NetworkError, match="tls-failed") as caught:
                sent.result(10)
    said_to_person = str(explain(caught.value.problem))
    assert ("does not speak TLS" in said_to_person) == bool(said)


def test_plain_http_to_a_port_that_speaks_tls(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201), tls=True)
    problem = stage.fails(to(server.url.replace("https", "http")))
    assert problem.code in {ErrorCode.REPLY_INVALID, ErrorCode.REPLY_LOST, ErrorCode.CONNECTION_LOST}
    assert server.requests == []
