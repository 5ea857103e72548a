# SPDX-License-Identifier: MIT
"""A row behind a destination that waits as a whole says what it waits for, and until when."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt

from guiuploader.values.states import State
from guiuploader.window.upload_model import Column
from tests.gui.conftest import Until, Whole
from tests.gui.scene import Open, files, served, states
from tests.helpers.scripted_server import Answer, StartServer, answer

SPOKEN = Qt.ItemDataRole.AccessibleTextRole
TOOLTIP = Qt.ItemDataRole.ToolTipRole


def cell(parts: Whole, row: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    index: QModelIndex = parts.window.model.index(row, Column.PROGRESS)
    return str(index.data(role))


def test_rows_behind_a_server_in_trouble_say_so_and_count_down(
    whole: Open, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    parts = whole(will_retry=True)
    busy = Answer(status=503, headers=(("Retry-After", "40"),))
    server = scripted_server([busy, busy, busy, *[answer(201)] * 5])
    place = served(server)
    parts.manager.add(files(tmp_path, 5), place)
    until(lambda: "next try in" in cell(parts, 4))
    assert states(parts)[4] is State.QUEUED
    assert cell(parts, 4) in {f"Waits for the server · next try in {left} s" for left in range(42)}
    assert "waits for its server, which is in trouble" in cell(parts, 4, SPOKEN)
    assert f"Until then nothing more goes to {place.name}" in cell(parts, 4, TOOLTIP)
    parts.window.table.select([parts.window.model.at(4).id])
    until(lambda: "Until then nothing more goes to" in parts.window.strip.summary.text)
    parts.manager.retry([upload.id for upload in parts.manager.uploads() if upload.state is State.RETRYING])
    until(lambda: states(parts)[4] is State.DONE)
    until(lambda: cell(parts, 4) == "Done")
