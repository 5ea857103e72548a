# SPDX-License-Identifier: MIT
"""Destinations are made, chosen, saved and deleted in the window."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem, QMessageBox
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Network
from guiuploader.destinations.library import Library
from guiuploader.values import settings
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey
from guiuploader.values.settings import Settings
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.theme import tokens_for
from tests.gui.conftest import ACME, Until, Whole
from tests.gui.editor_parts import BACKUP, combo, line, said, save
from tests.gui.scene import press


def test_a_destination_is_chosen_by_click_or_enter_and_remembered(whole: Callable[..., Whole]) -> None:
    parts = whole(ACME, BACKUP)
    places = parts.window.destinations
    QTest.mouseClick(
        places.viewport(), Qt.MouseButton.LeftButton, pos=places.visualItemRect(places.item(1)).center()
    )
    assert settings.load(parts.config).chosen == "Backup"
    places.setCurrentRow(0)
    QTest.keyClick(places, Qt.Key.Key_Return)
    assert settings.load(parts.config).chosen == "ACME files"
    spoken = places.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "ACME files, acme.example, chosen"


def test_a_server_whose_identity_is_not_checked_stands_there_in_red(whole: Callable[..., Whole]) -> None:
    unproved = msgspec.structs.replace(BACKUP, network=Network(verify=False))
    places = whole(ACME, unproved).window.destinations
    first, second = places.item(0), places.item(1)
    assert second.data(Qt.ItemDataRole.AccessibleTextRole).endswith("backup.example, identity not checked")
    assert "verify = false" in second.toolTip()
    assert "verify = false" not in first.toolTip()
    red = QColor(tokens_for(places.palette()).bad)
    picture = places.viewport().grab().toImage()

    def is_red(item: QListWidgetItem) -> bool:
        place = places.visualItemRect(item)
        return any(
            picture.pixelColor(x, y) == red
            for x in range(place.left(), place.right())
            for y in range(place.top(), place.bottom())
        )

    assert (is_red(first), is_red(second)) == (False, True)


def test_an_edited_destination_is_saved_with_its_secret_for_its_origin(
    whole: Callable[..., Whole], qtbot: QtBot
) -> None:
    parts = whole(ACME)
    parts.window.actions_.edit_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    combo(editor, "Sign-in").setCurrentIndex(1)
    line(editor, "Token").setText("s3cret")
    with qtbot.waitSignal(parts.desk.kept) as kept:
        save(editor)
    assert kept.args == [SecretKey("ACME files", "https://acme.example:443", "token")]
    saved = parts.library.get("ACME files")
    assert saved.auth.token == "{secret:token}"
    files = [path.read_text() for path in parts.config.rglob("*") if path.is_file()]
    assert not any("s3cret" in text for text in files)


def test_a_new_destination_is_chosen_and_cancel_makes_none(whole: Callable[..., Whole], until: Until) -> None:
    parts = whole(ACME)
    parts.window.actions_.new_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    line(editor, "Address").setText("https://new.example/")
    editor.reject()
    press(editor, "Discard it")
    assert len(parts.shelf.destinations) == 1
    until(lambda: not parts.window.findChildren(DestinationEditor))
    parts.window.actions_.new_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    line(editor, "Address").setText("https://new.example/")
    save(editor)
    assert parts.shelf.chosen == parts.library.get("new.example")


def test_deleting_asks_first(whole: Callable[..., Whole], until: Until) -> None:
    parts = whole(ACME, BACKUP)
    for keep in (True, False):
        parts.window.actions_.delete_destination.trigger()
        box = parts.window.findChildren(QMessageBox)[-1]
        assert box.text() == "Delete ACME files (acme.example)?"
        button = next(each for each in box.buttons() if ("Cancel" in each.text()) == keep)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda: not parts.window.findChildren(QMessageBox))
        assert len(parts.library.listing().destinations) == (2 if keep else 1)
    assert parts.window.destinations.count() == 1


def test_a_destination_for_this_session_is_edited_and_deleted_without_a_file(
    whole: Callable[..., Whole],
) -> None:
    parts = whole()
    parts.shelf.add_temporary(ACME)
    parts.shelf.save("ACME files", BACKUP)
    assert list(parts.shelf.destinations) == [BACKUP]
    assert parts.shelf.chosen == BACKUP
    parts.shelf.delete("Backup")
    assert not parts.shelf.destinations
    assert not list(parts.config.rglob("*.toml"))


def test_a_renamed_destination_still_waits_for_its_first_success(whole: Callable[..., Whole]) -> None:
    parts = whole(ACME)
    parts.shelf.set(lambda now: now.with_unproven("ACME files"))
    parts.shelf.save("ACME files", BACKUP)
    assert parts.shelf.is_unproven(BACKUP)
    assert settings.load(parts.config).unproven == ("Backup",)


def test_a_file_written_by_hand_appears_when_the_window_is_looked_at(whole: Callable[..., Whole]) -> None:
    parts = whole(ACME)
    parts.library.add(BACKUP)
    parts.window.activated.emit()
    assert parts.window.destinations.count() == 2


def test_a_destination_for_this_session_gets_a_name_that_no_other_has(whole: Callable[..., Whole]) -> None:
    parts = whole(ACME)
    other = msgspec.structs.replace(ACME, name="acme FILES", url="https://elsewhere.example/")
    assert parts.shelf.add_temporary(other).name == "acme FILES (2)"
    chosen = parts.shelf.chosen
    assert chosen is not None
    assert chosen.url == "https://elsewhere.example/"
    assert parts.shelf.is_temporary("ACME Files (2)")
    again = msgspec.structs.replace(other, url="https://moved.example/")
    assert parts.shelf.add_temporary(again, instead_of="acme FILES (2)").name == "acme FILES (2)"
    assert [each.url for each in parts.shelf.destinations] == [ACME.url, "https://moved.example/"]


def test_a_file_that_takes_the_name_of_one_for_this_session_does_not_take_its_drops(
    whole: Callable[..., Whole],
) -> None:
    parts = whole()
    parts.shelf.add_temporary(BACKUP)
    parts.library.add(msgspec.structs.replace(BACKUP, url="https://other.example/"))
    parts.window.activated.emit()
    assert parts.shelf.destinations == (BACKUP,)
    assert parts.shelf.chosen == BACKUP


def test_what_cannot_be_saved_is_said_in_the_editor_and_nothing_typed_is_lost(
    whole: Callable[..., Whole],
) -> None:
    parts = whole(ACME)
    parts.window.actions_.edit_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    line(editor, "Name").setText("Better")
    parts.library.remove("ACME files")
    save(editor)
    assert editor.isVisible()
    assert line(editor, "Name").text() == "Better"
    assert any(text.startswith("There is no destination called") for text in said(editor))
    parts.library.add(ACME)
    save(editor)
    assert not editor.isVisible()
    assert parts.library.get("Better").url == ACME.url


@pytest.mark.expected_log("The settings in .* cannot be used")
@pytest.mark.skipif(sys.platform == "win32", reason="what lies behind a file counts as missing there")
def test_settings_that_cannot_be_written_count_for_this_session_and_are_tried_again(
    tmp_path: Path, qapp: QApplication
) -> None:
    del qapp
    library = Library(tmp_path / "destinations")
    library.add(ACME)
    library.add(BACKUP)
    config = tmp_path / "config"
    config.write_text("in the way")
    shelf = DestinationShelf(library, config)
    told: list[Problem] = []
    shelf.failed.connect(told.append)
    shelf.set(lambda now: now.with_unproven("Backup"))
    shelf.choose("Backup")
    assert [problem.code for problem in told] == [ErrorCode.FOLDER_NOT_WRITABLE] * 2
    shelf.reload()
    assert shelf.is_unproven(BACKUP)
    assert shelf.settings.chosen == "Backup"
    config.unlink()
    shelf.prove(BACKUP)
    assert settings.load(config) == Settings(chosen="Backup")


def test_a_file_that_is_broken_later_is_told_once(whole: Callable[..., Whole]) -> None:
    parts = whole(ACME, BACKUP)
    told: list[Problem] = []
    parts.shelf.failed.connect(told.append)
    for path in (parts.config / "destinations").iterdir():
        path.write_text("name = 5\n")
    parts.window.activated.emit()
    parts.window.activated.emit()
    assert len(told) == 2
    lines = parts.window.notice.text.splitlines()
    assert [name in line for name, line in zip(("acme-files", "backup"), lines, strict=True)] == [True, True]


def test_a_broken_destination_file_is_told(whole: Callable[..., Whole], tmp_path: Path) -> None:
    folder = tmp_path / "config" / "destinations"
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text("format = 1\nname = 5\n")
    parts = whole(ACME)
    assert "bad.toml" in parts.window.notice.text
