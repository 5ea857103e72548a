# SPDX-License-Identifier: MIT
"""The ways into the destination editor, and what an open one is joined to."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.trial_desk import TrialDesk
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.states import State
from guiuploader.window import wording
from guiuploader.window.controller import Controller
from guiuploader.window.curl_dialog import CurlDialog
from guiuploader.window.curl_reading import Command, read_command
from guiuploader.window.destination_control import Begun
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.editor_trial import EditorTrial
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice
from guiuploader.window.pasting import copied_command
from guiuploader.window.sharing_file import SharingFile

_AGAIN = frozenset({State.FAILED, State.UNCONFIRMED, State.CANCELLED})
_MOST_NOTES = 6


class EditorControl(QObject):
    """Opens the editor for a curl command, and for rows that did not arrive; lets each one be tried."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        shelf: DestinationShelf,
        desk: SecretDesk,
        trials: TrialDesk,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._shelf = shelf
        self._desk = desk
        self._trials = trials
        self._sharing = SharingFile(window, shelf)
        self._sharing.noticed.connect(controller.notice)
        actions = window.actions_
        actions.new_from_curl.triggered.connect(self._ask_for_command)
        actions.edit_and_retry.triggered.connect(self._edit_and_retry)
        controller.pasting.command.connect(self._on_pasted)
        controller.destinations.opened.connect(self._on_opened)
        window.table.selection_changed.connect(self._on_selection)
        window.model.dataChanged.connect(self._on_selection)

    @Slot(object, object)
    def _on_opened(self, editor: DestinationEditor, begun: Begun) -> None:
        EditorTrial(
            editor,
            self._trials,
            saved_as=begun.saved.name if begun.saved else "",
            given=begun.secrets,
            has_keychain=self._desk.has_keychain,
        )

    def _ask_for_command(self) -> None:
        self._show_dialog(copied_command())

    @Slot(str)
    def _on_pasted(self, text: str) -> None:
        """Open the editor at once, unless there is something to say or to agree to before."""
        try:
            command = read_command(text)
        except DestinationError:
            command = None
        if command is None or command.dangers:
            self._show_dialog(text)
        else:
            self._take(command)

    def _show_dialog(self, text: str) -> None:
        dialog = CurlDialog(text, self._window)
        dialog.taken.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def _take(self, command: Command) -> None:
        try:
            found = command.taken_over(lambda name: self._shelf.find(name) is not None)
        except DestinationError as error:
            self._controller.notice(Notice(str(explain(error.problem, wording.words)), is_warning=True))
            return
        notes = [printable(note) for note in found.notes]
        notes += [
            self.tr("What you add takes the place of {path}").format(path=printable(str(path)))
            for path in found.files
        ]
        if len(notes) > _MOST_NOTES:
            more = wording.number(len(notes) - _MOST_NOTES)
            notes = [*notes[:_MOST_NOTES], self.tr("… and {count} more.").format(count=more)]
        self._controller.destinations.begin(
            Begun(found.destination, secrets=found.secrets, is_foreign=True, notes=tuple(notes))
        )

    def _edit_and_retry(self) -> None:
        uploads = self._possible()
        destination = self._shelf.current(uploads[0].destination.name) if uploads else None
        if destination is None:
            return
        ids = [upload.id for upload in uploads]
        again = partial(self._controller.rows.retry_edited, ids)
        self._controller.destinations.edit(destination, again, self.tr("&Save and send again"))

    def _possible(self) -> list[Upload]:
        """Return the selected rows, where all failed at one destination that is still there."""
        uploads = self._window.table.selected()
        names = {upload.destination.name for upload in uploads}
        if len(names) != 1 or not all(upload.state in _AGAIN for upload in uploads):
            return []
        return uploads if self._shelf.current(names.pop()) else []

    def _on_selection(self) -> None:
        self._window.actions_.edit_and_retry.setEnabled(bool(self._possible()))
