# SPDX-License-Identifier: MIT
"""The editor says each mistake where it is, and what it hides survives."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import (
    FORMAT,
    Auth,
    BodyKind,
    Destination,
    Multipart,
    Network,
    Raw,
    Reply,
    Secret,
    Variable,
)
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.values.settings import Appearance
from guiuploader.window.destination_draft import destination_from, draft_of, fault_in
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.theme import Theme
from tests.gui.conftest import ACME
from tests.gui.editor_parts import can_save, combo, line, put, said, table

RICH = Destination(
    format=FORMAT,
    name="Rich",
    url="https://rich.example/{relpath}",
    method="PUT",
    body=BodyKind.BUFFERED,
    query={"q": "{var:id}"},
    headers={"Accept": "application/json"},
    auth=Auth(kind="basic", username="ada", password="{secret:pw}"),
    multipart=Multipart(
        file_field="upload",
        filename="{stem}",
        content_type="text/plain",
        part_headers={"X-Part": "1"},
        fields={"id": "{var:id}", "tags": ["a", "b"], "one": ["1"]},
    ),
    raw=Raw(content_type="text/x"),
    variables={"id": Variable(label="Case", default="7")},
    secrets={"pw": Secret(label="Password")},
    reply=Reply(link="{json:a.b}", hash="none"),
    lookup=Lookup(url="https://rich.example/known/{filename}", size="{header:Content-Length}"),
    network=Network(verify=False, connect_timeout=3),
)


@pytest.fixture
def edit(qtbot: QtBot) -> Callable[..., DestinationEditor]:
    def open_editor(base: Destination | None = None, *taken: str) -> DestinationEditor:
        editor = DestinationEditor(base, taken, has_keychain=False)
        qtbot.addWidget(editor)
        editor.show()
        return editor

    return open_editor


def test_an_edit_that_changes_nothing_changes_nothing(edit: Callable[..., DestinationEditor]) -> None:
    edited = edit(RICH).edited()
    assert edited.destination == RICH
    assert edited.secrets == {}


def test_an_edit_keeps_every_key_that_the_editor_does_not_show(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(RICH)
    line(editor, "Name").setText("Richer")
    put(table(editor, "Form fields"), 1, "tags", "changed")
    after = editor.edited().destination
    assert after.name == "Richer"
    assert after.multipart.fields == {"id": "{var:id}", "tags": ["changed", "b"], "one": "1"}
    for key in (
        "query",
        "headers",
        "auth",
        "raw",
        "variables",
        "secrets",
        "reply",
        "lookup",
        "network",
        "body",
    ):
        assert getattr(after, key) == getattr(RICH, key)
    for key in ("file_field", "filename", "content_type", "part_headers"):
        assert getattr(after.multipart, key) == getattr(RICH.multipart, key)


def test_an_address_alone_makes_a_destination_named_after_its_server(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit()
    assert not can_save(editor)
    assert not any("must" in text for text in said(editor)), "nothing is wrong before anything was typed"
    line(editor, "Address").setText(" https://acme.example:8443/up ")
    assert can_save(editor)
    assert editor.edited().destination == Destination(
        format=FORMAT, name="acme.example:8443", url="https://acme.example:8443/up"
    )
    assert "A drop sends: POST https://acme.example:8443/up as a form, the file in the field “file”" in said(
        editor
    )


def test_an_empty_address_is_told_as_what_is_missing(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit()
    assert "Type the address to send to." in said(editor)
    line(editor, "Address").setText("https://acme.example/")
    assert "Type the address to send to." not in said(editor)


def test_no_two_letters_of_the_editor_are_the_same(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(
        Destination(
            format=FORMAT, name="X", url="https://x.example/", auth=Auth(kind="bearer", token="{secret:t}")
        )
    )
    shown = [each.text() for each in editor.findChildren(QLabel) if each.isVisible()]
    shown += [each.text() for each in editor.findChildren(QAbstractButton) if each.isVisible()]
    texts = [text for text in shown if re.search(r"&\w", text)]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert {"&Save", "&Cancel"} <= set(texts)
    assert len(set(letters)) == len(letters), texts


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_row_to_type_in_can_be_seen(
    edit: Callable[..., DestinationEditor], theme: Theme, appearance: Appearance
) -> None:
    theme.choose(appearance)
    editor = edit()
    rows = table(editor, "Form fields")
    first = rows.item(0, 0)
    assert first is not None
    image = rows.viewport().grab().toImage()
    cell = rows.visualItemRect(first)
    ground = image.pixelColor(cell.center())
    grid = image.pixelColor(cell.right() + 1, cell.center().y())
    assert abs(grid.lightness() - ground.lightness()) > 30
    window = editor.grab().toImage().pixelColor(2, 2)
    assert abs(window.lightness() - ground.lightness()) > 5


def test_fields_repeat_and_keep_their_order(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(ACME)
    fields = table(editor, "Form fields")
    for row, pair in enumerate([("z", "1"), ("a", "2"), ("z", "3")]):
        put(fields, row, *pair)
    assert list(editor.edited().destination.multipart.fields.items()) == [("z", ["1", "3"]), ("a", "2")]
    assert fields.rowCount() == 4, "an empty row waits for the next"


@pytest.mark.parametrize(
    ("name", "text", "remark"),
    [
        ("Address", "acme.example", "This must start with http:// or https://."),
        ("Address", "https://acme.example/{nope}", "“{nope}” is not known here"),
        ("Name", "backup", "another destination has this name"),
        ("File field", " ", "This is needed in a form."),
    ],
)
def test_a_mistake_is_said_at_once_beside_its_field(
    edit: Callable[..., DestinationEditor], name: str, text: str, remark: str
) -> None:
    editor = edit(ACME, "Backup")
    field = line(editor, name)
    before = field.text()
    field.setText(text)
    assert not can_save(editor)
    remarks = [
        label
        for label in editor.findChildren(QLabel)
        if label.isVisible() and label.text().startswith(remark)
    ]
    assert len(remarks) == 1, said(editor)
    below = remarks[0].mapTo(editor, remarks[0].rect().topLeft()).y()
    assert 0 < below - field.mapTo(editor, field.rect().topLeft()).y() < 60
    field.setText(before)
    assert can_save(editor)


@pytest.mark.parametrize(
    ("pairs", "remark"),
    [
        ([("Content-Length", "5")], "Content-Length: is set by guiuploader, as the body needs it"),
        ([("A", "1"), ("a", "2")], "the same name stands there twice"),
        ([("", "1")], "each row needs a name"),
    ],
)
def test_a_mistake_in_a_header_is_said_below_the_headers(
    edit: Callable[..., DestinationEditor], pairs: list[tuple[str, str]], remark: str
) -> None:
    editor = edit(ACME)
    for row, pair in enumerate(pairs):
        put(table(editor, "Headers"), row, *pair)
    assert remark in said(editor)
    assert not can_save(editor)


def test_a_mistake_in_a_hidden_key_is_named(edit: Callable[..., DestinationEditor]) -> None:
    bad = Destination(format=FORMAT, name="A", url="https://a.example/", lookup=Lookup(url="{nope}"))
    editor = edit(bad)
    assert any(text.startswith("lookup.url: ") for text in said(editor)), said(editor)
    assert not can_save(editor)


def test_a_body_without_a_form_needs_no_fields(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(ACME)
    combo(editor, "Body").setCurrentIndex(1)
    assert not line(editor, "File field").isVisible()
    assert not table(editor, "Form fields").isVisible()
    combo(editor, "Method").setEditText("put")
    after = editor.edited().destination
    assert (after.method, after.body) == ("PUT", BodyKind.RAW)
    assert any(text.endswith("with the file itself as the body") for text in said(editor))


def test_a_token_goes_beside_the_destination_and_never_into_it(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(ACME)
    combo(editor, "Sign-in").setCurrentIndex(1)
    assert not can_save(editor), "a token is needed"
    line(editor, "Token").setText("s3cret")
    edited = editor.edited()
    assert edited.destination.auth == Auth(kind="bearer", token="{secret:token}")
    assert edited.secrets == {"token": "s3cret"}
    assert line(editor, "Token").echoMode() is QLineEdit.EchoMode.Password


def test_a_saved_secret_is_not_shown_and_keeps_its_name(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(RICH)
    field = line(editor, "Password")
    assert field.text() == ""
    assert field.placeholderText() == "saved; type to replace it"
    editor.show_missing(["pw"])
    assert field.placeholderText() == "not known here yet; asked for when you add files"
    field.setText("new")
    edited = editor.edited()
    assert edited.secrets == {"pw": "new"}
    assert edited.destination == RICH


def test_a_sign_in_that_is_switched_off_leaves_nothing_behind() -> None:
    draft = draft_of(RICH)
    off = destination_from(replace(draft, auth_kind="none"), RICH)
    assert off.auth == Auth()
    assert fault_in(draft, RICH, []) is None


def test_rows_of_fields_can_be_moved_and_removed(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(RICH)
    fields = table(editor, "Form fields")
    fields.setCurrentCell(1, 0)
    buttons = {each.accessibleName(): each for each in editor._fields._body._fields.findChildren(QToolButton)}
    names = ("Move this row up", "Move this row down", "Remove this row")
    up, down, remove = (buttons[name] for name in names)
    QTest.mouseClick(up, Qt.MouseButton.LeftButton)
    assert [pair[0] for pair in editor._fields._body._fields.pairs()] == ["tags", "id", "tags", "one"]
    QTest.mouseClick(down, Qt.MouseButton.LeftButton)
    fields.setCurrentCell(3, 0)
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert [pair[0] for pair in editor._fields._body._fields.pairs()] == ["id", "tags", "tags"]


def test_typed_secrets_are_not_shown_where_values_are_logged(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(ACME)
    combo(editor, "Sign-in").setCurrentIndex(1)
    line(editor, "Token").setText("s3cret\n")
    assert editor.edited().secrets == {"token": "s3cret"}, "a pasted line end is no part of it"
    assert "s3cret" not in repr(editor.edited())
    assert "s3cret" not in repr(editor._fields.draft())


def test_an_open_editor_learns_that_there_is_a_keychain(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(ACME)
    combo(editor, "Sign-in").setCurrentIndex(1)
    box = editor.findChildren(RememberBox)[0]
    assert not box.isChecked()
    editor.show_keychain(has_keychain=True)
    assert box.isChecked()
    assert box.isEnabled()
