# SPDX-License-Identifier: MIT
"""The form that asks for a connection's secrets, where they are not known or the store does not take them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey
from guiuploader.window import wording
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET

_WIDTH = 500


class AskStoreKeys(QDialog):
    """Going on is possible once all is filled in; what was typed is never shown."""

    def __init__(
        self,
        problem: Problem,
        keys: Sequence[SecretKey],
        *,
        has_keychain: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        connection = str(problem.facts["connection"])
        self.setWindowTitle(self.tr("Keys for {name}").format(name=connection))
        self._fields: dict[SecretKey, QLineEdit] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key in keys:
            field = line_field(key.name)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._check)
            label = QLabel(key.name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumHeight(TARGET)
            label.setBuddy(field)
            form.addRow(label, field)
            self._fields[key] = field
        self._remember = RememberBox(has_keychain=has_keychain, parent=self)
        form.addRow("", self._remember)
        heading = WrappedLabel()
        heading.setText(explain(problem, wording.words).title)
        where = WrappedLabel()
        where.setText(self.tr("What you type goes to {origin} alone.").format(origin=problem.facts["origin"]))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("&Cancel"))
        self._try = buttons.addButton(self.tr("Try a&gain"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(heading)
        layout.addWidget(where)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)
        self._check()

    def secrets(self) -> Mapping[SecretKey, str]:
        """Return what was typed, without the line end that a paste brings as a blank."""
        return {key: field.text().strip() for key, field in self._fields.items()}

    @property
    def remember(self) -> bool:
        """Whether the secrets go to the keychain."""
        return self._remember.isChecked()

    def _check(self) -> None:
        self._try.setEnabled(all(field.text().strip() for field in self._fields.values()))
