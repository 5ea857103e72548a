# SPDX-License-Identifier: MIT
"""The editor's fields for keys that are one value each: a line, a box to check, or a choice."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from guiuploader.window.body_fields import Row
from guiuploader.window.plain_values import PLAIN_KEYS, Plain
from guiuploader.window.plain_words import help_for, label_for
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import TARGET

_CHECKED = frozenset({"retry.repeats_are_safe", "network.verify"})
_CHOICES: Mapping[str, Sequence[str]] = {
    "reply.hash": ("sha256", "md5", "none"),
    "network.expect_continue": ("auto", "always", "never"),
}


class PlainFields(QObject):
    """Makes a field for each key, and reads and writes them all at once."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._fields = {key: self._field(key) for key in PLAIN_KEYS}

    def rows(self, keys: Sequence[str]) -> Iterator[Row]:
        """Yield the rows of these keys; a box to check says beside it what it means."""
        for key in keys:
            yield Row(key, label_for(key), self._fields[key], help_for(key))

    def show_plain(self, plain: Plain) -> None:
        """Show these values."""
        for key, field in self._fields.items():
            value = plain.get(key, "")
            with QSignalBlocker(field):
                if isinstance(field, QCheckBox):
                    field.setChecked(bool(value))
                elif isinstance(field, QComboBox):
                    field.setCurrentText(str(value))
                else:
                    field.setText(str(value))

    def set_text(self, key: str, text: str) -> None:
        """Put a text into a line."""
        field = self._fields[key]
        if isinstance(field, QLineEdit):
            field.setText(text)

    def plain(self) -> Plain:
        """Return what stands in the fields."""
        return {key: _value(field) for key, field in self._fields.items()}

    def _field(self, key: str) -> QLineEdit | QCheckBox | QComboBox:
        if key in _CHECKED:
            box = QCheckBox()
            box.setAccessibleName(label_for(key))
            box.setMinimumHeight(TARGET)
            box.toggled.connect(self.changed)
            return box
        if key in _CHOICES:
            choice = QComboBox()
            choice.addItems(list(_CHOICES[key]))
            choice.setAccessibleName(label_for(key))
            choice.setMinimumHeight(TARGET)
            choice.currentIndexChanged.connect(self.changed)
            return choice
        line = line_field(label_for(key))
        line.textChanged.connect(self.changed)
        return line


def _value(field: QLineEdit | QCheckBox | QComboBox) -> str | bool:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    return field.currentText() if isinstance(field, QComboBox) else field.text()
