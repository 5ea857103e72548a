# SPDX-License-Identifier: MIT
"""Making, editing, copying, testing and removing connections to object stores."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from guiuploader.sources.store_connection import Named
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.store_desk import StoreDesk, Tried
from guiuploader.values.errors import Problem, SourceError
from guiuploader.values.explanations import explain
from guiuploader.window import wording
from guiuploader.window.connection_editor import ConnectionEditor, Edited
from guiuploader.window.connection_list import ConnectionList
from guiuploader.window.question import Question, QuestionBox


class ConnectionControl(QObject):
    """Joins the list and the editor to the folder of connections, the keychain and the stores."""

    closed = Signal()
    """The list was closed: connections may be others now."""

    def __init__(self, stores: StoreDesk, desk: SecretDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._stores = stores
        self._desk = desk
        self._list: ConnectionList | None = None
        self._editor: ConnectionEditor | None = None
        self._test = 0
        stores.tried.connect(self._on_tried)
        stores.failed.connect(self._on_failed)
        desk.looked.connect(self._on_looked)

    def open(self, above: QWidget) -> None:
        """Show the list."""
        if self._list is not None:
            return
        self._list = ConnectionList(above)
        self._list.new_requested.connect(self._make)
        self._list.edit_requested.connect(self._edit)
        self._list.copy_requested.connect(self._copy)
        self._list.remove_requested.connect(self._ask_to_remove)
        self._list.finished.connect(self._on_list_finished)
        self._show()
        self._list.open()
        if not self._stores.library.names():
            self._make()

    def _show(self, current: str = "") -> None:
        if self._list is not None:
            self._list.show_connections(*self._stores.library.listing(), current)

    def _make(self) -> None:
        self._open_editor(None, "")

    @Slot(str)
    def _edit(self, name: str) -> None:
        if named := self._read(name):
            self._open_editor(named, named.name)

    @Slot(str)
    def _copy(self, name: str) -> None:
        """Open a copy under a free name; its secrets are its own, and asked for anew."""
        if named := self._read(name):
            taken = {each.casefold() for each in self._stores.library.names()}
            number = 2
            while f"{name}-{number}".casefold() in taken:
                number += 1
            self._open_editor(replace(named, name=f"{name}-{number}"), "")

    def _read(self, name: str) -> Named | None:
        try:
            return self._stores.library.get(name)
        except SourceError:
            self._show()  # which says why
            return None

    def _open_editor(self, base: Named | None, before: str) -> None:
        taken = [each for each in self._stores.library.names() if each != before]
        editor = ConnectionEditor(
            base, taken, has_keychain=self._desk.has_keychain, is_new=not before, parent=self._list
        )
        self._editor = editor

        def save() -> None:
            self._save(base if before else None, editor)

        editor.save_requested.connect(save)
        editor.test_requested.connect(self._on_test)
        editor.test_stopped.connect(self._on_test_stopped)
        editor.finished.connect(self._on_editor_finished)
        editor.open()

    def _save(self, base: Named | None, editor: ConnectionEditor) -> None:
        edited = editor.edited()
        named = edited.named
        try:
            self._stores.library.replace(base.name if base else "", named)
        except SourceError as error:
            editor.show_failure(str(explain(error.problem, wording.words)))
            return
        if base is not None:
            self._settle_secrets(base, named)
        for key, value in edited.secrets.items():
            self._desk.keep(key, value, save=edited.remember)
        editor.accept()
        self._show(named.name)

    def _settle_secrets(self, base: Named, named: Named) -> None:
        """Let secrets follow to a new name; another server must not have them, and what is unused goes."""
        now = {key.name: key for key in named.secrets()}
        moved, gone = [], []
        for key in base.secrets():
            if key.name in now and base.connection.origin == named.connection.origin:
                moved.append((key, now[key.name]))
            else:
                gone.append(key)
        self._desk.move_keys(moved)
        self._desk.forget_keys(gone)

    @Slot(str)
    def _ask_to_remove(self, name: str) -> None:
        if self._list is None:
            return
        question = Question(
            title=self.tr("Remove connection?"),
            text=self.tr("Remove the connection “{name}”?").format(name=name),
            detail=self.tr("Its secrets are forgotten as well; nothing in the store changes."),
            yes=self.tr("&Remove"),
            no=self.tr("&Cancel"),
        )
        box = QuestionBox(question, self._list)

        def agreed() -> None:
            self._remove(name)

        box.agreed.connect(agreed)
        box.open()

    def _remove(self, name: str) -> None:
        try:
            gone = self._stores.library.remove(name)
        except SourceError:
            gone = None  # somebody else was faster; what is there is shown
        if gone is not None:
            self._desk.forget_keys(gone.secrets())
        self._show()

    @Slot(object, str)
    def _on_test(self, edited: Edited, bucket: str) -> None:
        self._test = self._stores.try_out(edited.named, bucket, edited.secrets)

    @Slot()
    def _on_test_stopped(self) -> None:
        self._stores.leave_off(self._test)
        self._test = 0

    @Slot(object, object)
    def _on_tried(self, number: int, tried: Tried) -> None:
        if number == self._test and self._editor is not None:
            if tried.buckets is None:
                text = self.tr("It works: the bucket can be listed.")
            elif tried.buckets == 1:
                text = self.tr("It works: 1 bucket is there.")
            else:
                text = self.tr("It works: {count} buckets are there.").format(count=tried.buckets)
            self._editor.show_result(text, is_good=True)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        if number == self._test and self._editor is not None:
            why = explain(problem, wording.words)
            self._editor.show_result(f"{why.title} {why.detail}".strip(), is_good=False)

    @Slot()
    def _on_looked(self) -> None:
        if self._editor is not None:
            self._editor.show_keychain(has_keychain=self._desk.has_keychain)

    def _on_editor_finished(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
            self._editor = None

    def _on_list_finished(self) -> None:
        if self._list is not None:
            self._list.deleteLater()
            self._list = None
            self.closed.emit()
