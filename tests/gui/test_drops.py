# SPDX-License-Identifier: MIT
"""Drops anywhere on the window arrive, at the right destination, and what cannot be added is said."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.values.states import State
from tests.gui.conftest import Until, Whole, reasons
from tests.helpers.scripted_server import ScriptedServer, answer

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def mime_of(*things: Path | str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(
        [QUrl.fromLocalFile(str(thing)) if isinstance(thing, Path) else QUrl(thing) for thing in things]
    )
    return mime


def drag_in(target: QWidget, place: QPoint, mime: QMimeData) -> bool:
    enter = QDragEnterEvent(place, COPY, mime, LEFT, NO_KEYS)
    QCoreApplication.sendEvent(target, enter)
    move = QDragMoveEvent(place, COPY, mime, LEFT, NO_KEYS)
    QCoreApplication.sendEvent(target, move)
    return enter.isAccepted() and move.isAccepted()


def drop(target: QWidget, place: QPoint, mime: QMimeData) -> None:
    assert drag_in(target, place, mime)
    event = QDropEvent(QPointF(place), COPY, mime, LEFT, NO_KEYS)
    QCoreApplication.sendEvent(target, event)
    assert event.isAccepted()
    assert event.dropAction() is COPY


def served(server: ScriptedServer, name: str) -> Destination:
    return Destination(format=FORMAT, name=name, url=f"{server.url}/{name.lower()}")


def test_a_drop_on_the_window_goes_to_the_chosen_destination(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    tmp_path: Path,
    until: Until,
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server, "First"), served(server, "Second"))
    (tmp_path / "a b ü.txt").write_text("hello")
    drop(parts.window, QPoint(600, 300), mime_of(tmp_path / "a b ü.txt"))
    until(lambda: parts.window.status.text == "1 file arrived")
    assert server.request().target == "/first"
    place = server.url.removeprefix("http://")
    assert parts.window.notice.text == f"Added 1 file to First ({place})"


def test_a_drop_on_a_destination_goes_there_and_leaves_the_choice(
    whole: Callable[..., Whole],
    scripted_server: Callable[..., ScriptedServer],
    tmp_path: Path,
    until: Until,
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server, "First"), served(server, "Second"))
    (tmp_path / "a").write_text("hello")
    places = parts.window.destinations
    second = places.visualItemRect(places.item(1)).center()
    drop(places.viewport(), second, mime_of(tmp_path / "a"))
    until(lambda: parts.window.status.text == "1 file arrived")
    assert server.request().target == "/second"
    chosen = parts.shelf.chosen
    assert chosen is not None
    assert chosen.name == "First"


def test_a_drop_below_the_destinations_goes_to_the_chosen_one(
    whole: Callable[..., Whole], scripted_server: Callable[..., ScriptedServer], tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server, "First"), served(server, "Second"))
    (tmp_path / "a").write_text("hello")
    drop(parts.window.destinations.viewport(), QPoint(50, 400), mime_of(tmp_path / "a"))
    until(lambda: parts.window.status.text == "1 file arrived")
    assert server.request().target == "/first"


def test_a_drag_names_where_it_would_go_until_it_leaves(
    whole: Callable[..., Whole], tmp_path: Path, qtbot: QtBot
) -> None:
    acme = Destination(format=FORMAT, name="ACME", url="https://acme.example/")
    backup = Destination(format=FORMAT, name="Backup", url="https://backup.example/")
    parts = whole(acme, backup)
    veil = parts.window.veil
    assert veil.isHidden()
    assert drag_in(parts.window, QPoint(600, 300), mime_of(tmp_path))
    assert veil.accessibleName() == "Drop to send to ACME (acme.example)"
    places = parts.window.destinations
    assert drag_in(places.viewport(), places.visualItemRect(places.item(1)).center(), mime_of(tmp_path))
    assert veil.accessibleName() == "Drop to send to Backup"
    QCoreApplication.sendEvent(places.viewport(), QDragLeaveEvent())
    assert veil.isHidden()
    assert parts.manager.uploads() == ()
    del qtbot


def test_a_drag_without_files_is_not_taken(whole: Callable[..., Whole]) -> None:
    parts = whole()
    text = QMimeData()
    text.setText("just words")
    assert not drag_in(parts.window, QPoint(600, 300), text)
    assert not drag_in(parts.window.destinations.viewport(), QPoint(20, 20), text)


def test_a_link_from_a_browser_is_refused_in_words(whole: Callable[..., Whole]) -> None:
    parts = whole(Destination(format=FORMAT, name="ACME", url="https://acme.example/"))
    drop(parts.window, QPoint(600, 300), mime_of("https://example.org/cat.jpg"))
    assert parts.window.notice.text == "1 could not be added"
    words = "this is not a file on this computer. Save it first, then add the saved file."
    assert reasons(parts.window) == f"https://example.org/cat.jpg: {words}"


def test_what_cannot_be_added_is_listed_and_the_rest_is_added(
    whole: Callable[..., Whole], scripted_server: Callable[..., ScriptedServer], tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server, "First"))
    (tmp_path / "good").write_text("x")
    missing = tmp_path / "missing"
    drop(parts.window, QPoint(600, 300), mime_of(tmp_path / "good", missing, "https://example.org/"))
    until(lambda: "2 could not be added" in parts.window.notice.text)
    assert parts.window.notice.text.startswith("Added 1 file to First")
    told = reasons(parts.window).splitlines()
    assert told[0].startswith("https://example.org/: ")
    assert told[1].startswith("There is no such file.")
    assert str(missing) in told[1]
    until(lambda: parts.window.status.text == "1 file arrived")


def test_what_is_dropped_without_a_destination_waits_for_one(
    whole: Callable[..., Whole], scripted_server: Callable[..., ScriptedServer], tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    parts = whole()
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        drop(parts.window, QPoint(600, 300), mime_of(tmp_path / name))
    assert parts.window.notice.text == "The 2 things you added wait until you say where they should go."
    parts.shelf.save("", served(server, "Late"))
    parts.controller.resume()
    until(lambda: parts.window.status.text == "All 2 arrived")


def test_files_are_pasted_from_the_clipboard(
    whole: Callable[..., Whole], scripted_server: Callable[..., ScriptedServer], tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201)), "First"))
    QGuiApplication.clipboard().setText("words")
    parts.window.actions_.paste.trigger()
    assert parts.window.notice.text == "The clipboard holds no files."
    (tmp_path / "a").write_text("x")
    QGuiApplication.clipboard().setMimeData(mime_of(tmp_path / "a"))
    parts.window.actions_.paste.trigger()
    until(lambda: parts.window.status.text == "1 file arrived")
    assert [upload.state for upload in parts.manager.uploads()] == [State.DONE]
    QGuiApplication.clipboard().clear()
