# SPDX-License-Identifier: MIT
"""What may have arrived is settled by the person; what goes again after an edit goes as the person says."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from guiuploader.destinations.destination import Destination
from guiuploader.values.states import State
from guiuploader.window import wording
from tests.gui.conftest import Until, Whole, question
from tests.gui.scene import LOST, Open, Serve, files, press, served, states
from tests.helpers.scripted_server import answer


def edit(parts: Whole, **changes: object) -> Destination:
    """Save the destination with other settings, as the editor does."""
    old = parts.shelf.find("Box")
    assert old is not None
    new = msgspec.structs.replace(old, **changes)
    parts.shelf.save("Box", new)
    return new


def key(parts: Whole, keys: str, until: Until) -> None:
    parts.window.activateWindow()
    parts.window.table.setFocus()
    until(parts.window.table.hasFocus)
    QTest.keySequence(parts.window.table, QKeySequence(keys))


def is_asking(parts: Whole) -> bool:
    return any(box.isVisible() for box in parts.window.findChildren(QMessageBox))


@pytest.mark.parametrize("count", [1, 2])
def test_it_arrived_settles_one_row_or_several_and_they_say_who_said_so(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until, count: int
) -> None:
    parts = whole(served(scripted_server(LOST)))
    parts.controller.add(files(tmp_path, count))
    until(lambda: parts.window.status.text.endswith("may have arrived"))
    parts.window.table.selectAll()
    until(parts.window.actions_.confirm.isEnabled)
    if count == 1:
        press(parts.window.strip, "It arrived")
    else:
        key(parts, "Ctrl+I", until)
    until(lambda: parts.window.status.text == ("1 file arrived" if count == 1 else "All 2 arrived"))
    assert states(parts) == [State.DONE] * count
    row = parts.window.model.at(0)
    assert wording.progress_text(row) == "Done · you said so"
    assert wording.sentence(row).endswith("done, you said that it arrived")
    assert wording.particulars(row) == "You said that it arrived; the server did not say so."
    until(lambda: not parts.window.actions_.confirm.isEnabled())


def test_a_row_that_was_not_edited_since_goes_again_without_a_question(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(413), answer(201)])))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.FAILED])
    parts.window.table.selectAll()
    until(parts.window.actions_.retry.isEnabled)
    key(parts, "Ctrl+R", until)
    until(lambda: parts.window.status.text == "1 file arrived")


@pytest.mark.parametrize(
    ("pressed", "targets"), [("With the new settings", ["/new", "/new"]), ("As before", ["/up", "/up"])]
)
def test_all_failed_go_again_as_the_person_says_after_an_edit(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until, pressed: str, targets: list[str]
) -> None:
    server = scripted_server([answer(413), answer(413), answer(201), answer(201), answer(201)])
    parts = whole(served(server), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.window.status.text == "1 arrived, 2 failed")
    edit(parts, url=f"{server.url}/new")
    until(parts.window.actions_.retry_failed.isEnabled)
    key(parts, "Ctrl+Shift+R", until)
    asked = question(parts.window)
    assert asked.text() == "“Box” was changed since. Send with the new settings, or as before?"
    assert asked.informativeText() == ""
    press(asked, pressed)
    until(lambda: parts.window.status.text == "All 3 arrived")
    assert [request.target for request in server.requests[3:]] == targets
    until(lambda: not parts.window.actions_.retry_failed.isEnabled())


def test_another_server_is_named_and_cancel_leaves_the_row_as_it_is(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    old, new = scripted_server(answer(413)), scripted_server(answer(201))
    parts = whole(served(old))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text.endswith("1 failed"))
    edit(parts, url=f"{new.url}/up", name="Crate")
    press(parts.window.status, "Try again")
    hosts = [server.url.removeprefix("http://") for server in (new, old)]
    words = f"With the new settings it goes to {hosts[0]}, as before to {hosts[1]}."
    assert question(parts.window).informativeText() == words
    press(question(parts.window), "Cancel")
    until(lambda: not is_asking(parts))
    assert (states(parts), new.connections) == ([State.FAILED], 0)
    press(parts.window.status, "Try again")
    press(question(parts.window), "With the new settings")
    until(lambda: parts.window.status.text == "1 file arrived")
    assert wording.destination_name(parts.window.model.at(0)) == "Crate", "it was renamed, and is the same"
    assert new.connections == 1


def test_what_may_have_arrived_is_asked_about_after_the_settings(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server([LOST, answer(201)])
    parts = whole(served(server))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.UNCONFIRMED])
    edit(parts, method="PUT")
    parts.window.table.selectAll()
    until(parts.window.actions_.retry.isEnabled)
    key(parts, "Ctrl+R", until)
    press(question(parts.window), "With the new settings")
    until(lambda: question(parts.window).text() == "Send file-0.bin again?")
    press(question(parts.window), "Send again")
    until(lambda: states(parts) == [State.DONE])
    assert [request.method for request in server.requests] == ["POST", "PUT"]


def test_a_destination_that_takes_no_files_any_more_is_no_choice(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(413), answer(201)])))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.FAILED])
    edit(parts, body="none", method="GET")
    until(parts.window.actions_.retry_failed.isEnabled)
    parts.window.actions_.retry_failed.trigger()
    assert not is_asking(parts)
    until(lambda: states(parts) == [State.DONE])
