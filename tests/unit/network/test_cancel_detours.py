# SPDX-License-Identifier: MIT
"""A stop ends an upload at once in every phase of every way to the server, and leaves nothing open."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager

import pytest
import trustme

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode, NetworkError, TransferCancelled, UploaderError
from tests.helpers.proxies import ConnectProxy, SocksProxy
from tests.helpers.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    answer,
    never_answer,
    server_context,
    stall_after,
)
from tests.helpers.waiting import holds_within, wait_until
from tests.unit.network.sockets import open_sockets
from tests.unit.network.ways import Way, opened
from tests.unit.transfer.stage import MemorySource, Stage

AT_ONCE = 0.1  # seconds
TRIES = 3  # of which the quickest counts: the others may have waited for a processor
LARGE = 64 * 1024 * 1024  # more than all buffers on the way hold
STANDING = 0.2  # seconds without progress, after which a body surely stands still
SURELY_HANGS = 0.2  # seconds

WAYS = ["http", "https", "proxied", "connect", "socks", "socks-tls"]
TLS_WAYS = ["https", "connect", "socks-tls"]


@pytest.fixture(autouse=True)
def no_socket_left() -> Iterator[None]:
    """Fail a test after which more sockets are open than before; those of its servers are closed by then."""
    before = open_sockets()
    yield
    wait_until(lambda: open_sockets() <= before, message="a socket is left open")


@pytest.fixture
def stage(no_socket_left: None) -> Iterator[Stage]:
    del no_socket_left  # asked for so that it looks after the sender is closed
    stage = Stage()
    yield stage
    stage.sender.close()


@pytest.fixture
def full_port() -> Iterator[int]:
    """Give a port where connecting hangs: its queue of connections that nobody takes is full."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        yield listener.getsockname()[1]


@contextmanager
def serving(script: Answer, way: Way, authority: trustme.CA) -> Iterator[ScriptedServer]:
    """Serve the script, but answer a request whose body is small."""

    def planned(request: Request) -> Answer:
        return answer(201) if int(request.header("Content-Length") or 0) < LARGE else script

    with closing(ScriptedServer(planned, tls=server_context(authority) if way.tls else None)) as server:
        yield server


def seconds_to_stop(
    stage: Stage,
    destination: Destination,
    reached: Callable[[Future[Receipt]], None],
    *,
    source: MemorySource | None = None,
) -> tuple[float, UploaderError]:
    """Send, stop when `reached` returns, and return how long that took and what the upload ended with."""
    with stage.sending(destination, source) as sent:
        reached(sent)
        assert not sent.done()
        started = time.monotonic()
        stage.cancel()
        with pytest.raises(UploaderError) as caught:
            sent.result(10)
        return time.monotonic() - started, caught.value


def grown(count: Callable[[], int]) -> Callable[[Future[Receipt]], None]:
    """Return what waits until `count` is more than it was the last time."""
    known = 0

    def waits(_: Future[Receipt]) -> None:
        nonlocal known
        wait_until(lambda: count() > known)
        known = count()

    return waits


def check(
    stage: Stage, destination: Destination, reached: Callable[[Future[Receipt]], None], size: int = 7
) -> None:
    """Stop the upload of a file that has not gone out whole."""
    took = []
    for _ in range(TRIES):
        seconds, error = seconds_to_stop(stage, destination, reached, source=MemorySource(bytes(size)))
        assert isinstance(error, TransferCancelled)
        took.append(seconds)
    assert min(took) < AT_ONCE


