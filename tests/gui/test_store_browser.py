# SPDX-License-Identifier: MIT
"""The cloud browser: a store is looked into, things are picked and added, and the window never waits."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest

from guiuploader.window.ask_store_keys import AskStoreKeys
from guiuploader.window.connection_list import ConnectionList
from guiuploader.window.store_browser import StoreBrowser
from guiuploader.window.store_model import StoreModel
from tests.gui.conftest import Until, Whole, button
from tests.gui.scene import Keychain, press, states
from tests.gui.store_scene import aloud, browser, expand, line, names, opened, row, said, tree
from tests.helpers.scripted_server import ScriptedServer, answer
from tests.helpers.scripted_store import SECRET, ScriptedStore, Stored

Open = Callable[..., Whole]
Serve = Callable[..., ScriptedServer]
ADD = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def store() -> Iterator[ScriptedStore]:
    """Return a store with four objects."""
    made = ScriptedStore()
    made.objects = {key: Stored(5) for key in ("pics/a.jpg", "pics/b.jpg", "pics/raw/c.raw", "top.txt")}
    yield made
    made.close()


def select(top: object, *found: QModelIndex) -> None:
    for each in found:
        tree(top).selectionModel().select(each, ADD)  # type: ignore[arg-type] # a widget


def test_what_is_picked_goes_to_the_chosen_destination(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    bucket = expand(shown, until, "mine", "bucket")
    assert names(tree(shown).model(), bucket) == ["pics/", "top.txt"]
    top = row(shown, "mine", "bucket", "top.txt")
    assert top.siblingAtColumn(1).data() == "5 bytes"
    assert str(top.siblingAtColumn(2).data()).startswith("2024-01-01")
    assert aloud(top).startswith("top.txt, 5 bytes, of 2024-01-01")
    assert aloud(row(shown, "mine", "bucket", "pics/")) == "Folder pics"
    assert aloud(bucket) == "Bucket bucket"
    pics = expand(shown, until, "mine", "bucket", "pics/")
    add = button(shown, "Add")
    assert not add.isEnabled()
    select(shown, top, pics, row(shown, "mine", "bucket", "pics/", "a.jpg"))
    what = "1 object, 5 bytes and 1 folder with all that is in it · to Files (127.0.0.1"
    assert what in said(shown), "a.jpg is in the folder"
    press(shown, "Add")
    until(lambda: parts.window.status.text == "All 4 arrived")
    found = [upload.source.relpath for upload in parts.manager.uploads()]
    assert found == ["top.txt", "pics/a.jpg", "pics/b.jpg", "pics/raw/c.raw"]
    assert not parts.window.findChildren(StoreBrowser), "it is closed"


def test_all_goes_by_keyboard_alone(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    parts.window.activateWindow()
    QTest.keyClick(
        parts.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    shown = browser(parts)
    assert shown.focusWidget() is tree(shown)
    until(lambda: row(shown, "mine", "bucket").isValid())
    view = tree(shown)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    until(lambda: row(shown, "mine", "bucket", "top.txt").isValid())
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().data() == "top.txt"
    QTest.keyClick(view, Qt.Key.Key_Return)
    until(lambda: parts.window.status.text == "1 file arrived")


def test_the_model_is_sound_whatever_is_done(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.objects |= {f"x/{number:05}": Stored(1) for number in range(2500)}
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts, tested=True)
    model = shown.findChildren(StoreModel)[0]
    until(lambda: row(shown, "mine", "bucket", "x/", "More…").isValid())
    model.act(row(shown, "mine", "bucket", "x/", "More…"))
    until(lambda: model.rowCount(row(shown, "mine", "bucket", "x/")) == 2001)
    model.want(row(shown, "mine", "bucket"), "pi")
    until(lambda: row(shown, "mine", "bucket", "pics/", "raw/", "c.raw").isValid())
    model.open_bucket(row(shown, "mine"), "other")
    until(lambda: model.rowCount(row(shown, "mine", "other")) and not model.is_busy)
    assert "no such bucket" in names(model, row(shown, "mine", "other"))[0]
    shown.reload()
    model.stop()
    until(lambda: names(model) == ["Stopped · go on"])
    model.act(model.index(0, 0))
    until(lambda: row(shown, "mine", "bucket", "x/", "More…").isValid())


def test_escape_closes_it_and_it_can_be_opened_again(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    QTest.keyClick(tree(shown), Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert parts.manager.uploads() == ()
    again = browser(parts)
    assert again is not shown
    until(lambda: row(again, "mine", "bucket").isValid())


def test_a_million_keys_are_asked_for_as_they_come_into_sight(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.objects, store.listed = {}, 1_000_000
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    bucket = expand(shown, until, "mine", "bucket")
    model, view = tree(shown).model(), tree(shown)
    until(lambda: model.rowCount(bucket) == 1001 and not shown.findChildren(StoreModel)[0].is_busy)
    assert names(model, bucket)[-1] == "More…"
    QTest.keyClick(view, Qt.Key.Key_End)
    until(lambda: model.rowCount(row(shown, "mine", "bucket")) == 2001)
    assert len(store.asked) == 3, "one list of buckets, two pages"
    more = row(shown, "mine", "bucket", "More…")
    view.setCurrentIndex(more)
    until(lambda: model.rowCount(row(shown, "mine", "bucket")) >= 3001)


def test_names_are_filtered_by_the_store(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.objects |= {f"log-{number:05}": Stored(1) for number in range(1500)}
    store.objects["zebra"] = Stored(1)
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    bucket = expand(shown, until, "mine", "bucket")
    tree(shown).setCurrentIndex(bucket)
    field = line(shown, "Only names that begin with")
    assert field.placeholderText() == "in bucket/"
    QTest.keyClicks(field, "ze")
    until(lambda: names(tree(shown).model(), row(shown, "mine", "bucket")) == ["zebra"])
    QTest.keyClicks(field, "x")
    until(
        lambda: names(tree(shown).model(), row(shown, "mine", "bucket")) == ["Nothing here begins with “zex”"]
    )
    tree(shown).setCurrentIndex(row(shown, "mine"))
    assert field.text() == ""
    tree(shown).setCurrentIndex(row(shown, "mine", "bucket"))
    assert field.text() == "zex"
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: row(shown, "mine", "bucket", "log-00000").isValid())


def test_what_does_not_come_is_said_and_asked_for_again(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    store.refusals_ahead = [(403, "AccessDenied"), (503, "SlowDown")]
    tree(shown).expand(row(shown, "mine", "bucket"))
    until(lambda: "Ask the bucket's owner" in said(shown))
    assert names(tree(shown).model(), row(shown, "mine", "bucket")) == [
        "The key may not read this. · try again"
    ]
    press(shown, "Try again")
    until(lambda: "It answered 503 SlowDown" in said(shown))
    note = tree(shown).model().index(0, 0, row(shown, "mine", "bucket"))
    tree(shown).setCurrentIndex(note)
    QTest.keyClick(tree(shown), Qt.Key.Key_Return)
    until(lambda: row(shown, "mine", "bucket", "top.txt").isValid())


def test_a_store_that_is_silent_is_left_at_once(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.listed, store.next_page = 3000, Event()
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: row(shown, "mine", "bucket").isValid())
    expand(shown, until, "mine", "bucket")
    QTest.keyClick(tree(shown), Qt.Key.Key_End)
    until(lambda: len(store.asked) == 3)
    press(shown, "Stop")
    until(lambda: row(shown, "mine", "bucket", "Stopped · go on").isValid())
    assert not [each for each in shown.findChildren(StoreModel) if each.is_busy]
    store.next_page.set()
    QTest.keyClick(tree(shown), Qt.Key.Key_End)
    QTest.keyClick(tree(shown), Qt.Key.Key_Return)
    until(lambda: tree(shown).model().rowCount(row(shown, "mine", "bucket")) > 2000)


def test_a_bucket_that_is_not_listed_is_named(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.buckets = []
    parts = opened(whole, scripted_server(answer(201)), store)
    shown = browser(parts)
    until(lambda: names(tree(shown).model(), row(shown, "mine")) == ["Nothing is here"])
    field = line(shown, "Bucket or address")
    QTest.keyClicks(field, "a b")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "must be named with letters" in said(shown)
    field.setText("bucket")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: row(shown, "mine", "bucket", "top.txt").isValid())
    field.setText("s3://mine@bucket/pics/")
    press(shown, "Open")
    until(lambda: names(tree(shown).model(), row(shown, "mine", "bucket")) == ["raw/", "a.jpg", "b.jpg"])
    field.setText("s3://other@bucket/")
    press(shown, "Open")
    assert "Choose a connection below first" in said(shown)


def test_a_store_whose_buckets_cannot_be_listed_says_so(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    store.is_open = True
    parts = opened(whole, scripted_server(answer(201)), store, connected=False)
    folder = parts.config / "connections"
    folder.mkdir(parents=True)
    (folder / "blue.toml").write_text(
        f'format = 1\nkind = "azure"\naccount = "bucket"\nanonymous = true\nendpoint = "{store.url}"\n',
        "utf-8",
    )
    shown = browser(parts)
    until(
        lambda: (
            names(tree(shown).model(), row(shown, "blue"))
            == ["Its buckets cannot be listed · name one above"]
        )
    )
    field = line(shown, "Bucket or address")
    field.setText("bucket")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: row(shown, "blue", "bucket", "top.txt").isValid())
    tree(shown).setCurrentIndex(row(shown, "blue", "bucket", "top.txt"))
    tree(shown).setFocus()
    QTest.keyClick(tree(shown), Qt.Key.Key_Return)
    until(lambda: parts.window.status.text == "1 file arrived")


def test_without_connections_it_offers_to_make_one(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until
) -> None:
    parts = opened(whole, scripted_server(answer(201)), store, connected=False)
    shown = browser(parts)
    until(lambda: names(tree(shown).model()) == ["No connections yet"])
    press(shown, "Connections…")
    assert shown.findChildren(ConnectionList)


@pytest.mark.parametrize("first", ["", "wrong"])
def test_a_key_that_is_missing_or_wrong_is_asked_for(
    whole: Open, scripted_server: Serve, store: ScriptedStore, until: Until, first: str
) -> None:
    keychain = Keychain()
    given = {"GUIUPLOADER_SECRET_STORE_KEY": first} if first else {}
    parts = opened(whole, scripted_server(answer(201)), store, given=given, keychain=lambda: keychain)
    shown = browser(parts)
    for typed in ("wrong again", SECRET):
        until(lambda: [each for each in shown.findChildren(AskStoreKeys) if each.isVisible()])
        asking = next(each for each in shown.findChildren(AskStoreKeys) if each.isVisible())
        assert not button(asking, "Try again").isEnabled()
        QTest.keyClicks(line(asking, "store-key"), typed)
        QTest.keyClick(line(asking, "store-key"), Qt.Key.Key_Return)
        until(lambda asking=asking: not asking.isVisible())  # type: ignore[misc] # bound here
    until(lambda: row(shown, "mine", "bucket").isValid())
    assert list(keychain.kept.values()) == [SECRET]
    assert states(parts) == []
