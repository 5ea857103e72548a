# SPDX-License-Identifier: MIT
"""The table paints what the model says, and a sign, a bar or words tell each state apart."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.theme import Theme
from guiuploader.window.upload_model import Column, UploadModel
from guiuploader.window.upload_table import UploadTable
from tests.gui.conftest import MakeUpload, Until


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> UploadTable:
    del theme
    made = UploadTable(UploadModel())
    qtbot.addWidget(made)
    made.resize(1000, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def model_of(table: UploadTable) -> UploadModel:
    model = table.model()
    assert isinstance(model, UploadModel)
    return model


def cell(table: UploadTable, row: int, column: Column = Column.PROGRESS) -> QImage:
    area = table.visualRect(model_of(table).index(row, column))
    return table.viewport().grab(area).toImage()


def test_a_bar_grows_with_what_was_sent(table: UploadTable, make_upload: MakeUpload) -> None:
    shares = (0, 10, 50, 90)
    model_of(table).append([make_upload("a", 100, State.UPLOADING, sent=share) for share in shares])
    accent = table.palette().accent().color().rgb()
    filled = []
    for row in range(len(shares)):
        image = cell(table, row)
        middle = image.height() // 2 + 7  # below the text, inside the bar
        filled.append(sum(image.pixel(x, middle) == accent for x in range(image.width())))
    assert filled[0] == 0
    assert filled == sorted(set(filled)), filled


def test_no_two_states_look_the_same(table: UploadTable, make_upload: MakeUpload) -> None:
    model_of(table).append([make_upload("a", 100, state, sent=40) for state in State])
    pictures = [cell(table, row) for row in range(len(State))]
    for number, picture in enumerate(pictures):
        assert all(picture != other for other in pictures[number + 1 :]), list(State)[number]


def test_the_signs_of_states_differ_without_colour(table: UploadTable, make_upload: MakeUpload) -> None:
    ended = [state for state in State if state not in {State.UPLOADING, State.AWAITING_REPLY}]
    model_of(table).append([make_upload("a", 100, state) for state in ended])
    shapes = []
    for row in range(len(ended)):
        sign = cell(table, row).copy(0, 0, 30, 36)
        ground = sign.pixel(0, 0)
        shapes.append(
            frozenset(
                (x, y)
                for x in range(sign.width())
                for y in range(sign.height())
                if sign.pixel(x, y) != ground
            )
        )
    assert len(set(shapes)) == len(ended)
    assert all(shapes)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_bar_of_a_row_that_waits_stands_out_when_it_is_selected(
    table: UploadTable, make_upload: MakeUpload, theme: Theme, appearance: Appearance
) -> None:
    theme.choose(appearance)
    upload = make_upload("a", 9, State.AWAITING_REPLY)
    model_of(table).append([upload])
    table.select([upload.id])
    table.clearFocus()  # its frame has the same colour
    image, accent = cell(table, 0), table.palette().accent().color().rgb()
    rows = {y for y in range(image.height()) if image.pixel(image.width() // 2, y) == accent}
    assert {y < image.height() // 2 for y in rows} == {True, False}, "a line above and one below"


def test_the_words_copy_link_copy_the_link(table: UploadTable, make_upload: MakeUpload, qtbot: QtBot) -> None:
    rows = [make_upload("a", 9, State.DONE, link="https://x.example/a"), make_upload("b", 9, State.DONE)]
    model_of(table).append(rows)
    area = table.visualRect(model_of(table).index(0, Column.PROGRESS))
    words = QPoint(area.left() + 110, area.center().y())
    with qtbot.waitSignal(table.copy_link_requested) as caught:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=words)
    assert caught.args == [rows[0].id]
    without_link = table.visualRect(model_of(table).index(1, Column.PROGRESS)).center()
    with qtbot.assertNotEmitted(table.copy_link_requested):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(words.x(), without_link.y()))


def test_a_hand_shows_that_the_words_can_be_clicked(table: UploadTable, make_upload: MakeUpload) -> None:
    model_of(table).append([make_upload("a", 9, State.DONE, link="https://x.example/a")])
    area = table.visualRect(model_of(table).index(0, Column.PROGRESS))
    QTest.mouseMove(table.viewport(), QPoint(area.left() + 110, area.center().y()))
    QTest.qWait(0)
    assert table.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(table.viewport(), QPoint(5, area.center().y()))
    QTest.qWait(0)
    assert table.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor


def test_titles_sort_and_the_third_click_gives_the_queue_back(
    table: UploadTable, make_upload: MakeUpload
) -> None:
    model_of(table).append([make_upload("b"), make_upload("c"), make_upload("a")])
    titles = table.horizontalHeader()
    orders = []
    for _ in range(3):
        QTest.mouseClick(titles.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
        orders.append("".join(model_of(table).at(row).source.name for row in range(3)))
    assert orders == ["abc", "cba", "bca"]


def test_selected_rows_are_given_in_queue_order_and_stay_selected_in_a_sort(
    table: UploadTable, make_upload: MakeUpload
) -> None:
    rows = [make_upload("b"), make_upload("c"), make_upload("a")]
    model_of(table).append(rows)
    table.select([rows[2].id, rows[0].id])
    table.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert table.selected() == [rows[0], rows[2]]
    assert table.current() == rows[0]


def test_selection_and_current_row_survive_when_many_rows_are_tidied_away(
    table: UploadTable, make_upload: MakeUpload
) -> None:
    rows = [make_upload(f"{number:04}") for number in range(1_000)]
    model_of(table).append(rows)
    table.select([rows[501].id, rows[502].id, rows[901].id])
    model_of(table).remove([upload.id for upload in rows[::2]])
    assert table.selected() == [rows[501], rows[901]]
    assert table.current() == rows[501]
    scrolled = table.verticalScrollBar().value()
    assert scrolled > 0
    table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert table.verticalScrollBar().value() == scrolled
    model_of(table).remove([upload.id for upload in rows[501::2]])
    assert table.selected() == []


def test_the_frame_of_the_current_row_shows_only_with_the_keyboard(
    table: UploadTable, make_upload: MakeUpload, until: Until
) -> None:
    rows = [make_upload("b"), make_upload("c")]
    model_of(table).append(rows)
    table.select([rows[0].id])
    until(table.hasFocus)
    with_keyboard = cell(table, 0, Column.NAME)
    table.clearFocus()
    assert cell(table, 0, Column.NAME) != with_keyboard


def test_rows_have_one_height_and_never_wrap(table: UploadTable) -> None:
    assert table.verticalHeader().sectionResizeMode(0) == table.verticalHeader().ResizeMode.Fixed
    assert table.verticalHeader().isHidden()
    assert not table.wordWrap()
