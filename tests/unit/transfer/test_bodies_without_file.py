# SPDX-License-Identifier: MIT
"""Requests without a file: what requests itself would send, and the same care for the answer."""

import json
import threading
import time
from collections.abc import Mapping

import pytest
import requests

from guiuploader.values.errors import (
    DestinationError,
    ErrorCode,
    NetworkError,
    TransferCancelled,
    UploaderError,
)
from tests.helpers.scripted_server import (
    Request,
    ScriptedServer,
    StartServer,
    answer,
    close_after,
    never_answer,
    reset_after,
)
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import Heard, Stage, to

PAIRS: Mapping[str, str | list[str]] = {
    "some_key": "some value",
    "tags": ["a", "b c", ""],
    "ü": "€ & = + % ; / ? ~ . _ -",
    "empty": "",
    "line": "one\r\ntwo",
}
FORM = """
body = "form"
[form.fields]
some_key = "some value"
tags = ["a", "b c", ""]
"ü" = "€ & = + % ; / ? ~ . _ -"
empty = ""
line = "one\\r\\ntwo"
"""
JSON = r"""
body = "content"
[content]
content_type = "application/json"
text = '\{"a": "{var:v}", "b": [1, 2]}'
[variables.v]
"""
KINDS = {
    "form": 'body = "form"\n[form.fields]\na = "b"',
    "content": 'body = "content"\n[content]\ntext = "hello"',
    "none": 'body = "none"',
    "none by GET": 'body = "none"\nmethod = "GET"',
}
BODY_HEADERS = ("Content-Length", "Content-Type", "Transfer-Encoding")


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def on_the_wire(request: Request) -> tuple[object, ...]:
    return (
        request.method,
        request.target,
        bytes(request.body),
        *(request.header(name) for name in BODY_HEADERS),
    )


def as_requests_sends(server: ScriptedServer, method: str, **how: object) -> tuple[object, ...]:
    with requests.Session() as session:
        session.trust_env = False
        session.request(method, f"{server.url}/up", timeout=10, **how)  # type: ignore[arg-type] # as the test says
    return on_the_wire(server.requests[-1])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_is_that_of_requests(stage: Stage, server: ScriptedServer, method: str) -> None:
    (receipt,) = stage.send_all(to(f"{server.url}/up", f'method = "{method}"', FORM))
    assert on_the_wire(server.request()) == as_requests_sends(server, method, data=PAIRS)
    assert (receipt.size, receipt.sha256, receipt.reply.status) == (0, None, 201)


def test_a_json_text_is_what_json_would_write(stage: Stage, server: ScriptedServer) -> None:
    value = 'quotes " and \\ and ü'
    job = stage.job(to(f"{server.url}/up", JSON), variables={"v": value})
    stage.sender.send(job, stage.control, stage.heard)
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{server.url}/up", json={"a": value, "b": [1, 2]}, timeout=10)
    ours, theirs = server.requests
    assert json.loads(ours.body) == json.loads(theirs.body)
    assert ours.header("Content-Type") == theirs.header("Content-Type")
    assert ours.header("Content-Length") == str(len(ours.body))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_request_with_nothing_in_it_is_that_of_requests(
    stage: Stage, server: ScriptedServer, method: str
) -> None:
    query = '[query]\nkey1 = "value 1"\nkey2 = "ü&="'
    stage.send_all(to(f"{server.url}/up", f'method = "{method}"\nbody = "none"', query))
    ours = on_the_wire(server.request())
    theirs = as_requests_sends(server, method, params={"key1": "value 1", "key2": "ü&="})
    assert (ours[0], *ours[2:]) == (theirs[0], *theirs[2:])
    assert ours[1] == str(theirs[1]).replace("+", "%20")
    expected = None if method in {"GET", "HEAD"} else "0"
    assert ours[3:] == (expected, None, None)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_told_like_a_file_and_the_mark_is_set_before_the_headers(
    stage: Stage, server: ScriptedServer, kind: str
) -> None:
    connections: list[int] = []

    class Noting(Heard):
        def before_commit_point(self) -> None:
            super().before_commit_point()
            connections.append(server.connections)

    heard = Noting()
    stage.sender.send(stage.job(to(f"{server.url}/up", KINDS[kind])), stage.control, heard)
    assert (set(heard.counts), heard.told[-1]) == ({0}, "body sent")
    assert (heard.commit_points, connections) == (1, [0])
    assert heard.exchange is not None
    assert heard.exchange.timings.connect is not None


