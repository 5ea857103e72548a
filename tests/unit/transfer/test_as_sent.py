# SPDX-License-Identifier: MIT
"""What is shown of a request is what went over the wire, its secrets masked, whatever came of it."""

import base64
import json
import re
import xml.sax.saxutils
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest

from guiuploader.transfer.receipt import Exchange
from guiuploader.values.errors import UploaderError
from tests.helpers.proxies import ConnectProxy
from tests.helpers.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    StartServer,
    answer,
    close_after,
    never_answer,
)
from tests.helpers.upload_server import free_port
from tests.unit.transfer.stage import Heard, MemorySource, Reopened, Stage, to

SECRET = "se€ret \"with\" * <all> 'of'\\it&+ /=="
LONG = "longer than what is shown " * 400
SIGN_INS = {
    "none": "",
    "bearer": '[auth]\nkind = "bearer"\ntoken = "{secret:planted}"',
    "basic": '[auth]\nkind = "basic"\nusername = "ali"\npassword = "{secret:planted}"',
    "digest": '[auth]\nkind = "digest"\nusername = "ali"\npassword = "{secret:planted}"',
    "aws": '[auth]\nkind = "aws-sigv4"\naccess_key = "AKID"\nsecret_key = "{secret:planted}"\n'
    'region = "eu-1"\nservice = "s3"',
}
BODIES = {
    "multipart": '[multipart.fields]\nnote = "a {secret:planted}"\npassword = "typed-openly"\n"x\\"y" = "1"',
    "buffered": 'body = "buffered"\n[multipart.fields]\nnote = "a {secret:planted}"',
    "base64": '[multipart.part_headers]\nContent-Transfer-Encoding = "base64"\nX-S = "{secret:planted}"',
    "raw": 'body = "raw"\n[raw]\ncontent_disposition = "attachment; filename={filename}"',
    "chunked": 'body = "chunked"',
    "json": 'body = "template"\n[content]\ncontent_type = "application/json"\n'
    'text = \'["{secret:planted}", "{file:base64}"]\'',
    "xml": 'body = "template"\n[content]\ncontent_type = "text/xml"\ntext = "<a b=\'{secret:planted}\'>'
    '{file:text}</a>"',
    "pairs": 'body = "template"\n[content]\ncontent_type = "application/x-www-form-urlencoded"\n'
    'text = "key={secret:planted}&data={file:base64}"',
    "content": 'body = "content"\n[content]\ntext = "one\\ntwo {secret:planted}"',
    "form": 'body = "form"\n[form.fields]\na = "{secret:planted}"\npassword = "typed-openly"\nb = "2"',
    "none": 'body = "none"',
}
PLACES = (
    '[query]\nkey = "{secret:planted}"\nother = "b {secret:planted}"\n'
    '[headers]\nX-Plain = "c{secret:planted}"'
)
# A signature over plain HTTP needs the hash of the body.
UNSIGNABLE = {"multipart", "buffered", "base64", "json", "xml", "pairs"}
CASES = [(body, how) for body in BODIES for how in SIGN_INS if how != "aws" or body not in UNSIGNABLE]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage(secrets={"planted": SECRET, "long": LONG, "proxy": SECRET}, reply_timeout=0.3)
    yield stage
    stage.sender.close()


def forms(secret: str) -> set[str]:
    """Return every way in which we, or somebody who repeats us, may write a secret."""
    encoded = base64.b64encode(secret.encode()).decode()
    return {
        secret,
        encoded,
        encoded.rstrip("="),
        base64.b64encode(f"ali:{secret}".encode()).decode(),
        quote(secret),
        quote(secret, safe=""),
        quote(secret, safe="*"),
        quote_plus(secret),
        quote_plus(secret, safe="*"),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        xml.sax.saxutils.escape(secret, {'"': "&quot;", "'": "&#39;"}),
    }


def leaks(*things: object) -> list[str]:
    text = "\n".join(str(thing) for thing in things)
    return [form for form in forms(SECRET) if form in text]


