# SPDX-License-Identifier: MIT
"""The dialog that makes a recipe one's own: address, keys, and the usual values of what it asks for."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations.recipes import Recipe
from guiuploader.destinations.texts import secret_names
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET, tokens_for

_WIDTH = 480


class RecipeForm(QDialog):
    """Adding is possible once there are a name and an address; keys that are missing are asked for later."""

    save_requested = Signal()

    def __init__(
        self, recipe: Recipe, taken: Collection[str], *, has_keychain: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        destination = recipe.destination
        self.setWindowTitle(self.tr("New destination: {name}").format(name=destination.name))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(2 * SPACE)
        self._form.setVerticalSpacing(SPACE)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._name = self._row(self.tr("Name"))
        self._name.setText(_free(destination.name, taken))
        self._address: QLineEdit | None = None
        if recipe.wants_address:
            self._address = self._row(self.tr("Address"))
            self._address.setPlaceholderText(recipe.example)
        self._secrets: dict[str, QLineEdit] = {}
        for name in secret_names(destination):
            field = self._row(destination.secrets[name].label)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            self._secrets[name] = field
        self._remember = RememberBox(has_keychain=has_keychain, parent=self)
        if self._secrets:
            self._form.addRow(self._remember)
        self._values: dict[str, QLineEdit] = {}
        for name, variable in destination.variables.items():
            self._values[name] = self._row(variable.label)
            self._values[name].setText(variable.default or "")
            self._values[name].setPlaceholderText(self.tr("asked when files are added"))
        self._lay_out(recipe)
        for each in (self._name, self._address):
            if each is not None:
                each.textChanged.connect(self._check)
        self._check()
        (self._address or next(iter(self._secrets.values()), self._name)).setFocus()

    @property
    def name(self) -> str:
        """What the destination is to be called."""
        return self._name.text().strip()

    @property
    def address(self) -> str:
        """Where its server is; "" where the recipe knows."""
        return self._address.text().strip() if self._address else ""

    @property
    def remember(self) -> bool:
        """Whether the secrets go to the keychain."""
        return self._remember.isChecked()

    def values(self) -> Mapping[str, str]:
        """Return the usual values of what is asked when files are added."""
        return {name: field.text() for name, field in self._values.items()}

    def secrets(self) -> Mapping[str, str]:
        """Return the secrets that were typed, by name."""
        typed = {name: field.text().strip() for name, field in self._secrets.items()}
        return {name: value for name, value in typed.items() if value}

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Say anew whether secrets can be remembered, now that it is known."""
        self._remember.show_keychain(has_keychain=has_keychain)

    def show_failure(self, text: str) -> None:
        """Say why it cannot be added as it is."""
        self._failure.setText(text)
        self._failure.show()

    def _lay_out(self, recipe: Recipe) -> None:
        about = WrappedLabel()
        about.setText(recipe.about)
        self._failure = WrappedLabel()
        self._failure.hide()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens_for(palette).bad))
        self._failure.setPalette(palette)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._add = self._buttons.addButton(
            self.tr("&Add destination"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._buttons.accepted.connect(self.save_requested)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(about)
        layout.addLayout(self._form)
        layout.addWidget(self._failure)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        self._add.setDefault(True)  # which a button can be in its dialog only
        self.setMinimumWidth(_WIDTH)

    def _row(self, name: str) -> QLineEdit:
        field = line_field(name)
        label = QLabel(name.replace("&", "&&"))  # else it would mark the next letter as a key
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setMinimumHeight(TARGET)
        label.setWordWrap(True)
        label.setBuddy(field)
        self._form.addRow(label, field)
        return field

    def _check(self) -> None:
        self._add.setEnabled(bool(self.name) and (self._address is None or bool(self.address)))


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name that no other destination has."""
    folded = {each.casefold() for each in taken}
    numbered = (f"{name} ({number})" for number in range(2, len(folded) + 3))
    return name if name.casefold() not in folded else next(n for n in numbered if n.casefold() not in folded)
