# SPDX-License-Identifier: MIT
"""Every way a server can fail a request has its own code, by how far the request came."""

import errno
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3.exceptions

from guiuploader.network.body_phase import BodyPhase
from guiuploader.network.failures import Phase, translated
from guiuploader.values.errors import ErrorCode, NetworkError, SourceError
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    StartServer,
    answer,
    answer_early,
    close_after,
    never_answer,
    reset_after,
    stall_after,
)
from tests.helpers.upload_server import free_port
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import MemorySource, Stage, Tripwire, staged, to

BIG = 16 * 1024 * 1024  # more than all buffers on the way hold
BLOCK = 256 * 1024
KINDS = ["raw", "chunked", "multipart", "buffered"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_closed_port(stage: Stage, scheme: str) -> None:
    port = free_port()
    problem = stage.fails(to(f"{scheme}://127.0.0.1:{port}/up"))
    assert problem.code is ErrorCode.CONNECTION_REFUSED
    assert str(explain(problem)).startswith(f"127.0.0.1:{port} does not accept connections.")
    assert stage.heard.told == []


def test_an_unknown_host(stage: Stage) -> None:
    problem = stage.fails(to("http://nonexistent.invalid/up"))
    assert problem.code is ErrorCode.NAME_NOT_FOUND
    assert str(explain(problem)).startswith("No server has the name nonexistent.invalid.")


@pytest.mark.parametrize("host", [f"{'a' * 64}.example", "a..example", "ü..example"])
def test_a_host_that_the_resolver_cannot_be_asked_for(stage: Stage, host: str) -> None:
    assert stage.fails(to(f"http://{host}/up")).code is ErrorCode.NAME_NOT_FOUND


@pytest.mark.parametrize("host", [".example", "*.example", "xn--\u00fc.example"])
def test_a_host_that_is_no_name(stage: Stage, host: str) -> None:
    problem = stage.fails(to(f"http://{host}/up"))
    assert (problem.code, problem.facts["key"]) == (ErrorCode.VALUE_NOT_ALLOWED, "url")


def test_a_host_with_umlauts_is_looked_up_by_its_other_name(stage: Stage) -> None:
    request = stage.sender._session.prepare("POST", "http://bücher.example:81/ä?ö", {})
    assert request.url == "http://xn--bcher-kva.example:81/ä?ö"


def test_a_connection_that_hangs(stage: Stage) -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/up"
        problem = stage.fails(to(url, "[network]\nconnect_timeout = 0.3"))
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.CONNECT_TIMEOUT, "0.3")


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [0, 1, 1_000_000])
@pytest.mark.parametrize("end", [close_after, reset_after])
def test_a_server_that_goes_away_before_it_has_all(
    stage: Stage, scripted_server: StartServer, kind: str, after: int, end: object, *, tls: bool
) -> None:
    server = scripted_server(end(after), tls=tls)  # type: ignore[operator] # one of the two above
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false')
    problem = stage.fails(destination, MemorySource(b"\0" * BIG))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.CONNECTION_LOST, False)
    assert "body sent" not in stage.heard.told


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET])
def test_a_server_that_goes_away_after_it_has_all(
    stage: Stage, scripted_server: StartServer, kind: str, ending: Ending, *, tls: bool
) -> None:
    server = scripted_server(Answer(silent=True, ending=ending), tls=tls)
    problem = stage.fails(to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false'))
    assert (problem.code, problem.unconfirmed, problem.retryable) == (ErrorCode.REPLY_LOST, True, False)
    assert stage.heard.told[-1] == "body sent"


def test_a_server_that_hangs_up_at_once(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        destination = to(f"http://127.0.0.1:{listener.getsockname()[1]}/up")
        with stage.sending(destination, MemorySource(b"\0" * BIG)) as sent:
            listener.accept()[0].close()
            with pytest.raises(NetworkError, match="connection-lost"):
                sent.result(10)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_stops_reading(scripted_server: StartServer, kind: str, *, tls: bool) -> None:
    server = scripted_server(stall_after(0), tls=tls)
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false')
    with staged(stall_timeout=0.3) as stage:
        started = time.monotonic()
        problem = stage.fails(destination, MemorySource(b"\0" * BIG))
        assert time.monotonic() - started < 5  # not the 10 s that connecting may take
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.SEND_STALLED, "0.3")


def test_a_slow_server_is_no_stalled_one() -> None:
    # It takes 4 KiB at a time: the whole block lasts several times as long as the stall clock runs.
    ours, theirs = socket.socketpair()
    pause = threading.Event()

    def take() -> int:
        taken = 0
        while taken < BLOCK:
            pause.wait(0.02)
            taken += len(theirs.recv(4096))
        return taken

    theirs.settimeout(5)
    with ours, theirs, ThreadPoolExecutor(1) as pool:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        taken = pool.submit(take)
        BodyPhase(ours, stall_timeout=0.2).write(b"x" * BLOCK)
        assert taken.result(10) == BLOCK


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_never_answers(scripted_server: StartServer, kind: str, *, tls: bool) -> None:
    server = scripted_server(never_answer(), tls=tls)
    destination = to(f"{server.url}/up", f'body = "{kind}"\n[network]\nverify = false')
    with staged(reply_timeout=0.3) as stage:
        problem = stage.fails(destination)
    assert (problem.code, problem.facts["seconds"]) == (ErrorCode.REPLY_TIMEOUT, "0.3")
    assert problem.unconfirmed


INVALID = [
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\x15\x03\x03\x00\x02\x02\x46",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 99 Low\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nnonsense\r\n\r\n",
]


@pytest.mark.parametrize("said", INVALID)
def test_an_answer_that_is_no_http(stage: Stage, said: bytes) -> None:
    with RawServer(said) as server:
        problem = stage.fails(to(f"{server.url}/up"))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.REPLY_INVALID, True)


