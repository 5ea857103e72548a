# SPDX-License-Identifier: MIT
"""The dialog that makes or edits a destination; each mistake is said, live, beside the field it is in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSplitter, QVBoxLayout, QWidget

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.texts import secret_names
from guiuploader.values.secrets import SecretKey
from guiuploader.values.template import TemplateError
from guiuploader.window import announce, editor_words
from guiuploader.window.destination_draft import Draft, destination_from, draft_of, fault_in, typed_secrets
from guiuploader.window.editor_fields import EditorFields
from guiuploader.window.editor_form import EditorForm
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.preview_pane import PreviewPane
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.theme import SPACE, small, tokens_for

_WIDTH, _HEIGHT = 1120, 720
_FORM_WIDTH = 660
_REST = "further"


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of it: the destination, and newly typed secrets by name."""

    destination: Destination
    secrets: Mapping[str, str] = field(repr=False)
    remember: bool


class DestinationEditor(QDialog):
    """Save is possible once nothing is wrong; what has no field stays as it is.

    Whoever saves then calls `accept`, or `show_failure`, so that no work is lost. `base` is what the fields
    begin with; with `is_new` there is no saved destination behind it.
    """

    asked: dict[SecretKey, str]
    """Secrets that were typed for a try, to be kept when it is saved."""
    save_requested = Signal()
    previewed = Signal()
    """What would be sent is different now, and nothing is wrong."""

    def __init__(
        self,
        base: Destination | None,
        taken: Collection[str],
        *,
        has_keychain: bool,
        is_new: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._base = base
        self._taken = taken
        self._is_new = is_new or base is None
        self._is_right = False
        self._has_secrets = not self._is_new and base is not None and _draws_on_secrets(base)
        self.asked = {}
        self.worked_at = ""
        """The origin where a try of it has arrived."""
        title = self.tr("New destination") if self._is_new else self.tr("Edit {name}")
        self.setWindowTitle(title.format(name=base.name if base else ""))
        self._form = EditorForm()
        self._fields = EditorFields(self._form, has_keychain=has_keychain)
        self.preview = PreviewPane()
        self._effect = WrappedLabel()
        self._general = WrappedLabel()
        self._notes = WrappedLabel()
        self._notes.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 0)
        self._notes.hide()
        self._colour_general()
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for which, words in (
            (QDialogButtonBox.StandardButton.Save, self.tr("&Save")),
            (QDialogButtonBox.StandardButton.Cancel, self.tr("&Cancel")),
        ):
            self._buttons.button(which).setText(words)
        save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        QShortcut(QKeySequence.StandardKey.Save, self, save.click)
        self._buttons.accepted.connect(self.save_requested)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._fields.show_draft(
            draft_of(base) if base else Draft(plain=_usual()), base.auth if base else None
        )
        self._before = self._fields.draft()
        self._fields.changed.connect(self._check)
        self._check()
        self._form.show_field("url")

    def edited(self) -> Edited:
        """Return what was made."""
        draft = self._fields.draft()
        destination = destination_from(draft, self._base)
        return Edited(destination, typed_secrets(draft, destination), self._fields.sign_in.remember)

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with it, so that it could be sent to."""
        return self._is_right

    @property
    def is_changed(self) -> bool:
        """Whether anything would be lost by closing."""
        is_brought = self._is_new and self._base is not None
        return is_brought or self._fields.draft() != self._before

    def say_on_save(self, words: str) -> None:
        """Let the button that saves say what else it does."""
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setText(words)

    def show_notes(self, notes: Collection[str]) -> None:
        """Say what did not come over as it was."""
        self._notes.setText("\n".join(f"• {note}" for note in notes))
        self._notes.setVisible(bool(notes))

    def show_missing(self, names: Collection[str]) -> None:
        """Say which saved secrets are not known on this computer."""
        if self._base:
            self._fields.sign_in.show_missing(names, self._base.auth)

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Offer to remember typed secrets where there is a keychain."""
        self._fields.sign_in.show_keychain(has_keychain=has_keychain)

    def show_failure(self, text: str) -> None:
        """Say why it could not be saved, until something is changed."""
        self._say(text)
        announce.say(self, text)

    def set_link(self, template: str) -> None:
        """Take this template as where the answer names the file."""
        self._fields.set_link(template)

    def reject(self) -> None:
        """Close; what would be lost is asked about first."""
        if not self.is_changed:
            super().reject()
            return
        question = Question(
            title=self.tr("Close without saving?"),
            text=self.tr("What you changed here is not saved."),
            detail="",
            yes=self.tr("&Discard it"),
            no=self.tr("&Go on editing"),
        )
        box = QuestionBox(question, self)
        box.agreed.connect(self._discard)
        box.open()

    def _discard(self) -> None:
        self.done(QDialog.DialogCode.Rejected)

    def _say(self, text: str) -> None:
        self._general.setText(text)
        self._general.setVisible(bool(text))

    def _colour_general(self) -> None:
        self._general.setFont(small(self.font()))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens_for(palette).bad))
        self._general.setPalette(palette)

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._form)
        halves.addWidget(self.preview)
        halves.setSizes([_FORM_WIDTH, _WIDTH - _FORM_WIDTH])
        halves.setStretchFactor(1, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        foot.setSpacing(SPACE)
        foot.addWidget(self._effect)
        foot.addWidget(self._general)
        foot.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._notes)
        layout.addWidget(halves, stretch=1)
        layout.addLayout(foot)
        self.resize(_WIDTH, _HEIGHT)

    def _check(self) -> None:
        """Say what is wrong where it is wrong; an address not yet begun is no mistake."""
        draft = self._fields.draft()
        fault = fault_in(draft, self._base, self._taken)
        quiet = fault is not None and fault.key in {"url", "name"} and not draft.url.strip()
        destination = destination_from(draft, self._base)
        hidden = self._fields.hidden_rows(destination)
        self._form.hide_rows(hidden)
        shown = fault if not quiet else None
        place = _place(shown.key, set(self._form.places) - set(hidden)) if shown else None
        said = editor_words.remark(shown.key, shown.reason, with_key=place == _REST) if shown else ""
        self._form.show_remark(place, said)
        self._say("")
        self._fields.explain(destination, draft.url)
        is_begun = bool(draft.url.strip())
        self._effect.setText(self._foot(destination) if is_begun else editor_words.address_missing())
        self._effect.setVisible(fault is None or not is_begun)
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(fault is None)
        self._is_right = fault is None
        self.preview.show_rightness(is_right=fault is None)
        if fault is None:
            self.previewed.emit()

    def _foot(self, destination: Destination) -> str:
        """Say what a drop will do, and that secrets stay where they were saved for."""
        said = editor_words.effect(destination)
        if self._base is None or not self._has_secrets or _same_server(self._base, destination):
            return said
        return f"{said}\n{editor_words.other_server(destination.host)}"


def _same_server(one: Destination, other: Destination) -> bool:
    try:
        return one.origin == other.origin
    except ValueError:  # its port is none, as is said beside the field
        return True


def _draws_on_secrets(destination: Destination) -> bool:
    try:
        return bool(secret_names(destination))
    except TemplateError:  # as is said beside the field
        return False


def _usual() -> Mapping[str, str | bool]:
    return draft_of(Destination(format=1, name="", url="")).plain


def _place(key: str, places: Collection[str]) -> str:
    """Return the field that a key belongs to: without one of its own it stands among the further tables."""
    while key not in places and "." in key:
        key = key.rpartition(".")[0]
    return key if key in places else _REST
