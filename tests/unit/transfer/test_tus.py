# SPDX-License-Identifier: MIT
"""Uploads by tus 1.0: made, filled, and gone on with from what the server has, and from nothing else."""

import base64
import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.local_file import local_file
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.preview import http_text
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import ErrorCode, Problem, TransferCancelled, UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import MASK
from tests.helpers.scripted_server import Answer, Request, ScriptedServer, StartServer
from tests.helpers.tus_double import TusDouble, said
from tests.unit.transfer.stage import Heard, MemorySource, Reopened, Stage, to

CONTENT = bytes(range(256)) * 12_000  # 3 MB: more than all that is small here
SHA256 = hashlib.sha256(CONTENT).hexdigest()
THIRD = len(CONTENT) // 3
PARTS = "[tus]\npart_size = 1000000"


@pytest.fixture
def double() -> TusDouble:
    return TusDouble()


@pytest.fixture
def server(scripted_server: StartServer, double: TusDouble) -> ScriptedServer:
    return scripted_server(double.answer)


class Scene:
    """A stage, a server by script behind it, and what to send there."""

    def __init__(self, stage: Stage, server: ScriptedServer, double: TusDouble, folder: Path) -> None:
        self.stage, self.server, self.double = stage, server, double
        self.heard = Heard()
        self.control = Control()
        self._folder = folder

    def send(
        self,
        *tables: str,
        content: bytes = CONTENT,
        kept: Checkpoint | None = None,
        source: MemorySource | None = None,
    ) -> Receipt:
        """Send a file of the disk, or the source."""
        path = self._folder / "größe.bin"
        path.write_bytes(content)
        destination = to(f"{self.server.url}/files/?a=b", 'body = "tus"', *tables)
        job = replace(self.stage.job(destination), sources=(source or local_file(path),), checkpoint=kept)
        return self.stage.sender.send(job, self.control, self.heard)[0]

    def fails(self, *tables: str, kept: Checkpoint | None = None, content: bytes = CONTENT) -> Problem:
        """Send and return why that failed."""
        with pytest.raises(UploaderError) as caught:
            self.send(*tables, kept=kept, content=content)
        return caught.value.problem

    def left(self, *, may_be_whole: bool = False) -> Checkpoint:
        """Return what an attempt before this one left."""
        return Checkpoint(f"{self.server.url}/files/1", may_be_whole)

    @property
    def methods(self) -> list[str]:
        """What was asked of the server, in order."""
        return [request.method for request in self.server.requests]

    def requests(self, method: str) -> list[Request]:
        """Return the requests of one method."""
        return [request for request in self.server.requests if request.method == method]


@pytest.fixture
def scene(stage: Stage, server: ScriptedServer, double: TusDouble, tmp_path: Path) -> Scene:
    return Scene(stage, server, double, tmp_path)


def test_an_upload_is_made_and_filled(scene: Scene) -> None:
    table = "[tus.metadata]\nfolder = '{relpath}'\nnote = ''\n[auth]\nkind = 'bearer'\ntoken = '{secret:t}'"
    scene.stage = Stage(secrets={"t": "pass-word"})
    with closing(scene.stage.sender):
        receipt = scene.send(table)
    assert scene.methods == ["OPTIONS", "POST", "PATCH"]
    made, filled = scene.server.requests[1:]
    assert made.target == "/files/?a=b"
    assert filled.target == "/files/1"
    assert made.header("Upload-Length") == str(len(CONTENT))
    told = {
        "filename": "größe.bin",
        "filetype": "application/octet-stream",
        "folder": "größe.bin",
        "note": "",
    }
    assert scene.double.metadata(made) == told
    assert (filled.header("Upload-Offset"), filled.header("Upload-Length")) == ("0", None)
    assert filled.header("Content-Type") == "application/offset+octet-stream"
    for request in scene.server.requests:
        assert request.header("Tus-Resumable") == "1.0.0"
        assert request.header("Authorization") == "Bearer pass-word"
    assert scene.double.content == CONTENT
    assert (receipt.sha256, receipt.size) == (SHA256, len(CONTENT))
    assert receipt.link == f"{scene.server.url}/files/1"
    assert scene.heard.checkpoints == [scene.left(), scene.left(may_be_whole=True)]
    assert (scene.heard.commit_points, scene.heard.resumptions) == (1, [])
    assert scene.heard.told[-2:] == [len(CONTENT), "body sent"]


