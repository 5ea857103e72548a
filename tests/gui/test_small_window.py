# SPDX-License-Identifier: MIT
"""The window is as wide as a person made it, whatever files and servers are called or say."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPlainTextEdit, QPushButton, QSplitterHandle, QToolButton
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.destination_side import DestinationSide
from guiuploader.window.labels import breakable
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice, Step
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.sentences import Outcome
from guiuploader.window.upload_model import Column
from tests.gui.conftest import ACME, MakeUpload, Whole, button, reasons
from tests.gui.editor_parts import line

LONG = "n" * 2_000


def small(parts: Whole) -> MainWindow:
    parts.window.resize(600, 400)
    QCoreApplication.processEvents()
    return parts.window


def needed(window: MainWindow) -> tuple[int, int]:
    QCoreApplication.processEvents()
    whole = window.centralWidget()
    assert whole is not None
    least = whole.minimumSizeHint()
    return window.width(), max(least.width(), window.minimumWidth())


def endless_rows(make_upload: MakeUpload) -> list[Upload]:
    problem = Problem(ErrorCode.SERVER_REFUSED, {"message": LONG}, 500)
    return [
        make_upload(LONG[:200]),
        make_upload("a", 1, State.FAILED, problem=problem),
        make_upload("b", 1, State.DONE, link=f"https://x.example/{LONG}"),
    ]


@pytest.mark.parametrize("row", [0, 1, 2])
def test_no_name_link_or_reason_widens_the_window(
    whole: Callable[..., Whole], make_upload: MakeUpload, row: int
) -> None:
    window = small(whole(ACME))
    rows = endless_rows(make_upload)
    window.model.append(rows)
    window.table.select([rows[row].id])
    assert needed(window) == (600, 600)


def test_no_notice_or_end_widens_the_window(whole: Callable[..., Whole]) -> None:
    window = small(whole(ACME))
    window.notice.show_notice(Notice(LONG, (Step.NEW_DESTINATION, Step.DEMO), ("because",), is_warning=True))
    assert needed(window) == (600, 600)
    assert window.notice.height() < window.height() // 2
    assert LONG in reasons(window.notice)
    window.status.show_end(Outcome(arrived=10**9, failed=10**9, unconfirmed=10**9, cancelled=10**9))
    assert needed(window) == (600, 600)
    assert button(window.status, "Try again").visibleRegion().boundingRect().width() > 40


def test_no_name_of_a_destination_widens_the_window(whole: Callable[..., Whole]) -> None:
    window = small(whole(Destination(format=FORMAT, name="N" * 100, url="https://x.example/")))
    assert needed(window) == (600, 600)


def test_every_action_has_its_button_in_a_small_window(
    whole: Callable[..., Whole], make_upload: MakeUpload
) -> None:
    window = small(whole(ACME))
    window.model.append([make_upload(state, 1, state, link="https://x.example/") for state in State])
    window.table.selectAll()
    assert needed(window) == (600, 600)
    for action in window.actions_.rows.values():
        shown = button_named(window, action.iconText())
        assert window.strip.summary.rect().contains(shown.geometry()), action.text()
        assert shown.text() or action.iconText() in shown.toolTip()


def button_named(window: MainWindow, name: str) -> QPushButton:
    return next(
        each
        for each in window.strip.summary.findChildren(QPushButton)
        if each.isVisible() and each.accessibleName() == name
    )


def test_columns_give_way_to_the_name_and_come_back(
    whole: Callable[..., Whole], make_upload: MakeUpload
) -> None:
    parts = whole(ACME)
    window = small(parts)
    window.model.append([make_upload("a", 1, State.DONE, link="https://x.example/") for _ in range(99)])
    QCoreApplication.processEvents()
    hidden = [column for column in Column if window.table.isColumnHidden(column)]
    assert hidden == [Column.DESTINATION, Column.SPEED, Column.LEFT]
    assert not window.table.horizontalScrollBar().isVisible()
    assert window.table.columnWidth(Column.NAME) >= 120
    index = window.model.index(0, Column.PROGRESS)
    words = window.table.fontMetrics().horizontalAdvance("Done · copy link")
    assert window.table.visualRect(index).width() > words + 40
    window.resize(1140, 700)
    QCoreApplication.processEvents()
    assert not any(window.table.isColumnHidden(column) for column in Column)


def test_the_heading_of_the_destinations_is_whole_in_a_small_window(whole: Callable[..., Whole]) -> None:
    for parts in (whole(), whole(ACME)):
        window = small(parts)
        heading = next(each for each in window.findChildren(QLabel) if each.text() == "Destinations")
        assert heading.width() >= heading.sizeHint().width()
        side = window.findChildren(DestinationSide)[0]
        buttons = [each for each in side.findChildren(QToolButton) if each.isVisible()]
        assert [each.accessibleName() for each in buttons] == ["New destination"]


def test_the_strip_is_one_line_in_a_low_window_until_a_row_is_selected(
    whole: Callable[..., Whole], make_upload: MakeUpload
) -> None:
    window = small(whole(ACME))
    rows = endless_rows(make_upload)
    window.model.append(rows)
    QCoreApplication.processEvents()
    assert window.strip.height() < 2 * window.fontMetrics().lineSpacing()
    window.table.select([rows[1].id])
    QCoreApplication.processEvents()
    assert window.strip.height() > 3 * window.fontMetrics().lineSpacing()
    field = window.strip.summary.findChildren(QPlainTextEdit)[0]
    assert field.verticalScrollBar().value() == 0
    assert field.cursorForPosition(QPoint(1, 1)).position() == 0, "the first line is in sight"
    window.resize(1140, 700)
    QCoreApplication.processEvents()
    before = window.strip.height()
    window.table.clearSelection()
    QCoreApplication.processEvents()
    assert window.strip.height() == before


def test_what_is_too_long_for_its_line_stands_in_the_tooltip(
    whole: Callable[..., Whole], make_upload: MakeUpload
) -> None:
    window = small(whole(ACME))
    upload = make_upload(LONG[:200])
    window.model.append([upload])
    window.table.select([upload.id])
    QCoreApplication.processEvents()
    title = next(each for each in window.strip.summary.findChildren(QLabel) if each.text() == LONG[:200])
    window.grab()
    assert LONG[:200] in title.toolTip()


def test_dialogs_break_what_is_long(whole: Callable[..., Whole], qtbot: QtBot) -> None:
    window = small(whole(ACME))
    box = QuestionBox(Question("Send again?", LONG[:200], LONG[:500], yes="&Send again", no="&Leave"), window)
    box.open()
    assert isinstance(box, QMessageBox)
    assert box.width() < 900
    box.reject()
    editor = DestinationEditor(None, [], has_keychain=False)
    qtbot.addWidget(editor)
    editor.show()
    before = editor.width()
    line(editor, "Address").setText(f"https://x.example/{LONG}")
    QCoreApplication.processEvents()
    assert editor.width() == before
    assert editor.minimumSizeHint().width() <= before


def test_only_long_words_are_broken_and_letters_keep_their_marks() -> None:
    plain = "They go to ACME files (acme.example)."
    assert breakable(plain) == plain
    assert breakable(LONG).replace("\u200b", "") == LONG
    accented = "e\u0301" * 40
    assert "\u200b\u0301" not in breakable(accented)


def test_a_splitter_that_was_dragged_stays(whole: Callable[..., Whole]) -> None:
    window = whole(ACME).window
    handle = next(
        each
        for each in window.findChildren(QSplitterHandle)
        if each.orientation() is Qt.Orientation.Horizontal and each.isVisible()
    )
    QTest.mousePress(handle, Qt.MouseButton.LeftButton)
    QTest.mouseMove(handle, QPoint(70, 10))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(70, 10))
    dragged = window.destinations.width()
    assert dragged > 250
    window.resize(1000, 600)
    QCoreApplication.processEvents()
    assert abs(window.destinations.width() - dragged) < 10
