# SPDX-License-Identifier: MIT
"""A destination that somebody else wrote down is added when it is opened or dropped, after a question."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from guiuploader.values import settings
from guiuploader.values.states import State
from guiuploader.window import drops
from guiuploader.window.ask_values import AskValues
from tests.gui.conftest import ACME, Until, Whole, button, question

NEW = 'format = 1\nname = "Their server"\nurl = "https://theirs.example/in"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a destination as it comes by mail."""
    path = tmp_path / "Theirs.GUIUPLOADER"
    path.write_text(NEW)
    return path


def told_by(parts: Whole) -> str:
    """Return all that the notice bar says."""
    return " ".join(label.text() for label in parts.window.notice.findChildren(QLabel) if label.isVisible())


def test_an_opened_destination_is_added_and_chosen_once_agreed(
    whole: Callable[..., Whole], file: Path
) -> None:
    parts = whole(ACME)
    parts.controller.add([file])
    asked = question(parts.window)
    assert asked.text().replace("\u200b", "") == "Add Their server (theirs.example)?"
    assert [each.name for each in parts.library.listing().destinations] == ["ACME files"]
    button(asked, "Add").click()
    assert parts.shelf.chosen is not None
    assert parts.shelf.chosen.name == "Their server"
    assert settings.load(parts.config).unproven == ("Their server",)
    assert "Their server (theirs.example) was added." in told_by(parts)
    assert parts.manager.uploads() == ()


def test_a_dropped_one_is_not_sent_and_what_comes_with_it_is(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    parts = whole()
    other = file.with_name("photo.jpg")
    other.write_text("x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (file, other)])
    parts.window.dropped.emit("", drops.carried(mime))
    button(question(parts.window), "Add").click()
    until(lambda: [each.state for each in parts.manager.uploads()] == [State.HELD])
    assert parts.manager.uploads()[0].destination.name == "Their server"


def test_enter_adds_nothing(whole: Callable[..., Whole], file: Path) -> None:
    parts = whole(ACME)
    parts.controller.add([file])
    asked = question(parts.window)
    assert asked.defaultButton() is button(asked, "Cancel")
    button(asked, "Cancel").click()
    assert [each.name for each in parts.library.listing().destinations] == ["ACME files"]
    assert parts.manager.uploads() == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format = 1\nname = 3\n", "Theirs.GUIUPLOADER"),
        (NEW.replace("Their server", "acme files"), "acme files"),
    ],
)
def test_one_that_cannot_be_added_says_why(
    whole: Callable[..., Whole], file: Path, text: str, told: str
) -> None:
    parts = whole(ACME)
    file.write_text(text)
    parts.controller.add([file])
    if "url" in text:
        button(question(parts.window), "Add").click()
    assert told in told_by(parts)
    assert [each.name for each in parts.library.listing().destinations] == ["ACME files"]


SHAREX = {
    "Version": "17.0.0",
    "Name": "Their host",
    "DestinationType": "ImageUploader, URLShortener",
    "RequestURL": "https://theirs.example/in",
    "Headers": {"X-Api-Key": "k3k3k3"},
    "Body": "MultipartFormData",
    "FileFormName": "file",
    "Arguments": {"album": "{select:red|blue}", "from": "%cn"},
    "URL": "{json:data.link}",
    "DeletionURL": "{json:data.delete}",
}


@pytest.fixture
def sharex(tmp_path: Path) -> Path:
    """Return a ShareX uploader as it comes by mail."""
    path = tmp_path / "theirs.SXCU"
    path.write_text(json.dumps(SHAREX))
    return path


def test_a_sharex_uploader_is_added_once_agreed_with_what_did_not_map(
    whole: Callable[..., Whole], sharex: Path, until: Until
) -> None:
    parts = whole(ACME)
    parts.controller.add([sharex])
    asked = question(parts.window)
    assert asked.text().replace("\u200b", "") == "Add Their host (theirs.example)?"
    detail = asked.informativeText().replace("\u200b", "")
    assert "The first upload there waits for “Send”" in detail
    assert "• %cn is asked for" in detail
    assert "• DestinationType: its shortener of links is left out" in detail
    button(asked, "Add").click()
    assert parts.shelf.chosen is not None
    assert parts.shelf.chosen.name == "Their host"
    assert settings.load(parts.config).unproven == ("Their host",)
    assert "k3k3k3" not in "".join(path.read_text() for path in parts.config.rglob("*.toml"))
    file = sharex.with_name("photo.jpg")
    file.write_text("x")
    parts.controller.add([file])
    until(lambda: bool(parts.window.findChildren(AskValues)))
    (dialog,) = parts.window.findChildren(AskValues)
    choice = dialog.findChild(QComboBox)
    assert choice is not None
    assert choice.accessibleName() == "album"
    choice.setCurrentText("blue")
    (name,) = (field for field in dialog.findChildren(QLineEdit) if field.accessibleName() == "Computer name")
    name.setText("mine")
    dialog.accept()
    until(lambda: [each.state for each in parts.manager.uploads()] == [State.HELD])
    assert parts.manager.uploads()[0].variables == {"album": "blue", "computer-name": "mine"}


def test_a_sharex_uploader_that_cannot_be_taken_says_why(whole: Callable[..., Whole], tmp_path: Path) -> None:
    parts = whole(ACME)
    path = tmp_path / "mine.sxcu"
    path.write_text("{\n  x")
    parts.controller.add([path])
    assert "mine.sxcu" in told_by(parts)
    assert "line 2, column 3" in told_by(parts)
    assert parts.manager.uploads() == ()
