# SPDX-License-Identifier: MIT
"""Closing the window asks as long as anything has not ended."""

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QToolButton

from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from tests.gui.conftest import Until, question
from tests.gui.scene import LEFT, Keychain, Open, Serve, files, press, served, signed, states
from tests.helpers.scripted_server import answer, never_answer


def test_closing_while_uploads_run_asks_once_and_can_be_taken_back(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(never_answer())))
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.manager.overall().counts[State.QUEUED] == 1)
    assert not parts.window.close()
    assert question(parts.window).text() == "2 uploads are still running, 1 waiting."
    parts.window.close()
    assert len(parts.window.findChildren(QMessageBox)) == 1
    press(question(parts.window), "Keep open")
    until(lambda: not parts.window.findChildren(QMessageBox))
    assert parts.window.isVisible()
    parts.window.close()
    press(question(parts.window), "Close anyway")
    until(lambda: not parts.window.isVisible())


def test_closing_asks_while_rows_wait_for_send(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add(files(tmp_path, 2))
    until(lambda: states(parts) == [State.HELD, State.HELD])
    assert not parts.window.close()
    assert question(parts.window).text() == "2 waiting for “Send”."
    press(question(parts.window), "Close anyway")
    until(lambda: not parts.window.isVisible())


def test_closing_asks_while_files_are_being_looked_for(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add(files(tmp_path, 1))
    assert not parts.window.close(), "the walk has not told anything yet"
    assert question(parts.window).text() == "Files are still being looked for."
    press(question(parts.window), "Keep open")
    until(lambda: parts.window.status.text == "1 file arrived")


def test_closing_asks_while_files_wait_for_a_destination_until_their_notice_is_closed(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole()
    parts.controller.add(files(tmp_path, 2))
    assert not parts.window.close()
    assert question(parts.window).text() == "2 not added yet."
    press(question(parts.window), "Keep open")
    until(lambda: not parts.window.findChildren(QMessageBox))
    closer = next(
        each
        for each in parts.window.notice.findChildren(QToolButton)
        if each.accessibleName() == "Close this notice"
    )
    QTest.mouseClick(closer, LEFT)
    server = scripted_server(answer(201))
    parts.shelf.save("", served(server))
    parts.controller.resume()
    assert not parts.manager.is_busy, "what was let go of goes nowhere unasked"
    assert parts.window.close()


def test_closing_asks_while_the_keychain_is_waited_for(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    keychain = Keychain()
    keychain.gate.clear()
    parts = whole(signed(scripted_server(answer(201))), keychain=lambda: keychain)
    parts.controller.add(files(tmp_path, 1))
    assert not parts.window.close()
    assert question(parts.window).text() == "1 not added yet."
    press(question(parts.window), "Close anyway")
    until(lambda: not parts.window.isVisible())
    keychain.gate.set()


def test_closing_with_nothing_to_do_closes(whole: Open) -> None:
    parts = whole()
    parts.window.close()
    assert not parts.window.isVisible()
