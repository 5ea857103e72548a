# SPDX-License-Identifier: MIT
"""Tokens for a client's own id and secret: fetched once, renewed in time, and nowhere to be seen."""

import base64
import json
from urllib.parse import parse_qs

import pytest

from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.token import Grant, Tokens
from guiuploader.values.errors import ErrorCode
from tests.helpers.scripted_server import Answer, Request, StartServer, answer
from tests.unit.transfer.stage import Reopened, Stage, to

SECRET = "client secret/with+signs"
GRANT = Grant("http://a.example/token", "me", SECRET, "")


def tables(token_url: str, more: str = "") -> str:
    return f"""
body = "raw"
[auth]
kind = "oauth2"
token_url = "{token_url}/token"
client_id = "me"
client_secret = "{{secret:client}}"
scope = "files"
{more}"""


class Office:
    """Hands out tokens and takes files; a token holds for so many of them."""

    def __init__(self, holds: int, *, refuses: Answer | None = None) -> None:
        self.holds, self.left, self.made = holds, 0, 0
        self.refuses = refuses
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        if request.target == "/token":
            if self.refuses is not None:
                return self.refuses
            self.asked.append(request)
            self.made, self.left = self.made + 1, self.holds
            body = {"access_token": self.token, "token_type": "Bearer", "expires_in": 3600}
            return answer(200, json.dumps(body).encode())
        if request.header("Authorization") != f"Bearer {self.token}" or not self.left:
            return answer(401, b"expired", WWW_Authenticate="Bearer")
        self.left -= 1
        return answer(201, f"thanks for {self.token}".encode())

    @property
    def token(self) -> str:
        return f"handed-out-{self.made}"


@pytest.fixture
def stage() -> Stage:
    return Stage(secrets={"client": SECRET})


def test_one_token_serves_many_files_and_is_renewed_in_the_middle(
    scripted_server: StartServer, stage: Stage
) -> None:
    office = Office(holds=3)
    server = scripted_server(office)
    destination = to(server.url, tables(server.url))
    for _ in range(5):
        stage.send(destination, Reopened(b"x" * 100_000))
        told = f"{stage.exchange} {stage.heard.checkpoints}"
        assert "handed-out" not in told
        assert SECRET not in told
    assert office.made == 2
    (first, _) = office.asked
    pair = base64.b64decode(str(first.header("Authorization")).removeprefix("Basic ")).decode()
    assert pair == "me:client+secret%2Fwith%2Bsigns"
    assert parse_qs(first.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["files"]}
    stage.sender.close()


def test_parts_at_once_share_a_token_and_renew_it_together(
    scripted_server: StartServer, stage: Stage
) -> None:
    office = Office(holds=4)
    server = scripted_server(office)
    parts = "[parts]\nurl = '/{part:number}'\nsize = 65536\nparallel = 3"
    stage.send(to(server.url, tables(server.url, parts)), Reopened(b"x" * 65536 * 7))
    assert office.made in {2, 3}
    stage.sender.close()


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (answer(401, b'{"error": "invalid_client"}'), ErrorCode.UNAUTHORIZED),
        (answer(200, b'{"token_type": "Bearer"}'), ErrorCode.NO_TOKEN),
        (answer(500), ErrorCode.NO_TOKEN),
    ],
)
def test_a_token_that_is_not_handed_out_is_a_sentence_and_no_file_goes(
    scripted_server: StartServer, stage: Stage, refusal: Answer, code: ErrorCode
) -> None:
    server = scripted_server(Office(1, refuses=refusal))
    problem = stage.fails(to(server.url, tables(server.url)))
    assert (problem.code, problem.facts["step"]) == (code, "sign-in")
    assert [request.target for request in server.requests] == ["/token"]
    stage.sender.close()


def test_a_token_is_fetched_anew_shortly_before_its_end() -> None:
    now, fetched = [0.0], list[int]()
    tokens = Tokens(lambda: now[0])

    def fetch() -> Reply:
        fetched.append(len(fetched))
        body = json.dumps({"access_token": f"t{len(fetched)}", "expires_in": 100})
        return Reply(200, "OK", (), body, truncated=False)

    assert tokens.get(GRANT, fetch) == tokens.get(GRANT, fetch) == "t1"
    now[0] = 71.0
    assert tokens.get(GRANT, fetch) == "t2"
    assert tokens.get(GRANT, fetch, but="t1") == "t2"
    assert tokens.get(GRANT, fetch, but="t2") == "t3"