def test_what_a_server_can_is_asked_once(scene: Scene) -> None:
    destination = to(f"{scene.server.url}/files/", 'body = "tus"')
    job = scene.stage.job(destination, Reopened(CONTENT))
    for _ in range(2):
        scene.stage.sender.send(job, Control(), Heard())
    assert scene.methods.count("OPTIONS") == 1


@pytest.mark.parametrize("status", [200, 404, 405])
def test_a_gateway_that_answers_options_itself_is_no_hindrance(scene: Scene, status: int) -> None:
    scene.double.fail("OPTIONS", Answer(status=status))
    assert scene.send().sha256 == SHA256


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537])
def test_small_files_and_an_empty_one_arrive(scene: Scene, size: int) -> None:
    receipt = scene.send(content=CONTENT[:size])
    assert scene.double.content == CONTENT[:size]
    assert (receipt.size, scene.heard.commit_points) == (size, 1)
    assert scene.methods == (["OPTIONS", "POST", "PATCH"] if size else ["OPTIONS", "POST"])


def test_the_making_of_an_empty_upload_without_an_answer_leaves_it_in_doubt(scene: Scene) -> None:
    scene.double.fail("POST", scene.double.silence())
    problem = scene.fails(content=b"")
    assert (problem.code, scene.heard.checkpoints) == (ErrorCode.REPLY_LOST, [])


@pytest.mark.parametrize("location", ["1", "/files/1", "{url}/files/1", "{url}/files/1#part"])
def test_an_address_may_be_relative_or_whole(scene: Scene, location: str) -> None:
    scene.double.length = len(CONTENT)
    scene.double.fail("POST", said(201, {"Location": location.format(url=scene.server.url)}))
    assert scene.send().link == f"{scene.server.url}/files/1"


@pytest.mark.parametrize(
    ("location", "sent_to"),
    [
        ("/files/a b", "/files/a%20b"),
        ("/files/\N{LATIN SMALL LETTER A WITH DIAERESIS}", "/files/%C3%A4"),
        ("/files/1\x07", "/files/1%07"),
        ("{url}/files/1", "/files/1"),
    ],
)
def test_an_address_that_no_request_line_holds_is_made_fit_for_one(
    scene: Scene, location: str, sent_to: str
) -> None:
    url = scene.server.url.replace("http://", "http://user:password@")
    named = location.format(url=url).encode().decode("latin-1")
    scene.double.path, scene.double.length = sent_to, len(CONTENT)
    scene.double.fail("POST", said(201, {"Location": named}))
    assert scene.send().link == f"{scene.server.url}{sent_to}"
    assert {kept.url for kept in scene.heard.checkpoints if kept} == {f"{scene.server.url}{sent_to}"}


def test_a_server_that_has_more_than_it_was_given_is_not_believed(scene: Scene) -> None:
    scene.double.fail("PATCH", said(204, {"Upload-Offset": str(len(CONTENT))}))
    problem = scene.fails(PARTS)
    assert problem.code is ErrorCode.PROTOCOL_BROKEN
    assert f"It has {len(CONTENT)} bytes, and was given 1000000." in explain(problem).detail
    scene.double.fail("POST", said(201, {"Location": "/files/1", "Upload-Offset": str(len(CONTENT))}))
    assert scene.fails("[tus]\ncreation_with_upload = true").code is ErrorCode.PROTOCOL_BROKEN


@pytest.mark.parametrize(
    ("headers", "said_so"),
    [
        ({}, "names no address"),
        ({"Location": "ftp://127.0.0.1/x"}, "names no address"),
        ({"Location": "http://127.0.0.2:1/x"}, "another server: http://127.0.0.2:1"),
        ({"Location": "https://127.0.0.1/x"}, "another server"),
    ],
)
def test_no_address_or_one_elsewhere_is_refused(scene: Scene, headers: dict[str, str], said_so: str) -> None:
    scene.double.fail("POST", said(201, headers))
    problem = scene.fails()
    assert problem.code is ErrorCode.PROTOCOL_BROKEN
    assert said_so in explain(problem).detail
    assert (scene.methods, scene.heard.commit_points) == (["OPTIONS", "POST"], 0)


