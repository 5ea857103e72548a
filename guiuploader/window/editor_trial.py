# SPDX-License-Identifier: MIT
"""Joins one open editor to the desk that shows what would be sent, and tries it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from guiuploader.destinations.destination import Destination
from guiuploader.sources.sample import NAME
from guiuploader.uploads.trial_desk import Trial, TrialDesk, Wish
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.window import wording
from guiuploader.window.ask_values import AskValues
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.trial_dialog import TrialDialog

_PAUSE = 150  # milliseconds after the last key until the preview follows


class EditorTrial(QObject):
    """Lives as long as its editor. Secrets that were typed or brought along are tried, and saved nowhere.

    `saved_as` is the name by which the destination's secrets are known, "" for one that is new.
    """

    def __init__(
        self,
        editor: DestinationEditor,
        trials: TrialDesk,
        *,
        saved_as: str,
        given: Mapping[SecretKey, str],
        has_keychain: bool,
    ) -> None:
        super().__init__(editor)
        self._editor = editor
        self._trials = trials
        self._saved_as = saved_as
        self._given = {(key.origin, key.name): value for key, value in given.items()}
        self._has_keychain = has_keychain
        self._variables: Mapping[str, str] = {}
        self._path: Path | None = None
        self._preview = 0
        self._question = 0
        self._sending = 0
        self._looking_for_link = 0
        self._dialog: TrialDialog | None = None
        self._trial: Trial | None = None
        self._wish: Wish | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._show)
        editor.previewed.connect(self._timer.start)
        editor.preview.try_requested.connect(self._try)
        editor.preview.sample_requested.connect(self._pick)
        editor.finished.connect(self._on_finished)
        trials.previewed.connect(self._on_previewed)
        trials.missing.connect(self._on_missing)
        trials.tried.connect(self._on_tried)
        trials.link_found.connect(self._on_link_found)
        self._show()

    def _now(self) -> Wish:
        edited = self._editor.edited()
        destination = edited.destination
        known = msgspec.structs.replace(destination, name=self._saved_as or destination.name)
        brought = {name: text for (origin, name), text in self._given.items() if origin == known.origin}
        secrets = {
            SecretKey(known.name, known.origin, name): text
            for name, text in (brought | dict(edited.secrets)).items()
        }
        return Wish(known, usual_values(known) | dict(self._variables), self._path, secrets)

    def _show(self) -> None:
        self._trials.leave_off(self._preview)
        if not self._editor.is_right:
            return
        wish = self._now()
        takes_file = wish.destination.takes_file
        name = printable(self._path.name) if self._path else NAME
        self._editor.preview.show_sample(name if takes_file else "")
        self._preview = self._trials.preview(wish)

    def _pick(self) -> None:
        dialog = QFileDialog(self._editor, self.tr("A file to show and to try"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.filesSelected.connect(self._on_picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_picked(self, names: list[str]) -> None:
        self._path = Path(names[0])
        self._show()

    @Slot(object, object)
    def _on_previewed(self, number: int, result: object) -> None:
        if number != self._preview:
            return
        if isinstance(result, Problem):
            self._editor.preview.show_sentence(str(explain(result, wording.words)))
        else:
            self._editor.preview.show_request(str(result))

    def _try(self) -> None:
        if self._dialog is None and self._editor.is_right:
            self._question = self._trials.look(self._now())

    @Slot(object, object)
    def _on_missing(self, number: int, missing: Sequence[SecretKey]) -> None:
        if number != self._question:
            return
        self._question = 0
        destination = self._now().destination
        if not missing and not any(name not in self._variables for name in _open_variables(destination)):
            self._open()
            return
        ask = AskValues(destination, missing, has_keychain=self._has_keychain, parent=self._editor)

        def answered() -> None:
            self._variables = ask.variables()
            self._given |= {(key.origin, key.name): value for key, value in ask.secrets().items()}
            if ask.remember or not self._has_keychain:
                self._editor.asked |= ask.secrets()
            self._open()

        ask.for_trial()
        ask.accepted.connect(answered)
        ask.finished.connect(ask.deleteLater)
        ask.open()

    def _open(self) -> None:
        destination = self._now().destination
        sample = printable(self._path.name) if self._path else NAME
        dialog = TrialDialog(
            wording.place(destination),
            sample if destination.takes_file else "",
            self._editor.preview.text,
            self._editor,
        )
        dialog.send_requested.connect(self._send)
        dialog.link_picked.connect(self._on_link_picked)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    def _send(self) -> None:
        self._wish = self._now()
        self._sending = self._trials.try_out(self._wish)

    @Slot(object, object)
    def _on_tried(self, number: int, trial: Trial) -> None:
        if number == self._sending and self._dialog is not None and self._wish is not None:
            self._trial = trial
            self._dialog.show_trial(trial)
            if trial.problem is None:
                self._editor.worked_at = self._wish.destination.origin
            if trial.link:
                self._editor.preview.show_link(trial.link)

    @Slot(str)
    def _on_link_picked(self, template: str) -> None:
        self._editor.set_link(template)
        if self._trial is not None and self._trial.exchange is not None:
            self._looking_for_link = self._trials.find_link(self._now(), self._trial.exchange)

    @Slot(object, object)
    def _on_link_found(self, number: int, link: str | None) -> None:
        if number != self._looking_for_link or self._dialog is None:
            return
        self._dialog.show_link(link)
        if link:
            self._editor.preview.show_link(link)
            self._dialog.accept()

    def _on_dialog_finished(self) -> None:
        self._trials.leave_off(self._sending)
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
            self._editor.activateWindow()  # not every system gives the keyboard back by itself

    def _on_finished(self) -> None:
        self._timer.stop()
        for number in (self._preview, self._question, self._sending, self._looking_for_link):
            self._trials.leave_off(number)
        self._preview = self._question = self._sending = self._looking_for_link = 0


def usual_values(destination: Destination) -> dict[str, str]:
    """Return what variables may be shown with before anybody was asked."""
    return {
        name: each.default if each.default is not None else (*each.choices, each.label or name)[0]
        for name, each in destination.variables.items()
    }


def _open_variables(destination: Destination) -> list[str]:
    """Return the variables that only a person knows."""
    return [name for name, each in destination.variables.items() if each.default is None]
