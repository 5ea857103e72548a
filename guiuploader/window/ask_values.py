# SPDX-License-Identifier: MIT
"""One small form, once for everything added together: values that change and secrets not known here."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations.destination import Destination, Secret
from guiuploader.values.redact import printable
from guiuploader.values.secrets import SecretKey
from guiuploader.window import wording
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.theme import SPACE, TARGET, small

_WIDTH = 440
_Field = TypeVar("_Field", bound=QWidget)


class AskValues(QDialog):
    """Going on is possible once everything without a default is filled in; Cancel adds and sends nothing."""

    def __init__(
        self,
        destination: Destination,
        missing: Sequence[SecretKey],
        *,
        has_keychain: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What {name} needs").format(name=destination.name))
        self._variables: dict[str, QLineEdit | QComboBox] = {}
        self._secrets: dict[SecretKey, QLineEdit] = {}
        self._needed: list[QLineEdit] = []
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, variable in destination.variables.items():
            if variable.choices:
                choice = _added(form, variable.label or name, QComboBox())
                choice.addItems([printable(each) for each in variable.choices])
                choice.setCurrentIndex(
                    variable.choices.index(variable.default) if variable.default is not None else 0
                )
                self._variables[name] = choice
                continue
            field = _added(form, variable.label or name, QLineEdit())
            field.setText(variable.default or "")
            self._variables[name] = field
            if variable.default is None:
                self._needed.append(field)
        self._choices = {name: variable.choices for name, variable in destination.variables.items()}
        for key in missing:
            described = destination.secrets.get(key.name, Secret())
            field = _added(form, described.label or key.name, QLineEdit())
            if described.help:
                where = WrappedLabel()
                where.setText(described.help)
                where.setFont(small(self.font()))
                form.addRow("", where)
                field.setAccessibleDescription(described.help)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            self._secrets[key] = field
            self._needed.append(field)
        self._remember = RememberBox(has_keychain=has_keychain, parent=self)
        self._remember.setVisible(bool(missing))
        if missing:
            form.addRow("", self._remember)
        self._lay_out(destination, form)
        for field in self._needed:
            field.textChanged.connect(self._check)
        self._check()

    def for_trial(self) -> None:
        """Ask for a try of the destination, which adds nothing."""
        self._add.setText(self.tr("&Go on"))
        self._heading.setText(self.tr("To try {place}:").format(place=self._place))

    def variables(self) -> Mapping[str, str]:
        """Return the value of each variable."""
        return {
            name: field.text() if isinstance(field, QLineEdit) else self._choices[name][field.currentIndex()]
            for name, field in self._variables.items()
        }

    def secrets(self) -> Mapping[SecretKey, str]:
        """Return the secrets that were typed, without the line end that a paste brings as a blank."""
        return {key: field.text().strip() for key, field in self._secrets.items()}

    @property
    def remember(self) -> bool:
        """Whether the secrets go to the keychain."""
        return self._remember.isChecked()

    def _lay_out(self, destination: Destination, form: QFormLayout) -> None:
        text, go_on = self.tr("For all files that you add to {place} now:"), self.tr("&Add files")
        if not destination.takes_file:
            text, go_on = self.tr("For this request to {place}:"), self.tr("&Send request")
        self._place = wording.place(destination)
        self._heading = heading = QLabel(text.format(place=self._place))
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._add = self._buttons.addButton(go_on, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(_WIDTH)

    def _check(self) -> None:
        self._add.setEnabled(all(field.text().strip() for field in self._needed))


def _added(form: QFormLayout, name: str, field: _Field) -> _Field:
    field.setAccessibleName(name)
    field.setMinimumHeight(TARGET)
    label = QLabel(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumHeight(TARGET)
    label.setWordWrap(True)
    label.setBuddy(field)
    form.addRow(label, field)
    return field