def test_a_file_over_the_servers_limit_is_not_begun(scripted_server: StartServer, scene: Scene) -> None:
    scene.server = scripted_server(TusDouble(**{"Tus-Max-Size": "1000000"}).answer)
    problem = scene.fails()
    assert problem.code is ErrorCode.SIZE_OVER_LIMIT
    assert str(explain(problem)).startswith("Too large for this server: it takes at most 1 MB.")
    assert scene.methods == ["OPTIONS"]


def test_another_version_is_refused_in_words(scripted_server: StartServer, scene: Scene) -> None:
    scene.double.fail("POST", said(412, {"Tus-Version": "0.2.2,2.0"}))
    problem = scene.fails()
    assert (problem.code, explain(problem).detail) == (
        ErrorCode.PROTOCOL_VERSION,
        "It names: 0.2.2,2.0.",
    )
    scene.server = scripted_server(TusDouble(**{"Tus-Version": "2.0"}).answer)
    assert scene.fails().code is ErrorCode.PROTOCOL_VERSION


def test_a_server_that_makes_no_uploads_is_refused(scripted_server: StartServer, scene: Scene) -> None:
    scene.server = scripted_server(TusDouble(**{"Tus-Extension": "termination"}).answer)
    assert scene.fails().code is ErrorCode.PROTOCOL_BROKEN


def test_parts_follow_each_other_and_only_the_last_is_marked(scene: Scene) -> None:
    receipt = scene.send(PARTS)
    assert [request.header("Upload-Offset") for request in scene.requests("PATCH")] == [
        "0",
        "1000000",
        "2000000",
        "3000000",
    ]
    assert scene.double.content == CONTENT
    assert (receipt.sha256, scene.heard.commit_points) == (SHA256, 1)
    assert scene.heard.counts == sorted(scene.heard.counts)
    assert "reading ahead" not in scene.heard.told


def test_parts_carry_a_checksum_where_the_server_takes_one(
    scripted_server: StartServer, scene: Scene
) -> None:
    scene.server = scripted_server(TusDouble(**{"Tus-Checksum-Algorithm": "md5,crc32,sha1"}).answer)
    scene.send(PARTS)
    part = CONTENT[1_000_000:2_000_000]
    digest = base64.b64encode(hashlib.sha1(part, usedforsecurity=False).digest()).decode()
    assert scene.requests("PATCH")[1].header("Upload-Checksum") == f"sha1 {digest}"


def test_a_damaged_part_is_said_in_words_and_may_be_sent_again(scene: Scene) -> None:
    scene.double.fail("PATCH", said(460))
    problem = scene.fails()
    assert (problem.code, problem.retryable) == (ErrorCode.CHECKSUM_REFUSED, True)
    assert scene.heard.checkpoints[-1] == scene.left()
    assert scene.send(kept=scene.left()).sha256 == SHA256


