# SPDX-License-Identifier: MIT
"""Every action by keyboard, every control with a name, every colour legible."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QProgressBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import FORMAT, Auth, Destination, Variable
from guiuploader.values.secrets import SecretKey
from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.ask_values import AskValues
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.notice import Notice, Step
from guiuploader.window.sentences import Outcome
from guiuploader.window.theme import DARK, LIGHT, Theme, Tokens, tokens_for
from tests.gui.conftest import ACME, MakeUpload, Until, Whole

CONTROLS = (QAbstractButton, QAbstractScrollArea, QComboBox, QLineEdit, QProgressBar)
LEAST_CONTRAST = 4.5
LEAST_TARGET = 24


def full_window(whole: Callable[..., Whole], make_upload: MakeUpload) -> Whole:
    """Open a window in which every control shows."""
    parts = whole(ACME)
    rows = [make_upload("a", 9, state, link="https://x.example/") for state in State]
    parts.window.model.append(rows)
    parts.window.table.selectAll()
    parts.window.notice.show_notice(Notice("Something", tuple(Step), ("because",)))
    parts.window.status.show_end(Outcome(failed=1))
    return parts


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def unnamed(top: QWidget) -> list[str]:
    inner = (widget for widget in top.findChildren(QWidget) if isinstance(widget, CONTROLS))
    ours = (
        widget
        for widget in inner
        if widget.isVisibleTo(top) and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    )
    return [repr(widget) for widget in ours if not spoken(widget).strip()]


def test_every_control_of_the_window_has_a_name(whole: Callable[..., Whole], make_upload: MakeUpload) -> None:
    window = full_window(whole, make_upload).window
    for tab in range(window.strip.count()):
        window.strip.setCurrentIndex(tab)
        assert unnamed(window) == []


def test_every_control_of_the_dialogs_has_a_name(qtbot: QtBot, theme: Theme) -> None:
    del theme
    destination = Destination(
        format=FORMAT,
        name="A",
        url="https://a.example/",
        auth=Auth(kind="basic", username="ada", password="{secret:p}"),
        variables={"v": Variable()},
    )
    dialogs: list[QDialog] = [
        DestinationEditor(destination, [], has_keychain=True),
        AskValues(destination, [SecretKey("A", "o", "p")], has_keychain=True),
    ]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
        assert unnamed(dialog) == []


def test_every_target_is_large_enough(whole: Callable[..., Whole], make_upload: MakeUpload) -> None:
    parts = full_window(whole, make_upload)
    small = [
        (spoken(button), button.width(), button.height())
        for button in parts.window.findChildren(QAbstractButton)
        if button.isVisible() and min(button.width(), button.height()) < LEAST_TARGET
    ]
    assert small == []
    tabs = parts.window.strip.tabBar()
    assert min(tabs.tabRect(tab).height() for tab in range(tabs.count())) >= LEAST_TARGET


def all_actions(parts: Whole) -> Iterator[QAction]:
    for action in vars(parts.window.actions_).values():
        if isinstance(action, QAction):
            yield action


def menus(parts: Whole) -> list[QMenu]:
    return parts.window.menuBar().findChildren(QMenu)


def test_every_action_is_in_a_menu_and_so_reached_by_keyboard(whole: Callable[..., Whole]) -> None:
    parts = whole()
    in_menus: list[QAction] = []
    for menu in menus(parts):
        in_menus += menu.actions()
    assert [action.text() for action in all_actions(parts) if action not in in_menus] == []
    assert all("&" in action.text() for action in in_menus if not action.isSeparator())


def test_no_two_actions_share_a_key_or_a_letter_of_their_menu(whole: Callable[..., Whole]) -> None:
    parts = whole()
    keys = [
        (key.toString(), action.shortcutContext())
        for action in all_actions(parts)
        for key in action.shortcuts()
    ]
    # Delete means the row in the table and the destination in the list.
    shared = {key for key in keys if keys.count(key) > 1}
    assert {name for name, _ in shared} <= {"Del"}
    for menu in menus(parts):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), texts


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("Ctrl+O", "add_files"),
        ("Ctrl+Shift+O", "add_folder"),
        ("Ctrl+Alt+O", "add_archive"),
        ("Ctrl+V", "paste"),
        ("Ctrl+N", "new_destination"),
        ("Ctrl+Q", "quit"),
        ("Ctrl+Z", "undo"),
        ("Ctrl+R", "retry"),
        ("Ctrl+.", "cancel"),
        ("Ctrl+Return", "send"),
        ("Ctrl+P", "pause"),
        ("Ctrl+Shift+P", "resume"),
        ("Ctrl+Alt+P", "pause_all"),
        ("Ctrl+Alt+Shift+P", "resume_all"),
        ("Ctrl+L", "clear_finished"),
        ("Ctrl+A", "select_all"),
        ("Ctrl+C", "copy_link"),
        ("Return", "open_link"),
        ("Delete", "remove"),
    ],
)
def test_a_key_does_its_action_in_the_table(
    whole: Callable[..., Whole], make_upload: MakeUpload, qtbot: QtBot, until: Until, keys: str, name: str
) -> None:
    parts = full_window(whole, make_upload)
    action: QAction = getattr(parts.window.actions_, name)
    action.setEnabled(True)
    action.triggered.disconnect()
    parts.window.activateWindow()
    parts.window.table.setFocus()
    until(parts.window.table.hasFocus)
    with qtbot.waitSignal(action.triggered, timeout=2000):
        QTest.keySequence(parts.window.table, QKeySequence(keys))


def test_delete_in_the_list_means_the_destination(
    whole: Callable[..., Whole], qtbot: QtBot, until: Until
) -> None:
    parts = whole(ACME)
    action = parts.window.actions_.delete_destination
    action.triggered.disconnect()
    parts.window.activateWindow()
    parts.window.destinations.setFocus()
    until(parts.window.destinations.hasFocus)
    with qtbot.waitSignal(action.triggered, timeout=2000):
        QTest.keySequence(parts.window.destinations, QKeySequence("Delete"))


def test_tab_goes_round_everything_and_never_sticks(
    whole: Callable[..., Whole], make_upload: MakeUpload, until: Until
) -> None:
    parts = full_window(whole, make_upload)
    parts.window.activateWindow()
    parts.window.table.setFocus()
    until(parts.window.table.hasFocus)
    seen: list[QWidget] = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in seen:
            break
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    names = {spoken(widget) for widget in seen}
    assert {"Upload queue", "Destinations", "Add files", "Show", "Undo", "Close this notice"} <= names
    assert {"Summary", "About the selected rows"} <= names, "the tabs and what they show"
    assert seen[0] is QApplication.focusWidget(), "the round is closed"


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_legible_on_every_ground(tokens: Tokens) -> None:
    grounds = ("window", "base", "raised", "notice", "accent_wash")
    texts = ("text", "faint", "good", "bad", "doubtful", "accent")
    pairs = [
        *itertools.product(texts, grounds),
        ("on_accent", "accent"),
        ("text", "groove"),
        ("text", "accent_dim"),
        ("faint", "groove"),
    ]
    weak = [
        (text, ground, round(contrast(getattr(tokens, text), getattr(tokens, ground)), 2))
        for text, ground in pairs
        if contrast(getattr(tokens, text), getattr(tokens, ground)) < LEAST_CONTRAST
    ]
    assert weak == []


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_light_and_dark_are_picked_in_the_menu_and_remembered(whole: Callable[..., Whole]) -> None:
    parts = whole()
    parts.window.actions_.appearances[Appearance.DARK].trigger()
    assert tokens_for(QApplication.palette()) is DARK
    parts.shelf.reload()
    assert parts.shelf.settings.appearance is Appearance.DARK
    parts.window.actions_.appearances[Appearance.LIGHT].trigger()
    assert tokens_for(QApplication.palette()) is LIGHT


def test_icons_change_with_the_appearance(whole: Callable[..., Whole], theme: Theme, until: Until) -> None:
    action = whole().window.actions_.add_files
    before = action.icon().pixmap(20).toImage()
    theme.choose(Appearance.DARK)
    until(lambda: action.icon().pixmap(20).toImage() != before)
