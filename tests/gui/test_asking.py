# SPDX-License-Identifier: MIT
"""A refused sign-in is asked for in a strip above the queue: once, by mouse, keyboard and aloud."""

from collections.abc import Callable
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit

from guiuploader.destinations.destination import Auth, Secret
from guiuploader.values.states import State
from guiuploader.window import wording
from guiuploader.window.destination_editor import DestinationEditor
from tests.gui.conftest import Until, Whole, button
from tests.gui.scene import Keychain, Open, Serve, files, press, served, signed, states
from tests.helpers.scripted_server import Answer, Request, ScriptedServer, answer

BEARER = Auth(kind="bearer", token="{secret:token}")


def takes(token: str) -> Callable[[Request], Answer]:
    return lambda request: answer(201 if request.header("Authorization") == f"Bearer {token}" else 401)


def account(server: ScriptedServer) -> str:
    return signed(server).name + f" {signed(server).origin} token"


def strip_field(parts: Whole) -> QLineEdit:
    return parts.window.sign_in.findChildren(QLineEdit)[-1]


def known(server: ScriptedServer) -> Keychain:
    keychain = Keychain()
    keychain.kept[account(server)] = "old"
    return keychain


def test_a_new_token_is_asked_for_once_kept_and_all_goes_on(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(takes("new"))
    keychain = known(server)
    parts = whole(signed(server), keychain=lambda: keychain, will_retry=True)
    parts.controller.add(files(tmp_path, 5))
    until(parts.window.sign_in.isVisible)
    until(lambda: State.UPLOADING not in states(parts))
    row = parts.manager.uploads()[0]
    assert wording.progress_text(row) == "Waits for the sign-in"
    assert "waits for the sign-in" in wording.sentence(row)
    assert "Tried" not in wording.particulars(row), "nothing was spent"
    assert strip_field(parts).echoMode() is QLineEdit.EchoMode.Password
    strip_field(parts).setText("new ")
    press(parts.window.sign_in, "Try again")
    until(lambda: parts.window.status.text == "All 5 arrived")
    assert not parts.window.sign_in.isVisible()
    assert keychain.kept == {account(server): "new"}
    assert len(server.requests) == 2 + 5, "two were on their way when it was asked"


def test_enter_tries_again_and_a_wrong_token_asks_once_more(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(takes("right"))
    keychain = known(server)
    parts = whole(signed(server), keychain=lambda: keychain, parallel=1, will_retry=True)
    parts.controller.add(files(tmp_path, 2))
    until(parts.window.sign_in.isVisible)
    for number, token in enumerate(("wrong", "right"), 1):
        until(lambda number=number: len(server.requests) == number and parts.window.sign_in.isEnabled())  # type: ignore[misc] # bound here
        until(parts.window.sign_in.isVisible)
        QTest.keyClicks(strip_field(parts), token)
        QTest.keyClick(strip_field(parts), Qt.Key.Key_Return)
    until(lambda: parts.window.status.text == "All 2 arrived")


def test_who_leaves_it_has_all_that_waits_fail(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(takes("new"))
    keychain = known(server)
    parts = whole(signed(server), keychain=lambda: keychain, will_retry=True)
    parts.controller.add(files(tmp_path, 5))
    until(parts.window.sign_in.isVisible)
    press(parts.window.sign_in, "Leave")
    until(lambda: states(parts) == [State.FAILED] * 5)
    assert not parts.window.sign_in.isVisible()
    assert "sign in (401)" in wording.progress_text(parts.manager.uploads()[-1])


def test_an_empty_answer_tries_with_the_token_that_is_known(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server([answer(401), answer(201)])
    keychain = known(server)
    parts = whole(signed(server), keychain=lambda: keychain, will_retry=True)
    parts.controller.add(files(tmp_path, 1))
    until(parts.window.sign_in.isVisible)
    press(parts.window.sign_in, "Try again")
    until(lambda: parts.window.status.text == "1 file arrived")


def test_a_token_that_is_typed_in_the_editor_is_an_answer(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(takes("new"))
    keychain = known(server)
    parts = whole(signed(server), keychain=lambda: keychain, will_retry=True)
    parts.controller.add(files(tmp_path, 3))
    until(parts.window.sign_in.isVisible)
    parts.window.actions_.edit_destination.trigger()
    editor = parts.window.findChildren(DestinationEditor)[0]
    token = next(each for each in editor.findChildren(QLineEdit) if each.accessibleName() == "Token")
    token.setText("new")
    press(editor, "Save")
    until(lambda: parts.window.status.text == "All 3 arrived")
    assert not parts.window.sign_in.isVisible()


def test_two_destinations_are_asked_about_one_after_the_other(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    servers = [scripted_server(takes("new")), scripted_server(takes("new"))]
    environment = {"GUIUPLOADER_SECRET_TOKEN": "old", "GUIUPLOADER_SECRET_KEY": "old"}
    first = served(servers[0], auth=BEARER, secrets={"token": Secret(label="Access token")})
    second = served(servers[1], auth=Auth(kind="bearer", token="{secret:key}"))
    second = structs.replace(second, name="Crate")
    parts = whole(first, second, environment=environment, will_retry=True)
    paths = files(tmp_path, 1)
    parts.controller.add(paths, "Box")
    until(parts.window.sign_in.isVisible)
    parts.controller.add(paths, "Crate")
    until(lambda: states(parts) == [State.RETRYING] * 2)
    assert strip_field(parts).accessibleName() == "Access token"
    remember = parts.window.sign_in.findChildren(QCheckBox)[0]
    assert not remember.isEnabled(), "there is no keychain"
    strip_field(parts).setText("new")
    press(parts.window.sign_in, "Try again")
    until(lambda: strip_field(parts).accessibleName() == "key")
    strip_field(parts).setText("new")
    press(parts.window.sign_in, "Try again")
    until(lambda: states(parts) == [State.DONE] * 2)
    until(lambda: not parts.window.sign_in.isVisible())


def test_a_secret_that_is_missing_must_be_typed_before_it_is_tried(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(signed(scripted_server(takes("new"))), will_retry=True)
    parts.manager.add(files(tmp_path, 1), parts.library.get("Box"))
    until(parts.window.sign_in.isVisible)
    assert not button(parts.window.sign_in, "Try again").isEnabled()
    strip_field(parts).setText("new")
    press(parts.window.sign_in, "Try again")
    until(lambda: states(parts) == [State.DONE])
