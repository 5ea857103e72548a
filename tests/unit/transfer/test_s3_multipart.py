# SPDX-License-Identifier: MIT
"""Files into an S3 store: in one request or part by part, and on from what the store has."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.sources.local_file import local_file
from guiuploader.sources.object_store import take_in_objects
from guiuploader.sources.source import Source
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer import s3_words
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.s3_words import MIB, part_size
from guiuploader.transfer.send import Sender
from guiuploader.values.errors import ErrorCode, Problem, TransferCancelled, UploaderError
from guiuploader.values.explanations import explain
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_aws import ScriptedAws
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored
from tests.helpers.scripted_store import sha256 as sha256_of_object
from tests.helpers.store_connections import connect
from tests.helpers.store_writes import Fault, Kind, Written
from tests.unit.transfer.stage import Heard, MemoryReader, MemorySource, Stage, to

CONTENT = os.urandom(MIB) * 18  # three parts of 8 MiB, the last one smaller
PART = 8 * MIB
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(usedforsecurity=False)


class Scene:
    """A sender that knows one store, and what goes there."""

    def __init__(self, store: ScriptedStore, written: Written, folder: Path) -> None:
        self.store, self.written = store, written
        connect(folder, store.url)
        self.secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": SECRET})
        self.stores = Stores(ConnectionLibrary(folder), self.secrets)
        self.sender = Sender(self.secrets, self.stores)
        self.heard, self.control = Heard(), Control()
        self._stage = Stage()
        self._folder = folder

    def file(self, content: bytes = CONTENT) -> Source:
        """Return a file of the disk."""
        path = self._folder / "a b+ü.bin"
        path.write_bytes(content)
        return local_file(path)

    def send(
        self,
        *tables: str,
        source: Source | None = None,
        kept: Checkpoint | None = None,
        url: str = "s3://bucket/top/{relpath}",
    ) -> Receipt:
        """Send a file, by default one of three parts."""
        destination = to(url, 'body = "object-store"', *tables)
        job = replace(self._stage.job(destination), sources=(source or self.file(),), checkpoint=kept)
        return self.sender.send(job, self.control, self.heard)[0]

    def fails(self, *tables: str, source: Source | None = None, kept: Checkpoint | None = None) -> Problem:
        """Send and return why that failed."""
        with pytest.raises(UploaderError) as caught:
            self.send(*tables, source=source, kept=kept)
        return caught.value.problem

    def fault(self, kind: Kind, method: str, query: str = "", *answer: tuple[int, str]) -> None:
        """Let the first such request go wrong."""
        self.written.faults.append(Fault(kind, method, query, *answer))

    def asked(self) -> list[str]:
        """Return what the store was asked for, in order: a method, and what of the query tells."""
        return [
            f"{each.method} {'&'.join(name + _number(name, *values) for name, values in each.query.items())}"
            for each in self.store.asked
        ]

    @property
    def key(self) -> str:
        """The one object that was stored."""
        (key,) = self.written.objects
        return key

    def close(self) -> None:
        """Close the lines."""
        self.sender.close()
        self._stage.sender.close()


def _number(name: str, value: str) -> str:
    return f"={value}" if name == "partNumber" else ""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "written").mkdir()
    with closing(ScriptedStore()) as store:
        store.written = Written(tmp_path / "written")
        with closing(Scene(store, store.written, tmp_path)) as made:
            yield made


PARTS = ["PUT partNumber=1&uploadId", "PUT partNumber=2&uploadId", "PUT partNumber=3&uploadId"]


def test_a_large_file_goes_part_by_part_and_is_compared(scene: Scene) -> None:
    receipt = scene.send("[headers]\nx-amz-meta-case = '{size}'", "[raw]\ncontent_type = 'text/x-own'")
    assert scene.asked() == ["POST uploads", *PARTS, "POST uploadId"]
    assert scene.key == "top/a b+ü.bin"
    assert scene.written.sha256(scene.key) == receipt.sha256 == SHA256
    assert receipt.link == f"{scene.store.url}/bucket/top/a%20b%2B%C3%BC.bin"
    assert receipt.notes == (Note.VERIFIED,)
    headers = scene.written.objects[scene.key].headers
    assert (headers["x-amz-meta-case"], headers["content-type"]) == (str(len(CONTENT)), "text/x-own")
    assert scene.written.uploads == {}
    asking = ["expect" in each.headers for each in scene.store.asked if each.method == "PUT"]
    assert asking == [True, False, False]
    first, last = (each for each in scene.heard.checkpoints if each)
    assert first == Checkpoint(f"{receipt.link}?uploadId=up%2B1%2Fload")
    assert last == replace(first, may_be_whole=True, proof=scene.written.objects[scene.key].etag)
    assert scene.heard.commit_points == 1
    assert scene.heard.told[-2:] == [len(CONTENT), "body sent"]


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, PART])
def test_a_small_file_goes_in_one_request(scene: Scene, size: int) -> None:
    receipt = scene.send(source=scene.file(CONTENT[:size]))
    assert scene.asked() == ["PUT "]
    assert scene.written.sha256(scene.key) == receipt.sha256
    assert (receipt.size, receipt.notes, scene.heard.commit_points) == (size, (Note.VERIFIED,), 1)


def test_parts_are_few_enough_and_large_enough() -> None:
    for size in (PART + 1, 512 * MIB, 10**9, 10**12, 48 * 1024**4, 5 * 1024**4 + 1):
        part = part_size(size)
        assert part >= 5 * MIB
        assert -(-size // part) <= s3_words.MOST_PARTS
        assert part % MIB == 0


def test_an_object_goes_from_one_place_of_a_store_to_another(scene: Scene) -> None:
    scene.store.objects["from/it.bin"] = Stored(20 * MIB + 1)
    (source,) = take_in_objects(scene.stores, parse_address("s3://bucket/from/it.bin"), lambda: True)
    assert not isinstance(source, Problem)
    receipt = scene.send(source=source, url="s3://bucket/copies/{key}")
    assert scene.key == "copies/from/it.bin"
    assert receipt.sha256 == scene.written.sha256(scene.key) == sha256_of_object(20 * MIB + 1)


@pytest.mark.parametrize("algorithm", ["sha256", "md5", "none"])
def test_a_later_attempt_goes_on_with_the_parts_that_the_store_has(scene: Scene, algorithm: str) -> None:
    table = f"[reply]\nhash = '{algorithm}'"
    scene.fault("refused", "PUT", "partNumber=3", (503, "SlowDown"))
    problem = scene.fails(table)
    assert (problem.code, problem.status) == (ErrorCode.SERVER_BUSY, 503)
    (kept,) = scene.heard.checkpoints
    scene.store.asked.clear()
    scene.written.page = 1
    receipt = scene.send(table, kept=kept)
    assert scene.asked() == ["GET uploadId", "GET part-number-marker&uploadId", PARTS[2], "POST uploadId"]
    assert scene.heard.resumptions == [2 * PART]
    assert scene.written.sha256(scene.key) == SHA256
    assert receipt.sha256 == (SHA256 if algorithm == "sha256" else None)
    assert (receipt.notes == (Note.VERIFIED,)) == (algorithm != "none")


def test_an_object_as_source_goes_on_where_all_parts_are_there(scene: Scene) -> None:
    scene.store.objects["it"] = Stored(20 * MIB)
    (source,) = take_in_objects(scene.stores, parse_address("s3://bucket/it"), lambda: True)
    assert not isinstance(source, Problem)
    scene.fault("refused", "POST", "uploadId=", (500, "InternalError"))
    table = "[reply]\nhash = 'none'"
    assert scene.fails(table, source=source).code is ErrorCode.SERVER_FAILED
    kept = scene.heard.checkpoints[-1]
    scene.store.asked.clear()
    scene.send(table, source=source, kept=kept)
    assert [each for each in scene.asked() if "PUT" in each] == []
    assert scene.written.sha256(scene.key) == sha256_of_object(20 * MIB)


def test_a_line_that_breaks_is_mended_at_once(scene: Scene) -> None:
    scene.fault("cut", "PUT", "partNumber=2")
    scene.fault("deaf", "PUT", "partNumber=3")
    assert scene.send().sha256 == SHA256
    assert scene.asked() == [
        *("POST uploads", *PARTS[:2], "GET uploadId", *PARTS[1:], "GET uploadId"),
        "POST uploadId",
    ]
    assert scene.written.sha256(scene.key) == SHA256


def test_a_key_that_may_not_list_parts_still_goes_on_within_an_attempt(scene: Scene) -> None:
    scene.fault("cut", "PUT", "partNumber=3")
    scene.fault("refused", "GET", "uploadId", (403, "AccessDenied"))
    assert scene.send().sha256 == SHA256
    assert scene.asked() == ["POST uploads", *PARTS, "GET uploadId", PARTS[2], "POST uploadId"]


def test_a_key_that_may_not_list_parts_starts_again_later(scene: Scene) -> None:
    scene.fault("refused", "PUT", "partNumber=3", (503, "SlowDown"))
    scene.fails()
    kept = scene.heard.checkpoints[-1]
    scene.fault("refused", "GET", "uploadId", (403, "AccessDenied"))
    assert scene.send(kept=kept).sha256 == SHA256
    assert scene.written.sha256(scene.key) == SHA256


def test_a_line_that_breaks_without_any_progress_is_left_to_the_queue(scene: Scene) -> None:
    for _ in range(2):
        scene.fault("cut", "PUT", "partNumber=1")
    assert scene.fails().code is ErrorCode.CONNECTION_LOST
    assert scene.heard.commit_points == 0


def test_a_lost_answer_to_the_end_is_settled_by_asking_for_the_object(scene: Scene) -> None:
    scene.fault("deaf", "POST", "uploadId=")
    receipt = scene.send()
    assert scene.asked()[-2:] == ["GET uploadId", "HEAD "]
    assert (receipt.sha256, receipt.notes) == (SHA256, (Note.VERIFIED,))


def test_a_lost_answer_to_a_whole_file_is_settled_by_asking_for_the_object(scene: Scene) -> None:
    scene.fault("deaf", "PUT")
    assert scene.send(source=scene.file(b"small")).size == 5
    assert scene.asked() == ["PUT ", "HEAD "]


def test_a_lost_answer_that_nothing_settles_says_so(scene: Scene) -> None:
    scene.fault("cut", "POST", "uploadId=")
    problem = scene.fails()
    assert (problem.code, problem.unconfirmed) == (ErrorCode.REPLY_LOST, True)
    kept = scene.heard.checkpoints[-1]
    assert kept is not None
    assert kept.may_be_whole
    scene.store.asked.clear()
    scene.send(kept=kept)
    assert [each for each in scene.asked() if "PUT" in each] == []
    assert scene.written.sha256(scene.key) == SHA256


def test_what_was_made_whole_before_a_crash_is_found_there(scene: Scene) -> None:
    scene.send()
    kept = scene.heard.checkpoints[-1]
    scene.store.asked.clear()
    receipt = scene.send(kept=kept)
    assert scene.asked() == ["GET uploadId", "HEAD "]
    assert receipt.sha256 == SHA256


def test_an_object_that_another_overwrote_since_does_not_count(scene: Scene) -> None:
    scene.send()
    kept = scene.heard.checkpoints[-1]
    scene.written.objects[scene.key].etag = "0" * 32
    assert scene.send(kept=kept).sha256 == SHA256
    assert scene.written.sha256(scene.key) == SHA256


def test_an_upload_that_the_store_dropped_is_made_anew(scene: Scene) -> None:
    gone = Checkpoint(f"{scene.store.url}/bucket/top/a%20b%2B%C3%BC.bin?uploadId=gone")
    scene.send(kept=gone)
    assert scene.asked()[:2] == ["GET uploadId", "POST uploads"]
    assert scene.written.sha256(scene.key) == SHA256


def test_an_error_under_200_is_a_failure(scene: Scene) -> None:
    scene.fault("error-under-200", "POST", "uploadId=")
    problem = scene.fails()
    assert problem.code is ErrorCode.SERVER_FAILED
    scene.fault("error-under-200", "POST", "uploadId=", (200, "SlowDown"))
    assert scene.fails().code is ErrorCode.SERVER_BUSY


@pytest.mark.parametrize("query", ["partNumber=2", "uploadId="])
def test_a_store_that_has_something_else_is_a_failure(scene: Scene, query: str) -> None:
    scene.fault("wrong-etag", "PUT" if "part" in query else "POST", query)
    problem = scene.fails()
    assert problem.code is ErrorCode.DIGEST_MISMATCH
    assert str(problem.facts["received"]).startswith("0" * 32)


def test_a_part_that_is_another_at_the_store_is_found_out_on_the_way(scene: Scene) -> None:
    scene.fault("refused", "PUT", "partNumber=3", (503, "SlowDown"))
    scene.fails()
    (kept,) = scene.heard.checkpoints
    (parts,) = scene.written.uploads.values()
    parts[2].etag = "0" * 32
    assert scene.fails(kept=kept).code is ErrorCode.DIGEST_MISMATCH
    assert scene.written.uploads == {}
    assert scene.heard.checkpoints[-1] is None


class _Stops(MemoryReader):
    """Stops the transfer at a byte."""

    def __init__(self, control: Control, at: int, *, abandon: bool) -> None:
        super().__init__(io.BytesIO(CONTENT))
        self._act, self._at = (control.abandon if abandon else control.cancel), at

    def read(self, size: int, /) -> bytes:
        if self.content.tell() >= self._at:
            self._act()
        return super().read(size)


@pytest.mark.parametrize("abandon", [True, False])
def test_a_cancel_drops_the_parts_and_a_pause_keeps_them(scene: Scene, *, abandon: bool) -> None:
    reader = _Stops(scene.control, PART + MIB, abandon=abandon)
    with pytest.raises(TransferCancelled):
        scene.send(source=MemorySource(CONTENT, reader=reader))
    assert scene.written.objects == {}
    assert len(scene.written.uploads) == (0 if abandon else 1)
    assert (scene.heard.checkpoints[-1] is None) == abandon
    assert scene.heard.commit_points == 0


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        (403, "InvalidAccessKeyId", ErrorCode.STORE_WRONG_KEY),
        (403, "SignatureDoesNotMatch", ErrorCode.STORE_WRONG_KEY),
        (400, "ExpiredToken", ErrorCode.STORE_EXPIRED),
        (403, "RequestTimeTooSkewed", ErrorCode.STORE_CLOCK),
        (403, "AccessDenied", ErrorCode.STORE_WRITE_DENIED),
        (404, "NoSuchBucket", ErrorCode.STORE_NO_BUCKET),
        (301, "PermanentRedirect", ErrorCode.STORE_REGION),
        (400, "EntityTooLarge", ErrorCode.TOO_LARGE),
        (400, "RequestTimeout", ErrorCode.REQUEST_TIMEOUT),
        (507, "Whatever", ErrorCode.STORAGE_FULL),
    ],
)
@pytest.mark.parametrize("content", [b"small", CONTENT])
def test_each_no_of_a_store_has_its_own_sentence(
    scene: Scene, status: int, name: str, code: ErrorCode, content: bytes
) -> None:
    scene.store.refusal = (status, name)
    problem = scene.fails(source=scene.file(content))
    assert (problem.code, problem.status) == (code, status)
    assert "{" not in str(explain(problem))
    # A no that is sure leaves nothing open.
    assert not any(each and each.may_be_whole for each in scene.heard.checkpoints[-2:-1])


def test_what_cannot_be_an_objects_name_is_said_before_anything_is_sent(scene: Scene) -> None:
    source = MemorySource(b"x", "a/../b")
    assert scene.fails(source=source).code is ErrorCode.VALUE_NOT_ALLOWED
    assert scene.fails(source=MemorySource(b"x", "a" * 1100)).code is ErrorCode.VALUE_NOT_ALLOWED
    assert scene.fails(source=MemorySource(b"x", size=None)).code is ErrorCode.SOURCE_LENGTHLESS
    assert scene.store.asked == []


def test_no_secret_is_in_what_is_shown(scene: Scene) -> None:
    scene.send()
    assert scene.heard.exchange is not None
    shown = scene.heard.exchange.request
    assert "POST /bucket/top/" in shown
    assert "<CompleteMultipartUpload" in shown
    assert "Signature=" not in shown
    assert SECRET not in shown


def test_keys_that_run_out_are_renewed_in_the_middle_of_an_upload(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    connection = f'format = 1\nkind = "s3"\nendpoint = "{scene.store.url}"\nprofile = "role"\n'
    (tmp_path / "role.toml").write_text(connection, "utf-8")
    with closing(ScriptedAws(tmp_path)) as aws:
        aws.lasting = 60
        receipt = scene.send(url="s3://role@bucket/{relpath}")
    assert scene.asked() == ["POST uploads", *PARTS, "POST uploadId"]
    assert scene.written.sha256(scene.key) == receipt.sha256 == SHA256
    tokens = [each.headers["x-amz-security-token"] for each in scene.store.asked]
    assert tokens == [f"token-{number}" for number in range(2, 7)]
