# SPDX-License-Identifier: MIT
"""The dialog in which one operation of an OpenAPI document is chosen, and the server that it is at."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations import openapi
from guiuploader.destinations.openapi_operations import Operation, Way
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import printable
from guiuploader.window import announce, wording
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET, tokens_for

_SIZE = QSize(680, 520)


class OperationChooser(QDialog):
    """Enter takes what is chosen; what is wrong with it is said here, and the dialog stays."""

    taken = Signal(object)  # Imported
    file_wanted = Signal()
    """The document itself is what is to be sent."""

    def __init__(self, api: openapi.Interface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a destination from an OpenAPI document"))
        self._api = api
        self._filter = line_field(self.tr("Only operations that hold"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Operations that take a file"))
        self._list.setUniformItemSizes(True)
        self._detail = WrappedLabel()
        self._name = line_field(self.tr("Name"))
        self._server = QComboBox()
        self._server.setEditable(True)
        self._server.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._server.setAccessibleName(self.tr("Server"))
        self._server.setMinimumHeight(TARGET)
        self._trouble = WrappedLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._add = self._buttons.addButton(self.tr("&Add…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._send = self._buttons.addButton(
            self.tr("Send the &file itself"), QDialogButtonBox.ButtonRole.ActionRole
        )
        for each in api.operations:
            self._list.addItem(_item(each))
        self._lay_out()
        self._filter.textChanged.connect(self._on_filter)
        self._list.currentItemChanged.connect(self._on_current)
        self._list.itemDoubleClicked.connect(self._on_add)
        self._server.editTextChanged.connect(self._trouble.hide)
        self._buttons.accepted.connect(self._on_add)
        self._buttons.rejected.connect(self.reject)
        self._send.clicked.connect(self._on_send)
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrows go from the filter to the list, without leaving the filter."""
        if self._filter.hasFocus() and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self._move(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        heading = WrappedLabel()
        title = self._api.title or self._api.called
        heading.setText(
            self.tr(
                "{title} describes {count} operations that take a file. Which one are files to go to?"
            ).format(title=title, count=wording.number(self._list.count()))
            if self._list.count() > 1
            else self.tr("{title} describes one operation that takes a file.").format(title=title)
        )
        form = QFormLayout()
        form.setSpacing(SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in ((self.tr("&Name"), self._name), (self.tr("&Server"), self._server)):
            label = QLabel(text)
            label.setBuddy(field)
            label.setMinimumHeight(TARGET)
            form.addRow(label, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(3 * SPACE // 2)
        layout.addWidget(heading)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, stretch=1)
        layout.addWidget(self._detail)
        layout.addLayout(form)
        layout.addWidget(self._trouble)
        layout.addWidget(self._buttons)
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens_for(palette).bad))
        self._trouble.setPalette(palette)
        self._trouble.hide()
        self._filter.setVisible(self._list.count() > 1)
        for button in self._buttons.buttons():
            button.setMinimumHeight(TARGET)
        self._add.setDefault(True)
        self.resize(_SIZE)

    def _current(self) -> Operation | None:
        row = self._list.currentRow()
        return self._api.operations[row] if row >= 0 and not self._list.item(row).isHidden() else None

    def _move(self, step: int) -> None:
        row = self._list.currentRow() + step
        while 0 <= row < self._list.count():
            if not self._list.item(row).isHidden():
                self._list.setCurrentRow(row)
                return
            row += step

    def _on_filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self._list.count()):
            item = self._list.item(row)
            said = str(item.data(Qt.ItemDataRole.UserRole))
            item.setHidden(not all(word in said for word in words))
        if self._current() is None:
            self._list.setCurrentRow(-1)
            self._move(1)
        self._on_current()

    def _on_current(self) -> None:
        """Show what the operation takes, and where it is."""
        chosen = self._current()
        self._add.setEnabled(chosen is not None)
        self._trouble.hide()
        self._detail.setText(self._said_of(chosen) if chosen else self.tr("No operation holds this."))
        self._name.setText(self._api.name_of(chosen) if chosen else "")
        self._server.clear()
        if chosen is not None:
            try:
                found = self._api.servers(chosen)
            except DestinationError as error:
                self._say(error)
                return
            self._server.addItems([each for each in found if each.startswith(("http://", "https://"))])
        field = self._server.lineEdit()
        if isinstance(field, QLineEdit):
            field.setPlaceholderText(self.tr("https://… is not in the document"))

    def _said_of(self, chosen: Operation) -> str:
        name = printable(chosen.name)
        files = printable(", ".join(chosen.files))
        said = {
            Way.FORM: self.tr("A form with the file in “{files}”."),
            Way.JSON: self.tr("JSON with the file in “{files}”, in base64."),
            Way.BYTES: self.tr("The file alone, as {media}."),
        }[chosen.way].format(files=files, media=chosen.media)
        return f"{name}: {said}" if name else said

    def _on_add(self) -> None:
        chosen = self._current()
        if chosen is None:
            return
        given = self._server.currentText().strip()
        # The document's own first server may have variables, which are asked for.
        is_first = self._server.count() > 0 and given == self._server.itemText(0)
        try:
            found = openapi.imported(
                self._api, chosen, name=self._name.text().strip(), at="" if is_first else given
            )
        except DestinationError as error:
            self._say(error)
            return
        self.accept()
        self.taken.emit(found)

    def _on_send(self) -> None:
        self.reject()
        self.file_wanted.emit()

    def _say(self, error: DestinationError) -> None:
        text = str(explain(error.problem, wording.words))
        self._trouble.setText(text)
        self._trouble.show()
        announce.say(self, text)


def _item(operation: Operation) -> QListWidgetItem:
    place = printable(operation.place)
    summary = operation.summary or operation.name
    item = QListWidgetItem(f"{place}    {summary}".rstrip())
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{place}, {summary}" if summary else place)
    item.setData(Qt.ItemDataRole.UserRole, f"{place} {operation.name} {operation.summary}".casefold())
    item.setSizeHint(QSize(0, TARGET))
    item.setToolTip(wording.tooltip(f"{place}\n{summary}"))
    return item
