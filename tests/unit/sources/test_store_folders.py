# SPDX-License-Identifier: MIT
"""A store is looked into a step at a time: its buckets, then what stands directly in one, page by page."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from guiuploader.sources.store_access import access_by
from guiuploader.sources.store_connection import ConnectionLibrary, Named
from guiuploader.sources.store_folders import Cut, Shelf, address_of, buckets, shelf
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored
from tests.helpers.store_connections import connect
from tests.helpers.waiting import wait_until

SECRETS = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": SECRET})


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store with a few objects."""
    made = ScriptedStore()
    made.objects = {
        key: Stored(5) for key in ("a & b/c.txt", "a & b/d/e.txt", "pics/", "pics/x", "pics/y/z", "top.txt")
    }
    yield made
    made.close()


def named(folder: Path, store: ScriptedStore, **more: str) -> Named:
    connect(folder, store.url, name="mine", **more)
    return ConnectionLibrary(folder).get("mine")


def looked(given: Named, key: str = "", token: str = "", bucket: str = "bucket") -> Shelf:
    way = access_by(given, bucket, SECRETS)
    return shelf(way, address_of(given, bucket, key), token, Cut())


def test_buckets_are_listed_for_whoever_has_the_key(store: ScriptedStore, tmp_path: Path) -> None:
    store.buckets = ["bucket", "logs"]
    assert buckets(named(tmp_path, store), SECRETS, Cut()) == ["bucket", "logs"]


@pytest.mark.parametrize("style", ["path", "host"])
def test_the_store_itself_is_asked_whatever_the_style(
    store: ScriptedStore, tmp_path: Path, style: str
) -> None:
    assert buckets(named(tmp_path, store, more=f'style = "{style}"'), SECRETS, Cut()) == ["bucket"]
    assert store.asked[0].path == "/"


def test_an_answer_that_is_no_list_is_said(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    store.buckets = ["\x00"]
    with pytest.raises(SourceError) as caught:
        buckets(given, SECRETS, Cut())
    assert caught.value.problem.facts["reason"] == "Its answer is no list of buckets."
    store.refusal = (200, "No")
    with pytest.raises(SourceError):
        buckets(given, SECRETS, Cut())
    store.refusal = (403, "AccessDenied")
    with pytest.raises(SourceError) as caught:
        buckets(given, SECRETS, Cut())
    assert caught.value.problem.code is ErrorCode.STORE_DENIED


def test_folders_are_folded_and_their_markers_left_out(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    top = looked(given)
    assert (top.folders, [each.key for each in top.objects]) == (("a & b/", "pics/"), ["top.txt"])
    assert top.objects[0].size == 5
    inner = looked(given, "pics/")
    assert (inner.folders, [each.key for each in inner.objects]) == (("pics/y/",), ["pics/x"])
    assert looked(given, "a & b/").folders == ("a & b/d/",)


def test_names_may_have_to_begin_with_something(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    assert looked(given, "to").objects[0].key == "top.txt"
    assert looked(given, "pi").folders == ("pics/",)
    assert looked(given, "pics/y").folders == ("pics/y/",)


def test_pages_follow_each_other_one_request_each(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    store.listed = 1_000_000
    first = looked(given)
    assert len(first.folders) + len(first.objects) == 1000
    second = looked(given, token=first.next)
    assert second.objects[0].key > first.objects[-1].key
    assert len(store.asked) == 2, "nobody asks for pages that nobody looks at"


def test_a_listing_that_waits_for_its_store_is_cut(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    store.listed, store.next_page = 5000, Event()
    way, address, cut = access_by(given, "bucket", SECRETS), address_of(given, "bucket"), Cut()
    caught: list[SourceError] = []

    def look() -> None:
        try:
            shelf(way, address, "1000", cut)
        except SourceError as error:
            caught.append(error)

    thread = Thread(target=look)
    thread.start()
    wait_until(lambda: store.asked)
    cut.cut()
    thread.join()
    assert caught[0].problem.code is ErrorCode.STORE_LOST


def test_one_that_was_cut_before_it_began_asks_nothing(store: ScriptedStore, tmp_path: Path) -> None:
    cut = Cut()
    cut.cut()
    with pytest.raises(SourceError):
        buckets(named(tmp_path, store), SECRETS, cut)
    assert store.asked == []


def azure(folder: Path, store: ScriptedStore) -> Named:
    path = folder / "blue.toml"
    path.write_text(
        f'format = 1\nkind = "azure"\naccount = "bucket"\nanonymous = true\nendpoint = "{store.url}"\n',
        "utf-8",
    )
    return ConnectionLibrary(folder).get("blue")


def test_what_the_store_does_not_fold_is_folded_here(store: ScriptedStore, tmp_path: Path) -> None:
    store.is_open = True
    store.objects["pics"] = Stored(0)  # a marker as the library shows it
    given = azure(tmp_path, store)
    top = looked(given)
    assert (top.folders, [each.key for each in top.objects]) == (("a & b/", "pics/"), ["top.txt"])
    assert top.next == ""
    assert looked(given, "pics/y").folders == ("pics/y/",)
    assert looked(given, "to").folders == ()
    store.refusal = (403, "AuthorizationFailure")
    with pytest.raises(SourceError) as caught:
        looked(given)
    assert caught.value.problem.code is ErrorCode.STORE_DENIED


def test_what_is_folded_here_comes_in_pages_too(store: ScriptedStore, tmp_path: Path) -> None:
    store.is_open = True
    store.objects = {f"{number // 3000:02}/{number:06}": Stored(1) for number in range(33_000)}
    given = azure(tmp_path, store)
    first = looked(given)
    assert first.folders == tuple(f"{number:02}/" for number in range(10))
    assert len(store.asked) == 10, "one request for each folder, whatever it holds"
    second = looked(given, token=first.next)
    assert (second.folders, second.next) == (("10/",), "")
    store.objects = {f"{number:06}": Stored(1) for number in range(2500)}
    first = looked(given)
    second = looked(given, token=first.next)
    assert [each.key for each in second.objects] == [f"{number:06}" for number in range(1000, 2000)]


def test_a_bucket_that_is_none_is_said(store: ScriptedStore, tmp_path: Path) -> None:
    given = named(tmp_path, store)
    with pytest.raises(SourceError) as caught:
        looked(given, bucket="other")
    assert caught.value.problem.code is ErrorCode.STORE_NO_BUCKET
    with pytest.raises(SourceError) as caught:
        address_of(given, "a b")
    assert caught.value.problem.code is ErrorCode.STORE_ADDRESS
