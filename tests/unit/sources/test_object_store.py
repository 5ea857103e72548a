# SPDX-License-Identifier: MIT
"""Objects in a store as sources: one, or all below a prefix; read whole whatever becomes of the line."""

import hashlib
import re
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from guiuploader.sources.facts import facts_of
from guiuploader.sources.object_reader import StoreLoop
from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.saved import restored, saved
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_listing import parsed
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import ErrorCode, Problem, SourceError, TransferCancelled
from guiuploader.values.explanations import explain
from guiuploader.values.template import TemplateError
from tests.helpers.scripted_server import Answer, Request, StartServer, answer
from tests.helpers.scripted_store import ScriptedStore, Stored, sha256
from tests.helpers.store_connections import connect
from tests.helpers.waiting import wait_until

Take = Callable[[str], list[StoreObject | Problem]]
MIB = 1024 * 1024
BIG = 24 * MIB + 1


def one(take: Take, text: str) -> StoreObject:
    (found,) = take(text)
    assert isinstance(found, StoreObject), found
    return found


def digest(source: StoreObject) -> str:
    made = hashlib.sha256()
    with closing(source.open()) as reader:
        while block := reader.read(256 * 1024):
            made.update(block)
    return made.hexdigest()


def failure(source: StoreObject) -> Problem:
    with pytest.raises(SourceError) as caught:
        digest(source)
    return caught.value.problem


def test_an_object_is_described_as_the_store_tells(store: ScriptedStore, take: Take) -> None:
    store.objects["a/é #1.png"] = Stored(7, content_type="image/x-own")
    source = one(take, "s3://bucket/a/é #1.png")
    assert (source.name, source.relpath, source.size) == ("é #1.png", "é #1.png", 7)
    assert (source.content_type, source.location) == ("image/x-own", "s3://bucket/a/é #1.png")


def test_a_type_that_says_nothing_is_guessed_by_the_name(store: ScriptedStore, take: Take) -> None:
    store.objects["a.png"] = Stored(7, content_type="binary/octet-stream")
    assert one(take, "s3://bucket/a.png").content_type == "image/png"


@pytest.mark.parametrize("size", [0, 1, 512 * 1024, BIG])
def test_every_byte_arrives(store: ScriptedStore, take: Take, size: int) -> None:
    store.objects["a"] = Stored(size)
    assert digest(one(take, "s3://bucket/a")) == sha256(size)


def test_a_line_that_breaks_is_mended_at_the_same_version(store: ScriptedStore, take: Take) -> None:
    store.objects["a"] = Stored(BIG)
    source = one(take, "s3://bucket/a")
    store.cuts = [0, 5 * MIB, 5 * MIB + 7, BIG - 1]
    assert digest(source) == sha256(BIG)
    assert store.cuts == []
    gets = store.gets()
    assert len(gets) == 5
    assert {each.headers["if-match"] for each in gets} == {'"v1"'}


def test_an_object_that_was_overwritten_meanwhile_is_refused(store: ScriptedStore, take: Take) -> None:
    store.objects["a"] = Stored(BIG)
    source = one(take, "s3://bucket/a")
    store.cuts = [8 * MIB]
    store.overwrite = (4 * MIB, lambda: store.objects.update(a=Stored(BIG, "v2")))
    assert failure(source).code is ErrorCode.STORE_CHANGED


def test_an_object_that_was_overwritten_before_is_refused_and_can_be_taken_anew(
    store: ScriptedStore, take: Take
) -> None:
    store.objects["a"] = Stored(10)
    source = one(take, "s3://bucket/a")
    store.objects["a"] = Stored(12, "v2")
    assert failure(source).code is ErrorCode.STORE_CHANGED
    assert digest(source.renewed()) == sha256(12, "v2")


