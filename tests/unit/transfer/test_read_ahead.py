# SPDX-License-Identifier: MIT
"""What a request says of a whole file before its first byte: found in one pass, told, and stoppable."""

import base64
import hashlib
from collections.abc import Iterator

import pytest

from guiuploader.transfer.preview import http_text
from guiuploader.values.errors import ErrorCode, SourceError, TransferCancelled
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemoryReader, MemorySource, Reopened, Stage, Tripwire, to

DATA = hashlib.shake_128(b"data").digest(600_000)
HEADERS = """
[headers]
Content-MD5 = "{md5:base64}"
Repr-Digest = "sha-256=:{sha256:base64}:"
X-Sums = "{sha1} {sha512} {sha256} {md5}"
"""
AWS = (
    '[auth]\nkind = "aws-sigv4"\naccess_key = "AKID"\nsecret_key = "{secret:planted}"\n'
    'region = "eu-1"\nservice = "s3"'
)


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage(secrets={"planted": "s3cret"})
    yield stage
    stage.sender.close()


def digest(name: str) -> bytes:
    return hashlib.new(name, DATA).digest()


def check_headers(request: Request) -> None:
    assert request.header("Content-MD5") == base64.b64encode(digest("md5")).decode()
    assert request.header("Repr-Digest") == f"sha-256=:{base64.b64encode(digest('sha256')).decode()}:"
    names = ("sha1", "sha512", "sha256", "md5")
    assert request.header("X-Sums") == " ".join(digest(name).hex() for name in names)


@pytest.mark.parametrize("kind", ["multipart", "buffered", "raw", "chunked"])
def test_hashes_stand_in_headers_and_cost_one_pass(stage: Stage, server: ScriptedServer, kind: str) -> None:
    source = Reopened(DATA)
    receipt = stage.send(to(f"{server.url}/{{sha256}}?m={{md5}}", f'body = "{kind}"', HEADERS), source)
    request = server.request()
    check_headers(request)
    assert request.target == f"/{digest('sha256').hex()}?m={digest('md5').hex()}"
    assert DATA in request.body
    assert receipt.sha256 == digest("sha256").hex()
    assert len(source.passes) == 2
    assert all(reader.closed for reader in source.passes)
    assert stage.heard.told.count("reading ahead") == 1
    assert stage.heard.told[0] == "reading ahead"


def test_without_a_hash_in_the_request_the_file_is_read_once(stage: Stage, server: ScriptedServer) -> None:
    source = Reopened(DATA)
    stage.send(to(f"{server.url}/up", '[reply]\nhash = "md5"'), source)
    assert (len(source.passes), "reading ahead" in stage.heard.told) == (1, False)


def test_a_hash_in_a_table_that_is_not_sent_is_not_made(stage: Stage, server: ScriptedServer) -> None:
    source = Reopened(DATA)
    fields = '[multipart.fields]\nsum = "{sha512}"'
    stage.send(to(f"{server.url}/up", 'body = "raw"\n[headers]\nX-S = "{md5}"', fields), source)
    assert server.request().header("X-S") == digest("md5").hex()
    assert len(source.passes) == 2


@pytest.mark.parametrize("headers", ["", '[headers]\nContent-MD5 = "{md5:base64}"', HEADERS])
def test_a_signature_takes_its_hash_from_the_same_pass(
    stage: Stage, server: ScriptedServer, headers: str
) -> None:
    source = Reopened(DATA)
    stage.send(to(f"{server.url}/up", 'body = "raw"\nmethod = "PUT"', headers, AWS), source)
    assert server.request().header("x-amz-content-sha256") == digest("sha256").hex()
    assert len(source.passes) == 2


def test_a_redirect_does_not_read_it_ahead_again(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server([answer(307, Location="/new"), answer(201)])
    source = Reopened(DATA)
    stage.send(to(f"{server.url}/up", HEADERS), source)
    check_headers(server.request(1))
    assert len(source.passes) == 3
    assert stage.heard.told.count("reading ahead") == 1


def test_each_file_of_a_request_has_its_own(stage: Stage, server: ScriptedServer) -> None:
    lines = '[multipart]\nfiles_per_request = 3\npart_headers = { X-Sum = "{md5}" }'
    sources = [Reopened(each) for each in (b"a", b"b", b"")]
    stage.send_all(to(f"{server.url}/up", lines), *sources)
    body = bytes(server.request().body)
    for each in (b"a", b"b", b""):
        assert f"X-Sum: {hashlib.md5(each).hexdigest()}\r\n".encode() in body  # noqa: S324 - a file's mark
    assert [len(source.passes) for source in sources] == [2, 2, 2]


class Cancelling(MemorySource):
    """A source whose reading stops the transfer half-way."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(b"x" * 600_000)
        self._stage = stage

    def open(self) -> MemoryReader:
        return Tripwire(b"x" * 600_000, 1, self._stage.cancel)  # type: ignore[return-value] # a reader as well


@pytest.mark.parametrize(
    "tables",
    [HEADERS, 'body = "template"\n[content]\ncontent_type = "text/json"\ntext = "{file:text}"'],
    ids=["hash", "length"],
)
def test_a_stop_while_it_is_read_ahead_sends_nothing(
    stage: Stage, server: ScriptedServer, tables: str
) -> None:
    with pytest.raises(TransferCancelled):
        stage.send(to(f"{server.url}/up", tables), Cancelling(stage))
    assert server.connections == 0
    assert stage.heard.commit_points == 0


class Broken(MemorySource):
    """A source whose disk fails at its second block."""

    def open(self) -> MemoryReader:
        def fail() -> None:
            raise SourceError(ErrorCode.SOURCE_UNREADABLE, path=self.location, reason="the disk is gone")

        return Tripwire(DATA, 1, fail)  # type: ignore[return-value] # a reader as well


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_cannot_be_read_is_blamed_and_nothing_is_sent(
    stage: Stage, server: ScriptedServer, number: int
) -> None:
    lines = '[multipart]\nfiles_per_request = 3\npart_headers = { X-Sum = "{sha256}" }'
    sources = [Broken(DATA) if each == number else Reopened(b"x") for each in range(3)]
    with pytest.raises(SourceError) as caught:
        stage.send_all(to(f"{server.url}/up", lines), *sources)
    assert (caught.value.problem.code, caught.value.index) == (ErrorCode.SOURCE_UNREADABLE, number)
    assert server.connections == 0


def test_a_preview_shows_the_hashes_from_one_pass(stage: Stage) -> None:
    source = Reopened(DATA)
    text = http_text(stage.job(to("http://a.example/up", HEADERS), source))
    assert f"Content-MD5: {base64.b64encode(digest('md5')).decode()}" in text
    assert digest("sha512").hex() in text
    assert len(source.passes) == 2
