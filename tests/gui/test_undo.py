# SPDX-License-Identifier: MIT
"""What was added last can be taken back as long as it has not arrived."""

from pathlib import Path
from threading import Event

from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from tests.gui.conftest import Until, reasons
from tests.gui.scene import LOST, Open, Serve, files, press, served, states
from tests.helpers.scripted_server import answer, never_answer, stall_after


def test_undo_takes_back_what_was_added_last(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    gate = Event()
    parts = whole(served(scripted_server(stall_after(0, gate=gate))))
    undo = parts.window.actions_.undo
    assert not undo.isEnabled()
    parts.controller.add(files(tmp_path, 4, size=5_000_000))
    until(lambda: parts.window.notice.text.startswith("Added 4 files"))
    press(parts.window, "Undo")
    until(lambda: parts.window.model.rowCount() == 0)
    assert parts.window.notice.text == "Taken back: 4 files."
    assert not undo.isEnabled()
    gate.set()


def test_undo_keeps_what_has_arrived_and_says_so(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(201), answer(201), LOST, never_answer()])), parallel=1)
    parts.controller.add(files(tmp_path, 6))
    until(lambda: State.UNCONFIRMED in states(parts))
    parts.window.actions_.undo.trigger()
    until(lambda: "Taken back" in parts.window.notice.text)
    kept = states(parts)
    assert kept[:3] == [State.DONE, State.DONE, State.UNCONFIRMED]
    assert set(kept[3:]) <= {State.UNCONFIRMED}, "a cancel may come after the last byte"
    taken = 6 - len(kept)
    words = f"Taken back: {taken} files; {len(kept)} had already arrived or may have."
    assert parts.window.notice.text == words
    until(lambda: parts.window.model.rowCount() == len(kept))


def test_undo_after_two_drops_takes_back_only_the_second(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    parts = whole(served(scripted_server(answer(201))))
    paths = files(tmp_path, 3)
    parts.controller.add(paths[:1])
    parts.controller.add(paths[1:])
    until(lambda: len(states(parts)) == 3)
    parts.window.actions_.undo.trigger()
    assert [upload.source.name for upload in parts.manager.uploads()] == ["file-0.bin"]
    assert parts.window.notice.text == "Taken back: 2 files."


def test_two_drops_in_a_row_tell_the_refusals_of_both(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201))))
    first, second = files(tmp_path, 2)
    parts.controller.add([first, tmp_path / "gone-1"])
    parts.controller.add([second, tmp_path / "gone-2"])
    until(lambda: parts.window.status.text == "All 2 arrived")
    lines = parts.window.notice.text.splitlines()
    assert [line.partition(" · ")[2] for line in lines] == ["1 could not be added"] * 2
    told = reasons(parts.window).splitlines()
    assert [f"gone-{number}" in line for number, line in enumerate(told, 1)] == [True, True]
