# SPDX-License-Identifier: MIT
"""Takes a curl command, as a documentation prints it, and says while one types what it means."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable, redact_url
from guiuploader.window import wording
from guiuploader.window.curl_reading import Command, read_command
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.text_field import TextField
from guiuploader.window.theme import SPACE, TARGET

_WIDTH = 640


class CurlDialog(QDialog):
    """Going on is possible once it is a command, and each danger in it was agreed to."""

    taken = Signal(object)
    """Command."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New from a curl command"))
        self._command: Command | None = None
        self._dangers: list[QCheckBox] = []
        self._field = TextField(self.tr("Command"))
        self._field.setPlaceholderText("curl -F file=@photo.jpg https://…")
        label = QLabel(self.tr("&The command, as the documentation of the server has it:"))
        label.setBuddy(self._field)
        self._said = WrappedLabel()
        self._agreeing = QVBoxLayout()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("&Cancel"))
        self._go_on = self._buttons.addButton(self.tr("&Go on"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._go_on.setDefault(True)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(label)
        layout.addWidget(self._field)
        layout.addWidget(self._said)
        layout.addLayout(self._agreeing)
        layout.addStretch()
        layout.addWidget(self._buttons)
        self.setMinimumWidth(_WIDTH)
        self._field.setPlainText(text)
        self._field.textChanged.connect(self._check)
        self._check()
        (self._go_on if self._go_on.isEnabled() else self._field).setFocus()

    @property
    def said(self) -> str:
        """What is said of the command."""
        return self._said.text()

    def _check(self) -> None:
        self._command = None
        text = self._field.toPlainText()
        if not text.strip():
            self._said.setText("")
        else:
            try:
                self._command = read_command(text)
            except DestinationError as error:
                self._said.setText(str(explain(error.problem, wording.words)))
            else:
                destination = self._command.found.destination
                self._said.setText(
                    self.tr("It sends to {host}: {method} {url}").format(
                        host=printable(destination.host),
                        method=destination.method,
                        url=printable(redact_url(destination.url)),
                    )
                )
        self._show_dangers(self._command.dangers if self._command else ())
        self._on_agreed()

    def _show_dangers(self, dangers: tuple[str, ...]) -> None:
        if [box.text() for box in self._dangers] == [_worded(each) for each in dangers]:
            return
        for box in self._dangers:
            box.deleteLater()
        self._dangers = []
        for each in dangers:
            box = QCheckBox(_worded(each))
            box.setMinimumHeight(TARGET)
            box.toggled.connect(self._on_agreed)
            self._agreeing.addWidget(box)
            self._dangers.append(box)

    def _on_agreed(self) -> None:
        agreed = all(box.isChecked() for box in self._dangers)
        self._go_on.setEnabled(self._command is not None and agreed)

    def _on_accepted(self) -> None:
        if self._command is not None:
            self.accept()
            self.taken.emit(self._command)


def _worded(danger: str) -> str:
    """Return a danger as a box's text, in which “&” stands for itself."""
    return printable(danger).replace("&", "&&")
