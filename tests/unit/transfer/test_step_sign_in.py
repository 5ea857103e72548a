# SPDX-License-Identifier: MIT
"""Steps that sign in: what they give is renewed, kept from all eyes, and not told to other servers."""

import json

import pytest

from guiuploader.values.errors import DestinationError
from tests.helpers.scripted_server import Answer, Request, StartServer, answer
from tests.unit.transfer.stage import Stage, to
from tests.unit.transfer.test_steps import CONTENT, kept, send

LOGIN = """
body = "raw"
[auth]
kind = "bearer"
token = "{step:login.token}"
[[before]]
name = "login"
url = "/login"
fields = {user = "me", password = "{secret:password}"}
[before.gives]
token = "{json:token}"
[[before]]
name = "open"
url = "/open"
[before.gives]
id = "{json:id}"
[parts]
url = "/files/{step:open.id}/{part:index}"
size = 65536
"""


OPEN = """
body = "raw"
[[before]]
name = "open"
url = "/open"
[before.gives]
id = "{json:id}"
"""


class Doorkeeper:
    """A server whose tokens hold for so many requests; it notes who came with which."""

    def __init__(self, holds: int) -> None:
        self.holds = holds
        self.tokens = 0
        self.left = 0
        self.came: list[tuple[str, str | None]] = []

    def __call__(self, request: Request) -> Answer:
        self.came.append((request.target, request.header("Authorization")))
        if request.target == "/login":
            self.tokens, self.left = self.tokens + 1, self.holds
            return answer(200, json.dumps({"token": self.token}).encode())
        if request.header("Authorization") != f"Bearer {self.token}" or not self.left:
            return answer(401)
        self.left -= 1
        return answer(200, b'{"id": 7}' if request.target == "/open" else f"you are {self.token}".encode())

    @property
    def token(self) -> str:
        return f"very-secret-token-{self.tokens}"


def test_a_token_from_a_step_is_fetched_again_when_it_runs_out_and_is_never_kept_or_shown(
    scripted_server: StartServer,
) -> None:
    keeper = Doorkeeper(holds=3)
    server = scripted_server(keeper)
    stage = Stage(secrets={"password": "pass-word"})
    send(stage, to(server.url, LOGIN))
    assert [target for target, _ in keeper.came].count("/open") == 1
    assert keeper.tokens == 2
    for shown in (str(stage.heard.checkpoints), str(stage.exchange)):
        assert "very-secret" not in shown
    assert kept(stage).finished.steps == {"open": {"id": "7"}}  # type: ignore[union-attr] # else it fails
    assert ("/login", None) in keeper.came
    stage.sender.close()


def test_a_step_at_another_server_gets_neither_sign_in_nor_secret(
    scripted_server: StartServer,
) -> None:
    other = scripted_server(answer(200))
    server = scripted_server(lambda _: answer(200, json.dumps({"to": f"{other.url}/put?x=%2F1"}).encode()))
    tables = """
body = "raw"
[auth]
kind = "bearer"
token = "{secret:token}"
[[before]]
name = "ask"
[before.gives]
to = "{json:to}"
[parts]
url = "{step:ask.to}"
"""
    stage = Stage(secrets={"token": "very-secret"})
    send(stage, to(server.url, tables))
    (put,) = other.requests
    assert put.target == "/put?x=%2F1"
    assert put.header("Authorization") is None
    assert bytes(put.body) == CONTENT
    with pytest.raises(DestinationError):
        send(stage, to(server.url, tables.replace("[auth]", '[headers]\nX-Key = "{secret:token}"\n[auth]')))
    assert len(other.requests) == 1
    stage.sender.close()


@pytest.mark.parametrize("address", ["http://[nonsense", "//[", "http://\N{ACCOUNT OF}.example/"])
def test_an_address_from_a_step_that_is_none_is_refused_in_words(
    scripted_server: StartServer, stage: Stage, address: str
) -> None:
    server = scripted_server(answer(200, json.dumps({"id": address}).encode()))
    with pytest.raises(DestinationError) as refused:
        send(stage, to(server.url, OPEN, '[parts]\nurl = "{step:open.id}"'))
    assert "what a step gave is no address" in str(refused.value.problem.facts["reason"])


@pytest.mark.parametrize(
    ("value", "table"),
    [
        ("PLANTED-1", '[headers]\nX-Api-Key = "{step:open.id}"'),
        ("PLANTED-1", '[query]\naccess_token = "{step:open.id}"'),
        ("{url}/up?sig=PLANTED-1", '[parts]\nurl = "{step:open.id}"'),
        ("http://user:PLANTED-1@{host}/up", '[headers]\nX-From = "{step:open.id}"'),
    ],
)
def test_what_a_step_gives_is_a_secret_by_where_it_goes_and_by_what_it_is(
    scripted_server: StartServer, stage: Stage, value: str, table: str
) -> None:
    server = scripted_server(
        lambda request: answer(200, json.dumps({"id": given, "of": request.target}).encode())
    )
    given = value.format(url=server.url, host=server.url.partition("//")[2])
    send(stage, to(server.url, OPEN, table))
    assert len(server.requests) == 2
    assert "PLANTED" in f"{server.request(1).target} {server.request(1).headers}"
    assert "PLANTED" not in f"{stage.heard.checkpoints} {stage.exchange}"


def test_of_many_parts_the_last_request_is_never_among_what_is_kept(scripted_server: StartServer) -> None:
    server = scripted_server(answer(200))
    stage = Stage()
    receipt = send(stage, to(server.url, 'body = "raw"\n[parts]\nsize = 65536'), content=b"x" * 65536 * 300)
    assert receipt.size == 65536 * 300
    assert max(len(each.finished.parts) for each in stage.heard.checkpoints if each and each.finished) == 299
    stage.sender.close()