@pytest.mark.parametrize("kind", KINDS)
def test_no_time_is_counted_twice(stage: Stage, scripted_server: StartServer, kind: str) -> None:
    server = scripted_server(answer(201), tls=True)
    destination = to(f"{server.url}/up", KINDS[kind], "[network]\nverify = false")
    started = time.perf_counter()
    stage.send_all(destination)
    whole = time.perf_counter() - started
    times = stage.timings
    assert times.connect is not None
    assert times.tls is not None
    assert times.connect + times.tls + times.send + times.wait <= whole
    assert min(times.connect, times.tls, times.send, times.wait) >= 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", [close_after, reset_after])
def test_a_lost_reply_is_unconfirmed(
    stage: Stage, scripted_server: StartServer, kind: str, ending: object
) -> None:
    server = scripted_server(ending(0))  # type: ignore[operator] # one of the two
    problem = stage.fails(to(f"{server.url}/up", KINDS[kind]))
    assert problem.code is ErrorCode.REPLY_LOST
    assert problem.unconfirmed
    assert not problem.retryable


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_that_is_none_is_unconfirmed_too(stage: Stage, kind: str) -> None:
    with RawServer(b"nonsense\r\n\r\n") as server:
        problem = stage.fails(to(f"{server.url}/up", KINDS[kind]))
    assert (problem.code, problem.unconfirmed) == (ErrorCode.REPLY_INVALID, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_before_it_is_one_and_a_stop_after_it_is_late(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(never_answer())
    destination = to(f"{server.url}/up", KINDS[kind])
    stage.control.cancel()
    with pytest.raises(TransferCancelled):
        stage.sender.send(stage.job(destination), stage.control, stage.heard)
    assert server.connections == 0
    caught: list[UploaderError] = []
    waiting = Stage()

    def send() -> None:
        try:
            waiting.sender.send(waiting.job(destination), waiting.control, waiting.heard)
        except UploaderError as error:
            caught.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    server.request()
    waiting.control.cancel()
    sending.join(10)
    assert [type(error) for error in caught] == [NetworkError]
    assert caught[0].problem.code is ErrorCode.CANCELLED_LATE
    waiting.sender.close()


def test_an_empty_form_has_a_length(stage: Stage, server: ScriptedServer) -> None:
    stage.send_all(to(f"{server.url}/up", 'body = "form"'))
    assert on_the_wire(server.request())[2:4] == (b"", "0")
    assert stage.heard.told == [0, "body sent"]


def test_a_large_text_is_sent_whole(stage: Stage, server: ScriptedServer) -> None:
    text = "line\n" * 100_000
    job = stage.job(
        to(f"{server.url}/up", 'body = "content"\n[content]\ntext = "{var:v}"\n[variables.v]'),
        variables={"v": text},
    )
    stage.sender.send(job, stage.control, stage.heard)
    assert server.request().body.decode() == text
    assert stage.heard.commit_points == 1


@pytest.mark.parametrize("body", ['body = "none"', 'body = "form"'])
def test_a_hash_of_no_file_is_refused_at_once(server: ScriptedServer, body: str) -> None:
    with pytest.raises(DestinationError) as caught:
        to(f"{server.url}/up", body, '[headers]\nX-Sum = "{sha256}"')
    assert caught.value.problem.facts["reason"] == "takes no file, and so “{sha256}” cannot be had"
