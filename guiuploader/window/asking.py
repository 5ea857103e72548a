# SPDX-License-Identifier: MIT
"""Has a person asked for another secret where a sign-in is refused, one destination after another."""

from collections.abc import Mapping, Sequence
from itertools import count

from PySide6.QtCore import QObject, Slot

from guiuploader.uploads.asking import SignInQuestion
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.secrets import SecretKey
from guiuploader.window.sign_in_strip import SignInStrip

_FIRST_TOKEN = 2**33  # what others ask the desk counts from lower numbers


class Asking(QObject):
    """Shows what the manager asks in the strip, and tells the manager when there is an answer.

    A secret that is typed elsewhere, in the editor, is an answer as well.
    """

    def __init__(self, manager: UploadManager, desk: SecretDesk, strip: SignInStrip) -> None:
        super().__init__(strip)
        self._manager = manager
        self._desk = desk
        self._strip = strip
        self._questions: dict[str, SignInQuestion] = {}  # by the destination's name; the first is shown
        self._tokens = count(_FIRST_TOKEN)
        self._kept: dict[int, str] = {}
        manager.asked.connect(self._on_asked)
        manager.settled.connect(self._on_settled)
        desk.looked.connect(self._on_looked)
        desk.kept.connect(self._on_kept)
        desk.missing.connect(self._on_missing)
        strip.answered.connect(self._on_answered)
        strip.left.connect(self._on_left)
        manager.ask()

    @Slot(object)
    def _on_asked(self, question: SignInQuestion) -> None:
        self._questions[question.destination.name] = question
        if len(self._questions) == 1:
            self._show()

    @Slot(str)
    def _on_settled(self, name: str) -> None:
        if name not in self._questions:
            return  # all rows that would have waited were being taken out: nobody was asked
        was_shown = name == next(iter(self._questions))
        del self._questions[name]
        if was_shown:
            self._show()

    def _show(self) -> None:
        if self._questions:
            self._strip.ask(next(iter(self._questions.values())), has_keychain=self._desk.has_keychain)
        else:
            self._strip.clear()

    @Slot()
    def _on_looked(self) -> None:
        self._strip.show_keychain(has_keychain=self._desk.has_keychain)

    @Slot(object)
    def _on_answered(self, typed: Mapping[SecretKey, str]) -> None:
        question = next(iter(self._questions.values()))
        name = question.destination.name
        if not typed:
            self._manager.answer(name)
            return
        token = next(self._tokens)
        self._kept[token] = name
        for key, value in typed.items():
            self._desk.keep(key, value, save=self._strip.remember)
        # The desk works in order: its next answer tells that the secrets are there.
        self._desk.look(token, question.destination)

    @Slot(object, object)
    def _on_missing(self, token: int, _missing: Sequence[SecretKey]) -> None:
        name = self._kept.pop(token, None)
        if name is not None:
            self._manager.answer(name)

    @Slot(object)
    def _on_kept(self, key: SecretKey) -> None:
        asked = [name for name, question in self._questions.items() if key in question.keys]
        for name in asked:
            if name not in self._kept.values():
                self._manager.answer(name)

    @Slot()
    def _on_left(self) -> None:
        self._manager.leave(next(iter(self._questions)))
