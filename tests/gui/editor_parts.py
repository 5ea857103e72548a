# SPDX-License-Identifier: MIT
"""The fields of the destination editor, found as a person finds them: by their names."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLabel, QLineEdit, QTableWidget

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.window.destination_editor import DestinationEditor

BACKUP = Destination(format=FORMAT, name="Backup", url="https://backup.example/")


def line(editor: DestinationEditor, name: str) -> QLineEdit:
    return next(each for each in editor.findChildren(QLineEdit) if each.accessibleName() == name)


def combo(editor: DestinationEditor, name: str) -> QComboBox:
    return next(each for each in editor.findChildren(QComboBox) if each.accessibleName() == name)


def table(editor: DestinationEditor, name: str) -> QTableWidget:
    return next(each for each in editor.findChildren(QTableWidget) if each.accessibleName() == name)


def put(rows: QTableWidget, row: int, name: str, value: str) -> None:
    for column, text in enumerate((name, value)):
        item = rows.item(row, column)
        assert item is not None
        item.setText(text)


def can_save(editor: DestinationEditor) -> bool:
    box = editor.findChildren(QDialogButtonBox)[0]
    return box.button(QDialogButtonBox.StandardButton.Save).isEnabled()


def save(editor: DestinationEditor) -> None:
    box = editor.findChildren(QDialogButtonBox)[0]
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Save), Qt.MouseButton.LeftButton)


def said(editor: DestinationEditor) -> set[str]:
    return {label.text() for label in editor.findChildren(QLabel) if label.isVisible()}
