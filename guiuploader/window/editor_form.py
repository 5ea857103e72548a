# SPDX-License-Identifier: MIT
"""The long page of the destination editor: sections of rows, and below a field what is wrong with it."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from guiuploader.window.body_fields import Row
from guiuploader.window.icons import icon
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.theme import SPACE, TARGET, bold, small, tokens_for

_CONTENTS_WIDTH = 16 * SPACE
_LABEL_WIDTH = 15 * SPACE


class EditorForm(QWidget):
    """A list of contents beside the page; choosing there leads to a section, and to its first field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks: dict[str, QLabel] = {}
        self._rows: dict[str, list[QWidget]] = {}
        self._section_of: dict[str, int] = {}
        self._headings: list[QLabel] = []
        self._helps: dict[str, QLabel] = {}
        self._contents = QListWidget()
        self._contents.setAccessibleName(self.tr("Sections"))
        self._contents.setFrameShape(QFrame.Shape.NoFrame)
        self._contents.setFixedWidth(_CONTENTS_WIDTH)
        self._contents.viewport().setAutoFillBackground(False)
        self._contents.itemClicked.connect(self._on_section)
        self._contents.itemActivated.connect(self._on_section)
        self._page = page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(3 * SPACE // 2)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, 2 * SPACE, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._contents)
        layout.addWidget(self._scroll, stretch=1)

    def add_section(self, title: str, rows: Sequence[Row]) -> None:
        """Add a section below the ones before it."""
        heading = QLabel(title)
        heading.setFont(bold(self.font(), scale=1.1))
        item = QListWidgetItem(title)
        item.setSizeHint(QSize(0, TARGET))
        self._contents.addItem(item)
        if self._headings:
            self._grid.setRowMinimumHeight(self._grid.rowCount(), SPACE)
        self._grid.addWidget(heading, self._grid.rowCount(), 0, 1, 2)
        self._headings.append(heading)
        for row in rows:
            self._add(row)

    def end(self) -> None:
        """Leave what room there is below the last section."""
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    @property
    def places(self) -> Collection[str]:
        """The keys that a mistake can be said beside."""
        return self._remarks.keys()

    def show_remark(self, place: str | None, text: str) -> None:
        """Say what is wrong beside this field, and mark its section; None: nothing is."""
        for key, label in self._remarks.items():
            label.setVisible(key == place)
            if key == place:
                label.setText(text)
        marked = self._section_of.get(place or "")
        for number in range(self._contents.count()):
            item = self._contents.item(number)
            wrong = number == marked
            item.setIcon(icon("failed", QPalette()) if wrong else QIcon())
            title = self._headings[number].text()
            spoken = self.tr("{section}, something is wrong here").format(section=title) if wrong else title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def show_help(self, key: str, text: str) -> None:
        """Explain a field with this from now on."""
        self._helps[key].setText(text)

    def hide_rows(self, hidden: Collection[str]) -> None:
        """Show all rows but these."""
        for key, parts in self._rows.items():
            for part in parts:
                part.setVisible(key not in hidden)

    def show_field(self, key: str) -> None:
        """Bring a field into sight and give it the keyboard."""
        field = self._rows[key][1]
        self._scroll.ensureWidgetVisible(field, 0, 6 * SPACE)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, row: Row) -> None:
        cell = QVBoxLayout()
        cell.setSpacing(SPACE // 4)
        cell.addWidget(row.field)
        remark = self._small_label(tokens_for(QPalette()).bad)
        remark.hide()
        cell.addWidget(remark)
        explanation = self._small_label(tokens_for(QPalette()).faint)
        explanation.setText(row.explanation)
        self._helps[row.key] = explanation
        parts: list[QWidget] = [row.field]
        if row.explanation:
            cell.addWidget(explanation)
            parts.append(explanation)
        label = QLabel(row.label)
        label.setBuddy(row.field)
        label.setMinimumHeight(TARGET)
        number = self._grid.rowCount()
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._grid.addLayout(cell, number, 1)
        self._rows[row.key] = [label, *parts]
        self._remarks[row.key] = remark
        self._section_of[row.key] = len(self._headings) - 1

    def _small_label(self, colour: str) -> QLabel:
        label = WrappedLabel()
        label.setFont(small(self.font()))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        label.setPalette(palette)
        return label

    def _on_section(self, item: QListWidgetItem) -> None:
        number = self._contents.row(item)
        top = self._headings[number].mapTo(self._page, QPoint(0, 0)).y()
        self._scroll.verticalScrollBar().setValue(top - SPACE)
        for key, parts in self._rows.items():
            if self._section_of[key] == number and not parts[1].isHidden():
                parts[1].setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
