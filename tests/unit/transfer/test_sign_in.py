# SPDX-License-Identifier: MIT
"""Sign-ins that depend on the server or the body: the file travels once, and the secret never."""

import base64
import hashlib
import re
from collections.abc import Iterator

import pytest

from guiuploader.network.digest import Digest, Login, strongest
from guiuploader.transfer.preview import http_text
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from guiuploader.values.notes import Note
from tests.helpers.scripted_server import Answer, Request, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Reopened, Stage, to

SECRET = "0pen sesame"
DIGEST = '[auth]\nkind = "digest"\nusername = "ali"\npassword = "{secret:planted}"'
AWS = (
    '[auth]\nkind = "aws-sigv4"\naccess_key = "AKID"\nsecret_key = "{secret:planted}"\n'
    'region = "eu-1"\nservice = "s3"'
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage(secrets={"planted": SECRET})
    yield stage
    stage.sender.close()


class Guard:
    """Lets in who answers the challenge of the moment; `nonce` may be changed by a test."""

    def __init__(self, *, password: str = SECRET, algorithm: str = "SHA-256") -> None:
        self.nonce = "n1"
        self.password = password
        self.algorithm = algorithm

    def __call__(self, request: Request) -> Answer:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', request.header("Authorization") or ""))
        if given.get("nonce") == self.nonce and given["response"] == self.expected(request, given):
            return answer(201)
        return answer(401, b"who are you", WWW_Authenticate=self.challenge(stale=self._is_old(given)))

    def challenge(self, *, stale: bool) -> str:
        return (
            f'Basic realm="r", Digest realm="r", nonce="{self.nonce}", qop="auth", '
            f"algorithm={self.algorithm}, stale={str(stale).lower()}"
        )

    def expected(self, request: Request, given: dict[str, str]) -> str:
        challenge = strongest(self.challenge(stale=False))
        assert challenge
        digest = Digest(challenge, Login("ali", self.password))
        for _ in range(int(given["nc"], 16)):
            said = digest.authorization(request.method, request.target, cnonce=given["cnonce"])
        return said.partition('response="')[2].partition('"')[0]

    def _is_old(self, given: dict[str, str]) -> bool:
        return given.get("nonce", self.nonce) != self.nonce


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-256-sess"])
@pytest.mark.parametrize("kind", ["multipart", "raw", "chunked"])
def test_digest_asks_first_and_sends_the_file_once(
    stage: Stage, scripted_server: StartServer, kind: str, algorithm: str
) -> None:
    server = scripted_server(Guard(algorithm=algorithm))
    destination = to(f"{server.url}/up?a=b;c", f'body = "{kind}"', DIGEST)
    for _ in range(2):  # the second file needs no question any more
        assert stage.send(destination, MemorySource()).reply.status == 201
    asked, *sent = server.requests
    assert (asked.method, asked.header("Content-Length"), asked.header("Authorization")) == (
        "POST",
        "0",
        None,
    )
    assert [b"content" in request.body for request in (asked, *sent)] == [False, True, True]
    assert ["nc=0000000" in (request.header("Authorization") or "") for request in sent] == [True, True]
    assert {request.connection for request in server.requests} == {0}


def test_a_nonce_that_got_too_old_costs_one_more_try(stage: Stage, scripted_server: StartServer) -> None:
    guard = Guard()
    server = scripted_server(guard)
    destination = to(f"{server.url}/up", 'body = "raw"', DIGEST)
    stage.send(destination, MemorySource())
    guard.nonce = "n2"
    receipt = stage.send(destination, Reopened(b"second file"))
    assert receipt.sha256 == hashlib.sha256(b"second file").hexdigest()
    assert [bytes(request.body) for request in server.requests[2:]] == [b"second file"] * 2
    stage.send(destination, MemorySource())
    assert len(server.requests) == 5


def test_a_wrong_password_is_told_after_one_try_and_the_next_file_asks_anew(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(Guard(password="another"))
    destination = to(f"{server.url}/up", DIGEST)
    for tries in (2, 4):
        problem = stage.fails(destination, MemorySource())
        assert (problem.code, problem.status) == (ErrorCode.UNAUTHORIZED, 401)
        assert len(server.requests) == tries


@pytest.mark.parametrize("status", [200, 204])
def test_a_server_that_does_not_ask_gets_no_file(
    stage: Stage, scripted_server: StartServer, status: int
) -> None:
    server = scripted_server(answer(status))
    problem = stage.fails(to(f"{server.url}/up", DIGEST))
    assert (problem.code, problem.status) == (ErrorCode.NOT_CHALLENGED, status)
    assert explain(problem).title == f"The server did not ask who we are ({status})."
    assert [bytes(request.body) for request in server.requests] == [b""]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(401, WWW_Authenticate="Bearer"), ErrorCode.UNAUTHORIZED),
        (answer(401), ErrorCode.UNAUTHORIZED),
        (answer(404), ErrorCode.NOT_FOUND),
        (answer(302, Location="/login"), ErrorCode.REDIRECTED),
    ],
)
def test_another_answer_to_the_question_is_the_answer(
    stage: Stage, scripted_server: StartServer, reply: Answer, code: ErrorCode
) -> None:
    server = scripted_server(reply)
    assert stage.fails(to(f"{server.url}/up", DIGEST)).code is code
    assert [bytes(request.body) for request in server.requests] == [b""]


