# SPDX-License-Identifier: MIT
"""A scripted store, and what reaches it by a connection of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_store import SECRET, ScriptedStore
from tests.helpers.store_connections import connect

Found = list[StoreObject | Problem]


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store that runs for one test."""
    made = ScriptedStore()
    yield made
    made.close()


@pytest.fixture
def stores(store: ScriptedStore, tmp_path: Path) -> Stores:
    """Return what asks that store."""
    connect(tmp_path, store.url)
    return Stores(
        ConnectionLibrary(tmp_path), SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": SECRET})
    )


@pytest.fixture
def take(stores: Stores) -> Callable[[str], Found]:
    """Return what takes in all that an address means."""
    return lambda text: list(take_in_objects(stores, parse_address(text), lambda: True))
