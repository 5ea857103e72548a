# SPDX-License-Identifier: MIT
"""Sending rows again: with which settings, and only after a question where they may have arrived."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.doubt import is_asked_first
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.redact import printable
from guiuploader.values.states import State
from guiuploader.window import sentences, wording
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.question import Question, QuestionBox


class TryingAgain(QObject):
    """A row keeps its destination as it was; where that was edited since, the person says which is meant."""

    def __init__(self, manager: UploadManager, shelf: DestinationShelf, window: QWidget) -> None:
        super().__init__(window)
        self._manager = manager
        self._shelf = shelf
        self._window = window

    def retry(self, ids: Sequence[int]) -> None:
        """Send rows again."""
        uploads = [upload for upload in map(self._manager.upload, ids) if upload]
        edited = {upload.id: now for upload in uploads if (now := self._newer(upload)) is not None}
        if edited:
            self._ask_settings(uploads, edited)
        else:
            self._send(uploads, edited)

    def retry_edited(self, ids: Sequence[int]) -> None:
        """Send rows again with the settings as they are now, which the person has just made."""
        uploads = [upload for upload in map(self._manager.upload, ids) if upload]
        self._send(uploads, {each.id: now for each in uploads if (now := self._newer(each)) is not None})

    def _newer(self, upload: Upload) -> Destination | None:
        """Return a row's destination as it is now, None where it is as it was, or cannot take the row."""
        now = self._shelf.current(upload.destination.name)
        if now is None or now == upload.destination or now.takes_file != upload.destination.takes_file:
            return None
        return now

    def _ask_settings(self, uploads: Sequence[Upload], edited: Mapping[int, Destination]) -> None:
        changed = [upload for upload in uploads if upload.id in edited]
        question = Question(
            title=self.tr("Which settings?"),
            text=self._what_changed(changed),
            detail=self._where_to(changed, edited),
            yes=self.tr("With the &new settings"),
            no=self.tr("&Cancel"),
            other=self.tr("As &before"),
        )
        box = QuestionBox(question, self._window)

        def with_new() -> None:
            self._send(uploads, edited)

        def as_before() -> None:
            self._send(uploads, {})

        box.agreed.connect(with_new)
        box.other_chosen.connect(as_before)
        box.open()

    def _what_changed(self, changed: Sequence[Upload]) -> str:
        names = {wording.destination_name(upload) for upload in changed}
        if len(names) > 1:
            return self.tr(
                "{n} destinations were changed since. Send with the new settings, or as before?"
            ).format(n=wording.number(len(names)))
        return self.tr("“{name}” was changed since. Send with the new settings, or as before?").format(
            name=names.pop()
        )

    def _where_to(self, changed: Sequence[Upload], edited: Mapping[int, Destination]) -> str:
        """Say that another server gets it, where all go from one server to one other."""
        ways = {(upload.destination.origin, edited[upload.id].origin) for upload in changed}
        first = changed[0]
        new, old = edited[first.id], first.destination
        if len(ways) > 1 or new.origin == old.origin:
            return ""
        return self.tr("With the new settings it goes to {new}, as before to {old}.").format(
            new=printable(new.host), old=printable(old.host)
        )

    def _send(self, uploads: Sequence[Upload], instead: Mapping[int, Destination]) -> None:
        doubtful = [
            upload
            for upload in uploads
            if upload.state is State.UNCONFIRMED
            and not is_asked_first(upload, instead.get(upload.id, upload.destination))
        ]
        self._retry([upload.id for upload in uploads if upload not in doubtful], instead)
        if doubtful:
            self._confirm(doubtful, instead)

    def _confirm(self, doubtful: Sequence[Upload], instead: Mapping[int, Destination]) -> None:
        question = Question(
            title=self.tr("Send again?"),
            text=sentences.send_again(doubtful),
            detail=wording.particulars(doubtful[0]) if len(doubtful) == 1 else sentences.might_double(),
            yes=self.tr("&Send again"),
            no=self.tr("&Leave as it is"),
        )
        box = QuestionBox(question, self._window)
        ids = [upload.id for upload in doubtful]

        def agreed() -> None:
            self._retry(ids, instead)

        box.agreed.connect(agreed)
        box.open()

    def _retry(self, ids: Sequence[int], instead: Mapping[int, Destination]) -> None:
        self._manager.retry(ids, instead={id_: instead[id_] for id_ in ids if id_ in instead})