@pytest.mark.parametrize("hashed", [True, False])
def test_after_a_cut_it_goes_on_where_the_server_has_it(scene: Scene, *, hashed: bool) -> None:
    scene.double.fail("PATCH", scene.double.cut(THIRD), scene.double.cut(THIRD))
    receipt = scene.send(*([] if hashed else ["[reply]\nhash = 'none'"]))
    assert scene.methods == ["OPTIONS", "POST", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH"]
    assert scene.double.content == CONTENT
    assert scene.heard.resumptions == [THIRD, 2 * THIRD]
    assert receipt.sha256 == (SHA256 if hashed else None)
    assert ("reading ahead" in scene.heard.told) == hashed


def test_a_line_that_brings_nothing_further_ends_the_attempt(scene: Scene) -> None:
    scene.double.fail("PATCH", scene.double.cut(THIRD), scene.double.cut(0))
    problem = scene.fails()
    assert (problem.code, problem.retryable) == (ErrorCode.CONNECTION_LOST, True)
    assert scene.heard.checkpoints[-1] == scene.left()


def test_a_later_attempt_goes_on_from_what_was_kept(scene: Scene) -> None:
    scene.double.holds(CONTENT[:THIRD], len(CONTENT))
    receipt = scene.send(kept=scene.left())
    assert scene.methods == ["OPTIONS", "HEAD", "PATCH"]
    assert len(scene.requests("PATCH")[0].body) == len(CONTENT) - THIRD
    assert (scene.double.content, receipt.sha256) == (CONTENT, SHA256)
    assert scene.heard.resumptions == [THIRD]
    assert scene.heard.counts[0] == THIRD


def test_a_source_that_cannot_begin_in_its_middle_is_read_up_to_there(scene: Scene) -> None:
    scene.double.holds(CONTENT[:THIRD], len(CONTENT))
    scene.send("[reply]\nhash = 'none'", kept=scene.left(), source=Reopened(CONTENT))
    assert scene.double.content == CONTENT
    assert "reading ahead" in scene.heard.told


def test_what_was_kept_of_another_server_is_left_alone(scene: Scene) -> None:
    scene.send(kept=Checkpoint("http://127.0.0.2:1/files/1"))
    assert scene.methods == ["OPTIONS", "POST", "PATCH"]


@pytest.mark.parametrize("status", [404, 410])
def test_an_upload_that_is_gone_is_begun_anew_if_its_end_never_went_out(scene: Scene, status: int) -> None:
    scene.double.fail("HEAD", said(status))
    assert scene.send(kept=scene.left()).sha256 == SHA256
    assert scene.methods == ["OPTIONS", "HEAD", "POST", "PATCH"]
    assert scene.heard.checkpoints[:2] == [None, scene.left()]


@pytest.mark.parametrize("status", [404, 410])
def test_one_that_is_gone_after_its_end_went_out_may_have_arrived(scene: Scene, status: int) -> None:
    scene.double.fail("HEAD", said(status))
    problem = scene.fails(kept=scene.left(may_be_whole=True))
    assert (problem.code, problem.status, problem.unconfirmed) == (ErrorCode.UPLOAD_GONE, status, True)
    assert scene.methods == ["OPTIONS", "HEAD"]
    assert (scene.heard.commit_points, scene.heard.checkpoints) == (1, [None])


def test_where_repeats_are_safe_it_is_begun_anew_all_the_same(scene: Scene) -> None:
    receipt = scene.send("[retry]\nrepeats_are_safe = true", kept=scene.left(may_be_whole=True))
    assert receipt.sha256 == SHA256


def test_an_upload_that_is_whole_is_done_without_sending(scene: Scene) -> None:
    scene.double.holds(CONTENT, len(CONTENT))
    receipt = scene.send(kept=scene.left(may_be_whole=True))
    assert (receipt.sha256, scene.methods) == (SHA256, ["OPTIONS", "HEAD"])


def test_an_upload_that_vanishes_on_the_way_is_begun_anew_once(scene: Scene) -> None:
    scene.double.fail("PATCH", said(404))
    assert scene.send(PARTS).sha256 == SHA256
    scene.double.fail("PATCH", said(410), said(410))
    assert scene.fails(PARTS).code is ErrorCode.NOT_FOUND


def test_one_that_vanishes_while_its_last_byte_goes_out_may_have_arrived(scene: Scene) -> None:
    scene.double.fail("PATCH", said(404))
    assert scene.fails(content=b"small").code is ErrorCode.UPLOAD_GONE


def test_a_lost_answer_to_the_last_byte_is_asked_for(scene: Scene) -> None:
    scene.double.fail("PATCH", scene.double.silence())
    assert scene.send().sha256 == SHA256
    assert scene.methods == ["OPTIONS", "POST", "PATCH", "HEAD"]


def test_a_lost_answer_and_then_no_upload_leaves_it_in_doubt(scene: Scene) -> None:
    scene.double.fail("PATCH", scene.double.silence())
    scene.double.fail("HEAD", said(404))
    problem = scene.fails()
    assert (problem.code, scene.heard.checkpoints[-1]) == (ErrorCode.UPLOAD_GONE, None)


def test_a_lost_answer_that_cannot_be_asked_for_is_what_is_told(scene: Scene) -> None:
    scene.double.fail("PATCH", scene.double.silence())
    scene.double.fail("HEAD", scene.double.silence())
    assert scene.fails().code is ErrorCode.REPLY_LOST
    assert scene.heard.checkpoints[-1] == scene.left(may_be_whole=True)


def test_a_conflict_has_the_offset_read_again(scene: Scene) -> None:
    scene.double.fail("PATCH", said(409))
    assert scene.send().sha256 == SHA256
    assert scene.methods == ["OPTIONS", "POST", "PATCH", "HEAD", "PATCH"]
    assert scene.heard.checkpoints[-1] == scene.left(may_be_whole=True)


def test_an_answer_without_an_offset_has_it_read(scene: Scene) -> None:
    def bare(request: Request) -> Answer:
        scene.double.honest(request)
        return said(204)

    scene.double.fail("PATCH", bare)
    assert scene.send().sha256 == SHA256
    assert scene.methods[-2:] == ["PATCH", "HEAD"]


def test_a_server_that_kept_less_than_it_was_sent_gets_the_rest_again(scene: Scene) -> None:
    def forgetful(request: Request) -> Answer:
        scene.double.take(request, THIRD)
        return said(204, {"Upload-Offset": str(THIRD)})

    scene.double.fail("PATCH", forgetful)
    assert scene.send().sha256 == SHA256
    assert scene.double.content == CONTENT
    assert [request.header("Upload-Offset") for request in scene.requests("PATCH")] == ["0", str(THIRD)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Offset": str(len(CONTENT) + 1)},
        {"Upload-Offset": "-1"},
        {"Upload-Offset": "one"},
        {"Upload-Offset": "0", "Upload-Length": "17"},
        {},
    ],
)
def test_a_lie_about_the_offset_is_no_ground_to_send_on(scene: Scene, headers: dict[str, str]) -> None:
    scene.double.fail("HEAD", said(200, headers))
    problem = scene.fails(kept=scene.left())
    assert (problem.code, scene.methods) == (ErrorCode.PROTOCOL_BROKEN, ["OPTIONS", "HEAD"])