def shown(heard: Heard) -> Exchange:
    assert heard.exchange is not None
    return heard.exchange


def guarded(request: Request) -> Answer:
    """Ask who wants to sign in by digest, and repeat to all others what they said."""
    signed = request.header("Authorization")
    if request.target.startswith("/digest") and signed is None:
        return answer(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')
    said = f"{request.target}\n{signed}\n".encode() + bytes(request.body)
    return Answer(status=201, headers=(("X-Repeated", request.header("X-Plain") or ""),), body=said)


def send(stage: Stage, destination_url: str, *tables: str) -> Exchange:
    """Send, come of it what may, and return what was told of it."""
    heard = Heard()
    job = stage.job(to(destination_url, *tables), Reopened(b"the file's own bytes", 'n "1".txt'))
    facts: list[object] = []
    try:
        stage.sender.send(job, stage.control, heard)
    except UploaderError as error:
        facts.append(dict(error.problem.facts))
    assert leaks(*facts) == []
    return shown(heard)


@pytest.mark.parametrize(("body", "how"), CASES)
def test_every_body_and_sign_in_is_shown_as_it_went_and_without_its_secret(
    stage: Stage, scripted_server: StartServer, body: str, how: str
) -> None:
    server = scripted_server(guarded)
    exchange = send(stage, f"{server.url}/{how}", BODIES[body], PLACES, SIGN_INS[how])
    head, _, rest = exchange.request.partition("\n\n")
    request_line, *headers = head.removesuffix("\n").split("\n")
    last = server.requests[-1]
    assert re.fullmatch(rf"POST /{how}\?key=\*\*\*&other=b%20\*\*\* HTTP/1\.1", request_line)
    names = sorted(line.partition(": ")[0].lower() for line in headers)
    # Leave to send is asked for by the connection alone.
    assert names == sorted(name.lower() for name, _ in last.headers if name != "Expect")
    for name in ("Content-Length", "Content-Type", "Transfer-Encoding", "Host"):
        value = last.header(name)
        assert (f"{name}: {value}" in headers) is (value is not None)
    assert "X-Plain: c***" in headers
    scheme = (last.header("Authorization") or "").partition(" ")[0]
    assert (f"Authorization: {scheme} ***" in headers) is (how != "none")
    assert leaks(exchange) == []
    assert "typed-openly" not in exchange.request
    assert "the file's own bytes" not in exchange.request
    takes_file = body not in {"content", "form", "none"}
    assert ('<20 bytes of n "1".txt>' in rest) is takes_file
    assert exchange.reply is not None
    assert exchange.timings.connect is not None or how == "digest"
    assert min(exchange.timings.send, exchange.timings.wait) >= 0


def test_a_form_is_shown_part_by_part(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    exchange = send(stage, f"{server.url}/up", BODIES["multipart"])
    mark = (server.request().header("Content-Type") or "").partition("boundary=")[2]
    assert exchange.request.partition("\n\n")[2].split("\n") == [
        f"--{mark}",
        'Content-Disposition: form-data; name="note"',
        "",
        "a ***",
        f"--{mark}",
        'Content-Disposition: form-data; name="password"',
        "",
        "***",
        f"--{mark}",
        'Content-Disposition: form-data; name="x%22y"',
        "",
        "1",
        f"--{mark}",
        'Content-Disposition: form-data; name="file"; filename="n %221%22.txt"',
        "Content-Type: application/x-test",
        "",
        '<20 bytes of n "1".txt>',
        f"--{mark}--",
        "",
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("json", '["***", "<20 bytes of n "1".txt>"]'),
        ("content", "one\ntwo ***"),
        ("form", "a=***&password=***&b=2"),
        ("none", ""),
        ("raw", '<20 bytes of n "1".txt>'),
    ],
)
def test_other_bodies_are_shown_as_they_are(
    stage: Stage, scripted_server: StartServer, body: str, text: str
) -> None:
    exchange = send(stage, f"{scripted_server(answer(201)).url}/up", BODIES[body])
    assert exchange.request.partition("\n\n")[2] == text


@pytest.mark.parametrize(
    "tables",
    [
        '[multipart.fields]\nnote = "{var:v}{secret:long}"',
        'body = "content"\n[content]\ntext = "{var:v}{secret:long}"',
    ],
    ids=["field", "text"],
)
@pytest.mark.parametrize("before", [0, 3000, 4090])
def test_half_a_secret_is_not_shown_where_a_text_is_cut(
    stage: Stage, scripted_server: StartServer, tables: str, before: int
) -> None:
    server = scripted_server(answer(201))
    heard = Heard()
    job = stage.job(to(f"{server.url}/up", tables, "[variables.v]"), Reopened(b"x"), {"v": "x" * before})
    stage.sender.send(job, stage.control, heard)
    assert LONG in server.request().body.decode()
    assert "longer than" not in shown(heard).request


def test_a_long_text_is_cut(stage: Stage, scripted_server: StartServer) -> None:
    text = "x" * 5000
    server = scripted_server(answer(201))
    exchange = send(stage, f"{server.url}/up", f'[multipart.fields]\nnote = "{text}"')
    assert f"{'x' * 4096}… <904 more characters>" in exchange.request


@pytest.mark.parametrize("how", SIGN_INS)
@pytest.mark.parametrize(
    "script", [close_after(0), never_answer(), answer(500, b"no")], ids=["lost", "silent", "no"]
)
def test_it_is_told_without_a_reply_too(
    stage: Stage, scripted_server: StartServer, script: Answer, how: str
) -> None:
    server = scripted_server(script)
    exchange = send(stage, f"{server.url}/up", 'body = "raw"', PLACES, SIGN_INS[how])
    assert (exchange.reply is None) is (script.status != 500)
    assert exchange.request.startswith("POST /up?key=***&other=b%20*** HTTP/1.1\n")
    assert leaks(exchange) == []
    assert exchange.timings.wait >= 0


def test_it_is_told_where_nobody_was_reached(stage: Stage) -> None:
    exchange = send(stage, f"http://127.0.0.1:{free_port()}/up", PLACES, SIGN_INS["basic"])
    assert "Authorization: Basic ***" in exchange.request
    assert (exchange.reply, leaks(exchange)) == (None, [])


def test_where_nothing_could_go_out_nothing_is_told(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201))
    stage.fails(to(f"{server.url}/up"), MemorySource(b"x", size=None))
    assert (stage.heard.exchange, server.connections) == (None, 0)