def test_a_store_that_is_gone_for_good_is_given_up(
    store: ScriptedStore, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiuploader.sources.stores._FIRST_PAUSE", 0.001)
    store.objects["a"] = Stored(BIG)
    source = one(take, "s3://bucket/a")
    store.refusal = (503, "SlowDown")
    problem = failure(source)
    assert problem.code is ErrorCode.STORE_LOST
    assert problem.retryable


def test_no_more_is_fetched_ahead_than_a_few_mib(store: ScriptedStore, take: Take) -> None:
    store.objects["a"] = Stored(64 * MIB)
    with closing(one(take, "s3://bucket/a").open()) as reader:
        reader.ready()
        wait_until(lambda: reader._held >= 3 * MIB)
        assert reader._held <= 4 * MIB
        assert reader.read(10)


def test_a_wait_for_a_silent_store_is_broken_off_at_once(store: ScriptedStore, take: Take) -> None:
    store.objects["a"] = Stored(BIG)
    source = one(take, "s3://bucket/a")
    store.silence = threading.Event()
    reader = source.open()
    timer = threading.Timer(0.05, reader.wake)
    timer.start()
    with pytest.raises(TransferCancelled):
        reader.read(1)
    reader.close()
    timer.join()


def test_an_answer_to_a_wait_that_was_broken_off_is_for_nobody() -> None:
    loop = StoreLoop()
    loop.close()
    handle = loop.call_soon_threadsafe(pytest.fail, "called")
    assert not handle.cancelled()


def test_a_folder_is_taken_with_its_paths_and_without_its_markers(store: ScriptedStore, take: Take) -> None:
    for key in ("other", "top/x/", "top/x/a", "top/x/b/c d+e%41.txt", "top/x/empty", "top/xy"):
        store.objects[key] = Stored(0 if key.endswith(("/", "empty")) else 5)
    store.page_size = 2
    expected = ["x/a", "x/b/c d+e%41.txt", "x/empty"]
    for text in ("s3://bucket/top/x/", "s3://bucket/top/x"):
        found = take(text)
        assert [each.relpath for each in found if isinstance(each, StoreObject)] == expected
        assert len(found) == 3
    assert digest(next(each for each in found if isinstance(each, StoreObject))) == sha256(5)


def test_a_whole_bucket_is_a_folder_of_its_name(store: ScriptedStore, take: Take) -> None:
    store.objects["a/b"] = Stored(1)
    (found,) = take("s3://bucket")
    assert isinstance(found, StoreObject)
    assert found.relpath == "bucket/a/b"


@pytest.mark.parametrize("key", ["a//b", "a/../b", "./b", "a/b\nc", "/b"])
def test_a_name_that_cannot_be_asked_for_keeps_no_other_back(
    store: ScriptedStore, take: Take, key: str
) -> None:
    store.objects = {key: Stored(3), "good": Stored(1)}
    found = take("s3://bucket/")
    assert [each.code for each in found if isinstance(each, Problem)] == [ErrorCode.STORE_NAME]
    assert [each.relpath for each in found if isinstance(each, StoreObject)] == ["bucket/good"]


def test_a_listing_that_goes_round_in_a_circle_is_ended(
    scripted_server: StartServer, stores: Stores, tmp_path: Path
) -> None:
    def page(request: Request) -> Answer:
        asked = re.search(r"token=(\d+)", request.target)
        following = int(asked[1]) % 3 + 1 if asked else 1
        token = f"<NextContinuationToken>{following}</NextContinuationToken>"
        return answer(200, f"<List><IsTruncated>true</IsTruncated>{token}</List>".encode())

    server = scripted_server(page)
    connect(tmp_path, server.url)
    (problem,) = take_in_objects(stores, parse_address("s3://bucket/a/"), lambda: True)
    assert isinstance(problem, Problem)
    assert "goes round in a circle" in str(explain(problem))
    assert len(server.requests) < 12


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 200_000 + b"</a>" * 200_000,
        b"<List><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>-1</Size>%b</Contents></List>"
        % b"<LastModified>2024-01-01T00:00:00Z</LastModified>",
    ],
)
def test_what_is_no_list_is_refused_at_once(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"too deep|less than nothing"):
        parsed(body)


def test_nothing_below_a_prefix_is_said(take: Take) -> None:
    (found,) = take("s3://bucket/none/")
    assert isinstance(found, Problem)
    assert found.code is ErrorCode.SOURCE_EMPTY_FOLDER


