# SPDX-License-Identifier: MIT
"""The keys to a store are asked for where an upload needs them, and once again where they are wrong."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from guiuploader.sources.store_address import parse_address
from guiuploader.values.secrets import SecretKey
from guiuploader.values.states import State
from guiuploader.window.ask_store_keys import AskStoreKeys
from guiuploader.window.connection_list import ConnectionList
from tests.gui.conftest import Until, Whole
from tests.gui.scene import Keychain, press, states
from tests.gui.store_scene import line, opened, said
from tests.gui.test_connections import editor
from tests.helpers.scripted_server import ScriptedServer, answer
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored

Open = Callable[..., Whole]
Serve = Callable[..., ScriptedServer]
PICS = parse_address("s3://mine@bucket/pics/")


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store with two objects."""
    made = ScriptedStore()
    made.objects = {"pics/a.jpg": Stored(5), "pics/b.jpg": Stored(6)}
    yield made
    made.close()


def asked(parts: Whole) -> list[AskStoreKeys]:
    return [each for each in parts.window.findChildren(AskStoreKeys) if each.isVisible()]


@pytest.mark.parametrize("first", ["", "wrong"])
def test_what_is_added_asks_for_a_key_and_is_added_then(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until, first: str
) -> None:
    keychain = Keychain()
    given = {"GUIUPLOADER_SECRET_STORE_KEY": first} if first else {}
    parts = opened(whole, scripted_server(answer(201)), store, given=given, keychain=lambda: keychain)
    parts.controller.add([PICS])
    for typed in ("wrong again", SECRET):
        until(lambda: asked(parts))
        dialog = asked(parts)[0]
        assert ("does not accept the key" in said(dialog)) == (bool(first) or typed == SECRET)
        assert f"What you type goes to {store.url} alone." in said(dialog)
        assert line(dialog, "store-key").echoMode() is QLineEdit.EchoMode.Password
        QTest.keyClicks(line(dialog, "store-key"), typed)
        press(dialog, "Try again")
        until(lambda dialog=dialog: dialog not in asked(parts))  # type: ignore[misc] # bound here
    until(lambda: parts.window.status.text == "All 2 arrived")
    assert list(keychain.kept.values()) == [SECRET]


def test_who_does_not_answer_adds_nothing(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, given={})
    parts.controller.add([PICS])
    until(lambda: asked(parts))
    QTest.keyClick(asked(parts)[0], Qt.Key.Key_Escape)
    until(lambda: "could not be added" in parts.window.notice.text)
    assert states(parts) == []
    assert store.asked == [], "without a key nobody is asked"


def queued(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until, keychain: Keychain
) -> Whole:
    """Return the window with two rows that wait for another key than the one they were listed with."""
    keychain.kept[f"connection mine {store.url} store-key"] = SECRET
    more = {"keychain": lambda: keychain, "will_retry": True, "parallel": 1}
    parts = opened(whole, scripted_server(answer(201)), store, given={}, **more)  # type: ignore[arg-type] # by name
    box = parts.library.get("Files")
    parts.manager.add([PICS], box, hold=True)
    until(lambda: states(parts) == [State.HELD] * 2)
    key = SecretKey("connection mine", store.url, "store-key")
    parts.desk.keep(key, "old", save=True)
    until(lambda: list(keychain.kept.values()) == ["old"])
    parts.manager.release([each.id for each in parts.manager.uploads()])
    until(parts.window.sign_in.isVisible)
    return parts


def test_rows_that_wait_ask_once_and_then_go_on(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    keychain = Keychain()
    parts = queued(whole, scripted_server, store, until, keychain)
    assert "The store does not accept the key." in said(parts.window.sign_in)
    field = parts.window.sign_in.findChildren(QLineEdit)[-1]
    assert field.accessibleName() == "store-key"
    before = len(store.asked)
    QTest.keyClicks(field, "wrong")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: len(store.asked) > before and parts.window.sign_in.isEnabled())
    until(parts.window.sign_in.isVisible)
    field = parts.window.sign_in.findChildren(QLineEdit)[-1]
    QTest.keyClicks(field, SECRET)
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: states(parts) == [State.DONE] * 2)
    assert not parts.window.sign_in.isVisible()


def test_a_key_that_is_typed_in_the_connection_is_an_answer(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = queued(whole, scripted_server, store, until, Keychain())
    parts.window.actions_.connections.trigger()
    shown = parts.window.findChildren(ConnectionList)[-1]
    press(shown, "Edit…")
    line(editor(shown), "Secret key").setText(SECRET)
    press(editor(shown), "Save")
    until(lambda: states(parts) == [State.DONE] * 2)


def test_who_leaves_the_question_has_what_waits_fail(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = queued(whole, scripted_server, store, until, Keychain())
    press(parts.window.sign_in, "Leave")
    until(lambda: states(parts) == [State.FAILED] * 2)