def test_a_redirected_question_is_asked_at_the_new_address(
    stage: Stage, scripted_server: StartServer
) -> None:
    guard = Guard()

    def moved(request: Request) -> Answer:
        return answer(307, Location="/new") if request.target == "/up" else guard(request)

    server = scripted_server(moved)
    assert stage.send(to(f"{server.url}/up", DIGEST)).reply.status == 201
    assert [(each.target, bool(each.body)) for each in server.requests] == [
        ("/up", False),
        ("/new", False),
        ("/new", True),
    ]


@pytest.mark.parametrize("tables", [DIGEST, AWS + '\nsession_token = "{secret:planted}"'])
def test_what_a_server_repeats_of_a_sign_in_is_blanked(
    stage: Stage, scripted_server: StartServer, tables: str
) -> None:
    def repeating(request: Request) -> Answer:
        said = request.header("Authorization") or ""
        if not said:
            return answer(401, WWW_Authenticate='Digest realm="r", nonce="n"')
        proof = re.search(r"[0-9a-f]{32,64}", said)
        assert proof
        body = f"{said} and {proof[0]} and {SECRET} and {base64.b64encode(SECRET.encode()).decode()}"
        return answer(201, body.encode(), X_Again=said)

    server = scripted_server(repeating)
    reply = stage.send(to(f"{server.url}/up", 'body = "raw"', tables), Reopened(b"content")).reply
    last = server.requests[-1].header("Authorization") or ""
    proofs = re.findall(r"[0-9a-f]{32,64}", last)
    assert proofs
    assert not any(secret in str(reply) for secret in (*proofs, SECRET, "AKID"))
    assert SECRET not in last
    assert reply.body.endswith(" and *** and *** and ***")
    shown = reply.body.removesuffix(" and *** and *** and ***")
    assert re.fullmatch(
        r"Digest \*\*\*|AWS4-HMAC-SHA256 Credential=\*\*\*/[^,]+, SignedHeaders=[^,]+, Signature=\*\*\*",
        shown,
    )


@pytest.mark.parametrize("kind", ["raw", "chunked"])
def test_aws_signs_the_hash_of_the_file_where_nothing_else_protects_it(
    stage: Stage, scripted_server: StartServer, kind: str
) -> None:
    server = scripted_server(answer(200))
    source = Reopened(b"x" * 3_000_000)  # read twice
    stage.send(to(f"{server.url}/bucket/{{filename}}", f'body = "{kind}"\nmethod = "PUT"', AWS), source)
    request = server.request()
    assert request.header("X-Amz-Content-Sha256") == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert bytes(request.body) == b"x" * 3_000_000
    signed = "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,"
    assert signed in (request.header("Authorization") or "")


def test_aws_does_not_sign_a_form_without_encryption(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(200))
    assert stage.fails(to(f"{server.url}/up", AWS)).code is ErrorCode.UNSIGNABLE
    assert server.connections == 0


@pytest.mark.parametrize("kind", ["raw", "multipart"])
def test_aws_leaves_a_body_under_tls_unsigned(stage: Stage, scripted_server: StartServer, kind: str) -> None:
    server = scripted_server(answer(200), tls=True)
    stage.send(to(f"{server.url}/up", f'body = "{kind}"', AWS, "[network]\nverify = false"))
    assert server.request().header("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD"


SIGNED = ["X-Amz-Signature=a", "x=1&Signature=a&Expires=2", "sig=a", "X%2DGoog-Signature=a"]
SIGN_INS = [
    DIGEST,
    AWS,
    '[auth]\nkind = "bearer"\ntoken = "{secret:planted}"',
    "[headers]\nAuthorization = 'x'",
]


@pytest.mark.parametrize("query", SIGNED)
@pytest.mark.parametrize("tables", SIGN_INS)
def test_an_address_that_is_signed_goes_without_another_sign_in(
    stage: Stage, scripted_server: StartServer, query: str, tables: str
) -> None:
    server = scripted_server(answer(200))
    receipt = stage.send(to(f"{server.url}/up?{query}", tables))
    assert receipt.notes == (Note.SIGN_IN_DROPPED,)
    assert [request.header("Authorization") for request in server.requests] == [None]


def test_an_address_that_only_looks_alike_keeps_its_sign_in(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(200))
    assert stage.send(to(f"{server.url}/sig=a?signatures=1&design=2", SIGN_INS[2])).notes == ()
    assert server.request().header("Authorization") == f"Bearer {SECRET}"
    assert stage.send(to(f"{server.url}/up?sig=a")).notes == ()


def test_a_preview_shows_neither_key_nor_signature(stage: Stage) -> None:
    digest = http_text(stage.job(to("http://a.example/", DIGEST)))
    assert "\nAuthorization: Digest ***\n" in digest
    aws = http_text(stage.job(to("https://a.example/", 'body = "raw"', AWS)))
    assert "\nAuthorization: AWS4-HMAC-SHA256 ***\n" in aws
    assert "\nX-Amz-Date: " in aws
