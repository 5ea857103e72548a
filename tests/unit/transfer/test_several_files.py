# SPDX-License-Identifier: MIT
"""Several files in one request: each is told apart in the answer, and blamed for its own faults only."""

import hashlib
import json
from collections.abc import Callable

import pytest

from guiuploader.values.errors import ErrorCode, NetworkError, ServerRefused, SourceError
from guiuploader.values.notes import Note
from tests.helpers.scripted_server import Answer, ScriptedServer, StartServer, answer, reset_after
from tests.unit.transfer.stage import MemoryReader, MemorySource, Stage, to

KINDS = ["multipart", "buffered"]


def content(number: int, size: int = 700_000) -> bytes:
    return hashlib.shake_128(bytes([number])).digest(size)


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def faulty(number: int, count: int, spoil: Callable[[], MemorySource]) -> list[MemorySource]:
    return [
        spoil() if each == number else MemorySource(content(each), f"{each}.bin") for each in range(count)
    ]


class Missing(MemorySource):
    """A source that is gone."""

    def open(self) -> MemoryReader:
        raise SourceError(ErrorCode.SOURCE_MISSING, path=self.location)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_missing_file_is_blamed_by_its_number_before_anything_is_sent(
    stage: Stage, server: ScriptedServer, kind: str, number: int
) -> None:
    lines = f'body = "{kind}"\n[multipart]\nfiles_per_request = 3'
    sources = faulty(number, 3, Missing)
    with pytest.raises(SourceError) as caught:
        stage.send_all(to(f"{server.url}/up", lines), *sources)
    assert (caught.value.problem.code, caught.value.index) == (ErrorCode.SOURCE_MISSING, number)
    assert (server.connections, stage.heard.commit_points) == (0, 0)
    assert all(source.reader.closed for source in sources[:number])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("number", "marks"), [(0, 0), (1, 1), (2, 1)])
def test_a_short_file_is_blamed_by_its_number(
    stage: Stage, server: ScriptedServer, kind: str, number: int, marks: int
) -> None:
    lines = f'body = "{kind}"\n[multipart]\nfiles_per_request = 3'
    sources = faulty(number, 3, lambda: MemorySource(b"x" * 100_000, size=100_001))
    with pytest.raises(SourceError) as caught:
        stage.send_all(to(f"{server.url}/up", lines), *sources)
    assert (caught.value.problem.code, caught.value.index) == (ErrorCode.SOURCE_SHORT, number)
    assert not any(request.complete for request in server.requests)
    assert stage.heard.commit_points == (marks if kind == "multipart" else 0)


LINKED = """
[multipart]
files_per_request = 9
[reply]
link = "{json:$.files[{index}].url}"
sha256 = "{json:$.files[{index}].sha256}"
"""


def listing(*files: bytes, wrong: int | None = None) -> Answer:
    said = [
        {
            "url": f"https://files.example/{number}",
            "sha256": hashlib.sha256(b"other" if number == wrong else file).hexdigest(),
        }
        for number, file in enumerate(files)
    ]
    return answer(201, json.dumps({"files": said}).encode(), ETag=f'"{hashlib.md5(b"x").hexdigest()}"')  # noqa: S324 - a file's mark


def test_each_file_has_its_own_link_and_is_verified_by_its_own_hash(
    stage: Stage, scripted_server: StartServer
) -> None:
    files = [content(number, 1000) for number in range(3)]
    server = scripted_server(listing(*files))
    receipts = stage.send_all(to(f"{server.url}/up", LINKED), *map(MemorySource, files))
    assert [each.link for each in receipts] == [f"https://files.example/{number}" for number in range(3)]
    assert [each.notes for each in receipts] == [(Note.VERIFIED,)] * 3


def test_a_wrong_hash_of_any_file_is_told(stage: Stage, scripted_server: StartServer) -> None:
    files = [content(number, 1000) for number in range(3)]
    server = scripted_server(listing(*files, wrong=2))
    with pytest.raises(ServerRefused, match="digest-mismatch"):
        stage.send_all(to(f"{server.url}/up", LINKED), *map(MemorySource, files))


def test_a_link_that_the_reply_has_not_is_missed_by_its_file_alone(
    stage: Stage, scripted_server: StartServer
) -> None:
    files = [content(number, 1000) for number in range(3)]
    server = scripted_server(listing(*files[:2]))
    receipts = stage.send_all(to(f"{server.url}/up", LINKED), *map(MemorySource, files))
    assert [each.notes for each in receipts] == [(Note.VERIFIED,), (Note.VERIFIED,), (Note.NO_LINK,)]


@pytest.mark.parametrize("where", ["last block", "second file"])
def test_a_reset_after_the_first_file_is_never_called_retryable(
    stage: Stage, scripted_server: StartServer, where: str
) -> None:
    size = 8_000_000  # more than all buffers on the way hold
    files = [bytes(size)] if where == "last block" else [bytes(1000), bytes(size)]
    server = scripted_server(reset_after(size + 100 if where == "last block" else 200_000))
    lines = "[multipart]\nfiles_per_request = 2\n[network]\nexpect_continue = 'never'"
    with pytest.raises(NetworkError, match="reply-lost") as caught:
        stage.send_all(to(f"{server.url}/up", lines), *map(MemorySource, files))
    problem = caught.value.problem
    assert (problem.unconfirmed, problem.retryable) == (True, False)
    assert stage.heard.commit_points == 1