def test_after_redirects_it_is_the_last_one(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(
        [answer(307, Location="/second?x=1"), answer(308, Location="/third"), answer(201)]
    )
    exchange = send(stage, f"{server.url}/first", PLACES, SIGN_INS["bearer"])
    assert exchange.request.startswith("POST /third HTTP/1.1\n")
    assert exchange.reply is not None
    assert exchange.reply.status == 201
    assert leaks(exchange) == []


def test_a_redirect_that_breaks_off_shows_what_broke(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server([answer(307, Location="/second"), close_after(0)])
    exchange = send(stage, f"{server.url}/first")
    assert exchange.request.startswith("POST /second HTTP/1.1\n")
    assert exchange.reply is None


def test_a_proxy_s_password_is_in_none_of_it(stage: Stage, scripted_server: StartServer) -> None:
    server: ScriptedServer = scripted_server(guarded, tls=True)
    with ConnectProxy() as proxy:
        network = (
            f'[network]\nverify = false\nproxy = "http://127.0.0.1:{proxy.port}"\n'
            'proxy_username = "ali"\nproxy_password = "{secret:proxy}"'
        )
        exchange = send(stage, f"{server.url}/up", PLACES, SIGN_INS["basic"], network)
        assert proxy.asked
        stage.sender.close()
    assert exchange.request.startswith("POST /up?key=***&other=b%20*** HTTP/1.1\n")
    assert f"\nHost: 127.0.0.1:{server.port}\n" in exchange.request
    assert leaks(exchange) == []
    assert exchange.timings.tls is not None
