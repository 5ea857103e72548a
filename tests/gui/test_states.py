# SPDX-License-Identifier: MIT
"""In every state, whatever a person can do with a row is in the menus and on a key, and nothing else is."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from guiuploader.uploads.order import Way
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import LEGAL_STEPS, State
from guiuploader.values.words import STATE_WORDS
from tests.gui.conftest import MakeUpload, Until, Whole
from tests.gui.scene import Open

MOVES = {"To the top", "Up", "Down", "To the end"}
LEGAL: dict[State, set[str]] = {
    State.HELD: {"Send", "Remove", *MOVES},
    State.QUEUED: {"Pause", "Cancel", "Remove", *MOVES},
    State.RETRYING: {"Try again", "Pause", "Cancel", "Remove", *MOVES},
    State.PREPARING: {"Pause", "Cancel"},
    State.UPLOADING: {"Pause", "Cancel"},
    State.AWAITING_REPLY: {"Cancel"},
    State.PAUSED: {"Resume", "Cancel", *MOVES},
    State.DONE: {"Copy link", "Open link", "Remove"},
    State.SKIPPED: {"Send again", "Copy link", "Open link", "Remove"},
    State.FAILED: {"Try again", "Remove"},
    State.CANCELLED: {"Try again", "Remove"},
    State.UNCONFIRMED: {"It arrived", "Send again…", "Remove"},
}
CAUSED = {
    "Send": State.QUEUED,
    "Pause": State.PAUSED,
    "Resume": State.QUEUED,
    "Cancel": State.CANCELLED,
    "Try again": State.QUEUED,
    "Send again…": State.QUEUED,
    "It arrived": State.DONE,
}
"""The step between states that each action stands for; the others change no state."""


def plain(action: QAction) -> str:
    return action.text().replace("&", "")


def row_actions(parts: Whole) -> list[QAction]:
    actions = parts.window.actions_
    return [*actions.rows.values(), *actions.moves.values()]


def among_others(parts: Whole, make_upload: MakeUpload, state: State) -> None:
    """Show and select a row in this state between two that wait."""
    address = "https://x.example/a"
    before = Problem(ErrorCode.SENT_BEFORE, {"path": "/a", "place": "ACME", "when": "then", "link": address})
    problem = before if state is State.SKIPPED else None
    row = make_upload("a", 9, state, link=address, problem=problem)
    parts.window.model.append([make_upload(), row, make_upload()])
    parts.window.table.select([row.id])


@pytest.mark.parametrize("state", State)
def test_the_menu_of_uploads_enables_exactly_what_is_possible(
    whole: Open, make_upload: MakeUpload, state: State
) -> None:
    parts = whole()
    among_others(parts, make_upload, state)
    in_menus = {action for menu in parts.window.menuBar().findChildren(QMenu) for action in menu.actions()}
    assert set(row_actions(parts)) <= in_menus
    assert {plain(action) for action in row_actions(parts) if action.isEnabled()} == LEGAL[state]
    assert all(not action.shortcut().isEmpty() for action in row_actions(parts))


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
@pytest.mark.parametrize("state", State)
def test_the_menu_of_a_row_offers_exactly_what_is_possible(
    whole: Open, make_upload: MakeUpload, until: Until, state: State
) -> None:
    parts = whole()
    among_others(parts, make_upload, state)
    parts.window.table.menu_requested.emit(QPoint(10, 10))
    (menu,) = (each for each in parts.window.findChildren(QMenu) if each.isVisible())
    shown = {plain(action) for action in menu.actions() if not action.isSeparator()}
    assert shown - {"Move", "Select all", "Clear finished"} == LEGAL[state] - MOVES
    assert ("Move" in shown) == bool(LEGAL[state] & MOVES)
    menu.close()
    until(lambda: not any(each.isVisible() for each in parts.window.findChildren(QMenu)))


@pytest.mark.parametrize("state", State)
def test_the_details_have_a_button_for_what_is_possible(
    whole: Open, make_upload: MakeUpload, state: State
) -> None:
    parts = whole()
    among_others(parts, make_upload, state)
    shown = (each for each in parts.window.strip.summary.findChildren(QPushButton) if each.isVisible())
    assert {each.text().replace("&", "") for each in shown} == LEGAL[state] - MOVES


@pytest.mark.parametrize(
    ("state", "name"), [(state, name) for state in State for name in sorted(LEGAL[state] - {"Open link"})]
)
def test_a_key_does_it(whole: Open, make_upload: MakeUpload, until: Until, state: State, name: str) -> None:
    parts = whole()
    among_others(parts, make_upload, state)
    parts.window.activateWindow()
    parts.window.table.setFocus()
    until(parts.window.table.hasFocus)
    action = next(each for each in row_actions(parts) if plain(each) == name)
    done: list[bool] = []
    action.triggered.disconnect()
    action.triggered.connect(lambda: done.append(True))
    QTest.keySequence(parts.window.table, QKeySequence(action.shortcut()))
    until(lambda: done == [True])


@pytest.mark.parametrize("state", State)
def test_what_an_action_stands_for_is_a_legal_step(state: State) -> None:
    wanted = {CAUSED[name] for name in LEGAL[state] if name in CAUSED}
    if state is State.PAUSED:
        wanted = wanted - {State.QUEUED} | {State.UPLOADING}  # where the connection was kept
    assert wanted <= LEGAL_STEPS[state]


def test_each_state_is_named_and_spoken_in_words_of_its_own() -> None:
    for kind in ("label", "spoken"):
        said = [getattr(STATE_WORDS[state], kind) for state in State]
        assert len(set(said)) == len(said)
        assert not {state.value for state in State if "_" in state.value} & set(said)


def test_a_row_at_a_border_can_only_be_moved_away_from_it(whole: Open, make_upload: MakeUpload) -> None:
    parts = whole()
    rows = [make_upload(str(number)) for number in range(3)]
    parts.window.model.append(rows)

    def ways(*numbers: int) -> set[Way]:
        parts.window.table.select([rows[number].id for number in numbers])
        return {way for way, action in parts.window.actions_.moves.items() if action.isEnabled()}

    assert ways(0) == ways(0, 1) == {Way.DOWN, Way.END}
    assert ways(2) == ways(1, 2) == {Way.TOP, Way.UP}
    assert ways(1) == ways(0, 2) == set(Way)
    assert ways(0, 1, 2) == set()
    parts.window.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert ways(1) == {Way.TOP, Way.END}, "one up or down means nothing while a column decides"
