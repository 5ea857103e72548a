# SPDX-License-Identifier: MIT
"""The tabs under the table: requests and replies to read and copy, and room for them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QSplitterHandle

from guiuploader.uploads.upload import Upload
from guiuploader.values.states import State
from guiuploader.window import exchange_words
from guiuploader.window.exchange_pane import SHOWN, ExchangePane
from guiuploader.window.main_window import MainWindow
from tests.gui.conftest import ACME, MakeUpload, Until, Whole, button
from tests.gui.exchanges import BODY, REQUEST, answered

Open = Callable[..., Whole]


def showing(parts: Whole, *uploads: Upload, pick: int = 0) -> MainWindow:
    parts.window.model.append(uploads)
    parts.window.table.select([uploads[pick].id])
    QCoreApplication.processEvents()
    return parts.window


def field(pane: ExchangePane) -> QPlainTextEdit:
    return pane.findChildren(QPlainTextEdit)[0]


def test_the_tabs_are_reached_by_key_while_the_table_keeps_the_keyboard(
    whole: Open, make_upload: MakeUpload, until: Until
) -> None:
    window = showing(whole(ACME), answered(make_upload(state=State.DONE)))
    window.activateWindow()
    until(window.table.hasFocus)
    for keys, text in (("Ctrl+2", REQUEST), ("Alt+P", "201 Created"), ("Alt+Q", REQUEST), ("Ctrl+3", "201")):
        QTest.keySequence(window.table, QKeySequence(keys))
        shown = window.strip.currentWidget()
        assert isinstance(shown, ExchangePane)
        assert shown.text.startswith(text), keys
        assert window.table.hasFocus()
    assert [action.isChecked() for action in window.strip.views.actions()] == [False, False, True]
    QTest.keySequence(window.table, QKeySequence("Alt+M"))
    assert not window.strip.is_reading
    window.strip.tabBar().setFocus()
    QTest.keyClick(window.strip.tabBar(), Qt.Key.Key_Right)
    assert window.strip.currentWidget() is window.strip.request
    QTest.keyClick(window.strip.tabBar(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert window.strip.currentWidget() is window.strip.reply


def test_the_tabs_cannot_be_asked_for_while_there_are_no_rows(whole: Open, make_upload: MakeUpload) -> None:
    window = whole(ACME).window
    assert not any(action.isEnabled() for action in window.strip.views.actions())
    showing_one = [make_upload()]
    window.model.append(showing_one)
    assert all(action.isEnabled() for action in window.strip.views.actions())


def test_the_text_is_marked_and_copied_by_keyboard(
    whole: Open, make_upload: MakeUpload, until: Until
) -> None:
    window = showing(whole(ACME), answered(make_upload(state=State.DONE)))
    window.activateWindow()
    until(window.table.hasFocus)
    window.strip.setCurrentWidget(window.strip.request)
    text = field(window.strip.request)
    text.setFocus()
    until(text.hasFocus)
    QTest.keySequence(text, QKeySequence("Ctrl+A"))
    QTest.keySequence(text, QKeySequence("Ctrl+C"))
    assert QGuiApplication.clipboard().text() == REQUEST
    QTest.keyClicks(text, "x")
    assert window.strip.request.text == REQUEST
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not text


def test_copy_takes_all_of_what_is_shown_in_part(whole: Open, make_upload: MakeUpload) -> None:
    body = "x" * 999_000 + "\x1b"
    window = showing(whole(ACME), answered(make_upload(state=State.DONE), body))
    window.strip.setCurrentWidget(window.strip.reply)
    assert len(window.strip.reply.text) == SHOWN
    assert "These are the first 32,768 characters; “Copy” takes the other 966,3" in window.strip.reply.remark
    QTest.mouseClick(button(window, "Copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("201 Created\nServer: ")
    assert copied.endswith("x" * 999_000 + "\ufffd")


def test_a_sentence_is_not_copied(whole: Open, make_upload: MakeUpload) -> None:
    window = showing(whole(ACME), make_upload())
    window.strip.setCurrentWidget(window.strip.reply)
    assert not button(window, "Copy").isEnabled()
    assert window.strip.reply.remark == ""


def test_foreign_text_is_plain(whole: Open, make_upload: MakeUpload) -> None:
    window = showing(whole(ACME), answered(make_upload(state=State.DONE), "<b>bold</b>"))
    window.strip.setCurrentWidget(window.strip.reply)
    assert window.strip.reply.text.endswith("<b>bold</b>")


def test_progress_leaves_what_is_marked_and_how_far_it_was_scrolled(
    whole: Open, make_upload: MakeUpload, until: Until
) -> None:
    row = answered(make_upload(size=100, state=State.UPLOADING), "line\n" * 1_000)
    parts = whole(ACME)
    window = showing(parts, row)
    window.strip.setCurrentWidget(window.strip.reply)
    text = field(window.strip.reply)
    text.moveCursor(QTextCursor.MoveOperation.End)
    text.moveCursor(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
    text.moveCursor(QTextCursor.MoveOperation.Up, QTextCursor.MoveMode.KeepAnchor)
    before = text.textCursor().selectedText(), text.verticalScrollBar().value()
    assert before[0]
    assert before[1]
    for changed in (replace(row, sent=50), replace(row, state=State.FAILED)):
        window.model.update([changed])
        window.strip.show_uploads(window.table.selected())
        assert (text.textCursor().selectedText(), text.verticalScrollBar().value()) == before
    assert window.strip.reply.remark.startswith("Connect"), "no longer of an earlier attempt"
    window.model.update([answered(replace(row, state=State.DONE), "new")])
    until(lambda: window.strip.reply.text.endswith("new"))


def test_a_tab_out_of_sight_is_filled_only_when_it_is_shown(
    whole: Open, make_upload: MakeUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    real = exchange_words.reply

    def counted(uploads: list[Upload]) -> exchange_words.Told:
        told.append(len(uploads))
        return real(uploads)

    monkeypatch.setattr(exchange_words, "reply", counted)
    window = showing(whole(ACME), answered(make_upload(state=State.DONE)), answered(make_upload()))
    told.clear()
    window.table.selectAll()
    window.table.selectRow(0)
    assert told == []
    window.strip.setCurrentWidget(window.strip.reply)
    assert told == [1]
    window.strip.show_uploads(window.table.selected())
    assert told == [1], "the same row is not told twice"


def test_reading_takes_room_and_gives_it_back_while_the_tabs_and_the_current_row_stay(
    whole: Open, make_upload: MakeUpload
) -> None:
    rows = [answered(make_upload(f"{number}", state=State.DONE)) for number in range(12)]
    window = showing(whole(ACME), *rows, pick=11)
    strip, tabs = window.strip, window.strip.tabBar()
    low, place = strip.height(), tabs.mapTo(window, QPoint())
    strip.setCurrentWidget(strip.reply)
    QCoreApplication.processEvents()
    assert strip.height() > 2 * low
    assert tabs.mapTo(window, QPoint()) == place
    current = window.table.visualRect(window.table.currentIndex())
    assert window.table.viewport().rect().contains(current.adjusted(0, 0, -1, -1))
    high = strip.height()
    for row in (0, 5):
        window.table.selectRow(row)
        QCoreApplication.processEvents()
        assert strip.height() == high
    window.table.clearSelection()
    QCoreApplication.processEvents()
    assert strip.height() == high
    strip.setCurrentWidget(strip.summary)
    QCoreApplication.processEvents()
    assert strip.height() == low


def test_the_border_is_dragged_for_reading_and_for_the_summary_apart(
    whole: Open, make_upload: MakeUpload
) -> None:
    window = showing(whole(ACME), answered(make_upload(state=State.DONE)))
    strip = window.strip
    summary = strip.height()
    strip.setCurrentWidget(strip.reply)
    before = strip.height()
    border = next(
        each
        for each in window.findChildren(QSplitterHandle)
        if each.orientation() is Qt.Orientation.Vertical and each.isVisible()
    )
    QTest.mousePress(border, Qt.MouseButton.LeftButton)
    QTest.mouseMove(border, QPoint(10, -60))
    QTest.mouseRelease(border, Qt.MouseButton.LeftButton, pos=QPoint(10, -60))
    dragged = strip.height()
    assert dragged > before + 40
    strip.setCurrentWidget(strip.summary)
    assert strip.height() == summary
    strip.setCurrentWidget(strip.request)
    window.resize(1000, 640)
    QCoreApplication.processEvents()
    assert strip.height() == dragged


@pytest.mark.parametrize("tab", ["summary", "request", "reply"])
def test_a_low_window_has_room_for_the_table_and_something_to_read(
    whole: Open, make_upload: MakeUpload, tab: str
) -> None:
    window = showing(whole(ACME), answered(make_upload("n" * 300, state=State.DONE), "x" * 90_000))
    window.strip.setCurrentWidget(getattr(window.strip, tab))
    window.resize(window.minimumSize())
    QCoreApplication.processEvents()
    assert (window.width(), window.height()) == (600, 400)
    assert window.table.viewport().height() >= 36
    shown = window.strip.currentWidget().findChildren(QPlainTextEdit)[0]
    assert shown.height() >= 2 * shown.fontMetrics().lineSpacing()
    assert window.strip.tabBar().visibleRegion().boundingRect() == window.strip.tabBar().rect()
    window.table.clearSelection()
    QCoreApplication.processEvents()
    assert window.strip.height() == window.strip.tabBar().height()
    assert not shown.isEnabled(), "what is folded away takes no keyboard"


def test_a_long_line_is_wrapped(whole: Open, make_upload: MakeUpload) -> None:
    window = showing(
        whole(ACME), answered(make_upload(state=State.DONE), BODY.replace("\n", "") + "y" * 90_000)
    )
    window.strip.setCurrentWidget(window.strip.reply)
    QCoreApplication.processEvents()
    text = field(window.strip.reply)
    assert not text.horizontalScrollBar().isVisible()
    assert text.document().lastBlock().layout().lineCount() > 1
