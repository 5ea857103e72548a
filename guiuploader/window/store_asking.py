# SPDX-License-Identifier: MIT
"""Has a person asked for a connection's secrets, one connection at a time."""

from collections.abc import Callable, Sequence
from itertools import count

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from guiuploader.uploads.asking import connection_keys
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretKey
from guiuploader.window.ask_store_keys import AskStoreKeys

_FIRST_TOKEN = 2**34  # what others ask the desk counts from lower numbers


class StoreAsking(QObject):
    """Opens the form, keeps what is typed, and calls back when it is there."""

    def __init__(self, desk: SecretDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tokens = count(_FIRST_TOKEN)
        self._waiting: dict[int, Callable[[], None]] = {}
        self._open: set[str] = set()
        desk.missing.connect(self._on_missing)

    def ask(self, problem: Problem, above: QWidget, then: Callable[[], None]) -> None:
        """Ask for what would mend a store's no, unless that is being asked already or nothing would."""
        keys, name = connection_keys(problem), str(problem.facts.get("connection", ""))
        if not keys or name in self._open:
            return
        self._open.add(name)
        dialog = AskStoreKeys(problem, keys, has_keychain=self._desk.has_keychain, parent=above)

        def answered() -> None:
            self._open.discard(name)
            if dialog.result() == AskStoreKeys.DialogCode.Accepted:
                for key, value in dialog.secrets().items():
                    self._desk.keep(key, value, save=dialog.remember)
                token = next(self._tokens)
                self._waiting[token] = then
                self._desk.when_done(token)

        dialog.finished.connect(answered)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object, object)
    def _on_missing(self, token: int, _missing: Sequence[SecretKey]) -> None:
        then = self._waiting.pop(token, None)
        if then is not None:
            then()
