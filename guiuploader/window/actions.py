# SPDX-License-Identifier: MIT
"""Every action of the window, built once for menus, toolbar, buttons and keys."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from guiuploader.uploads.order import Way
from guiuploader.values.quantities import speed_text
from guiuploader.values.settings import Appearance, Duplicates, WhenEnded
from guiuploader.values.words import Action
from guiuploader.window import wording
from guiuploader.window.icons import icon

_LIMITS = ((300_000, "3"), (1_000_000, "1"), (2_000_000, "2"), (5_000_000, "5"), (10_000_000, "0"))
"""Usual limits in bytes per second, and the letter of each in its menu."""


Choice = TypeVar("Choice", bound=StrEnum)


class Actions(QObject):
    """The actions as attributes; whoever wires the window connects their `triggered`.

    Keys that also mean something elsewhere (Delete, Return) count only in the widget that `attach` names.
    `adding` are those that add files. `limits` are by bytes per second, 0 for none. `request` is for the
    chosen destination, `request_there` for the one that the keyboard is on.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons: dict[QAction, str] = {}
        make = self._make
        self.add_files = make("add-files", self.tr("Add &files…"), QKeySequence.StandardKey.Open)
        self.add_folder = make("add-folder", self.tr("Add f&older…"), QKeySequence("Ctrl+Shift+O"))
        self.add_archive = make(
            "add-folder", self.tr("Add folder as one arc&hive…"), QKeySequence("Ctrl+Alt+O")
        )
        self.add_from_store = make(
            "add-cloud", self.tr("Add from &cloud storage…"), QKeySequence("Ctrl+Shift+S")
        )
        self.add_from_store.setIconText(self.tr("From cloud…"))
        self.adding = (self.add_files, self.add_folder, self.add_archive, self.add_from_store)
        self.paste = make("paste", self.tr("&Paste files"), QKeySequence.StandardKey.Paste)
        self.request = make("send", self.tr("Send &request"), QKeySequence("Ctrl+Shift+Return"))
        self.new_destination = make("new", self.tr("&New destination…"), QKeySequence.StandardKey.New)
        self.edit_destination = make("edit", self.tr("&Edit destination…"), QKeySequence("F2"))
        self.delete_destination = make("delete", self.tr("&Delete destination…"), QKeySequence("Delete"))
        self.recipes = make("server", self.tr("&Recipes…"), QKeySequence("Ctrl+Alt+N"))
        self.request_there = make("send", self.tr("&Send request"), None)
        self.demo = make("play", self.tr("&Try it with the demo server"), None)
        self.connections = make("", self.tr("&Connections…"), None)
        self.quit = make("", self.tr("&Quit"), QKeySequence("Ctrl+Q"))
        self.send = make("send", self.tr("&Send"), QKeySequence("Ctrl+Return"))
        self.pause = make("paused", self.tr("&Pause"), QKeySequence("Ctrl+P"))
        self.resume = make("play", self.tr("R&esume"), QKeySequence("Ctrl+Shift+P"))
        self.pause_all = make("paused", self.tr("Pa&use all"), QKeySequence("Ctrl+Alt+P"))
        self.resume_all = make("play", self.tr("Resu&me all"), QKeySequence("Ctrl+Alt+Shift+P"))
        self.cancel = make("cancel", self.tr("&Cancel"), QKeySequence("Ctrl+."))
        self.confirm = make("done", self.tr("&It arrived"), QKeySequence("Ctrl+I"))
        self.retry = make("retry", self.tr("&Try again"), QKeySequence("Ctrl+R"))
        self.retry_failed = make("retry", self.tr("Tr&y all failed again"), QKeySequence("Ctrl+Shift+R"))
        self.moves: Mapping[Way, QAction] = {
            Way.TOP: make("", self.tr("To the &top"), QKeySequence("Alt+Home")),
            Way.UP: make("up", self.tr("&Up"), QKeySequence("Alt+Up")),
            Way.DOWN: make("down", self.tr("&Down"), QKeySequence("Alt+Down")),
            Way.END: make("", self.tr("To the &end"), QKeySequence("Alt+End")),
        }
        self.remove = make("remove", self.tr("&Remove"), QKeySequence("Delete"))
        self.copy_link = make("copy-link", self.tr("Copy &link"), QKeySequence.StandardKey.Copy)
        self.open_link = make("open-link", self.tr("&Open link"), QKeySequence("Return"))
        self.open_link.setShortcuts([QKeySequence("Return"), QKeySequence("Enter")])
        self.clear_finished = make("clear", self.tr("Clear &finished"), QKeySequence("Ctrl+L"))
        self.select_all = make("", self.tr("Select &all"), QKeySequence.StandardKey.SelectAll)
        self.undo = make("undo", self.tr("&Undo adding"), QKeySequence.StandardKey.Undo)
        self.appearances = self._appearances()
        self.when_ended_group = QActionGroup(self)
        self.when_ended = self._when_ended()
        self.duplicate_group = QActionGroup(self)
        self.duplicates = self._duplicates()
        self.limit_group = QActionGroup(self)
        self.limits = self._limits()
        self.other_limit = self.limit_group.addAction(self.tr("&Other…"))
        self.other_limit.setCheckable(True)
        self.rows = {
            Action.SEND: self.send,
            Action.PAUSE: self.pause,
            Action.RESUME: self.resume,
            Action.CANCEL: self.cancel,
            Action.CONFIRM: self.confirm,
            Action.RETRY: self.retry,
            Action.OPEN_LINK: self.open_link,
            Action.COPY_LINK: self.copy_link,
            Action.REMOVE: self.remove,
        }
        self._make_more()
        self.recolour(QPalette())
        self.allow(frozenset(), again=False, anew=False)
        self.allow_moves(frozenset())

    def allow(self, possible: Collection[Action], *, again: bool, anew: bool) -> None:
        """Enable what the selected rows can do; `again` says that a retry might store a file twice.

        `anew` says that nothing went wrong with them: they were sent before.
        """
        for action, button in self.rows.items():
            button.setEnabled(action in possible)
        usual = self.tr("Send a&gain") if anew else self.tr("&Try again")
        self.retry.setText(self.tr("Send a&gain…") if again else usual)

    def allow_moves(self, possible: Collection[Way]) -> None:
        """Enable the ways in which the selected rows can be moved."""
        for way, action in self.moves.items():
            action.setEnabled(way in possible)

    def recolour(self, palette: QPalette) -> None:
        """Draw all icons in the palette's text colour."""
        for action, name in self._icons.items():
            action.setIcon(icon(name, palette))

    def attach(self, widget: QWidget, *actions: QAction) -> None:
        """Let these keys count only while `widget` has the keyboard."""
        for action in actions:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            widget.addAction(action)

    def on_appearance(self, choose: Callable[[Appearance], None]) -> None:
        """Call `choose` whenever another appearance is picked."""

        def picked(action: QAction) -> None:
            choose(Appearance(action.data()))

        self._group.triggered.connect(picked)

    def _make(self, name: str, text: str, keys: QKeySequence | QKeySequence.StandardKey | None) -> QAction:
        action = QAction(text, self)
        if name:
            self._icons[action] = name
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _make_more(self) -> None:
        """Make what is done with destinations besides the usual."""
        make = self._make
        self.new_from_curl = make("paste", self.tr("New from a c&url command…"), QKeySequence("Ctrl+Shift+N"))
        self.duplicate_destination = make("", self.tr("Du&plicate destination…"), None)
        self.share_destination = make("", self.tr("S&hare destination…"), None)
        self.edit_and_retry = make(
            "edit", self.tr("Edit destinatio&n and try again…"), QKeySequence("Ctrl+E")
        )
        self.edit_and_retry.setEnabled(False)

    def _limits(self) -> dict[int, QAction]:
        made = {0: self.limit_group.addAction(self.tr("&No limit"))}
        for bytes_per_second, letter in _LIMITS:
            text = speed_text(bytes_per_second, wording.words).replace(letter, f"&{letter}", 1)
            made[bytes_per_second] = self.limit_group.addAction(text)
        for bytes_per_second, action in made.items():
            action.setData(bytes_per_second)
            action.setCheckable(True)
        return made

    def _when_ended(self) -> dict[WhenEnded, QAction]:
        texts = {
            WhenEnded.NOTHING: self.tr("Do &nothing"),
            WhenEnded.NOTIFY: self.tr("Show a no&tification"),
            WhenEnded.CLOSE: self.tr("&Close guiuploader if all arrived"),
        }
        return _choices(self.when_ended_group, texts)

    def _duplicates(self) -> dict[Duplicates, QAction]:
        texts = {
            Duplicates.SKIP: self.tr("&Skip them"),
            Duplicates.ASK: self.tr("&Ask each time"),
            Duplicates.SEND: self.tr("Send them a&gain"),
        }
        return _choices(self.duplicate_group, texts)

    def _appearances(self) -> dict[Appearance, QAction]:
        self._group = QActionGroup(self)
        texts = {
            Appearance.SYSTEM: self.tr("As the &system"),
            Appearance.LIGHT: self.tr("&Light"),
            Appearance.DARK: self.tr("&Dark"),
        }
        return _choices(self._group, texts)


def _choices(group: QActionGroup, texts: dict[Choice, str]) -> dict[Choice, QAction]:
    """Return an action for each choice, of which one is checked at a time."""
    made = {choice: group.addAction(text) for choice, text in texts.items()}
    for choice, action in made.items():
        action.setCheckable(True)
        action.setData(choice.value)
    return made