def test_a_server_that_never_has_more_is_given_up(scene: Scene) -> None:
    scene.double.fail("PATCH", *[said(204, {"Upload-Offset": "0"})] * 9)
    problem = scene.fails()
    assert problem.code is ErrorCode.PROTOCOL_BROKEN
    assert "stays at 0 bytes" in explain(problem).detail
    assert scene.methods.count("PATCH") == 3


@pytest.mark.parametrize(
    ("status", "code"),
    [(413, ErrorCode.TOO_LARGE), (423, ErrorCode.SERVER_BUSY), (500, ErrorCode.SERVER_FAILED)],
)
def test_a_refused_part_is_told_in_words(scene: Scene, status: int, code: ErrorCode) -> None:
    scene.double.fail("PATCH", said(status))
    problem = scene.fails()
    assert (problem.code, problem.status) == (code, status)


def test_a_refusal_of_the_whole_settles_that_it_is_not_there(scene: Scene) -> None:
    scene.double.fail("PATCH", said(413))
    scene.fails(content=b"small")
    assert scene.heard.checkpoints == [scene.left(), scene.left(may_be_whole=True), scene.left()]


def test_the_first_part_goes_along_but_never_the_whole_file(scene: Scene) -> None:
    table = "[tus]\ncreation_with_upload = true"
    assert scene.send(table).sha256 == SHA256
    made, rest = scene.requests("POST") + scene.requests("PATCH")
    assert len(made.body) == 1024 * 1024
    assert len(made.body) + len(rest.body) == len(CONTENT)
    assert scene.send(table, content=b"xy").size == 2
    assert scene.requests("POST")[1].body == b"x"
    assert scene.double.content == b"xy"


def test_where_the_last_byte_may_not_go_it_stays(scene: Scene) -> None:
    class Refusing(Heard):
        def before_commit_point(self) -> None:
            raise TransferCancelled

    scene.heard = Refusing()
    assert scene.fails().code is ErrorCode.CANCELLED
    assert scene.double.content[-1:] != CONTENT[-1:] or not scene.requests("PATCH")[0].complete