def test_a_listing_gives_before_it_ends_and_ends_when_told(store: ScriptedStore, stores: Stores) -> None:
    store.listed, store.page_size = 1_000_000, 10
    asked = 0

    def going_on() -> bool:
        nonlocal asked
        asked += 1
        return asked <= 3

    walk = take_in_objects(stores, parse_address("s3://bucket/many/"), going_on)
    assert len(list(islice(walk, 5))) == 5
    assert len(store.asked) == 1
    assert len(list(walk)) == 25


def test_a_page_that_does_not_come_is_asked_for_again(
    store: ScriptedStore, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiuploader.sources.object_store._FIRST_PAUSE", 0.0)
    store.objects["a"] = Stored(1)
    store.refusals_ahead = [(503, "SlowDown"), (500, "InternalError")]
    assert len(take("s3://bucket/")) == 1


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "InvalidAccessKeyId", ErrorCode.STORE_WRONG_KEY),
        (403, "SignatureDoesNotMatch", ErrorCode.STORE_WRONG_KEY),
        (400, "ExpiredToken", ErrorCode.STORE_EXPIRED),
        (403, "RequestTimeTooSkewed", ErrorCode.STORE_CLOCK),
        (403, "AccessDenied", ErrorCode.STORE_DENIED),
        (404, "NoSuchBucket", ErrorCode.STORE_NO_BUCKET),
        (404, "NoSuchKey", ErrorCode.STORE_NO_OBJECT),
        (403, "InvalidObjectState", ErrorCode.STORE_ARCHIVED),
        (301, "PermanentRedirect", ErrorCode.STORE_REGION),
        (400, "AuthorizationHeaderMalformed", ErrorCode.STORE_REGION),
        (400, "InvalidRequest", ErrorCode.STORE_REFUSED),
    ],
)
def test_each_no_has_its_own_sentence(
    store: ScriptedStore, take: Take, status: int, code: str, expected: ErrorCode
) -> None:
    store.refusal = (status, code)
    for text in ("s3://bucket/a", "s3://bucket/a/"):
        (found,) = take(text)
        assert isinstance(found, Problem)
        assert found.code is expected
        assert text.removesuffix("/") in explain(found).detail
        assert str(status) in explain(found).detail


def test_an_archived_object_is_found_out_when_it_is_read(store: ScriptedStore, take: Take) -> None:
    store.objects["a"] = Stored(10, refusal=(403, "InvalidObjectState"))
    assert failure(one(take, "s3://bucket/a")).code is ErrorCode.STORE_ARCHIVED


def test_everybody_may_read_what_is_open(store: ScriptedStore, stores: Stores, take: Take) -> None:
    store.is_open = True
    store.objects["a"] = Stored(3)
    folder = stores._library._folder
    assert folder is not None
    (folder / "open.toml").write_text(
        f'format = 1\nkind = "s3"\nendpoint = "{store.url}"\nanonymous = true\n', "utf-8"
    )
    assert digest(one(take, "s3://open@bucket/a")) == sha256(3)
    assert len(take("s3://open@bucket/")) == 1
    assert not any("authorization" in each.headers for each in store.asked)


def test_an_object_comes_back_from_the_queue_s_file(store: ScriptedStore, stores: Stores, take: Take) -> None:
    store.objects["d/é"] = Stored(3)
    source = one(take, "s3://bucket/d/é")
    text, relpath, identity = saved(source)
    again = restored(text, relpath)
    assert again == source
    assert isinstance(again, StoreObject)
    with pytest.raises(SourceError):
        again.open()
    assert digest(again.bound(stores)) == sha256(3)
    store.objects["d/é"] = Stored(3, "v2")
    assert saved(source.renewed()).identity != identity


def test_the_facts_of_an_object(store: ScriptedStore, take: Take) -> None:
    store.objects["a/b"] = Stored(3, meta={"Case-Id": "7"})
    fact = facts_of(one(take, "s3://bucket/a/b"))
    asked = len(store.asked)
    assert [fact(name) for name in ("bucket", "key", "etag")] == ["bucket", "a/b", "v1"]
    assert fact("modified").startswith("2024-01-01T00:00:00")
    assert len(store.asked) == asked
    assert fact("meta:case-id") == "7"
    with pytest.raises(TemplateError):
        fact("meta:other")
    assert len(store.asked) == asked + 1