@pytest.mark.parametrize("name", WAYS)
def test_while_a_connection_to_the_first_hop_is_made(stage: Stage, full_port: int, name: str) -> None:
    kinds = {"connect": "http", "socks": "socks5h", "socks-tls": "socks5h"}
    way = Way(name, f"{kinds[name]}://127.0.0.1:{full_port}" if name in kinds else "")

    def hangs(sent: Future[Receipt]) -> None:
        with pytest.raises(TimeoutError):
            sent.result(SURELY_HANGS)

    check(stage, way.to(f"{way.scheme}://127.0.0.1:{full_port}"), hangs)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("connect", lambda: ConnectProxy(silent=True)),
        ("socks", lambda: SocksProxy(silent=True)),
        ("socks-tls", lambda: SocksProxy(silent=True)),
    ],
)
def test_while_the_proxy_says_nothing_at_all(
    stage: Stage, name: str, make: Callable[[], ConnectProxy | SocksProxy]
) -> None:
    with make() as proxy:
        way = Way(name, proxy.url)
        check(stage, way.to(f"{way.scheme}://127.0.0.1:9"), grown(lambda: proxy.heard))


@pytest.mark.parametrize("name", ["socks", "socks-tls"])
def test_while_the_proxy_tries_to_reach_the_server(stage: Stage, name: str) -> None:
    with SocksProxy(None) as proxy:
        way = Way(name, proxy.url)

        check(stage, way.to(f"{way.scheme}://127.0.0.1:9"), grown(lambda: len(proxy.asked)))


@pytest.mark.parametrize("name", TLS_WAYS)
def test_while_the_server_does_not_shake_hands(stage: Stage, name: str) -> None:
    met: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, opened(name) as way:
        listener.settimeout(10)

        def greeted(_: Future[Receipt]) -> None:
            met.append(listener.accept()[0])
            met[-1].settimeout(10)
            assert met[-1].recv(1) == b"\x16"  # a record of the handshake

        check(stage, way.to(f"https://127.0.0.1:{listener.getsockname()[1]}"), greeted)
        for each in met:
            each.close()


@pytest.mark.parametrize("kind", ["raw", "multipart"])
@pytest.mark.parametrize("name", WAYS)
def test_while_the_server_takes_no_more(stage: Stage, authority: trustme.CA, name: str, kind: str) -> None:
    with opened(name) as way, serving(stall_after(0), way, authority) as server:
        destination = way.to(server.url, f'body = "{kind}"', network="expect_continue = 'never'")

        def stands(_: Future[Receipt]) -> None:
            wait_until(lambda: stage.heard.counts and stands_still(stage))

        check(stage, destination, stands, LARGE)
        assert not any(request.complete for request in server.requests)
        stage.send(destination)
        stage.sender.close()


def stands_still(stage: Stage) -> bool:
    count = len(stage.heard.told)
    return not holds_within(lambda: len(stage.heard.told) > count, STANDING)


@pytest.mark.parametrize("name", WAYS)
def test_while_leave_to_send_is_awaited(stage: Stage, authority: trustme.CA, name: str) -> None:
    script = Answer(read=0, gate=threading.Event(), heeds_expect=False)
    with opened(name) as way, serving(script, way, authority) as server:
        destination = way.to(server.url, 'body = "raw"', network="expect_continue = 'always'")
        check(stage, destination, grown(lambda: len(server.requests)), LARGE)
        assert not any(request.body for request in server.requests)
        stage.sender.close()


@pytest.mark.parametrize("name", WAYS)
def test_while_the_answer_is_awaited(stage: Stage, authority: trustme.CA, name: str) -> None:
    """The server has every byte, so nobody can say that it did not store them."""
    took = []
    with opened(name) as way:
        tls = server_context(authority) if way.tls else None
        with closing(ScriptedServer(never_answer(), tls=tls)) as server:
            for _ in range(TRIES):
                seconds, error = seconds_to_stop(
                    stage,
                    way.to(server.url),
                    lambda _: wait_until(lambda: "body sent" in stage.heard.told),
                )
                took.append(seconds)
                assert isinstance(error, NetworkError)
                assert (error.problem.code, error.problem.unconfirmed) == (ErrorCode.CANCELLED_LATE, True)
            stage.sender.close()
    assert min(took) < AT_ONCE
