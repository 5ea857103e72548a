# SPDX-License-Identifier: MIT
"""Rows are moved by key and by mouse; a drag of rows is no drop of files, and the current row stays so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from guiuploader.uploads.upload import Upload
from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from guiuploader.window.row_drag import ROWS
from guiuploader.window.upload_model import Column, UploadModel
from guiuploader.window.upload_table import UploadTable
from tests.gui.conftest import MakeUpload, Until, Whole
from tests.gui.scene import Open, Serve, files, served
from tests.gui.test_drops import drop, mime_of
from tests.helpers.scripted_server import answer
from tests.helpers.work import calls_in

LEFT = Qt.MouseButton.LeftButton
MOVE = Qt.DropAction.MoveAction
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def parts(whole: Open, scripted_server: Serve, tmp_path: Path, until: Until) -> Whole:
    """Return a window with six rows that wait for "Send"."""
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    made = whole(served(scripted_server(answer(201))))
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(made.window.model, fatal, made.window)
    made.controller.add(files(tmp_path, 6))
    until(lambda: made.window.model.rowCount() == 6)
    made.window.activateWindow()
    return made


def shown(parts: Whole) -> str:
    """Return the numbers of the files as the table shows them."""
    model = parts.window.model
    return "".join(model.at(row).source.name[5] for row in range(model.rowCount()))


def kept(parts: Whole) -> str:
    """Return the same as the queue has them."""
    return "".join(upload.source.name[5] for upload in parts.manager.uploads())


def select(parts: Whole, *numbers: int) -> None:
    uploads = [upload for upload in parts.manager.uploads() if int(upload.source.name[5]) in numbers]
    parts.window.table.select([upload.id for upload in uploads])


def selected(parts: Whole) -> str:
    return "".join(upload.source.name[5] for upload in parts.window.table.selected())


def test_keys_move_the_selected_rows_and_the_current_one_with_them(parts: Whole, until: Until) -> None:
    select(parts, 3, 4)
    until(parts.window.table.hasFocus)
    orders = []
    for keys in ("Alt+Up", "Alt+Home", "Alt+Down", "Alt+End"):
        QTest.keySequence(parts.window.table, QKeySequence(keys))
        orders.append(shown(parts))
        assert kept(parts) == shown(parts)
        current = parts.window.table.current()
        assert current is not None
        assert (current.source.name[5], selected(parts)) == ("3", "34")
    assert orders == ["013425", "340125", "034125", "012534"]


def place(table: UploadTable, row: int, part: float) -> QPoint:
    """Return a point in a row, `part` of its height from its top."""
    area = table.visualRect(table.model().index(row, Column.NAME))
    return QPoint(area.left() + 20, area.top() + int(part * area.height()))


def drop_at(target: QWidget, at: QPoint, mime: QMimeData) -> bool:
    """Move a drag over a widget and drop it there; tell whether it was taken."""
    events = [
        QDragEnterEvent(at, MOVE, mime, LEFT, NO_KEYS),
        QDragMoveEvent(at, MOVE, mime, LEFT, NO_KEYS),
        QDropEvent(QPointF(at), MOVE, mime, LEFT, NO_KEYS),
    ]
    for event in events:
        QCoreApplication.sendEvent(target, event)
    return all(event.isAccepted() for event in events)


def drag(
    parts: Whole, monkeypatch: pytest.MonkeyPatch, row: int, then: Callable[[QMimeData], object]
) -> bool:
    """Press on a row, move the mouse, and do `then` while the drag lasts; tell whether there was one."""
    drags: list[QDrag] = []

    def run(self: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:
        drags.append(self)
        then(self.mimeData())
        return MOVE

    monkeypatch.setattr(QDrag, "exec", run)
    table = parts.window.table
    start = place(table, row, 0.5)
    QTest.mousePress(table.viewport(), LEFT, pos=start)
    for distance in (4, 12, 30):
        if not drags:  # a drag keeps the mouse, and hears the release, too
            QTest.mouseMove(table.viewport(), start + QPoint(0, distance))
    if not drags:
        QTest.mouseRelease(table.viewport(), LEFT, pos=start + QPoint(0, 30))
    return bool(drags)


@pytest.mark.parametrize(
    ("chosen", "pressed", "target", "part", "order"),
    [
        ((4,), 4, 1, 0.2, "041235"),
        ((4,), 4, 1, 0.8, "014235"),
        ((0,), 0, 5, 0.8, "123450"),
        ((0, 2, 4), 2, 5, 0.2, "130245"),
        ((3, 4), 4, 3, 0.8, "012345"),
        ((), 4, 0, 0.2, "401235"),
    ],
)
def test_the_mouse_drags_rows_to_where_the_line_is(  # noqa: PLR0913, PLR0917 - five are the case
    parts: Whole,
    monkeypatch: pytest.MonkeyPatch,
    chosen: tuple[int, ...],
    pressed: int,
    target: int,
    part: float,
    order: str,
) -> None:
    select(parts, *chosen)
    table = parts.window.table

    def let_go(mime: QMimeData) -> None:
        assert drop_at(table.viewport(), place(table, target, part), mime)

    assert drag(parts, monkeypatch, pressed, let_go)
    assert shown(parts) == kept(parts) == order
    current = table.current()
    assert current is not None
    assert current.source.name[5] == str(pressed)


def test_a_drag_below_the_last_row_goes_to_the_end(parts: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    viewport = parts.window.table.viewport()
    below = QPoint(50, viewport.height() - 3)
    assert drag(parts, monkeypatch, 1, lambda mime: drop_at(viewport, below, mime))
    assert shown(parts) == "023451"


def test_a_drag_shows_a_line_and_takes_it_away_when_it_leaves(
    parts: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = parts.window.table
    pictures = []

    def wander(mime: QMimeData) -> None:
        before = table.viewport().grab().toImage()
        at = place(table, 4, 0.2)
        for kind in (QDragEnterEvent, QDragMoveEvent):
            QCoreApplication.sendEvent(table.viewport(), kind(at, MOVE, mime, LEFT, NO_KEYS))
        pictures.append(table.viewport().grab().toImage() == before)
        QCoreApplication.sendEvent(table.viewport(), QDragLeaveEvent())
        pictures.append(table.viewport().grab().toImage() == before)

    assert drag(parts, monkeypatch, 1, wander)
    assert pictures == [False, True]
    assert shown(parts) == "012345"


def test_rows_are_nothing_to_add_and_what_is_foreign_is_nothing_to_move(
    parts: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = parts.window

    def elsewhere(mime: QMimeData) -> None:
        assert mime.formats() == [ROWS]
        assert not drop_at(window, QPoint(600, 300), mime)
        assert not drop_at(window.destinations.viewport(), QPoint(20, 20), mime)
        assert window.veil.isHidden()

    assert drag(parts, monkeypatch, 1, elsewhere)
    at = place(window.table, 0, 0.2)
    foreign = QMimeData()
    foreign.setData(ROWS, b"")
    assert not drop_at(window.table.viewport(), at, foreign), "nobody drags rows here"
    assert shown(parts) == "012345"


def test_a_file_dropped_on_the_table_is_added(parts: Whole, tmp_path: Path, until: Until) -> None:
    (tmp_path / "file-6.bin").write_bytes(b"x")
    drop(parts.window.table.viewport(), place(parts.window.table, 0, 0.2), mime_of(tmp_path / "file-6.bin"))
    until(lambda: shown(parts) == "0123456")


def test_rows_that_do_not_wait_and_rows_under_a_column_s_order_are_not_dragged(
    parts: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.manager.cancel([parts.manager.uploads()[0].id])
    parts.window.model.update(parts.manager.uploads())
    assert not drag(parts, monkeypatch, 0, lambda _: None)
    parts.window.table.clearSelection()
    parts.window.table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert not drag(parts, monkeypatch, 2, lambda _: None)
    select(parts, 2)
    parts.window.actions_.moves[next(iter(parts.window.actions_.moves))].trigger()
    assert (shown(parts), kept(parts)) == ("543210", "201345")
    parts.window.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert shown(parts) == "201345"


def work_of_a_move(rows: list[Upload], qtbot: QtBot) -> int:
    """Return how many calls it takes a shown table to move three rows from its end to its top."""
    model = UploadModel()
    table = UploadTable(model)
    qtbot.addWidget(table)
    model.append(rows)
    table.show()
    table.select([rows[-1].id])
    moved = rows[-3:]
    return calls_in(lambda: model.move(moved, rows[0].id))


def test_a_move_takes_as_much_work_in_a_long_table_as_in_a_short_one(
    make_upload: MakeUpload, qtbot: QtBot
) -> None:
    short, long = (work_of_a_move([make_upload() for _ in range(count)], qtbot) for count in (100, 20_000))
    assert long <= short + 5


@pytest.mark.parametrize("count", [50, 3000])
def test_many_rows_are_moved_together_and_stay_selected(
    make_upload: MakeUpload, qtbot: QtBot, count: int
) -> None:
    rows = [make_upload(str(number), state=State.QUEUED) for number in range(2 * count)]
    model = UploadModel()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    QAbstractItemModelTester(model, fatal, model)
    table = UploadTable(model)
    qtbot.addWidget(table)
    model.append(rows)
    table.select([upload.id for upload in rows[::2]])
    moved = [replace(upload, place=-float(2 * count - number)) for number, upload in enumerate(rows[::2])]
    model.move(moved, rows[1].id)
    assert [model.at(row) for row in range(2 * count)] == [*moved, *rows[1::2]]
    assert table.selected() == moved
    assert table.current() == moved[0]
