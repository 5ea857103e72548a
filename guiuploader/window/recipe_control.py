# SPDX-License-Identifier: MIT
"""From the list of recipes to a destination like any other."""

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.destinations.recipes import Recipe, recipes
from guiuploader.paths import recipe_folder
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey
from guiuploader.window import wording
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.recipe_form import RecipeForm
from guiuploader.window.recipe_list import RecipeList


class RecipeControl(QObject):
    """Opens the two dialogs, one after the other, and saves what comes of them."""

    settled = Signal()
    """A destination was made and chosen."""

    def __init__(self, window: MainWindow, shelf: DestinationShelf, desk: SecretDesk) -> None:
        super().__init__(window)
        self._window = window
        self._shelf = shelf
        self._desk = desk
        self._form: RecipeForm | None = None
        desk.looked.connect(self._on_looked)
        window.actions_.recipes.triggered.connect(self._choose)

    def _choose(self) -> None:
        listed = RecipeList(recipes(recipe_folder()), self._window)
        listed.chosen.connect(self._fill_in)
        listed.finished.connect(listed.deleteLater)
        listed.open()

    def _fill_in(self, recipe: Recipe) -> None:
        taken = [each.name for each in self._shelf.destinations]
        form = RecipeForm(recipe, taken, has_keychain=self._desk.has_keychain, parent=self._window)
        form.save_requested.connect(lambda: self._save(recipe, form))
        form.finished.connect(self._on_finished)
        self._form = form
        form.open()

    @Slot()
    def _on_looked(self) -> None:
        if self._form:
            self._form.show_keychain(has_keychain=self._desk.has_keychain)

    @Slot()
    def _on_finished(self) -> None:
        if self._form:
            self._form.deleteLater()
            self._form = None

    def _save(self, recipe: Recipe, form: RecipeForm) -> None:
        try:
            made = recipe.filled(form.name, form.address, form.values())
            self._shelf.save("", made)
        except DestinationError as error:
            form.show_failure(str(explain(error.problem, wording.words)))
            return
        for name, value in form.secrets().items():
            self._desk.keep(SecretKey(made.name, made.origin, name), value, save=form.remember)
        form.accept()
        self.settled.emit()
