# SPDX-License-Identifier: MIT
"""Connections are made, tested, edited, copied and removed in the window; no secret is shown or written."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QListWidget, QWidget

from guiuploader.window.connection_editor import ConnectionEditor
from guiuploader.window.connection_list import ConnectionList
from tests.gui.conftest import PATIENCE, Until, Whole, button, question
from tests.gui.scene import Keychain, press
from tests.gui.store_scene import line, opened, said
from tests.helpers.scripted_server import ScriptedServer, answer, never_answer
from tests.helpers.scripted_store import ACCESS, REGION, SECRET, ScriptedStore
from tests.helpers.store_connections import connect

Open = Callable[..., Whole]
Serve = Callable[..., ScriptedServer]


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return an empty store."""
    made = ScriptedStore()
    yield made
    made.close()


def listed(parts: Whole) -> ConnectionList:
    parts.window.actions_.connections.trigger()
    return parts.window.findChildren(ConnectionList)[-1]


def texts(shown: ConnectionList) -> list[str]:
    rows = shown.findChildren(QListWidget)[0]
    return [rows.item(number).text().split(" · ")[0] for number in range(rows.count())]


def editor(shown: QWidget) -> ConnectionEditor:
    return shown.findChildren(ConnectionEditor)[-1]


def choose(top: QWidget, name: str, text: str) -> None:
    combo = next(each for each in top.findChildren(QComboBox) if each.accessibleName() == name)
    combo.setCurrentIndex(combo.findText(text))
    assert combo.currentText() == text


