# SPDX-License-Identifier: MIT
"""An OpenAPI document that is opened or dropped shows its operations; one of them becomes a destination."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QMessageBox, QWidget

from guiuploader.values import settings
from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.operation_chooser import OperationChooser
from guiuploader.window.theme import Theme
from tests.gui.conftest import ACME, Until, Whole, button, question
from tests.gui.test_screenshots import APPEARANCES
from tests.servers.openapi_documents import FASTAPI, PHOTOS

MANY = PHOTOS.replace("SERVER", "https://photos.example").replace(
    "components:",
    """
  /avatars/{user}:
    put:
      operationId: setAvatar
      summary: Set the picture of a user
      parameters: [{name: user, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {image/png: {schema: {type: string, format: binary}}}}
      responses: {}
  /documents:
    post:
      operationId: addDocument
      security: []
      summary: Add a document with all of its attachments, and tell those who wait for it
      servers: [{url: 'https://papers.example'}, {url: 'https://test.papers.example'}]
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {document: {type: string, format: binary}}}
      responses: {}
components:""",
    1,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a document as it is published."""
    path = tmp_path / "openapi.yaml"
    path.write_text(MANY)
    return path


def opened(parts: Whole, path: Path, until: Until) -> OperationChooser:
    parts.controller.add([path])
    until(lambda: bool(choosers(parts)))
    return choosers(parts)[-1]


def choosers(parts: Whole) -> list[OperationChooser]:
    return [each for each in parts.window.findChildren(OperationChooser) if each.isVisible()]


def rows(chooser: OperationChooser) -> QListWidget:
    (found,) = (
        each for each in chooser.findChildren(QListWidget) if each.accessibleName().startswith("Oper")
    )
    return found


def field(chooser: OperationChooser, name: str) -> QLineEdit:
    return next(each for each in chooser.findChildren(QLineEdit) if each.accessibleName() == name)


def shown(chooser: OperationChooser) -> list[str]:
    found = rows(chooser)
    items = [found.item(row) for row in range(found.count())]
    return [str(item.data(Qt.ItemDataRole.AccessibleTextRole)) for item in items if not item.isHidden()]


def told_by(top: QWidget) -> str:
    found = [label.text() for label in top.findChildren(QLabel) if label.isVisible()]
    return " ".join(found).replace("\u200b", "")


