# SPDX-License-Identifier: MIT
"""An upload of several requests: steps before the file, the file in parts, steps after it."""

import hashlib
import json
from dataclasses import replace

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.checkpoint import Checkpoint, Finished
from guiuploader.transfer.control import Control
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import DestinationError, ErrorCode, NetworkError, ServerRefused
from tests.helpers.scripted_server import Answer, Ending, Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import Heard, Reopened, Stage, to

PART = 64 * 1024
SIZE = 3 * PART + 5
CONTENT = bytes(n % 251 for n in range(SIZE))
STEPS = f"""
body = "raw"
method = "PUT"
[[before]]
name = "start"
url = "/start"
text = '\\{{"name": "{{filename}}"}}'
content_type = "application/json"
[before.gives]
upload = "{{json:upload}}"
[parts]
url = "{{step:start.upload}}&part={{part:number}}"
size = {PART}
item = '\\{{"n": {{part:number}}, "tag": "{{part:tag}}"}}'
joint = ", "
[parts.gives]
tag = "{{header:ETag}}"
[[after]]
name = "finish"
url = "/finish"
text = "[{{parts}}]"
content_type = "application/json"
"""


class Assembler:
    """A server that hands out an upload, takes its parts in any order, and puts them together at the end."""

    def __init__(self) -> None:
        self.parts: dict[int, Request] = {}
        self.made = 0
        self.whole = b""
        self.faults: dict[str, list[Answer]] = {}

    def __call__(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        if self.faults.get(request.target) or self.faults.get(path):
            return (self.faults.get(request.target) or self.faults[path]).pop(0)
        if path == "/start":
            self.made += 1
            self.parts.clear()
            return answer(201, json.dumps({"upload": f"/upload?id={self.made}"}).encode())
        if path == "/upload":
            number = int(request.target.rpartition("=")[2])
            self.parts[number] = request
            return answer(200, ETag=f"tag-{number}")
        self.listed = request
        return answer(201, Location="/files/1")

    def content(self) -> bytes:
        return b"".join(bytes(self.parts[number].body) for number in sorted(self.parts))


@pytest.fixture
def assembler() -> Assembler:
    return Assembler()


@pytest.fixture
def server(assembler: Assembler, scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(assembler)


def source() -> Reopened:
    return Reopened(CONTENT)


def send(
    stage: Stage, destination: Destination, kept: Checkpoint | None = None, heard: Heard | None = None
) -> Receipt:
    stage.control, stage.heard = Control(), heard or Heard()
    job = replace(stage.job(destination, source()), checkpoint=kept)
    return stage.sender.send(job, stage.control, stage.heard)[0]


def kept(stage: Stage) -> Checkpoint:
    found = stage.heard.checkpoints[-1]
    assert found is not None
    return found


@pytest.mark.parametrize("parallel", [1, 3])
def test_the_parts_go_between_the_steps_and_become_the_file(
    server: ScriptedServer, assembler: Assembler, stage: Stage, parallel: int
) -> None:
    destination = to(server.url, STEPS.replace("[parts]", f"[parts]\nparallel = {parallel}"))
    receipt = send(stage, destination)
    assert assembler.content() == CONTENT
    assert json.loads(bytes(assembler.listed.body)) == [{"n": n, "tag": f"tag-{n}"} for n in (1, 2, 3, 4)]
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (receipt.size, receipt.link) == (SIZE, f"{server.url}/files/1")
    assert stage.heard.commit_points == 1
    assert max(stage.heard.counts) == SIZE
    assert {request.target for request in assembler.parts.values()} == {
        f"/upload?id=1&part={n}" for n in (1, 2, 3, 4)
    }


def test_what_runs_is_told(server: ScriptedServer, stage: Stage) -> None:
    send(stage, to(server.url, STEPS))
    assert [(each.kind, each.number, each.count) for each in stage.heard.stages] == [
        ("before", 1, 1),
        *(("part", n, 4) for n in (1, 2, 3, 4)),
        ("after", 1, 1),
    ]


def test_a_later_attempt_sends_the_missing_parts_alone(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    refusal = "/upload?id=1&part=3"
    assembler.faults[refusal] = [answer(503)]
    with pytest.raises(ServerRefused) as refused:
        send(stage, to(server.url, STEPS))
    assert refused.value.problem.facts["part"] == 3
    assert stage.heard.commit_points == 0
    left = kept(stage)
    assert left.finished == Finished(
        {"start": {"upload": "/upload?id=1"}}, {"1": {"tag": "tag-1"}, "2": {"tag": "tag-2"}}
    )
    before = len(server.requests)
    receipt = send(stage, to(server.url, STEPS), left)
    assert [request.target for request in server.requests[before:]] == [
        "/upload?id=1&part=3",
        "/upload?id=1&part=4",
        "/finish",
    ]
    assert stage.heard.resumptions == [2 * PART]
    assert assembler.content() == CONTENT
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_part_whose_answer_is_lost_goes_again_at_once_and_leaves_nothing_open(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.faults["/upload?id=1&part=2"] = [Answer(silent=True, ending=Ending.CLOSE)]
    send(stage, to(server.url, STEPS))
    assert assembler.content() == CONTENT
    assert stage.heard.commit_points == 1


def test_a_first_part_that_is_lost_names_itself_and_does_not_leave_the_file_open(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.faults["/upload?id=1&part=1"] = [Answer(silent=True, ending=Ending.CLOSE)]
    with pytest.raises(NetworkError) as lost:
        send(stage, to(server.url, STEPS))
    assert lost.value.problem.code is ErrorCode.STEP_UNANSWERED
    assert lost.value.problem.facts["part"] == 1
    assert stage.heard.commit_points == 0


def test_a_last_step_whose_answer_is_lost_leaves_the_file_open_and_nothing_is_kept_after_it(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.faults["/finish"] = [Answer(silent=True, ending=Ending.CLOSE)]
    with pytest.raises(NetworkError) as lost:
        send(stage, to(server.url, STEPS))
    assert lost.value.problem.code is ErrorCode.REPLY_LOST
    assert lost.value.problem.facts["step"] == "finish"
    assert stage.heard.commit_points == 1
    assert len(kept(stage).finished.parts) == 4  # type: ignore[union-attr] # else it fails


def test_an_upload_that_the_server_forgot_is_begun_anew(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.made = 6
    assembler.faults["/upload?id=6&part=3"] = [answer(404)]
    left = Finished({"start": {"upload": "/upload?id=6"}}, {"1": {"tag": "old"}, "2": {"tag": "old"}})
    receipt = send(stage, to(server.url, STEPS), Checkpoint("", finished=left))
    assert assembler.content() == CONTENT
    assert assembler.made == 7
    assert stage.heard.checkpoints[0] is None
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_step_that_is_refused_is_named(server: ScriptedServer, assembler: Assembler, stage: Stage) -> None:
    assembler.faults["/start"] = [answer(403, b"no such project")]
    with pytest.raises(ServerRefused) as refused:
        send(stage, to(server.url, STEPS))
    problem = refused.value.problem
    assert (problem.code, problem.facts["step"]) == (ErrorCode.FORBIDDEN, "start")
    assert "no such project" in str(problem.facts["message"])


def test_a_reply_without_what_is_needed_is_said(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.faults["/start"] = [answer(200, b"{}")]
    with pytest.raises(ServerRefused) as refused:
        send(stage, to(server.url, STEPS))
    problem = refused.value.problem
    assert (problem.code, problem.facts["name"]) == (ErrorCode.STEP_GAVE_NOTHING, "upload")


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
