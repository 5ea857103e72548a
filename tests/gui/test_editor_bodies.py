# SPDX-License-Identifier: MIT
"""The editor offers every kind of body, and loses nothing of any."""

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import (
    FORMAT,
    BodyKind,
    Content,
    Destination,
    Form,
    Multipart,
    Part,
)
from guiuploader.window.destination_editor import DestinationEditor
from tests.gui.editor_parts import can_save, combo, line, put, said, table

TEXT = '\\{"a": "\u00a0{file:base64}",\r\n\t"b": 1}\r\n\u2028'


def of(body: BodyKind, **more: object) -> Destination:
    return msgspec.structs.replace(
        Destination(format=FORMAT, name="A", url="https://a.example/up"), body=body, **more
    )


JSON = of(BodyKind.TEMPLATE, content=Content(text=TEXT, content_type="application/json", escape="json"))
MIXED = of(BodyKind.CONTENT, content=Content(text="one\r\ntwo\nthree\r"))
NOTE = of(BodyKind.CONTENT, content=Content(text="hello {date:%Y}\n", content_type="text/plain"))
PAIRS = of(BodyKind.FORM, form=Form(fields={"a": "1", "b": ["2", "3"], "c": ["4"]}))
PARTS = of(
    BodyKind.MULTIPART,
    multipart=Multipart(
        part=[
            Part(name="meta", value="\\{}", content_type="application/json"),
            Part(name="file", upload=True, headers={"Content-Transfer-Encoding": "base64"}),
        ]
    ),
)
KINDS = [
    JSON,
    NOTE,
    MIXED,
    PAIRS,
    PARTS,
    of(BodyKind.NONE, method="GET", content=Content(text="kept")),
    of(BodyKind.RAW, content=Content(text="kept"), form=Form(fields={"kept": "too"})),
]


@pytest.fixture
def edit(qtbot: QtBot) -> Callable[..., DestinationEditor]:
    def open_editor(base: Destination | None = None) -> DestinationEditor:
        editor = DestinationEditor(base, [], has_keychain=False)
        qtbot.addWidget(editor)
        editor.show()
        return editor

    return open_editor


def text(editor: DestinationEditor) -> QPlainTextEdit:
    return next(each for each in editor.findChildren(QPlainTextEdit) if each.accessibleName() == "Text")


def choose(editor: DestinationEditor, kind: BodyKind) -> None:
    box = combo(editor, "Body")
    box.setCurrentIndex(box.findData(kind.value))


@pytest.mark.parametrize("base", KINDS, ids=lambda base: base.body)
def test_an_edit_of_another_key_keeps_every_kind_of_body_to_the_last_sign(
    edit: Callable[..., DestinationEditor], base: Destination
) -> None:
    editor = edit(base)
    assert can_save(editor), said(editor)
    assert editor.edited().destination == base
    line(editor, "Name").setText("B")
    assert editor.edited().destination == msgspec.structs.replace(base, name="B")


def test_how_many_files_go_in_one_request_is_a_number_of_the_form(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(of(BodyKind.MULTIPART, multipart=Multipart(files_per_request=3)))
    (number,) = editor.findChildren(QSpinBox)
    assert (number.accessibleName(), number.value(), number.isVisible()) == ("Files in one request", 3, True)
    number.setValue(25)
    assert editor.edited().destination.multipart.files_per_request == 25
    choose(editor, BodyKind.RAW)
    assert not number.isVisible()
    assert can_save(editor), said(editor)
    assert editor.edited().destination.multipart.files_per_request == 1
    choose(editor, BodyKind.BUFFERED)
    assert editor.edited().destination.multipart.files_per_request == 25


def test_every_kind_can_be_chosen_and_shows_only_its_own_fields(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(of(BodyKind.RAW))
    box: QComboBox = combo(editor, "Body")
    assert [box.itemData(row) for row in range(box.count())] == [kind.value for kind in BodyKind]
    shown = {}
    for kind in BodyKind:
        choose(editor, kind)
        fields = {
            "file": line(editor, "File field"),
            "fields": table(editor, "Form fields"),
            "type": line(editor, "Content type"),
            "text": text(editor),
            "pairs": table(editor, "Pairs"),
        }
        shown[kind] = {name for name, field in fields.items() if field.isVisible()}
    assert shown == {
        BodyKind.MULTIPART: {"file", "fields"},
        BodyKind.RAW: set(),
        BodyKind.CHUNKED: set(),
        BodyKind.BUFFERED: {"file", "fields"},
        BodyKind.TUS: set(),
        BodyKind.TEMPLATE: {"type", "text"},
        BodyKind.CONTENT: {"type", "text"},
        BodyKind.FORM: {"pairs"},
        BodyKind.NONE: set(),
    }


def test_a_text_with_the_file_in_it_is_made(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(of(BodyKind.RAW))
    choose(editor, BodyKind.TEMPLATE)
    assert "This must not be empty: it is the body." in said(editor)
    text(editor).setPlainText('\\{"data": "nothing"}')
    assert not can_save(editor), "the file has no place in it"
    text(editor).setPlainText('\\{"data": "{file:base64}"}')
    line(editor, "Content type").setText(" application/json ")
    assert can_save(editor)
    assert editor.edited().destination.content == Content(
        text='\\{"data": "{file:base64}"}', content_type="application/json"
    )
    assert "A drop sends: POST https://a.example/up with the text as the body, the file in it" in said(editor)


def test_a_changed_text_keeps_its_kind_of_line_ends(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(JSON)
    text(editor).appendPlainText("x")
    assert editor.edited().destination.content.text == TEXT + "\r\nx"
    editor = edit(NOTE)
    text(editor).appendPlainText("x")
    assert editor.edited().destination.content.text == NOTE.content.text + "\nx"


def test_pairs_of_a_request_without_a_file_are_edited(edit: Callable[..., DestinationEditor]) -> None:
    editor = edit(PAIRS)
    assert "“Send request” sends: POST https://a.example/up with the names and values as the body" in said(
        editor
    )
    put(table(editor, "Pairs"), 0, "a", "changed")
    assert editor.edited().destination.form.fields == {"a": "changed", "b": ["2", "3"], "c": "4"}
    assert editor.edited().destination.multipart == Multipart()
    put(table(editor, "Pairs"), 0, "", "nameless")
    assert "each row needs a name" in said(editor)


def test_another_kind_can_be_chosen_after_a_text_with_the_file_in_it(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(JSON)
    choose(editor, BodyKind.RAW)
    assert can_save(editor), said(editor)
    assert editor.edited().destination.content == Content()
    choose(editor, BodyKind.TEMPLATE)
    assert editor.edited().destination == JSON, "what was there comes back"


def test_parts_are_left_to_their_file_and_base64_is_warned_of(
    edit: Callable[..., DestinationEditor],
) -> None:
    editor = edit(PARTS)
    assert not line(editor, "File field").isVisible()
    assert not table(editor, "Form fields").isVisible()
    (words,) = (each for each in said(editor) if "parts" in each)
    assert "Its parts are written in its file and stay as they are." in words
    assert "written as base64; most servers would store that text" in words
    assert "A drop sends: POST https://a.example/up as a form" in said(editor)
