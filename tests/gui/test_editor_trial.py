# SPDX-License-Identifier: MIT
"""What would be sent is shown while one types, a try really sends it, and its answer gives the link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QPlainTextEdit, QPushButton

from guiuploader.destinations.destination import Auth, Destination, Reply, Secret, Variable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.states import State
from guiuploader.window.ask_values import AskValues
from guiuploader.window.curl_dialog import CurlDialog
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.trial_dialog import TrialDialog
from tests.gui.conftest import ACME, Until, Whole, button
from tests.gui.editor_parts import combo, line, put, save, table
from tests.gui.scene import Keychain, Open, Serve, files, press, served, signed, states
from tests.helpers.scripted_server import Answer, answer

JSON = b'{"ok": true, "data": {"id": 7, "delete_url": "/d/7", "link": "/f/7", "tags": ["x", null]}}'
CREATED = answer(201, JSON, **{"Content-Type": "application/json"})


@pytest.fixture(autouse=True)
def _clipboard(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.clipboard().clear()


def editor_of(parts: Whole) -> DestinationEditor:
    (editor,) = parts.window.findChildren(DestinationEditor)
    return editor


def edited(parts: Whole, name: str = "Box") -> DestinationEditor:
    rows = parts.window.destinations
    row = next(n for n in range(rows.count()) if rows.item(n).text() == name)
    rows.setCurrentRow(row)
    parts.window.actions_.edit_destination.trigger()
    return editor_of(parts)


def trial_of(editor: DestinationEditor, until: Until) -> TrialDialog:
    until(lambda: any(each.isVisible() for each in editor.findChildren(TrialDialog)))
    return next(each for each in editor.findChildren(TrialDialog) if each.isVisible())


def enter(dialog: QDialog) -> None:
    """Press Enter where the keyboard is."""
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)


def test_the_preview_follows_each_field_and_masks_secrets(whole: Open, until: Until) -> None:
    parts = whole(
        Destination(
            format=1,
            name="Box",
            url="https://box.example/up/{filename}",
            auth=Auth(kind="bearer", token="{secret:token}"),
            variables={"case": Variable(label="Case"), "stage": Variable(choices=["local", "live"])},
        )
    )
    editor = edited(parts)
    until(lambda: "POST /up/sample.txt HTTP/1.1" in editor.preview.text)
    assert "Authorization: Bearer ***" in editor.preview.text or "Bearer" in editor.preview.text
    assert "<58 bytes of sample.txt>" in editor.preview.text
    put(table(editor, "Form fields"), 0, "stage", "{var:stage}")
    until(lambda: 'name="stage"' in editor.preview.text)
    assert "\nlocal\n" in editor.preview.text
    line(editor, "Token").setText("typed-s3cret")
    put(table(editor, "Headers"), 0, "X-Case", "{var:case}")
    until(lambda: "X-Case: Case" in editor.preview.text)
    assert "typed-s3cret" not in editor.preview.text


def test_a_preview_that_cannot_be_made_says_why(whole: Open, until: Until) -> None:
    parts = whole(Destination(format=1, name="Box", url="https://box.example/"))
    editor = edited(parts)
    until(lambda: "sample.txt" in editor.preview.text)
    put(table(editor, "Form fields"), 0, "x", "{env:NOT_THERE}")
    until(lambda: "NOT_THERE" in editor.preview.text)
    assert "HTTP/1.1" not in editor.preview.text


def test_a_try_names_the_server_then_shows_request_and_answer_side_by_side(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    server = scripted_server(CREATED)
    parts = whole(served(server))
    editor = edited(parts)
    until(lambda: "HTTP/1.1" in editor.preview.text)
    QTest.keyClick(editor, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = trial_of(editor, until)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    host = server.url.removeprefix("http://")
    assert any("Really send sample.txt to Box" in text and host in text for text in labels), labels
    assert not server.requests, "nothing goes out before it was agreed to"
    enter(dialog)
    until(dialog.tree.topLevelItemCount)
    assert b"sample.txt" in server.requests[0].body
    texts = [each.toPlainText() for each in dialog.findChildren(QPlainTextEdit)]
    assert any(text.startswith("POST /up HTTP/1.1") for text in texts)
    assert any(text.startswith("201 Created") for text in texts)
    assert dialog.tree.template == "{json:data.link}", "what looks most like the link is current"
    enter(dialog)
    until(lambda: not editor.findChildren(TrialDialog))
    assert line(editor, "Link").text() == "{json:data.link}"
    assert editor.preview.link.endswith(f"{server.url}/f/7")
    save(editor)
    assert parts.library.get("Box").reply == Reply(link="{json:data.link}")


def test_another_place_is_picked_by_keys_and_by_the_mouse(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    parts = whole(served(scripted_server(CREATED)))
    editor = edited(parts)
    press(editor, "Try it…")
    dialog = trial_of(editor, until)
    press(dialog, "Send")
    until(dialog.tree.topLevelItemCount)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Up)
    assert dialog.tree.template == "{json:data.delete_url}"
    press(dialog, "Use as link")
    until(lambda: not editor.findChildren(TrialDialog))
    assert line(editor, "Link").text() == "{json:data.delete_url}"


def test_a_place_that_is_no_link_is_taken_and_said_to_give_none(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(200, b'{"id": ""}'))))
    editor = edited(parts)
    press(editor, "Try it…")
    dialog = trial_of(editor, until)
    press(dialog, "Send")
    until(dialog.tree.topLevelItemCount)
    press(dialog, "Use as link")
    until(lambda: dialog.said.startswith("It finds no link in it."))
    assert dialog.isVisible()
    assert line(editor, "Link").text() == "{json:id}"


def test_a_refusal_is_shown_in_words_beside_the_answer(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(413, b"too much"))))
    editor = edited(parts)
    press(editor, "Try it…")
    dialog = trial_of(editor, until)
    press(dialog, "Send")
    until(lambda: dialog.said)
    assert "413" in "".join(each.toPlainText() for each in dialog.findChildren(QPlainTextEdit))
    assert not dialog.tree.topLevelItemCount()
    assert button(dialog, "Send again").isEnabled()


def test_closing_cuts_a_try_that_waits(whole: Open, scripted_server: Serve, until: Until) -> None:
    server = scripted_server(Answer(silent=True))
    parts = whole(served(server))
    editor = edited(parts)
    press(editor, "Try it…")
    dialog = trial_of(editor, until)
    press(dialog, "Send")
    until(lambda: server.requests and server.requests[0].complete)
    press(dialog, "Close")
    editor.reject()
    until(lambda: not parts.trials._told)
    assert not parts.manager.uploads(), "a try is no row"


def test_a_try_asks_for_what_only_a_person_knows_with_its_own_label_and_help(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    server = scripted_server(CREATED)
    base = served(
        server,
        auth=Auth(kind="bearer", token="{secret:token}"),
        headers={"X-Case": "{var:case}"},
        secrets={"token": Secret(label="API key", help="In your profile, under “API”.")},
        variables={"case": Variable(label="Case number")},
    )
    parts = whole(base)
    editor = edited(parts)
    press(editor, "Try it…")
    until(lambda: editor.findChildren(AskValues))
    (ask,) = editor.findChildren(AskValues)
    said = [each.text() for each in ask.findChildren(QLabel)]
    assert "In your profile, under “API”." in said
    assert any(text.startswith("To try Box") for text in said)
    fields = {each.accessibleName(): each for each in ask.findChildren(type(line(editor, "Name")))}
    fields["API key"].setText("s3cret")
    fields["Case number"].setText("7")
    press(ask, "Go on")
    dialog = trial_of(editor, until)
    press(dialog, "Send")
    until(dialog.tree.topLevelItemCount)
    request = server.requests[0]
    assert (request.header("Authorization"), request.header("X-Case")) == ("Bearer s3cret", "7")
    assert "s3cret" not in "".join(each.toPlainText() for each in dialog.findChildren(QPlainTextEdit))
    press(dialog, "Close")
    save(editor)
    key = SecretKey("Box", base.origin, "token")
    until(lambda: parts.desk._store.find(key) == "s3cret")  # nobody is asked twice


def test_a_saved_secret_does_not_go_to_another_server(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    first, second = scripted_server(CREATED), scripted_server(CREATED)
    base = signed(first)
    keychain = Keychain()
    parts = whole(base, keychain=lambda: keychain)
    until(lambda: parts.desk.has_keychain)
    editor = edited(parts)
    line(editor, "Token").setText("s3cret")
    save(editor)
    until(lambda: keychain.kept)
    until(lambda: not parts.window.findChildren(DestinationEditor))
    editor = edited(parts)
    line(editor, "Address").setText(f"{second.url}/up")
    said = " ".join(each.text() for each in editor.findChildren(QLabel) if each.isVisible())
    assert "is another server: the saved secrets do not go there" in said
    press(editor, "Try it…")
    until(lambda: editor.findChildren(AskValues))
    assert not second.requests
    (ask,) = editor.findChildren(AskValues)
    press(ask, "Cancel")
    save(editor)
    until(lambda: not keychain.kept)


def test_a_documentations_curl_line_becomes_a_link_in_six_actions(
    whole: Open, scripted_server: Serve, until: Until, tmp_path: Path
) -> None:
    server = scripted_server(CREATED)
    parts = whole()
    header = "-H 'Authorization: Bearer k3y-8f2a91'"
    command = f"$ curl -X POST {server.url}/api/up \\\n  {header} -F album=7 -F photo=@a.jpg"
    QGuiApplication.clipboard().setText(command)
    actions = 0

    parts.window.actions_.paste.trigger()  # Ctrl+V
    actions += 1
    editor = editor_of(parts)
    assert editor.windowTitle() == "New destination"
    assert line(editor, "File field").text() == "photo"
    until(editor.isActiveWindow)
    QTest.keyClick(editor, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    actions += 1
    dialog = trial_of(editor, until)
    enter(dialog)  # to the server that it names
    actions += 1
    until(dialog.tree.topLevelItemCount)
    enter(dialog)  # the place that it proposes
    actions += 1
    until(lambda: not editor.findChildren(TrialDialog))
    until(editor.isActiveWindow)
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    actions += 1
    assert parts.shelf.chosen is not None
    parts.controller.add(files(tmp_path, 1))  # a drop
    actions += 1
    until(lambda: states(parts) == [State.DONE])
    (upload,) = parts.manager.uploads()
    assert upload.receipt is not None
    assert upload.receipt.link == f"{server.url}/f/7"
    assert actions <= 6
    for request in server.requests:
        assert request.header("Authorization") == "Bearer k3y-8f2a91"
        assert b'name="album"' in request.body
    assert "k3y-8f2a91" not in parts.config.joinpath("destinations").glob("*.toml").__next__().read_text()


def test_a_command_that_was_not_tried_waits_for_send(
    whole: Open, scripted_server: Serve, until: Until, tmp_path: Path
) -> None:
    parts = whole()
    QGuiApplication.clipboard().setText(f"curl -F file=@a {scripted_server(CREATED).url}/up")
    parts.window.actions_.paste.trigger()
    save(editor_of(parts))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.HELD])


def test_the_dialog_for_a_command_says_what_it_means_and_what_is_dangerous(
    whole: Open, tmp_path: Path
) -> None:
    parts = whole()
    QGuiApplication.clipboard().setText("not a command")
    parts.window.actions_.new_from_curl.trigger()
    (dialog,) = parts.window.findChildren(CurlDialog)
    (field,) = dialog.findChildren(QPlainTextEdit)
    assert field.toPlainText() == ""
    assert not button(dialog, "Go on").isEnabled()
    field.setPlainText("curl --wrong https://a.example/")
    assert "--wrong" in dialog.said
    note = tmp_path / "note.txt"
    note.write_text("from the file")
    field.setPlainText(f"curl -L -F 'x=<{note}' -F file=@a http://a.example/x")
    assert dialog.said == "It sends to a.example: POST http://a.example/x"
    assert not button(dialog, "Go on").isEnabled(), "a file of this computer is read only when one agrees"
    (box,) = dialog.findChildren(QCheckBox)
    box.click()
    press(dialog, "Go on")
    editor = editor_of(parts)
    notes = [each.text() for each in editor.findChildren(QLabel) if each.isVisible()]
    assert any("--location: a redirect" in text for text in notes), "what is otherwise is told"
    assert editor.edited().destination.multipart.fields == {"x": "from the file"}


def test_escape_asks_before_what_was_typed_is_lost(whole: Open, until: Until) -> None:
    parts = whole(ACME)
    editor = edited(parts, "ACME files")
    line(editor, "Name").setText("Other")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    press(editor, "Go on editing")
    assert editor.isVisible()
    line(editor, "Name").setText("ACME files")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    until(lambda: not parts.window.findChildren(DestinationEditor))
    assert [each.name for each in parts.shelf.destinations] == ["ACME files"]


def test_edit_and_resend_are_two_actions(
    whole: Open, scripted_server: Serve, until: Until, tmp_path: Path
) -> None:
    server = scripted_server([answer(404, b"no"), CREATED])
    parts = whole(served(server))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.FAILED])
    parts.window.table.selectAll()
    until(parts.window.actions_.edit_and_retry.isEnabled)
    parts.window.actions_.edit_and_retry.trigger()  # the first, Ctrl+E
    editor = editor_of(parts)
    line(editor, "Address").setText(f"{server.url}/right")
    press(editor, "Save and send again")  # the second
    until(lambda: states(parts) == [State.DONE])
    assert [request.target for request in server.requests] == ["/up", "/right"]


def test_a_duplicate_is_another_destination_without_the_secrets(whole: Open) -> None:
    base = Destination(format=1, name="Box", url="https://box.example/", headers={"X-Key": "{secret:key}"})
    parts = whole(base)
    parts.window.destinations.setCurrentRow(0)
    parts.window.actions_.duplicate_destination.trigger()
    editor = editor_of(parts)
    assert line(editor, "Name").text() == "Box (2)"
    told = [each.text() for each in editor.findChildren(QLabel) if each.isVisible()]
    assert "• The copy's secrets are asked for when files are added." in told
    save(editor)
    assert [each.name for each in parts.shelf.destinations] == ["Box", "Box (2)"]
    assert parts.library.get("Box (2)").headers == base.headers


def test_a_section_is_reached_by_keys_and_shows_its_first_field(whole: Open) -> None:
    parts = whole(ACME)
    editor = edited(parts, "ACME files")
    contents = editor._form._contents
    assert [contents.item(row).text() for row in range(contents.count())][-1] == "Network"
    contents.setFocus()
    contents.setCurrentRow(contents.count() - 1)
    QTest.keyClick(contents, Qt.Key.Key_Return)
    assert line(editor, "Proxy").hasFocus() or editor.focusWidget() is line(editor, "Proxy")
    line(editor, "Proxy").setText("nonsense")
    spoken = contents.item(contents.count() - 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Network, something is wrong here"
    assert not next(each for each in editor.findChildren(QPushButton) if each.text() == "&Save").isEnabled()


def test_every_field_of_the_editor_has_a_name_and_a_label(whole: Open) -> None:
    parts = whole(ACME)
    editor = edited(parts, "ACME files")
    combo(editor, "Sign-in").setCurrentIndex(4)
    for parts_of_row in editor._form._rows.values():
        label, field = parts_of_row[0], parts_of_row[1]
        assert isinstance(label, QLabel)
        assert label.buddy() is field
        assert field.accessibleName() or field.focusProxy() is not None
