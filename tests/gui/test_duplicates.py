# SPDX-License-Identifier: MIT
"""Files that were sent to the same place before: skipped, asked about or sent again, as a person chose."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from guiuploader.destinations.destination import Reply
from guiuploader.values import settings
from guiuploader.values.settings import Duplicates, Settings
from guiuploader.values.states import State
from guiuploader.window import wording
from tests.gui.conftest import Until, Whole, button
from tests.gui.scene import Open, Serve, files, press, served, states
from tests.helpers.scripted_server import answer, never_answer

LINK = "https://files.example/it"


def sent_once(whole: Open, serve: Serve, folder: Path, until: Until) -> tuple[Whole, list[Path]]:
    """Return a window from which two files were sent, and these."""
    server = serve(answer(201, Location=LINK))
    parts = whole(served(server, reply=Reply(link="{header:Location}")), remembers=True)
    paths = files(folder, 2)
    parts.controller.add(paths)
    until(lambda: parts.window.status.text == "All 2 arrived")
    return parts, paths


def test_a_skipped_row_says_when_and_where_it_went_and_is_sent_again_by_the_keyboard(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts, paths = sent_once(whole, scripted_server, tmp_path, until)
    parts.controller.add(paths[:1])
    until(lambda: parts.window.status.text == "1 file skipped: it is there already")
    host = wording.place(parts.shelf.destinations[0])
    assert parts.window.notice.text == f"This file was sent to {host} before · skipped"
    skipped = parts.manager.uploads()[-1]
    parts.window.table.select([skipped.id])
    until(lambda: "It was sent there before." in parts.window.strip.summary.text)
    assert skipped.problem is not None
    told = parts.window.strip.summary.text
    assert f"It went to Box on {skipped.problem.facts['when']}" in told
    assert LINK in told
    assert button(parts.window.strip, "Send again").isEnabled()
    assert "skipped, as it is there already" in wording.sentence(skipped)
    parts.window.actions_.copy_link.trigger()
    assert QGuiApplication.clipboard().text() == LINK
    parts.window.activateWindow()
    QTest.keyClick(parts.window.table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    until(lambda: states(parts) == [State.DONE] * 3)


def test_a_drop_says_how_many_of_it_were_sent_before_or_wait_already(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts, paths = sent_once(whole, scripted_server, tmp_path, until)
    place = wording.place(parts.shelf.destinations[0])
    new = [tmp_path / "new.bin", tmp_path / "newer.bin"]
    for path in new:
        path.write_bytes(b"new")
    parts.controller.add([paths[0], *new])
    until(lambda: parts.window.status.text == "2 arrived, 1 skipped")
    assert parts.window.notice.text == (
        f"Added 2 files to {place} · 1 of 3 was sent to {place} before · skipped"
    )
    parts.window.actions_.clear_finished.trigger()
    until(lambda: states(parts) == [])


def test_what_is_already_in_the_queue_is_not_added_twice_and_the_person_is_told(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(never_answer())))
    paths = files(tmp_path, 3)
    parts.controller.add(paths)
    until(lambda: len(states(parts)) == 3)
    parts.controller.add(paths)
    until(lambda: parts.window.notice.text == "3 are already in the queue")
    parts.controller.add(paths[:1])
    until(lambda: parts.window.notice.text == "1 is already in the queue")
    assert len(states(parts)) == 3


def test_who_wants_to_be_asked_is_asked_once_a_drop(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts, paths = sent_once(whole, scripted_server, tmp_path, until)
    place = wording.place(parts.shelf.destinations[0])
    parts.window.actions_.duplicates[Duplicates.ASK].trigger()
    assert settings.load(parts.config) == Settings(chosen="", duplicates=Duplicates.ASK)
    parts.controller.add(paths)
    until(lambda: parts.window.notice.text == f"2 of 2 were sent to {place} before")
    until(lambda: not parts.manager.is_busy)
    press(parts.window.notice, "Skip them")
    assert parts.window.notice.text == ""
    assert states(parts) == [State.DONE] * 2 + [State.SKIPPED] * 2
    parts.controller.add(paths)
    until(lambda: parts.window.notice.text == f"2 of 2 were sent to {place} before")
    press(parts.window.notice, "Send again")
    until(lambda: states(parts) == [State.DONE] * 2 + [State.SKIPPED] * 2 + [State.DONE] * 2)
    assert parts.window.notice.text == ""


def test_who_wants_to_send_again_is_not_asked(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts, paths = sent_once(whole, scripted_server, tmp_path, until)
    parts.window.actions_.duplicates[Duplicates.SEND].trigger()
    parts.controller.add(paths)
    until(lambda: states(parts) == [State.DONE] * 4)


def test_the_menu_marks_what_the_settings_say_when_they_change_elsewhere(whole: Open) -> None:
    parts = whole()
    actions = parts.window.actions_.duplicates
    assert actions[Duplicates.SKIP].isChecked()
    settings.save(parts.config, Settings(duplicates=Duplicates.SEND))
    parts.shelf.reload()
    assert actions[Duplicates.SEND].isChecked()