def test_by_keyboard_an_operation_becomes_a_destination_that_waits_for_send(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    parts = whole(ACME)
    chooser = opened(parts, file, until)
    assert shown(chooser) == [
        "POST /albums/{albumId}/photos, Add a photo",
        "PUT /avatars/{user}, Set the picture of a user",
        "POST /documents, Add a document with all of its attachments, and tell those who wait for it",
    ]
    searching = field(chooser, "Only operations that hold")
    searching.setFocus()
    QTest.keyClicks(searching, "ADD po")
    assert len(shown(chooser)) == 2
    QTest.keyClick(searching, Qt.Key.Key_Down)
    assert "The file alone" not in told_by(chooser)
    assert "addDocument: A form with the file in “document”." in told_by(chooser)
    server = chooser.findChild(QComboBox)
    assert server is not None
    assert server.accessibleName() == "Server"
    assert server.currentText() == "https://papers.example"
    QTest.keyClick(searching, Qt.Key.Key_Return)
    asked = question(parts.window)
    assert asked.text().replace("\u200b", "") == "Add Photo box: addDocument (papers.example)?"
    assert "The first upload there waits for “Send”" in asked.informativeText().replace("\u200b", "")
    button(asked, "Add").click()
    assert parts.shelf.chosen is not None
    assert parts.shelf.chosen.name == "Photo box: addDocument"
    assert settings.load(parts.config).unproven == ("Photo box: addDocument",)
    photo = file.with_name("photo.jpg")
    photo.write_text("x")
    parts.controller.add([photo])
    until(lambda: [each.state for each in parts.manager.uploads()] == [State.HELD])


def test_name_and_server_may_be_others_and_what_is_missing_is_said(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    file.write_text(FASTAPI)
    parts = whole()
    chooser = opened(parts, file, until)
    button(chooser, "Add…").click()
    assert "say at which address it is" in told_by(chooser)
    server = chooser.findChild(QComboBox)
    assert server is not None
    server.setEditText("https://mine.example/root")
    assert "say at which address" not in told_by(chooser)
    field(chooser, "Name").setText("Mine")
    QTest.mouseClick(button(chooser, "Add…"), Qt.MouseButton.LeftButton)
    asked = question(parts.window)
    assert "• note: may be left out, and is" in asked.informativeText().replace("\u200b", "")
    button(asked, "Add").click()
    assert parts.shelf.chosen is not None
    assert parts.shelf.chosen.url == "https://mine.example/root/uploadfiles/"


def test_the_file_itself_can_be_sent(whole: Callable[..., Whole], file: Path, until: Until) -> None:
    parts = whole(ACME)
    button(opened(parts, file, until), "Send the file itself").click()
    until(lambda: [each.source.name for each in parts.manager.uploads()] == ["openapi.yaml"])
    assert [each.name for each in parts.library.listing().destinations] == ["ACME files"]


def test_escape_adds_and_sends_nothing(whole: Callable[..., Whole], file: Path, until: Until) -> None:
    parts = whole(ACME)
    chooser = opened(parts, file, until)
    QTest.keyClick(chooser, Qt.Key.Key_Escape)
    assert not chooser.isVisible()
    assert parts.manager.uploads() == ()
    assert [each.name for each in parts.library.listing().destinations] == ["ACME files"]


def test_among_other_files_a_document_is_a_file(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    parts = whole(ACME)
    other = file.with_name("photo.jpg")
    other.write_text("x")
    parts.controller.add([file, other])
    until(lambda: len(parts.manager.uploads()) == 2)
    assert not choosers(parts)


def test_a_broken_document_says_why_and_can_be_sent(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    parts = whole(ACME)
    file.write_text("openapi: 3.1.0\npaths: {")
    parts.controller.add([file])
    until(lambda: bool(parts.window.findChildren(QMessageBox)))
    asked = question(parts.window)
    assert "line 3, column 1" in asked.informativeText().replace("\u200b", "")
    button(asked, "Send the file itself").click()
    until(lambda: [each.source.name for each in parts.manager.uploads()] == ["openapi.yaml"])


def test_nothing_matches_and_nothing_can_be_added(
    whole: Callable[..., Whole], file: Path, until: Until
) -> None:
    chooser = opened(whole(ACME), file, until)
    field(chooser, "Only operations that hold").setText("nothing like it")
    assert shown(chooser) == []
    assert "No operation holds this." in told_by(chooser)
    assert not button(chooser, "Add…").isEnabled()
    field(chooser, "Only operations that hold").setText("avatar")
    assert button(chooser, "Add…").isEnabled()
    assert rows(chooser).currentRow() == 1


def test_everything_in_the_dialog_has_a_name(whole: Callable[..., Whole], file: Path, until: Until) -> None:
    chooser = opened(whole(ACME), file, until)
    for each in chooser.findChildren(QWidget):
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inner = QAccessible.queryAccessibleInterface(each)
            is_inside = isinstance(each.parent(), QComboBox)
            assert is_inside or inner.text(QAccessible.Text.Name), each


@APPEARANCES
def test_shot_of_the_operations_of_a_document(
    appearance: Appearance,
    whole: Callable[..., Whole],
    theme: Theme,
    file: Path,
    until: Until,
    shoot: Callable[[QWidget, str], None],
) -> None:
    theme.choose(appearance)
    parts = whole(ACME)
    chooser = opened(parts, file, until)
    rows(chooser).setCurrentRow(2)
    shoot(chooser, f"openapi-{appearance}")
    button(chooser, "Add…").click()
    shoot(question(parts.window), f"openapi-question-{appearance}")
    file.write_text(FASTAPI)
    chooser = opened(parts, file, until)
    button(chooser, "Add…").click()
    shoot(chooser, f"openapi-no-server-{appearance}")
