# SPDX-License-Identifier: MIT
"""A walk hands on what it has found while it still looks for more."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from guiuploader.destinations.destination import Multipart
from guiuploader.destinations.library import from_url
from guiuploader.destinations.target import target_of
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.uploads import tasks
from guiuploader.uploads.doubles import Look
from guiuploader.uploads.tasks import walk
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_store import SECRET, ScriptedStore
from tests.helpers.store_connections import connect


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    made = ScriptedStore()
    yield made
    made.close()


def test_the_first_rows_come_while_a_store_still_lists(store: ScriptedStore, tmp_path: Path) -> None:
    connect(tmp_path, store.url)
    secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": SECRET})
    stores = Stores(ConnectionLibrary(tmp_path), secrets)
    store.listed, store.next_page = 2500, threading.Event()
    place = from_url("http://127.0.0.1/")
    look = Look(place, target_of(place, {}), reader=None, run=0)
    parts = walk([parse_address("s3://bucket/all/")], stores, look, lambda: True)
    first = next(parts)
    assert first.accepted
    assert len(store.asked) == 1
    store.next_page.set()
    assert len(first.accepted) + sum(len(part.accepted) for part in parts) == 2500


def test_files_that_go_in_one_request_are_found_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the disk is, no request starts with fewer than it may hold while others are to come."""
    monkeypatch.setattr(tasks, "_CHUNK_SECONDS", 0.0)
    paths = [tmp_path / str(number) for number in range(8)]
    for path in paths:
        path.touch()
    stores = Stores(ConnectionLibrary(tmp_path), SecretStore(no_keychain))
    place = msgspec.structs.replace(from_url("http://127.0.0.1/"), multipart=Multipart(files_per_request=3))
    look = Look(place, target_of(place, {}), reader=None, run=0)
    parts = walk(paths, stores, look, lambda: True)
    assert [len(part.accepted) for part in parts] == [3, 3, 2]
