# SPDX-License-Identifier: MIT
"""The switch above the queue: the values of the chosen destination's variables that have choices."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from guiuploader.destinations.destination import Destination, Variable
from guiuploader.values.redact import printable
from guiuploader.window.theme import SPACE, TARGET

_MOST = 4
"""How many of them there is room for; the others are asked for when files are added."""


class VariableSwitch(QWidget):
    """One choice for each variable; what has no default is chosen by nobody until a person does."""

    picked = Signal(str, str, str)
    """The destination, the variable, its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, Mapping[str, Variable], Mapping[str, str]] | None = None
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        self._layout.setSpacing(SPACE)
        self.hide()

    def show_destination(self, destination: Destination | None, values: Mapping[str, str]) -> None:
        """Show the choices of this destination; `values` are those that were picked, by variable."""
        variables = {} if destination is None else _switched(destination)
        name = destination.name if destination else ""
        if self._shown == (name, variables, values):
            return
        self._shown = (name, variables, dict(values))
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for variable in variables:
            self._add(name, variable, variables[variable], values.get(variable))
        self._layout.addStretch()
        self.setVisible(bool(variables))

    def _add(self, destination: str, name: str, variable: Variable, value: str | None) -> None:
        choice = QComboBox()
        if variable.default is None and value is None:
            choice.setPlaceholderText(self.tr("Choose…"))
        for each in variable.choices:
            choice.addItem(printable(each), each)
        now = value if value is not None else variable.default
        choice.setCurrentIndex(-1 if now is None else variable.choices.index(now))
        text = printable(variable.label or name)
        choice.setAccessibleName(text)
        choice.setMinimumHeight(TARGET)
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(choice)
        self._layout.addWidget(label)
        self._layout.addWidget(choice)

        def on_activated() -> None:
            self.picked.emit(destination, name, str(choice.currentData()))

        choice.activated.connect(on_activated)


def _switched(destination: Destination) -> Mapping[str, Variable]:
    names = [name for name, each in destination.variables.items() if each.choices]
    return {name: destination.variables[name] for name in names[:_MOST]}