@pytest.mark.skipif(sys.platform != "linux", reason="others drop an answer that a reset follows")
@pytest.mark.parametrize("said", INVALID[:2])
def test_no_http_before_all_was_sent_says_that_nothing_was(stage: Stage, said: bytes) -> None:
    with RawServer(said, reads_body=False) as server:
        problem = stage.fails(to(f"{server.url}/up"), MemorySource(b"\0" * BIG))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.UNREACHABLE, False)
    assert "does not speak HTTP" in str(explain(problem))


CUT = [
    b"",
    b"HTTP/1.1 20",
    b"HTTP/1.1 201 Created",
    b"HTTP/1.1 201 Created\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Le",
    b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink",
]


@pytest.mark.parametrize("said", CUT)
def test_an_answer_cut_off_within_its_head(stage: Stage, said: bytes) -> None:
    with RawServer(said) as server:
        problem = stage.fails(to(f"{server.url}/up"))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.REPLY_LOST, True)


LENIENT = [
    b"HTTP/1.1 201 Created\n\n",
    b"HTTP/1.1 201\r\n\r\n",
    b"HTTP/1.0 201 Created\r\n\r\nall until the end",
    b"HTTP/1.1 201 Created\r\nContent-Length: nonsense\r\n\r\n",
    b"HTTP/1.1 201 Gr\xfc\xdfe\r\nX: \xff\xfe\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nSet-Cookie: \x00=;;;expires=never\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nbytes that nobody asked for",
]


@pytest.mark.parametrize("said", LENIENT)
def test_what_can_be_understood_is(stage: Stage, said: bytes) -> None:
    with RawServer(said) as server:
        assert stage.send(to(f"{server.url}/up")).reply.status == 201


def test_a_switch_of_protocols_is_no_yes(stage: Stage) -> None:
    with RawServer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") as server:
        problem = stage.fails(to(f"{server.url}/up"))
    assert (problem.code, problem.status) == (ErrorCode.SERVER_REFUSED, 101)


@pytest.mark.parametrize("status", [401, 413])
def test_a_no_before_all_was_sent_is_a_no(stage: Stage, scripted_server: StartServer, status: int) -> None:
    server = scripted_server(answer_early(status, after=1000, ending=Ending.KEEP))
    problem = stage.fails(to(f"{server.url}/up"), MemorySource(b"\0" * BIG))
    assert problem.status == status


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "error",
    [
        BrokenPipeError(errno.EPIPE, "pipe"),
        ConnectionResetError(),
        TimeoutError(),
        OSError(errno.EIO, "disk"),
    ],
)
def test_a_source_s_error_is_never_taken_for_the_server_s(
    stage: Stage, scripted_server: StartServer, kind: str, error: OSError
) -> None:
    server = scripted_server(answer(201))

    def fail() -> None:
        raise SourceError(ErrorCode.SOURCE_UNREADABLE, path="p", reason="r") from error

    source = MemorySource(size=BIG, reader=Tripwire(b"\0" * BIG, 3, fail))  # type: ignore[arg-type] # a reader
    assert stage.fails(to(f"{server.url}/up", f'body = "{kind}"'), source).code is ErrorCode.SOURCE_UNREADABLE
    assert stage.send(to(f"{server.url}/up", f'body = "{kind}"')).reply.status == 201


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), ErrorCode.UNREACHABLE),
        (ConnectionResetError(errno.ECONNRESET, "reset"), ErrorCode.TLS_FAILED),
        (OSError("without a number"), ErrorCode.UNREACHABLE),
        (urllib3.exceptions.LocationParseError("x"), ErrorCode.NAME_NOT_FOUND),
        (UnicodeError("label too long"), ErrorCode.NAME_NOT_FOUND),
        (urllib3.exceptions.ProtocolError("a", TimeoutError()), ErrorCode.CONNECT_TIMEOUT),
    ],
)
def test_errors_before_the_connection_stands(error: Exception, code: ErrorCode) -> None:
    told = translated(
        error, Phase(), connected=False, url="http://u:p@a.example:8/x?token=t", seconds=(1, 2, 3)
    ).problem
    assert (told.code, told.facts["host"]) == (code, "a.example:8")


def test_errors_that_go_in_circles_are_followed_once() -> None:
    error = OSError("outer")
    error.__context__ = error.__cause__ = ValueError("inner")
    error.__context__.__context__ = error
    told = translated(
        error,
        Phase(committed=True, body_sent=True),
        connected=True,
        url="http://a.example/",
        seconds=(1, 2, 3),
    )
    assert told.problem.code is ErrorCode.REPLY_LOST
