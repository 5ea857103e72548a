# SPDX-License-Identifier: MIT
"""Google's and Azure's stores are read as S3 is; here by a server that speaks as they do, without sign-in."""

from pathlib import Path

import pytest

from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import ErrorCode, Problem
from tests.helpers.scripted_store import ScriptedStore, Stored, sha256
from tests.unit.sources.test_object_store import BIG, MIB, digest, failure

KINDS = {"gs": "google", "az": "azure"}


@pytest.fixture(params=KINDS)
def scheme(request: pytest.FixtureRequest, store: ScriptedStore, stores: Stores, tmp_path: Path) -> str:
    """Return each scheme, with a connection of that kind to the store."""
    del stores  # asked for so that its folder is there
    store.is_open = True
    scheme = str(request.param)
    account = 'account = "acme"\n' if scheme == "az" else ""
    (tmp_path / f"{scheme}.toml").write_text(
        f'format = 1\nkind = "{KINDS[scheme]}"\nendpoint = "{store.url}"\nanonymous = true\n{account}',
        "utf-8",
    )
    return scheme


def taken(stores: Stores, text: str) -> list[StoreObject | Problem]:
    return list(take_in_objects(stores, parse_address(text), lambda: True))


def one(stores: Stores, text: str) -> StoreObject:
    (found,) = taken(stores, text)
    assert isinstance(found, StoreObject), found
    return found


def test_an_object_arrives_whole_though_the_line_breaks(
    store: ScriptedStore, stores: Stores, scheme: str
) -> None:
    store.objects["a/b c.bin"] = Stored(BIG)
    source = one(stores, f"{scheme}://bucket/a/b c.bin")
    store.cuts = [MIB, 20 * MIB]
    assert digest(source) == sha256(BIG)
    assert len(store.gets()) == 3


def test_an_object_that_was_overwritten_is_refused(store: ScriptedStore, stores: Stores, scheme: str) -> None:
    store.objects["a"] = Stored(5)
    source = one(stores, f"{scheme}://bucket/a")
    store.objects["a"] = Stored(5, "v2")
    assert failure(source).code is ErrorCode.STORE_CHANGED


def test_a_folder_is_taken_without_its_markers(store: ScriptedStore, stores: Stores, scheme: str) -> None:
    for key, size in {"top/x/": 0, "top/x/a": 5, "top/x/empty": 0, "top/xy": 5}.items():
        store.objects[key] = Stored(size)
    found = taken(stores, f"{scheme}://bucket/top/x/")
    assert [each.relpath for each in found if isinstance(each, StoreObject)] == ["x/a", "x/empty"]
    assert len(found) == 2


def test_what_is_not_there_is_said(store: ScriptedStore, stores: Stores, scheme: str) -> None:
    (found,) = taken(stores, f"{scheme}://bucket/none")
    assert isinstance(found, Problem)
    assert found.code is ErrorCode.STORE_NO_OBJECT
    assert store.asked
