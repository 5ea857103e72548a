# SPDX-License-Identifier: MIT
"""A secret goes to the server and nowhere else: not into a problem, a receipt, a preview or our log."""

import base64
import html
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from guiuploader import logs
from guiuploader.destinations.destination import Destination
from guiuploader.transfer.preview import http_text
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import Answer, Request, StartServer, answer, close_after, never_answer
from tests.helpers.upload_server import free_port
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import Reopened, Stage, to

SECRET = 'pl€nted/"secret" &+value=='
EVERYWHERE = (
    '[query]\nkey = "{secret:planted}"\nother = "a {secret:planted}"',
    '[headers]\nX-Api-Key = "{secret:planted}"\nX-Plain = "b{secret:planted}"',
    '[auth]\nkind = "basic"\nusername = "u"\npassword = "{secret:planted}"',
    '[multipart.fields]\nnote = "{secret:planted}"',
    '[reply]\nlink = "{json:link}"\nerror = "{json:error}"',
)
FORMS = (
    SECRET,
    base64.b64encode(SECRET.encode()).decode(),
    base64.b64encode(SECRET.encode()).decode().rstrip("="),
    base64.b64encode(f"u:{SECRET}".encode()).decode(),
    quote(SECRET),
    quote(SECRET, safe=""),
    quote_plus(SECRET),
    json.dumps(SECRET)[1:-1],
    json.dumps(SECRET, ensure_ascii=False)[1:-1],
    html.escape(SECRET),
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage(secrets={"planted": SECRET}, reply_timeout=0.3)
    yield stage
    stage.sender.close()


def planted(url: str) -> Destination:
    return to(f"{url}/{{secret:planted}}/up", *EVERYWHERE)


def leaks(*things: object) -> list[str]:
    """Return the forms of the secret that these things hold, however they are written."""
    texts = [str(thing) for thing in things]
    texts += [json.dumps(thing, default=str, ensure_ascii=False) for thing in things]
    return [form for form in FORMS if any(form in text for text in texts)]


def shown(problem: Problem) -> tuple[object, ...]:
    return (dict(problem.facts), str(explain(problem)))


def echo(status: int) -> object:
    """Return an answer to a request that repeats everything the server was told."""

    def answered(request: Request) -> Answer:
        headers = {name: value for name, value in request.headers if name.lower() != "content-length"}
        authorization = headers.get("Authorization", "")
        said = {
            "link": f"https://files.example{request.target}",
            "error": f"{request.target} {authorization} {SECRET} {' '.join(FORMS)}",
            "headers": headers,
            "form": request.body.decode("latin-1"),
        }
        repeated = (
            ("Location", f"/elsewhere{request.target}"),
            ("X-Echo", authorization),
            ("X-Key", headers.get("X-Api-Key", "")),
            ("Allow", headers.get("X-Plain", "")),
        )
        body = json.dumps(said).encode() + request.body
        return Answer(status=status, headers=repeated, body=body)

    return answered


@pytest.mark.parametrize("status", [200, 201, 302, 307, 400, 401, 403, 405, 413, 500, 503])
def test_a_server_that_repeats_everything_is_blanked(
    stage: Stage, scripted_server: StartServer, status: int
) -> None:
    server = scripted_server(echo(status))  # type: ignore[arg-type] # a function of the request
    if status < 300:
        receipt = stage.send(planted(server.url))
        assert leaks(asdict(receipt)) == []
        assert "***" in receipt.reply.body
        assert receipt.link is None
        assert [str(note) for note in receipt.notes] == ["no-link"]
    else:
        assert leaks(*shown(stage.fails(planted(server.url), Reopened(b"content")))) == []
    # The server did get it, so it was really at stake.
    assert quote(SECRET, safe="") in server.request().target
    assert SECRET.encode() in server.request().body


@pytest.mark.parametrize("script", [close_after(0), never_answer(), answer(302), answer(403), answer(204)])
def test_no_problem_tells_it(stage: Stage, scripted_server: StartServer, script: Answer) -> None:
    server = scripted_server(script)
    if script.status == 204:
        assert leaks(asdict(stage.send(planted(server.url)))) == []
    else:
        assert leaks(*shown(stage.fails(planted(server.url)))) == []


@pytest.mark.parametrize("where", ["closed", "unknown", "untrusted", "invalid"])
def test_no_problem_before_an_answer_tells_it(stage: Stage, scripted_server: StartServer, where: str) -> None:
    with RawServer(b"nonsense\r\n\r\n") as server:
        urls = {
            "closed": f"http://127.0.0.1:{free_port()}",
            "unknown": "http://nonexistent.invalid",
            "untrusted": scripted_server(answer(201), tls=True).url,
            "invalid": server.url,
        }
        assert leaks(*shown(stage.fails(planted(urls[where])))) == []


def test_a_reason_phrase_is_blanked_too(stage: Stage) -> None:
    said = f"HTTP/1.1 201 {quote(SECRET)}\r\nContent-Length: 0\r\n\r\n".encode()
    with RawServer(said) as server:
        assert stage.send(planted(server.url)).reply.reason == "***"


def test_a_credential_made_of_what_is_no_secret_is_blanked_as_well(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(lambda request: answer(201, (request.header("Authorization") or "").encode()))
    auth = '[auth]\nkind = "bearer"\ntoken = "{var:t}"\n[variables.t]\ndefault = "given-openly"'
    assert stage.send(to(f"{server.url}/up", auth)).reply.body == "Bearer ***"


@pytest.mark.parametrize("kind", ["digest", "aws-sigv4"])
def test_a_sign_in_that_proves_a_secret_does_not_send_it(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    tables = {
        "digest": 'username = "u"\npassword = "{secret:planted}"',
        "aws-sigv4": 'access_key = "A"\nsecret_key = "{secret:planted}"\nregion = "r"\nservice = "s3"',
    }

    def answered(request: Request) -> Answer:
        given = request.header("Authorization")
        if given is None:
            return answer(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')
        return answer(403, f"{given} {SECRET}".encode())

    server = scripted_server(answered)
    destination = to(f"{server.url}/up", 'body = "raw"', f'[auth]\nkind = "{kind}"\n{tables[kind]}')
    problem = stage.fails(destination, Reopened(b"content"))
    proof = re.findall("[0-9a-f]{32,64}", server.requests[-1].header("Authorization") or "")[-1]
    assert leaks(*shown(problem), *(request.headers for request in server.requests)) == []
    assert proof not in str(shown(problem))
    assert "***" in str(problem.facts["message"])


def test_a_long_message_is_blanked_before_it_is_cut(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(403, b"x" * 290 + SECRET.encode()))
    problem = stage.fails(planted(server.url))
    assert str(problem.facts["message"]).endswith("x***”.")


def test_a_link_may_hold_by_chance_what_is_a_very_short_secret(scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, b'{"link": "https://files.example/ab/1"}'))
    stage = Stage(secrets={"planted": "ab"})
    assert stage.send(planted(server.url)).link == "https://files.example/ab/1"
    stage.sender.close()


@pytest.mark.expected_log("a mistake with")
def test_our_log_stays_clean_even_at_debug(
    stage: Stage, scripted_server: StartServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handler = logs.configure(tmp_path, stage.sender._secrets.blanked)
    for name in ("", "urllib3", "requests", "guiuploader"):
        caplog.set_level(logging.DEBUG, name)
    try:
        server = scripted_server(echo(201))  # type: ignore[arg-type] # a function of the request
        stage.send(planted(server.url))
        stage.fails(planted(scripted_server(close_after(0)).url))
        logging.getLogger("guiuploader").warning("a mistake with %s in it", SECRET)
    finally:
        logs.release(handler)
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    # The library below does log it; only our own records reach the file.
    assert quote(SECRET, safe="") in caplog.text
    assert "a mistake with *** in it" in written
    assert leaks(written) == []


def test_a_preview_shows_dots(stage: Stage) -> None:
    text = http_text(stage.job(planted("http://files.example")))
    assert leaks(text) == []
    assert text.startswith("POST /***/up?key=***&other=a%20*** HTTP/1.1\nHost: files.example\n")
    assert "Authorization: Basic ***" in text
    assert "<7 bytes of file.bin>" in text