def test_the_first_connection_is_made_tested_and_saved(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    keychain = Keychain()
    server = scripted_server(answer(201))
    parts = opened(whole, server, store, given={}, connected=False, keychain=lambda: keychain)
    shown = listed(parts)
    made = editor(shown)
    assert made.focusWidget() is line(made, "Name"), "without any, the editor is there at once"
    QTest.keyClicks(line(made, "Name"), "minio")
    line(made, "Endpoint").setText(store.url)
    line(made, "Region").setText(REGION)
    assert not button(made, "Save").isEnabled()
    assert "This is missing." in said(made)
    line(made, "Access key").setText(ACCESS)
    line(made, "Secret key").setText("wrong")
    press(made, "Test")
    until(lambda: "The store does not accept the key." in said(made))
    line(made, "Secret key").setText(f"{SECRET} ")
    assert "does not accept" not in said(made)
    press(made, "Test")
    until(lambda: "It works: 1 bucket is there." in said(made))
    assert not keychain.kept, "a test keeps nothing"
    press(made, "Save")
    assert texts(shown) == ["minio"]
    written = (parts.config / "connections" / "minio.toml").read_text("utf-8")
    assert SECRET not in written
    assert 'secret_key = "{secret:secret-key}"' in written
    until(lambda: list(keychain.kept.values()) == [SECRET])
    assert next(iter(keychain.kept)) == f"connection minio {store.url} secret-key"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("Name", "", "It needs a name."),
        ("Name", "a b", "make a name."),
        ("Name", "MINE", "There is another connection of this name."),
        ("Endpoint", "ftp://x", "Must be an address such as https://minio.example:9000."),
        ("Access key", "", "This is missing."),
    ],
)
def test_a_mistake_is_said_beside_its_field(
    whole: Open, scripted_server: Serve, store: ScriptedStore, name: str, value: str, says: str
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = listed(parts)
    press(shown, "New…")
    made = editor(shown)
    assert says not in said(made), "what was not begun is no mistake"
    for field, text in (("Name", "new"), ("Access key", "A")):
        line(made, field).setText(text)
    assert button(made, "Save").isEnabled()
    line(made, name).setText(value or "x")
    line(made, name).setText(value)
    assert says in said(made)
    assert not button(made, "Save").isEnabled()
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert shown.isVisible()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_a_saved_secret_is_not_shown_and_follows_to_a_new_name(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    keychain = Keychain()
    keychain.kept[f"connection mine {store.url} store-key"] = SECRET
    parts = opened(whole, scripted_server(answer(201)), store, given={}, keychain=lambda: keychain)
    shown = listed(parts)
    QTest.keyClick(shown.findChildren(QListWidget)[0], Qt.Key.Key_Return)
    made = editor(shown)
    field = line(made, "Secret key")
    assert (field.text(), field.placeholderText()) == ("", "saved; type to replace it")
    choose(made, "Keys", "Temporary keys, with a session token")
    assert line(made, "Session token").placeholderText() == "", "there is none yet"
    choose(made, "Keys", "Access key and secret key")
    press(made, "Test")
    until(lambda: "It works" in said(made))
    line(made, "Name").setText("ours")
    press(made, "Save")
    assert texts(shown) == ["ours"]
    until(lambda: keychain.kept == {f"connection ours {store.url} store-key": SECRET})
    press(shown, "Edit…")
    made = editor(shown)
    line(made, "Endpoint").setText("https://elsewhere.example")
    press(made, "Save")
    until(lambda: not keychain.kept)


def test_a_copy_has_its_own_name_and_its_own_secret(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, given={})
    shown = listed(parts)
    press(shown, "Duplicate…")
    made = editor(shown)
    assert line(made, "Name").text() == "mine-2"
    assert line(made, "Endpoint").text() == store.url
    assert line(made, "Secret key").placeholderText() == ""
    press(made, "Test")
    until(lambda: "is not known here" in said(made))
    press(made, "Save")
    assert texts(shown) == ["mine", "mine-2"]


def test_removing_one_asks_first_and_forgets_its_secret(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    keychain = Keychain()
    keychain.kept[f"connection mine {store.url} store-key"] = SECRET
    parts = opened(whole, scripted_server(answer(201)), store, given={}, keychain=lambda: keychain)
    shown = listed(parts)
    rows = shown.findChildren(QListWidget)[0]
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    QTest.keyClick(question(shown), Qt.Key.Key_Escape)
    assert texts(shown) == ["mine"]
    press(shown, "Remove…")
    press(question(shown), "Remove")
    assert texts(shown) == []
    assert not button(shown, "Edit…").isEnabled()
    until(lambda: not keychain.kept)


def test_a_file_with_a_mistake_is_named_and_can_be_removed(
    whole: Open, scripted_server: Serve, store: ScriptedStore
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    (parts.config / "connections" / "bad.toml").write_text("format = 1\n", "utf-8")
    shown = listed(parts)
    assert texts(shown) == ["bad", "mine"]
    assert "There is a mistake in the connection “bad.toml”." in said(shown)
    press(shown, "Edit…")
    assert not shown.findChildren(ConnectionEditor)
    press(shown, "Remove…")
    press(question(shown), "Remove")
    assert texts(shown) == ["mine"]


def test_only_what_a_kind_of_store_knows_is_asked(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.is_open = True
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = listed(parts)
    press(shown, "New…")
    made = editor(shown)
    line(made, "Name").setText("blue")
    choose(made, "Keys", "A profile in ~/.aws")
    assert line(made, "Profile").isVisible()
    assert not line(made, "Access key").isVisible()
    choose(made, "Kind of store", "Google Cloud Storage")
    assert line(made, "Key file").isVisible()
    assert not line(made, "Region").isVisible()
    choose(made, "Kind of store", "Azure Blob Storage")
    line(made, "Account").setText("bucket")
    assert line(made, "Secret key").isVisible()
    choose(made, "Keys", "None: everybody may read there")
    line(made, "Endpoint").setText(store.url)
    press(made, "Test")
    assert "Name a bucket" in said(made)
    line(made, "Bucket to test with").setFocus()
    QTest.keyClicks(line(made, "Bucket to test with"), "bucket")
    QTest.keyClick(line(made, "Bucket to test with"), Qt.Key.Key_Return)
    until(lambda: "It works: the bucket can be listed." in said(made))
    press(made, "Save")
    written = (parts.config / "connections" / "blue.toml").read_text("utf-8")
    assert 'kind = "azure"' in written
    assert "anonymous = true" in written
    assert "{secret" not in written


@pytest.mark.parametrize("ending", ["stop", "close"])
def test_a_test_that_gets_no_answer_holds_up_nothing(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until, ending: str
) -> None:
    silent = scripted_server(never_answer())
    parts = opened(whole, scripted_server(answer(201)), store)
    connect(parts.config / "connections", silent.url, name="mine")
    shown = listed(parts)
    press(shown, "Edit…")
    made = editor(shown)
    press(made, "Test")
    assert "Asking the store…" in said(made)
    until(lambda: silent.requests)
    if ending == "stop":
        press(made, "Stop")
        assert "Asking" not in said(made)
        assert button(made, "Test").isEnabled()
    QTest.keyClick(made, Qt.Key.Key_Escape)
    until(lambda: not shown.findChildren(ConnectionEditor))
    assert parts.stores.shutdown(QDeadlineTimer(PATIENCE)), "the thread waits for nothing"
