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
from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused, TransferCancelled
from tests.helpers.scripted_server import Answer, Ending, Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import Heard, Reopened, Stage, staged, to

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


def send(
    stage: Stage,
    destination: Destination,
    kept: Checkpoint | None = None,
    *,
    heard: Heard | None = None,
    content: bytes = CONTENT,
) -> Receipt:
    stage.control, stage.heard = Control(), heard or Heard()
    job = replace(stage.job(destination, Reopened(content)), checkpoint=kept)
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


@pytest.mark.parametrize(
    ("fault", "code", "fact", "said"),
    [
        (answer(403, b"no such project"), ErrorCode.FORBIDDEN, "message", "no such project"),
        (answer(200, b"{}"), ErrorCode.STEP_GAVE_NOTHING, "name", "upload"),
    ],
)
def test_a_step_that_fails_is_named(
    server: ScriptedServer, assembler: Assembler, fault: Answer, code: ErrorCode, fact: str, said: str
) -> None:
    assembler.faults["/start"] = [fault]
    with staged() as stage, pytest.raises(ServerRefused) as refused:
        send(stage, to(server.url, STEPS))
    problem = refused.value.problem
    assert (problem.code, problem.facts["step"]) == (code, "start")
    assert said in str(problem.facts[fact])


def test_a_session_that_must_stay_secret_is_begun_anew_with_all_of_its_parts(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    assembler.faults["/upload?id=1&part=2"] = [answer(503)]
    tables = STEPS.replace("upload = ", "session = ").replace("start.upload", "start.session")
    with pytest.raises(ServerRefused):
        send(stage, to(server.url, tables))
    left = kept(stage)
    assert left.finished == Finished({}, {"1": {"tag": "tag-1"}})
    send(stage, to(server.url, tables), left)
    assert assembler.made == 2
    assert assembler.content() == CONTENT


def test_a_step_after_the_one_that_stores_goes_alone_when_it_failed(
    server: ScriptedServer, assembler: Assembler, stage: Stage
) -> None:
    tables = (
        STEPS.replace('url = "/finish"', 'url = "/finish"\nstores = true')
        + '[[after]]\nname = "publish"\nurl = "/publish"'
    )
    assembler.faults["/publish"] = [Answer(silent=True, ending=Ending.CLOSE)]
    with pytest.raises(NetworkError) as lost:
        send(stage, to(server.url, tables))
    assert lost.value.problem.code is ErrorCode.STEP_UNANSWERED
    assert stage.heard.commit_points == 1
    assert "finish" in kept(stage).finished.steps  # type: ignore[union-attr] # else it fails
    before = len(server.requests)
    receipt = send(stage, to(server.url, tables), kept(stage))
    assert [request.target for request in server.requests[before:]] == ["/publish"]
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stage.heard.commit_points == 0


def test_parts_travel_in_a_form_with_what_is_known_of_them(
    scripted_server: StartServer, stage: Stage
) -> None:
    server = scripted_server(answer(200))
    tables = f"""
[multipart.fields]
place = "{{part:index}}/{{part:count}} {{part:offset}}-{{part:end}} {{part:length}} {{part:last}}"
digest = "{{part:sha256}}"
[parts]
size = {PART}
"""
    send(stage, to(server.url, tables))
    assert len(server.requests) == 4
    for number, request in enumerate(server.requests):
        content = CONTENT[number * PART : (number + 1) * PART]
        end, last = number * PART + len(content) - 1, "true" if number == 3 else "false"
        digest = hashlib.sha256(content).hexdigest()
        for said in (f"{number}/4 {number * PART}-{end} {len(content)} {last}", digest):
            assert said.encode() in bytes(request.body)
        assert content in bytes(request.body)
    assert stage.heard.commit_points == 1


def test_a_request_without_a_file_has_steps_too(scripted_server: StartServer, stage: Stage) -> None:
    server = scripted_server(answer(200, b'{"id": 5}'))
    tables = 'method = "DELETE"\nbody = "none"\n[[before]]\nname = "a"\ngives = {id = "{json:id}"}\n'
    stage.control, stage.heard = Control(), Heard()
    destination = to(server.url, tables + '[parts]\nurl = "/{step:a.id}"')
    stage.sender.send(stage.job(destination), stage.control, stage.heard)
    assert [(each.method, each.target) for each in server.requests] == [("POST", "/"), ("DELETE", "/5")]


@pytest.mark.parametrize("parallel", [1, 3])
def test_a_stop_between_parts_keeps_those_that_are_there(
    server: ScriptedServer, stage: Stage, parallel: int
) -> None:
    class Stopping(Heard):
        def checkpoint(self, value: Checkpoint | None, /) -> None:
            super().checkpoint(value)
            if value is not None and value.finished is not None and value.finished.parts:
                stage.control.cancel()

    destination = to(server.url, STEPS.replace("[parts]", f"[parts]\nparallel = {parallel}"))
    with pytest.raises(TransferCancelled):
        send(stage, destination, heard=Stopping())
    assert stage.heard.commit_points == 0
    receipt = send(stage, destination, kept(stage))
    assert receipt.size == SIZE
    assert "/finish" in {request.target for request in server.requests}
