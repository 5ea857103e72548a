# SPDX-License-Identifier: MIT
"""Pictures of the cloud browser and the connections, as `test_screenshots.py` makes them of the rest."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QWidget

from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey
from guiuploader.values.settings import Appearance
from guiuploader.window.ask_store_keys import AskStoreKeys
from guiuploader.window.connection_editor import ConnectionEditor
from guiuploader.window.connection_list import ConnectionList
from guiuploader.window.theme import Theme
from tests.gui.conftest import Until, Whole
from tests.gui.scene import press
from tests.gui.store_scene import browser, expand, line, opened, row, said, tree
from tests.gui.test_screenshots import APPEARANCES
from tests.helpers.scripted_server import ScriptedServer, answer
from tests.helpers.scripted_store import ScriptedStore, Stored
from tests.helpers.store_connections import connect

Shoot = Callable[[QWidget, str], None]


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store as somebody may have it."""
    made = ScriptedStore()
    made.buckets = ["bucket", "logs-eu", "website"]
    made.objects = {
        "2026/report.pdf": Stored(1_240_000),
        "backups/db-2026-11-20.sql.gz": Stored(41_200_000_000),
        "backups/db-2026-11-21.sql.gz": Stored(41_700_000_000),
        "pictures/a/b.jpg": Stored(7),
        "an extraordinarily long name of an object that nobody would ever type.tar.gz": Stored(51_000),
        "read me.txt": Stored(900),
    }
    yield made
    made.close()


@pytest.fixture
def parts(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    store: ScriptedStore,
    theme: Theme,
    appearance: Appearance,
) -> Whole:
    """Return the window with two connections."""
    made = opened(whole, scripted_server(answer(201)), store)
    connect(made.config / "connections", "https://minio.example:9000", name="minio")
    theme.choose(appearance)
    return made


@APPEARANCES
def test_shot_of_the_cloud_browser(
    appearance: Appearance,
    parts: Whole,
    shoot: Shoot,
    until: Until,
) -> None:
    shown = browser(parts)
    until(lambda: row(shown, "minio").isValid())
    expand(shown, until, "mine")
    expand(shown, until, "mine", "bucket")
    expand(shown, until, "mine", "bucket", "backups/")
    rows = tree(shown).selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    for name in ("pictures/", "read me.txt"):
        rows.select(row(shown, "mine", "bucket", name), flags.Select | flags.Rows)
    rows.setCurrentIndex(row(shown, "mine", "bucket", "read me.txt"), flags.NoUpdate)
    shoot(shown, f"cloud-browser-{appearance}")
    shown.reject()


@APPEARANCES
def test_shot_of_a_store_that_says_no(
    appearance: Appearance,
    parts: Whole,
    store: ScriptedStore,
    shoot: Shoot,
    until: Until,
) -> None:
    shown = browser(parts)
    until(lambda: row(shown, "minio").isValid())
    expand(shown, until, "mine")
    store.refusal = (403, "AccessDenied")
    expand(shown, until, "mine", "website")
    until(lambda: "Ask the bucket's owner" in said(shown))
    shoot(shown, f"cloud-browser-no-{appearance}")
    shown.reject()


@APPEARANCES
def test_shot_of_the_connections(appearance: Appearance, parts: Whole, shoot: Shoot) -> None:
    (parts.config / "connections" / "bad.toml").write_text("format = 1\n", "utf-8")
    parts.window.actions_.connections.trigger()
    shoot(parts.window.findChildren(ConnectionList)[-1], f"connections-{appearance}")


@APPEARANCES
@pytest.mark.parametrize("face", ["works", "mistake"])
def test_shot_of_the_connection_editor(
    appearance: Appearance,
    face: str,
    parts: Whole,
    shoot: Shoot,
    until: Until,
) -> None:
    parts.window.actions_.connections.trigger()
    shown = parts.window.findChildren(ConnectionList)[-1]
    press(shown, "Edit…")
    made = shown.findChildren(ConnectionEditor)[-1]
    if face == "works":
        press(made, "Test")
        until(lambda: "It works" in said(made))
    else:
        line(made, "Endpoint").setText("minio.example:9000")
    shoot(made, f"connection-{face}-{appearance}")


@APPEARANCES
def test_shot_of_the_question_for_keys(
    appearance: Appearance,
    parts: Whole,
    shoot: Shoot,
) -> None:
    facts = {
        "path": "s3://b/",
        "answer": "403",
        "connection": "minio",
        "origin": "https://minio.example:9000",
    }
    key = SecretKey("connection minio", "https://minio.example:9000", "secret-key")
    problem = Problem(ErrorCode.STORE_WRONG_KEY, facts)
    asking = AskStoreKeys(problem, [key], has_keychain=True, parent=parts.window)
    asking.open()
    shoot(asking, f"store-keys-{appearance}")
