# SPDX-License-Identifier: MIT
"""Values and secrets are asked for once, kept where they may be, and told when they cannot be."""

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from guiuploader.destinations.destination import Auth, Multipart, Variable
from guiuploader.window.ask_values import AskValues
from guiuploader.window.destination_editor import DestinationEditor
from tests.gui.conftest import Until, question
from tests.gui.scene import LEFT, Keychain, Open, Serve, files, press, served, signed
from tests.helpers.scripted_server import answer


def test_values_and_secrets_are_asked_once_for_all_files(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    destination = served(
        server,
        auth=Auth(kind="bearer", token="{secret:token}"),
        multipart=Multipart(fields={"case": "{var:case}", "folder": "{var:folder}"}),
        variables={"case": Variable(label="Case number"), "folder": Variable(default="inbox")},
    )
    parts = whole(destination)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: bool(parts.window.findChildren(AskValues)))
    dialog = parts.window.findChildren(AskValues)[0]
    fields = {each.accessibleName(): each for each in dialog.findChildren(QLineEdit)}
    assert list(fields) == ["Case number", "folder", "token"]
    assert fields["folder"].text() == "inbox"
    assert fields["token"].echoMode() is QLineEdit.EchoMode.Password
    add = next(each for each in dialog.findChildren(QPushButton) if "Add" in each.text())
    assert not add.isEnabled()
    fields["Case number"].setText("42")
    fields["token"].setText("s3cret")
    QTest.mouseClick(add, LEFT)
    until(lambda: parts.window.status.text == "All 3 arrived")
    for number in range(3):
        request = server.request(number)
        assert request.header("Authorization") == "Bearer s3cret"
        assert b'name="case"\r\n\r\n42\r\n' in request.body
        assert b'name="folder"\r\n\r\ninbox\r\n' in request.body


def test_cancelling_the_question_adds_nothing(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201)), variables={"case": Variable()}))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: bool(parts.window.findChildren(AskValues)))
    parts.window.findChildren(AskValues)[0].reject()
    until(lambda: not parts.window.findChildren(AskValues))
    assert parts.manager.uploads() == ()


def test_a_secret_that_is_known_is_not_asked_for(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    destination = served(server, auth=Auth(kind="bearer", token="{secret:token}"))
    parts = whole(destination, environment={"GUIUPLOADER_SECRET_TOKEN": "from-outside"})
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "1 file arrived")
    assert server.request().header("Authorization") == "Bearer from-outside"


def test_a_secret_that_was_not_saved_is_told_until_the_notice_is_closed(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    keychain = Keychain()
    keychain.is_broken = True
    parts = whole(signed(scripted_server(answer(201))), keychain=lambda: keychain)
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.findChildren(AskValues))
    dialog = parts.window.findChildren(AskValues)[0]
    dialog.findChildren(QLineEdit)[0].setText("s3cret ")
    press(dialog, "Add files")
    until(lambda: parts.window.status.text == "1 file arrived")
    first, second = parts.window.notice.text.splitlines()
    assert "keychain" in first
    assert second.startswith("Added 1 file to Box")


def test_secrets_follow_a_renamed_destination_and_leave_with_a_deleted_one(
    whole: Open, scripted_server: Serve, until: Until
) -> None:
    destination = signed(scripted_server(answer(201)))
    keychain = Keychain()
    accounts = [f"{name} {destination.origin} token" for name in ("Box", "Crate")]
    keychain.kept[accounts[0]] = "s3cret"
    parts = whole(destination, keychain=lambda: keychain)
    parts.window.actions_.edit_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    name = next(each for each in editor.findChildren(QLineEdit) if each.accessibleName() == "Name")
    name.setText("Crate")
    press(editor, "Save")
    until(lambda: keychain.kept == {accounts[1]: "s3cret"})
    until(lambda: not parts.window.findChildren(DestinationEditor))
    parts.window.actions_.delete_destination.trigger()
    press(question(parts.window), "Delete")
    until(lambda: not keychain.kept)
    assert parts.library.listing().destinations == ()
