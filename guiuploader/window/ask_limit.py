# SPDX-License-Identifier: MIT
"""A small form for a speed limit that the menu does not offer."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from guiuploader.window.theme import SPACE, TARGET

_UNITS = (1_000, 1_000_000)
_USUAL = 1_000_000
_MOST = 999_999


class AskLimit(QDialog):
    """Begins with the limit that is on; `bytes_per_second` is what was typed."""

    def __init__(self, bytes_per_second: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Speed limit"))
        self._number = QSpinBox()
        self._number.setLocale(QLocale(QLocale.Language.English))
        self._number.setRange(1, _MOST)
        self._number.setAccessibleName(self.tr("Speed limit"))
        self._unit = QComboBox()
        self._unit.addItems([self.tr("kB/s"), self.tr("MB/s")])
        self._unit.setAccessibleName(self.tr("Unit"))
        wanted = bytes_per_second or _USUAL
        unit = 1 if wanted % _UNITS[1] == 0 else 0
        self._number.setValue(max(1, round(wanted / _UNITS[unit])))
        self._unit.setCurrentIndex(unit)
        self._lay_out()

    @property
    def bytes_per_second(self) -> int:
        """What all uploads together may send in a second."""
        return self._number.value() * _UNITS[self._unit.currentIndex()]

    def _lay_out(self) -> None:
        label = QLabel(self.tr("All uploads &together may send at most:"))
        label.setBuddy(self._number)
        fields = QHBoxLayout()
        fields.setSpacing(SPACE)
        for field in (self._number, self._unit):
            field.setMinimumHeight(TARGET)
            fields.addWidget(field, stretch=1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.tr("&Set limit"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(label)
        layout.addLayout(fields)
        layout.addWidget(buttons)
        self._number.setFocus()
        self._number.selectAll()
