# SPDX-License-Identifier: MIT
"""The server is asked whether it has the very file: before sending, after a lost answer, and as a proof."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import (
    AlreadyThere,
    ErrorCode,
    Problem,
    TransferCancelled,
    UploaderError,
)
from guiuploader.values.notes import Note
from tests.helpers.scripted_server import (
    Answer,
    Request,
    StartServer,
    answer,
    close_after,
    never_answer,
)
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, Reopened, Stage, staged, to

CONTENT = b"some content"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SIZE = 'size = "{header:Content-Length}"'
JSON = 'method = "GET"\nfound = "{json:name}"\nsize = "{json:size}"\nsha256 = "{json:sha256}"'
ABSENT = answer(404)


def held(size: int = len(CONTENT)) -> Answer:
    """Answer HEAD as for a file of this size."""
    return Answer(headers=(("Content-Length", str(size)),), framed=True)


def told(**facts: str) -> Answer:
    """Answer GET with what the server knows of the file."""
    known = {"name": '"a.bin"', "size": str(len(CONTENT)), "sha256": f'"{SHA256}"', **facts}
    text = "{" + ", ".join(f'"{name}": {value}' for name, value in known.items()) + "}"
    return answer(body=text.encode(), Content_Type="application/json")


class Shelf:
    """A server that answers questions by turns, the last answer from then on, and takes uploads."""

    def __init__(self, *answers: Answer, upload: Answer | None = None) -> None:
        self._answers = list(answers)
        self._upload = upload or answer(201)
        self.asked: list[Request] = []
        self.uploads: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            self.uploads.append(request)
            return self._upload
        self.asked.append(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


Serve = Callable[..., tuple[Shelf, Destination]]


@pytest.fixture
def serve(scripted_server: StartServer) -> Serve:
    """Return a function from the answers to questions to the server and a destination there."""

    def start(
        *answers: Answer, lookup: str = SIZE, wait: float = 0, upload: Answer | None = None, more: str = ""
    ) -> tuple[Shelf, Destination]:
        shelf = Shelf(*answers, upload=upload)
        url = scripted_server(shelf).url
        table = f"[lookup]\nurl = '{url}/files/{{filename}}'\nwait = {wait}\n{lookup}"
        return shelf, to(f"{url}/up", more, table)

    return start


@pytest.fixture
def knowing() -> Iterator[Stage]:
    """Return a stage that knows a secret."""
    made = Stage(secrets={"key": "hunter2secret"})
    yield made
    made.sender.close()


def source() -> Reopened:
    return Reopened(CONTENT, "a b.bin")


def send(
    stage: Stage, destination: Destination, *, again: bool = False, doubt: float | None = None
) -> Receipt:
    """Send a file of which an attempt so many seconds ago may have arrived."""
    stage.heard = Heard()
    since = None if doubt is None else dt.datetime.now(dt.UTC) - dt.timedelta(seconds=doubt)
    job = replace(stage.job(destination, source()), again=again, doubt=since)
    return stage.sender.send(job, stage.control, stage.heard)[0]


def fails(stage: Stage, destination: Destination, *, doubt: float | None = None) -> Problem:
    with pytest.raises(UploaderError) as caught:
        send(stage, destination, doubt=doubt)
    return caught.value.problem


# Before sending


def test_a_file_that_the_server_has_is_not_sent(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(held())
    with pytest.raises(AlreadyThere) as caught:
        send(stage, destination)
    assert caught.value.problem == Problem(ErrorCode.FOUND_THERE, {"proof": "size"}, 200)
    assert shelf.uploads == []
    assert [(each.method, each.target) for each in shelf.asked] == [("HEAD", "/files/a%20b.bin")]
    assert stage.heard.commit_points == 0
    assert stage.exchange.request.startswith("HEAD /files/a%20b.bin HTTP/1.1")


@pytest.mark.parametrize("there", [ABSENT, answer(410), held(11)])
def test_a_file_that_it_does_not_have_is_sent(stage: Stage, serve: Serve, there: Answer) -> None:
    shelf, destination = serve(there, held())
    assert send(stage, destination).notes == (Note.VERIFIED,)
    assert len(shelf.uploads) == 1
    assert not stage.heard.is_absent
    assert stage.exchange.request.startswith("POST /up")


def test_with_again_it_is_sent_without_a_question_and_proved_all_the_same(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(held())
    assert send(stage, destination, again=True).notes == (Note.VERIFIED,)
    assert (len(shelf.asked), len(shelf.uploads)) == (1, 1)


def test_the_hash_decides_where_the_size_is_the_same(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(told(sha256=f'"{"0" * 64}"'), told(), lookup=JSON)
    assert send(stage, destination).notes == (Note.VERIFIED,)
    assert len(shelf.uploads) == 1
    with pytest.raises(AlreadyThere) as caught:
        send(stage, destination)
    assert caught.value.problem.facts["proof"] == "size and SHA-256"


def test_a_file_is_only_read_for_its_hash_where_the_size_is_the_same(stage: Stage, serve: Serve) -> None:
    _, destination = serve(told(size="1"), told(), lookup=JSON)
    send(stage, destination)
    assert "reading ahead" not in stage.heard.told


@pytest.mark.parametrize("name", ['""', "false", "0", "null"], ids=["empty text", "false", "none", "nothing"])
def test_what_found_reads_may_say_no(stage: Stage, serve: Serve, name: str) -> None:
    shelf, destination = serve(told(name=name), told(), lookup=JSON)
    send(stage, destination)
    assert len(shelf.uploads) == 1


@pytest.mark.parametrize(
    "unclear",
    [
        answer(body=b"<h1>Sign in to this network</h1>", Content_Type="text/html"),
        told(size='"large"'),
        told(size="null"),
        told(sha256='"abc"'),
    ],
    ids=["a page", "no number", "no size", "no hash"],
)
def test_an_answer_that_does_not_tell_sends_nothing(stage: Stage, serve: Serve, unclear: Answer) -> None:
    shelf, destination = serve(unclear, lookup=JSON)
    assert fails(stage, destination).code is ErrorCode.LOOKUP_UNCLEAR
    assert shelf.uploads == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, ErrorCode.LOOKUP_FAILED),
        (502, ErrorCode.LOOKUP_FAILED),
        (504, ErrorCode.LOOKUP_FAILED),
        (403, ErrorCode.LOOKUP_REFUSED),
        (405, ErrorCode.LOOKUP_REFUSED),
        (302, ErrorCode.LOOKUP_REFUSED),
        (401, ErrorCode.UNAUTHORIZED),
        (429, ErrorCode.RATE_LIMITED),
        (503, ErrorCode.SERVER_BUSY),
    ],
)
def test_a_question_that_fails_sends_nothing_and_says_so(
    stage: Stage, serve: Serve, status: int, code: ErrorCode
) -> None:
    shelf, destination = serve(answer(status, b"why", Retry_After="7"))
    problem = fails(stage, destination)
    assert (problem.code, problem.status) == (code, status)
    assert problem.facts["retry_after"] == 7
    assert shelf.uploads == []
    assert stage.heard.commit_points == 0


def test_a_question_that_is_never_answered_ends_with_its_clock(serve: Serve) -> None:
    shelf, destination = serve(never_answer())
    with staged(reply_timeout=0.2) as stage:
        problem = fails(stage, destination)
    assert problem.code is ErrorCode.LOOKUP_FAILED
    assert problem.facts["message"] == "It did not answer in time."
    assert shelf.uploads == []


def test_a_question_is_asked_once_more_where_the_line_was_lost(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(close_after(0), held())
    with pytest.raises(AlreadyThere):
        send(stage, destination)
    assert len(shelf.asked) == 2
    shelf, destination = serve(close_after(0))
    assert fails(stage, destination).code is ErrorCode.LOOKUP_FAILED
    assert len(shelf.asked) == 2


def test_a_stop_ends_the_question(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(never_answer())
    with stage.sending(destination, source()) as future:
        wait_until(lambda: bool(shelf.asked))
        stage.cancel()
        with pytest.raises(TransferCancelled):
            future.result(5)
    assert shelf.uploads == []


def test_the_question_is_signed_in_as_the_upload_and_has_its_headers(knowing: Stage, serve: Serve) -> None:
    auth = "[auth]\nkind = 'basic'\nusername = 'u'\npassword = '{secret:key}'"
    more = f"[headers]\nX-Key = 'k'\n[query]\nid = '7'\n{auth}"
    shelf, destination = serve(ABSENT, held(), more=more)
    send(knowing, destination)
    (upload,), (before, after) = shelf.uploads, shelf.asked
    for name in ("Authorization", "X-Key"):
        assert before.header(name) == after.header(name) == upload.header(name) is not None
    assert before.target == "/files/a%20b.bin"
    assert before.header("Accept-Encoding") == "identity"
    assert before.header("Content-Length") is None
    assert before.header("Content-Type") is None


def test_a_server_that_lets_all_ask_need_not_ask_who_we_are(knowing: Stage, serve: Serve) -> None:
    more = "[auth]\nkind = 'digest'\nusername = 'u'\npassword = '{secret:key}'"
    shelf, destination = serve(held(), more=more)
    with pytest.raises(AlreadyThere):
        send(knowing, destination)
    assert [each.header("Authorization") for each in shelf.asked] == [None, None]


def test_the_address_may_name_the_hash_alone(stage: Stage, scripted_server: StartServer) -> None:
    shelf = Shelf(answer())
    url = scripted_server(shelf).url
    destination = to(f"{url}/up", f"[lookup]\nurl = '{url}/blobs/{{sha256}}'")
    with pytest.raises(AlreadyThere) as caught:
        send(stage, destination)
    assert caught.value.problem.facts["proof"] == "hash"
    assert shelf.asked[0].target == f"/blobs/{SHA256}"


# After a lost answer


def test_a_file_that_arrived_is_told_of_with_its_proof(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(told(), lookup=JSON, more="[reply]\nlink = '{json:name}'")
    receipt = send(stage, destination, doubt=0)
    assert (receipt.notes, receipt.sha256, receipt.size) == (
        (Note.VERIFIED, Note.ASKED_LATER),
        SHA256,
        len(CONTENT),
    )
    assert receipt.link is not None
    assert receipt.link.endswith("/files/a.bin")
    assert (len(shelf.asked), shelf.uploads) == (1, [])


def test_a_file_that_did_not_arrive_is_sent_when_the_server_had_its_time(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(ABSENT, ABSENT, ABSENT, held(), wait=0.6)
    receipt = send(stage, destination, doubt=0.2)
    assert receipt.notes == (Note.VERIFIED,)
    assert len(shelf.uploads) == 1
    assert len(shelf.asked) == 4  # at once, after 0.25 s, at 0.4 s; and as a proof
    assert stage.heard.is_absent


def test_a_file_that_shows_late_is_not_sent_twice(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(ABSENT, ABSENT, held(), wait=30)
    assert Note.ASKED_LATER in send(stage, destination, doubt=0).notes
    assert shelf.uploads == []


def test_nobody_knows_where_another_file_is_there(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(held(3))
    problem = fails(stage, destination, doubt=0)
    assert problem.code is ErrorCode.LOOKUP_OTHER
    assert problem.facts == {"sent": "12 bytes", "received": "3 bytes"}
    assert shelf.uploads == []


def test_where_repeats_are_safe_half_a_file_is_simply_replaced(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(held(3), held(), wait=30, more='method = "PUT"\nbody = "raw"')
    assert send(stage, destination, doubt=0).notes == (Note.VERIFIED,)
    assert len(shelf.uploads) == 1


def test_a_stop_ends_the_time_that_a_server_has(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(ABSENT, wait=30)
    job = replace(stage.job(destination, source()), doubt=dt.datetime.now(dt.UTC))
    stage.control.cancel()
    with pytest.raises(TransferCancelled):
        stage.sender.send(job, stage.control, stage.heard)
    assert shelf.uploads == []


# As a proof


@pytest.mark.parametrize(
    ("there", "lookup", "code"),
    [
        (held(3), SIZE, ErrorCode.SIZE_MISMATCH),
        (told(size="3"), JSON, ErrorCode.SIZE_MISMATCH),
        (told(sha256=f'"{"0" * 64}"'), JSON, ErrorCode.DIGEST_MISMATCH),
        (ABSENT, SIZE, ErrorCode.LOOKUP_MISSING),
    ],
)
def test_a_server_that_has_something_else_than_what_was_sent_is_believed(
    stage: Stage, serve: Serve, there: Answer, lookup: str, code: ErrorCode
) -> None:
    shelf, destination = serve(ABSENT, there, lookup=lookup, wait=0.1)
    assert fails(stage, destination).code is code
    assert len(shelf.uploads) == 1
    assert len(shelf.asked) > 2


def test_a_server_has_time_to_show_what_it_got(stage: Stage, serve: Serve) -> None:
    _, destination = serve(ABSENT, ABSENT, held(3), held(), wait=30)
    assert send(stage, destination).notes == (Note.VERIFIED,)


@pytest.mark.parametrize("lost", [answer(500), told(sha256="null"), close_after(0)])
def test_a_proof_that_cannot_be_had_leaves_the_file_where_it_is(
    stage: Stage, serve: Serve, lost: Answer
) -> None:
    shelf, destination = serve(ABSENT, lost, lookup=JSON)
    assert send(stage, destination).notes == (Note.UNPROVED,)
    assert len(shelf.uploads) == 1


def test_an_answer_that_proves_it_already_is_enough(stage: Stage, serve: Serve) -> None:
    upload = answer(201, SHA256.encode())
    shelf, destination = serve(ABSENT, upload=upload, more="[reply]\nsha256 = '{response}'")
    assert send(stage, destination).notes == (Note.VERIFIED,)
    assert len(shelf.asked) == 1


def test_a_stop_during_the_proof_does_not_take_back_what_arrived(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(ABSENT, never_answer())
    with stage.sending(destination, source()) as future:
        wait_until(lambda: len(shelf.asked) == 2)
        stage.cancel()
        assert future.result(5).notes == (Note.UNPROVED,)


def test_a_refused_upload_is_not_asked_for_again(stage: Stage, serve: Serve) -> None:
    shelf, destination = serve(ABSENT, upload=answer(413))
    assert fails(stage, destination).code is ErrorCode.TOO_LARGE
    assert len(shelf.asked) == 1


def test_a_secret_in_the_question_is_not_shown(knowing: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(Shelf(answer(500, b"bad hunter2secret")))
    destination = to(f"{server.url}/up", f"[lookup]\nurl = '{server.url}/f?key={{secret:key}}'\n{SIZE}")
    problem = fails(knowing, destination)
    assert server.request().target == "/f?key=hunter2secret"
    assert "hunter2secret" not in f"{problem}{knowing.exchange}"
