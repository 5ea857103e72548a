# SPDX-License-Identifier: MIT
"""The model shows exactly what the manager reports, in exact signals, at any size."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from guiuploader.transfer.stage import Stage
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from guiuploader.window.upload_model import UPLOAD_ROLE, Column, UploadModel
from guiuploader.window.upload_table import UploadTable
from tests.gui.conftest import MakeUpload
from tests.helpers.work import calls_in

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qtbot: QtBot) -> UploadModel:
    del qtbot
    made = UploadModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def shown(model: QAbstractItemModel, column: Column) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def changes(model: UploadModel) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, _roles: seen.append((first.row(), last.row())))
    return seen


def test_rows_stand_in_the_order_of_adding(model: UploadModel, make_upload: MakeUpload) -> None:
    model.append([make_upload("b"), make_upload("a")])
    model.append([make_upload("c")])
    assert shown(model, Column.NAME) == ["b", "a", "c"]


def test_added_rows_come_by_one_signal(model: UploadModel, make_upload: MakeUpload) -> None:
    seen: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: seen.append((first, last)))
    model.append([make_upload() for _ in range(5)])
    model.append([])
    assert seen == [(0, 4)]


def test_a_change_names_exactly_its_rows(model: UploadModel, make_upload: MakeUpload) -> None:
    rows = [make_upload(str(number)) for number in range(10)]
    model.append(rows)
    seen = changes(model)
    model.update([rows[7], rows[2], rows[3]])
    assert seen == [(2, 3), (7, 7)]


def test_a_change_of_most_rows_is_one_signal(model: UploadModel, make_upload: MakeUpload) -> None:
    rows = [make_upload(str(number)) for number in range(10)]
    model.append(rows)
    seen = changes(model)
    model.update([*rows[::2], rows[1]])
    assert seen == [(0, 9)]


def test_a_change_of_a_row_that_left_is_ignored(model: UploadModel, make_upload: MakeUpload) -> None:
    gone, kept = make_upload(), make_upload()
    model.append([gone, kept])
    model.remove([gone.id, 999])
    model.update([gone])
    assert model.rowCount() == 1
    assert model.row_of(kept.id) == 0
    assert model.row_of(gone.id) is None


def test_rows_are_removed_in_runs_from_the_end(model: UploadModel, make_upload: MakeUpload) -> None:
    rows = [make_upload(str(number)) for number in range(8)]
    model.append(rows)
    seen: list[tuple[int, int]] = []
    model.rowsRemoved.connect(lambda _parent, first, last: seen.append((first, last)))
    model.remove([rows[number].id for number in (1, 2, 3, 6)])
    assert seen == [(6, 6), (1, 3)]
    assert shown(model, Column.NAME) == ["0", "4", "5", "7"]


def test_rows_are_sorted_by_what_a_column_means_and_back_into_the_queue(
    model: UploadModel, make_upload: MakeUpload
) -> None:
    model.append([make_upload("m", 30), make_upload("Z", 2_000_000_000_000), make_upload("a", 10)])
    model.sort(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert shown(model, Column.NAME) == ["a", "m", "Z"]
    model.sort(Column.SIZE, Qt.SortOrder.DescendingOrder)
    assert shown(model, Column.NAME) == ["Z", "m", "a"]
    model.sort(-1)
    assert shown(model, Column.NAME) == ["m", "Z", "a"]


@pytest.mark.parametrize("column", list(Column))
def test_every_column_can_be_sorted(model: UploadModel, make_upload: MakeUpload, column: Column) -> None:
    model.append([make_upload(str(state), state=state, sent=5, speed=9.0) for state in State])
    model.sort(column, Qt.SortOrder.DescendingOrder)
    assert sorted(shown(model, Column.NAME)) == sorted(State)


def test_links_can_be_had_in_queue_order_whatever_the_sort(
    model: UploadModel, make_upload: MakeUpload
) -> None:
    rows = [make_upload("b"), make_upload("a")]
    model.append(rows)
    model.sort(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert model.in_queue_order([rows[1], rows[0]]) == rows


def test_byte_counts_beyond_two_gibibytes_are_right(model: UploadModel, make_upload: MakeUpload) -> None:
    size = 5 * 2**40 + 1
    model.append([make_upload("disk.img", size, State.UPLOADING, sent=size // 2, speed=3e9)])
    index = model.index(0, Column.NAME)
    assert index.data(UPLOAD_ROLE).source.size == size
    assert index.data(UPLOAD_ROLE).sent == size // 2
    assert shown(model, Column.SIZE) == ["5.5 TB"]
    assert shown(model, Column.PROGRESS) == ["49 %"]
    assert model.index(0, Column.SIZE).data(Qt.ItemDataRole.ToolTipRole) == "5,497,558,138,881 bytes"


def test_a_hundred_percent_is_said_only_of_what_is_done(model: UploadModel, make_upload: MakeUpload) -> None:
    model.append(
        [
            make_upload("all bytes went", 10, State.UPLOADING, sent=10),
            make_upload("waits", 10, State.AWAITING_REPLY, sent=10),
            make_upload("empty", 0, State.UPLOADING),
            make_upload("done", 10, State.DONE),
        ]
    )
    assert shown(model, Column.PROGRESS) == ["99 %", "Sent, waiting for the server", "0 %", "Done"]


def test_an_upload_of_several_requests_says_which_of_them_runs(
    model: UploadModel, make_upload: MakeUpload
) -> None:
    stages = [
        (State.UPLOADING, Stage("before", 1, 2), "Preparing"),
        (State.UPLOADING, Stage("part", 3, 8), "25 % · part 3 of 8"),
        (State.UPLOADING, Stage("part", 1, 1), "25 %"),
        (State.AWAITING_REPLY, Stage("after", 1, 1), "Finishing"),
        (State.PAUSED, Stage("part", 3, 8), "Paused · goes on at 250 bytes"),
    ]
    model.append(
        [replace(make_upload("a", 1000, state, sent=250), stage=stage) for state, stage, _ in stages]
    )
    assert shown(model, Column.PROGRESS) == [said for _, _, said in stages]
    aloud = [str(model.index(row, Column.PROGRESS).data(ACCESSIBLE)) for row in range(4)]
    assert aloud == ["Preparing", "sending, 25 percent · part 3 of 8", "sending, 25 percent", "Finishing"]


def test_a_row_is_spoken_as_one_sentence(model: UploadModel, make_upload: MakeUpload) -> None:
    model.append([make_upload("clip.mp4", 1_200_000_000, State.UPLOADING, sent=972_000_000, speed=94e6)])
    cells = [str(model.index(0, column).data(ACCESSIBLE)) for column in Column]
    assert cells == [
        "clip.mp4, 1.2 GB, to ACME files, sending, 81 percent",
        "1.2 GB",
        "ACME files",
        "sending, 81 percent",
        "94 MB/s",
        "3 s",
    ]


def test_a_failure_is_told_in_the_cell_the_tooltip_and_aloud(
    model: UploadModel, make_upload: MakeUpload
) -> None:
    problem = Problem(ErrorCode.UNAUTHORIZED, {"message": "<b>no</b>"}, 401)
    model.append([make_upload(state=State.FAILED, problem=problem)])
    index = model.index(0, Column.PROGRESS)
    assert index.data() == "The server wants you to sign in (401)."
    assert "Check the token" in index.data(ACCESSIBLE)
    assert "&lt;b&gt;no&lt;/b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_foreign_name_is_shown_as_plain_text_on_one_line(
    model: UploadModel, make_upload: MakeUpload
) -> None:
    model.append([make_upload("<img src=x>\nnext\u202egpj.exe")])
    index = model.index(0, Column.NAME)
    assert index.data() == "<img src=x>\N{REPLACEMENT CHARACTER}next\N{REPLACEMENT CHARACTER}gpj.exe"
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)


def work_with(rows: list[Upload], qtbot: QtBot) -> dict[str, int]:
    """Return how many calls each change of a shown table of these rows takes; every other one is selected."""
    model = UploadModel()
    table = UploadTable(model)
    qtbot.addWidget(table)
    table.show()
    every_other = rows[::2]
    ids = [upload.id for upload in every_other]
    steps = {
        "append": partial(model.append, rows),
        "update": partial(model.update, every_other[: len(rows) // 4]),
        "select": partial(table.select, ids),
        "sort": partial(table.sortByColumn, Column.SIZE, Qt.SortOrder.DescendingOrder),
        "remove": partial(model.remove, ids),
    }
    counted = {name: calls_in(step) for name, step in steps.items()}
    assert model.rowCount() == len(rows) - len(ids)
    return counted


def test_ten_times_the_rows_take_ten_times_the_work(make_upload: MakeUpload, qtbot: QtBot) -> None:
    small, large = (
        work_with([make_upload(str(number), number % 97) for number in range(rows)], qtbot)
        for rows in (1_000, 10_000)
    )
    for step, calls in large.items():
        assert calls < 15 * small[step], step


def test_many_runs_of_rows_come_and_go_by_one_signal(model: UploadModel, make_upload: MakeUpload) -> None:
    rows = [make_upload(str(number)) for number in range(1_000)]
    model.append(rows)
    signals: list[str] = []
    model.dataChanged.connect(lambda *_: signals.append("changed"))
    model.rowsRemoved.connect(lambda *_: signals.append("removed"))
    model.modelReset.connect(lambda: signals.append("reset"))
    model.update(rows[:800:2])
    model.remove([upload.id for upload in rows[::2]])
    assert signals == ["changed", "reset"]
    assert [model.at(row) for row in range(model.rowCount())] == rows[1::2]
    assert model.row_of(rows[999].id) == 499
