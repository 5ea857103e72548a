# SPDX-License-Identifier: MIT
"""Making, editing, choosing and deleting destinations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.texts import secret_names
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey
from guiuploader.window import wording
from guiuploader.window.destination_editor import DestinationEditor
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.recipe_control import RecipeControl

_EDITOR_TOKEN = 0  # the requests of adding count from 1


@dataclass(frozen=True, slots=True)
class Begun:
    """What an editor begins with; `saved` is what it takes the place of, None where it is new.

    `secrets` came along with a destination that somebody else wrote (`is_foreign`), `notes` say what of it is
    otherwise. `then` is called once it is saved, which the button says in `on_save`.
    """

    base: Destination | None = None
    saved: Destination | None = None
    secrets: Mapping[SecretKey, str] = field(default_factory=dict, repr=False)
    is_foreign: bool = False
    notes: tuple[str, ...] = ()
    then: Callable[[], None] | None = None
    on_save: str = ""


class DestinationControl(QObject):
    """Joins the list of destinations and the editor to the shelf."""

    noticed = Signal(object)
    settled = Signal()
    """A destination was made or chosen."""
    opened = Signal(object, object)  # DestinationEditor, Begun
    request_wanted = Signal(object)
    """Destination: one that takes no file, and whose request is to be sent."""

    def __init__(self, window: MainWindow, shelf: DestinationShelf, desk: SecretDesk) -> None:
        super().__init__(window)
        self._window = window
        self._shelf = shelf
        self._desk = desk
        self._editor: DestinationEditor | None = None
        self._recipes = RecipeControl(window, shelf, desk)
        self._recipes.settled.connect(self.settled)
        actions = window.actions_
        actions.new_destination.triggered.connect(self.make)
        actions.edit_destination.triggered.connect(self._edit)
        actions.duplicate_destination.triggered.connect(self._duplicate)
        actions.delete_destination.triggered.connect(self._delete)
        actions.request.triggered.connect(self._request)
        actions.request_there.triggered.connect(self._request_there)
        window.destinations.currentItemChanged.connect(self._on_current_changed)
        window.destinations.chosen.connect(self._on_chosen)
        window.activated.connect(shelf.reload)
        window.switch.picked.connect(shelf.pick)
        shelf.changed.connect(self.show)
        shelf.failed.connect(self._on_failed)
        desk.missing.connect(self._on_missing)
        desk.looked.connect(self._on_looked)
        self.show()

    def show(self) -> None:
        """Show what is on the shelf."""
        chosen = self._shelf.chosen
        self._window.destinations.show_destinations(self._shelf.destinations, chosen.name if chosen else "")
        self._window.show_chosen(chosen)
        self._window.switch.show_destination(chosen, self._shelf.picked(chosen) if chosen else {})
        self._on_current_changed()

    def make(self) -> None:
        """Open the editor for a new destination."""
        self.begin(Begun())

    def edit(
        self, destination: Destination, then: Callable[[], None] | None = None, on_save: str = ""
    ) -> None:
        """Open the editor for a saved destination; `then` is called once it was saved."""
        self.begin(Begun(destination, destination, then=then, on_save=on_save))
        self._desk.look(_EDITOR_TOKEN, destination)

    def _edit(self) -> None:
        destination = self._shelf.find(self._window.destinations.current_name())
        if destination:
            self.edit(destination)

    def _duplicate(self) -> None:
        """Open the editor for a copy; secrets belong to the one that they were given for."""
        destination = self._shelf.find(self._window.destinations.current_name())
        if destination:
            names = (f"{destination.name} ({number})" for number in count(2))
            name = next(each for each in names if self._shelf.find(each) is None)
            asked = self.tr("The copy's secrets are asked for when files are added.")
            notes = (asked,) if secret_names(destination) else ()
            self.begin(Begun(msgspec.structs.replace(destination, name=name), notes=notes))

    def _request(self) -> None:
        if self._shelf.chosen:
            self.request_wanted.emit(self._shelf.chosen)

    def _request_there(self) -> None:
        destination = self._shelf.find(self._window.destinations.current_name())
        if destination:
            self.request_wanted.emit(destination)

    def _on_current_changed(self) -> None:
        destination = self._shelf.find(self._window.destinations.current_name())
        can_request = destination is not None and not destination.takes_file
        self._window.actions_.request_there.setEnabled(can_request)

    def begin(self, begun: Begun) -> None:
        """Open an editor; one at a time."""
        if self._editor is not None:
            return
        saved = begun.saved
        taken = [each.name for each in self._shelf.destinations if saved is None or each.name != saved.name]
        editor = DestinationEditor(
            begun.base,
            taken,
            has_keychain=self._desk.has_keychain,
            is_new=saved is None,
            parent=self._window,
        )
        if begun.on_save:
            editor.say_on_save(begun.on_save)
        editor.show_notes(begun.notes)
        self._editor = editor

        def save() -> None:
            self._save(begun, editor)

        editor.save_requested.connect(save)
        editor.finished.connect(self._on_editor_finished)
        editor.open()
        self.opened.emit(editor, begun)

    def _save(self, begun: Begun, editor: DestinationEditor) -> None:
        edited, base = editor.edited(), begun.saved
        destination = edited.destination
        try:
            self._shelf.save(base.name if base else "", destination)
        except DestinationError as error:
            editor.show_failure(str(explain(error.problem, wording.words)))
            return
        if base and (base.name, base.origin) != (destination.name, destination.origin):
            self._desk.rename(base, destination)
        brought = _of_server(destination, {**begun.secrets, **editor.asked})
        for name, value in (brought | dict(edited.secrets)).items():
            key = SecretKey(destination.name, destination.origin, name)
            self._desk.keep(key, value, save=edited.remember)
        if begun.is_foreign and editor.worked_at != destination.origin:
            self._shelf.set(lambda now: now.with_unproven(destination.name))
        editor.accept()
        self.settled.emit()
        if begun.then:
            begun.then()

    def _delete(self) -> None:
        destination = self._shelf.find(self._window.destinations.current_name())
        if destination is None:
            return
        question = Question(
            title=self.tr("Delete destination?"),
            text=self.tr("Delete {place}?").format(place=wording.place(destination)),
            detail=self.tr("Its secrets are forgotten as well. This cannot be undone."),
            yes=self.tr("&Delete"),
            no=self.tr("&Cancel"),
        )
        box = QuestionBox(question, self._window)

        def agreed() -> None:
            if self._shelf.delete(destination.name):
                self._desk.forget(destination)

        box.agreed.connect(agreed)
        box.open()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._shelf.choose(name)
        self.settled.emit()

    def _on_editor_finished(self) -> None:
        if self._editor:
            self._editor.deleteLater()
            self._editor = None

    @Slot()
    def _on_looked(self) -> None:
        if self._editor:
            self._editor.show_keychain(has_keychain=self._desk.has_keychain)

    @Slot(object, object)
    def _on_missing(self, token: int, missing: tuple[SecretKey, ...]) -> None:
        if token == _EDITOR_TOKEN and self._editor:
            self._editor.show_missing([key.name for key in missing])

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self.noticed.emit(Notice(str(explain(problem, wording.words)), is_warning=True))


def _of_server(destination: Destination, secrets: Mapping[SecretKey, str]) -> dict[str, str]:
    """Return the secrets for the destination's server; those that were given for another stay behind."""
    return {key.name: text for key, text in secrets.items() if key.origin == destination.origin}