class Stopping(Heard):
    """An ear that stops the transfer as soon as the upload is made, or at its mark."""

    def __init__(self, control: Control, *, for_good: bool, at_mark: bool = False) -> None:
        super().__init__()
        self._stop = control.abandon if for_good else control.cancel
        self._at_mark = at_mark

    def progressed(self, sent: int, /) -> None:
        super().progressed(sent)
        if not self._at_mark:
            self._stop()

    def body_sent(self, sent: int, /) -> None:
        super().body_sent(sent)
        self._stop()


def test_a_person_who_cancels_leaves_nothing_there(scene: Scene) -> None:
    scene.heard = Stopping(scene.control, for_good=True)
    assert scene.fails().code is ErrorCode.CANCELLED
    assert scene.methods[-1] == "DELETE"
    assert scene.heard.checkpoints[-1] is None


def test_a_stop_that_is_not_for_good_leaves_what_is_there(scene: Scene) -> None:
    scene.heard = Stopping(scene.control, for_good=False)
    assert scene.fails().code is ErrorCode.CANCELLED
    assert "DELETE" not in scene.methods
    assert scene.heard.checkpoints[-1] == scene.left()


@pytest.mark.parametrize(("answer", "code"), [(204, ErrorCode.CANCELLED), (404, ErrorCode.CANCELLED_LATE)])
def test_a_cancel_after_the_last_byte_is_one_if_the_server_deletes_it(
    scene: Scene, answer: int, code: ErrorCode
) -> None:
    scene.double.fail("PATCH", scene.double.silence())
    scene.double.fail("DELETE", said(answer))
    scene.heard = Stopping(scene.control, for_good=True, at_mark=True)
    assert (scene.fails().code, scene.heard.checkpoints[-1]) == (code, None)


def test_where_uploads_cannot_be_deleted_a_cancel_leaves_them(
    scripted_server: StartServer, scene: Scene
) -> None:
    scene.server = scripted_server(TusDouble(**{"Tus-Extension": "creation"}).answer)
    scene.heard = Stopping(scene.control, for_good=True)
    assert scene.fails().code is ErrorCode.CANCELLED
    assert (scene.methods[-1], scene.heard.checkpoints[-1]) == ("PATCH", scene.left())


def test_an_address_with_a_secret_in_it_is_not_kept(scene: Scene) -> None:
    scene.double.path = "/files/1?signature=abcdefghijk"
    assert scene.send().sha256 == SHA256
    assert scene.heard.checkpoints == []


def test_a_redirect_within_the_server_is_followed(scene: Scene) -> None:
    scene.double.fail("POST", said(307, {"Location": "/other/"}))
    scene.double.fail("PATCH", said(308, {"Location": "/files/1"}))
    scene.double.path = "/files/1"
    with pytest.raises(UploaderError):
        scene.send()  # the part is sent on to where it came from
    assert [request.target for request in scene.requests("POST")] == ["/files/?a=b", "/other/"]


def test_a_file_without_a_length_is_refused(scene: Scene) -> None:
    with pytest.raises(UploaderError) as caught:
        scene.send(source=MemorySource(size=None))
    assert caught.value.problem.code is ErrorCode.SOURCE_LENGTHLESS


def test_the_preview_shows_both_requests(scene: Scene) -> None:
    destination = to("http://127.0.0.1:1/files/", 'body = "tus"', "[tus.metadata]\nkey = '{secret:k}'")
    text = http_text(scene.stage.job(destination, MemorySource(b"12345", "a.bin")))
    filename, filetype = (base64.b64encode(each).decode() for each in (b"a.bin", b"application/x-test"))
    assert text.startswith("POST /files/ HTTP/1.1\n")
    assert f"Upload-Metadata: filename {filename},filetype {filetype},key {MASK}" in text
    assert "Upload-Length: 5\n" in text
    assert "\nPATCH <the address that the answer names> HTTP/1.1\nHost: 127.0.0.1:1\n" in text
    assert text.endswith("Content-Type: application/offset+octet-stream\n\n<5 bytes of a.bin>")
