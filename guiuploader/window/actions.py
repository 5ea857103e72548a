# SPDX-License-Identifier: MIT
"""Every action of the window, built once for menus, toolbar, buttons and keys."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from guiuploader.values.settings import Appearance
from guiuploader.values.words import Action
from guiuploader.window.icons import icon


class Actions(QObject):
    """The actions as attributes; whoever wires the window connects their `triggered`.

    Keys that also mean something elsewhere (Delete, Return) count only in the widget that `attach` names.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons: dict[QAction, str] = {}
        make = self._make
        self.add_files = make("add-files", self.tr("Add &files…"), QKeySequence.StandardKey.Open)
        self.add_folder = make("add-folder", self.tr("Add f&older…"), QKeySequence("Ctrl+Shift+O"))
        self.paste = make("paste", self.tr("&Paste files"), QKeySequence.StandardKey.Paste)
        self.new_destination = make("new", self.tr("&New destination…"), QKeySequence.StandardKey.New)
        self.edit_destination = make("edit", self.tr("&Edit destination…"), QKeySequence("F2"))
        self.delete_destination = make("delete", self.tr("&Delete destination…"), QKeySequence("Delete"))
        self.demo = make("play", self.tr("&Try it with the demo server"), None)
        self.quit = make("", self.tr("&Quit"), QKeySequence("Ctrl+Q"))
        self.send = make("send", self.tr("&Send"), QKeySequence("Ctrl+Return"))
        self.cancel = make("cancel", self.tr("&Cancel"), QKeySequence("Ctrl+."))
        self.retry = make("retry", self.tr("&Try again"), QKeySequence("Ctrl+R"))
        self.remove = make("remove", self.tr("&Remove"), QKeySequence("Delete"))
        self.copy_link = make("copy-link", self.tr("Copy &link"), QKeySequence.StandardKey.Copy)
        self.open_link = make("open-link", self.tr("&Open link"), QKeySequence("Return"))
        self.open_link.setShortcuts([QKeySequence("Return"), QKeySequence("Enter")])
        self.clear_finished = make("clear", self.tr("Clear &finished"), QKeySequence("Ctrl+L"))
        self.select_all = make("", self.tr("Select &all"), QKeySequence.StandardKey.SelectAll)
        self.undo = make("undo", self.tr("&Undo adding"), QKeySequence.StandardKey.Undo)
        self.appearances = self._appearances()
        self.rows = {
            Action.SEND: self.send,
            Action.CANCEL: self.cancel,
            Action.RETRY: self.retry,
            Action.OPEN_LINK: self.open_link,
            Action.COPY_LINK: self.copy_link,
            Action.REMOVE: self.remove,
        }
        self.recolour(QPalette())
        self.allow(frozenset(), again=False)

    def allow(self, possible: Collection[Action], *, again: bool) -> None:
        """Enable what the selected rows can do; `again` says that a retry might store a file twice."""
        for action, button in self.rows.items():
            button.setEnabled(action in possible)
        self.retry.setText(self.tr("&Send again…") if again else self.tr("&Try again"))

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

    def _appearances(self) -> dict[Appearance, QAction]:
        self._group = QActionGroup(self)
        texts = {
            Appearance.SYSTEM: self.tr("As the &system"),
            Appearance.LIGHT: self.tr("&Light"),
            Appearance.DARK: self.tr("&Dark"),
        }
        made = {}
        for appearance, text in texts.items():
            action = self._group.addAction(text)
            action.setCheckable(True)
            action.setData(appearance.value)
            made[appearance] = action
        return made
