# SPDX-License-Identifier: MIT
"""Rows that go in one request show it: by a bracket before their names, in words, and aloud."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt

from guiuploader.uploads.upload import Shared, Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from guiuploader.window import sharing_words
from guiuploader.window.theme import LIGHT
from guiuploader.window.upload_model import Column
from tests.gui.conftest import MakeUpload, Whole
from tests.gui.scene import Open

MIB = 1 << 20


def together(*rows: Upload) -> list[Upload]:
    shared = Shared(tuple(row.id for row in rows), "key")
    return [replace(row, shared=shared) for row in rows]


def rows_of_three(make_upload: MakeUpload, state: State) -> list[Upload]:
    return together(*(make_upload(name, MIB, state) for name in ("a", "b", "c")))


def name_cell(parts: Whole, row: int) -> QModelIndex:
    return parts.window.model.index(row, Column.NAME)


def bracket_heights(parts: Whole, row: int, colour: str) -> list[bool]:
    """Return where, from the top of a row's cell to its bottom, the bracket is painted."""
    table = parts.window.table
    image = table.viewport().grab().toImage()
    cell = table.visualRect(name_cell(parts, row))
    return [
        image.pixelColor(cell.left() + 3, y).name() == colour for y in range(cell.top(), cell.bottom() + 1)
    ]


def test_the_rows_of_a_request_are_held_by_one_bracket(whole: Open, make_upload: MakeUpload) -> None:
    parts = whole()
    alone = make_upload("alone", MIB, State.UPLOADING)
    parts.window.model.append([*rows_of_three(make_upload, State.UPLOADING), alone])
    first, middle, last, other = (bracket_heights(parts, row, LIGHT.accent) for row in range(4))
    assert all(middle)
    assert (first[0], first[-1]) == (False, True)
    assert (last[0], last[-1]) == (True, False)
    assert not any(other)


def test_a_row_apart_from_the_others_has_a_bracket_of_its_own(whole: Open, make_upload: MakeUpload) -> None:
    parts = whole()
    first, *rest = rows_of_three(make_upload, State.UPLOADING)
    parts.window.model.append([first, make_upload("other", MIB), *rest])
    heights = bracket_heights(parts, 0, LIGHT.accent)
    assert any(heights)
    assert (heights[0], heights[-1]) == (False, False)


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.CANCELLED])
def test_what_only_waits_or_was_taken_out_is_with_nobody(
    whole: Open, make_upload: MakeUpload, state: State
) -> None:
    parts = whole()
    parts.window.model.append(rows_of_three(make_upload, state))
    assert not any(bracket_heights(parts, 1, LIGHT.accent_dim))
    said = str(name_cell(parts, 1).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "in one request" not in said


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.UPLOADING, "In one request with 2 other files: a pause is for all of them."),
        (
            State.PAUSED,
            "If you cancel this one before any can have arrived, the others start again without it.",
        ),
        (State.AWAITING_REPLY, "In one request with 2 other files: the answer is for all of them."),
        (State.RETRYING, "It goes again in one request with 2 other files."),
        (State.DONE, "It went in one request with 2 other files; one answer is for all of them."),
        (State.UNCONFIRMED, "It went in one request with 2 other files; one answer is for all of them."),
    ],
)
def test_what_is_shared_is_told_below_the_table_and_aloud(
    whole: Open, make_upload: MakeUpload, state: State, words: str
) -> None:
    parts = whole()
    rows = rows_of_three(make_upload, state)
    parts.window.model.append(rows)
    parts.window.table.select([rows[0].id])
    assert words in parts.window.strip.summary.text
    assert words in str(parts.window.model.index(0, Column.PROGRESS).data(Qt.ItemDataRole.ToolTipRole))
    said = str(name_cell(parts, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.endswith(", in one request with 2 others")


def test_several_files_that_are_too_large_for_the_server_may_be_fewer(make_upload: MakeUpload) -> None:
    problem = Problem(ErrorCode.TOO_LARGE, {"amount": 2 * MIB, "message": ""}, 413)
    row, _ = together(*(make_upload(name, MIB, State.FAILED, problem=problem) for name in "ab"))
    assert "fewer at once" in sharing_words.particulars(row)


def test_of_two_each_has_one_other(make_upload: MakeUpload) -> None:
    row, _ = together(make_upload("a", MIB, State.DONE), make_upload("b", MIB, State.DONE))
    assert sharing_words.sentence(row).endswith(", in one request with 1 other")
    assert "with 1 other file;" in sharing_words.particulars(row)
