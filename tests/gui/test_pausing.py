# SPDX-License-Identifier: MIT
"""Rows can be paused and go on; what is paused is part of the run, and closing names it."""

from pathlib import Path

from PySide6.QtWidgets import QPushButton

from guiuploader.values.quantities import size_text
from guiuploader.values.states import State
from guiuploader.window import wording
from tests.gui.conftest import Until, Whole, question
from tests.gui.scene import Open, Serve, files, press, served, states
from tests.helpers.scripted_server import answer, never_answer

LARGE, SLOW = 64_000_000, 5_000_000  # bytes, and bytes per second


def large_file(folder: Path) -> Path:
    path = folder / "large.bin"
    with path.open("wb") as file:
        file.truncate(LARGE)
    return path


def buttons(parts: Whole) -> list[str]:
    shown = (each for each in parts.window.status.findChildren(QPushButton) if each.isVisible())
    return [each.text() for each in shown if "all" in each.text()]


def test_a_row_that_is_being_sent_is_paused_where_it_is_and_goes_on_there(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server))
    parts.manager.limit(SLOW)
    parts.controller.add([large_file(tmp_path)])
    until(lambda: parts.window.model.rowCount() == 1 and parts.window.model.at(0).sent > 0)
    parts.window.table.selectAll()
    until(parts.window.actions_.pause.isEnabled)
    parts.window.actions_.pause.trigger()
    until(lambda: states(parts) == [State.PAUSED])
    until(lambda: parts.window.model.at(0).state is State.PAUSED)
    row = parts.window.model.at(0)
    assert wording.progress_text(row) == f"Paused · goes on at {size_text(row.sent)}"
    assert wording.particulars(row).endswith(
        "of 64 MB. It goes on there as long as the server keeps the connection,"
        " else it starts from the beginning."
    )
    assert wording.sentence(row).endswith(f"paused, goes on at {size_text(row.sent)} of 64 MB")
    until(parts.window.actions_.resume.isEnabled)
    assert not parts.window.actions_.pause.isEnabled()
    parts.manager.limit(0)
    parts.window.actions_.resume.trigger()
    until(lambda: parts.window.status.text == "1 file arrived")
    assert server.connections == 1, "the same request went on"


def test_a_row_that_has_not_begun_is_just_paused_and_the_next_one_starts(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([never_answer(), answer(201), answer(201)])), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: states(parts) == [State.AWAITING_REPLY, State.QUEUED, State.QUEUED])
    first, second, _ = parts.manager.uploads()
    parts.window.table.select([second.id])
    until(parts.window.actions_.pause.isEnabled)
    parts.window.actions_.pause.trigger()
    paused = parts.manager.upload(second.id)
    assert paused is not None
    assert wording.particulars(paused) == "Paused. It has not begun yet."
    parts.manager.cancel([first.id])
    until(lambda: states(parts)[2] is State.DONE)
    assert states(parts)[1] is State.PAUSED
    until(lambda: parts.window.status.text == "1 of 3 done · 1 paused")


def test_all_are_paused_and_go_on_by_the_button_of_the_status_line(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201))), parallel=1)
    parts.manager.limit(SLOW)
    parts.controller.add([large_file(tmp_path), *files(tmp_path, 2)])
    until(lambda: buttons(parts) == ["Pa&use all"] and parts.window.model.at(0).sent > 0)
    press(parts.window.status, "Pause all")
    until(lambda: parts.window.status.text == "0 of 3 done · 3 paused")
    assert buttons(parts) == ["Resu&me all"]
    parts.manager.limit(0)
    press(parts.window.status, "Resume all")
    until(lambda: parts.window.status.text == "All 3 arrived")
    assert buttons(parts) == []


def test_the_run_ends_when_what_was_paused_is_cancelled(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([never_answer(), answer(201), answer(201)])), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: states(parts) == [State.AWAITING_REPLY, State.QUEUED, State.QUEUED])
    first, second, _ = parts.manager.uploads()
    parts.manager.pause([second.id])
    parts.manager.cancel([first.id])
    until(lambda: parts.window.status.text == "1 of 3 done · 1 paused")
    parts.manager.cancel([second.id])
    until(lambda: parts.window.status.text.startswith("1 arrived, "))


def test_removing_many_leaves_what_is_paused(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(201), never_answer()])), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: states(parts)[:2] == [State.DONE, State.AWAITING_REPLY])
    parts.manager.pause([upload.id for upload in parts.manager.uploads()])
    parts.window.table.selectAll()
    until(parts.window.actions_.remove.isEnabled)
    parts.window.actions_.remove.trigger()
    assert states(parts) == [State.AWAITING_REPLY, State.PAUSED]
    parts.window.table.select([parts.manager.uploads()[1].id])
    until(lambda: not parts.window.actions_.remove.isEnabled())


def test_closing_names_what_is_paused(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(never_answer())), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: states(parts) == [State.AWAITING_REPLY, State.QUEUED, State.QUEUED])
    first, *others = (upload.id for upload in parts.manager.uploads())
    parts.manager.pause(others)
    assert not parts.window.close()
    assert question(parts.window).text() == "1 upload is still running, 2 paused."
    press(question(parts.window), "Keep open")
    until(lambda: not question_is_open(parts))
    parts.manager.remove([first])
    until(lambda: not parts.manager.is_busy)
    parts.window.close()
    assert question(parts.window).text() == "2 paused."
    press(question(parts.window), "Close anyway")
    until(lambda: not parts.window.isVisible())


def question_is_open(parts: Whole) -> bool:
    return any(each.text() == "&Keep open" for each in parts.window.findChildren(QPushButton))
