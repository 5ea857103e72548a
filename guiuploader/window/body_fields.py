# SPDX-License-Identifier: MIT
"""The editor's fields for the body: which kind it is, and what each kind is made of."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from guiuploader.destinations.body_rules import MOST_FILES
from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.window import editor_words
from guiuploader.window.destination_draft import Draft
from guiuploader.window.pairs_table import PairsTable
from guiuploader.window.text_field import TextField, line_field
from guiuploader.window.theme import TARGET

_KINDS = tuple(BodyKind)
_FORM = frozenset({"multipart.file_field", "multipart.files_per_request", "multipart.fields"})
_ROWS: Mapping[BodyKind, frozenset[str]] = {
    BodyKind.MULTIPART: _FORM,
    BodyKind.BUFFERED: _FORM,
    BodyKind.TEMPLATE: frozenset({"content.text", "content.content_type"}),
    BodyKind.CONTENT: frozenset({"content.text", "content.content_type"}),
    BodyKind.FORM: frozenset({"form.fields"}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the form: the key it is for, its label, and what explains it."""

    key: str
    label: str
    field: QWidget
    explanation: str = ""


class BodyFields(QObject):
    """Keeps what was typed for every kind, and says which rows belong to the one that is chosen."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kind = QComboBox()
        for kind in _KINDS:
            self._kind.addItem(editor_words.body_name(kind), kind.value)
        self._kind.setAccessibleName(self.tr("Body"))
        self._kind.setMinimumHeight(TARGET)
        self._file_field = line_field(self.tr("File field"))
        self._files = QSpinBox()
        self._files.setRange(1, MOST_FILES)
        self._files.setAccessibleName(self.tr("Files in one request"))
        self._files.lineEdit().setAccessibleName(self._files.accessibleName())
        self._files.setMinimumHeight(TARGET)
        self._fields = PairsTable(self.tr("Form fields"), ordered=True)
        self._content_type = line_field(self.tr("Content type"))
        self._text = TextField(self.tr("Text"))
        self._pairs = PairsTable(self.tr("Pairs"), ordered=True)
        self._kind.currentIndexChanged.connect(self.changed)
        self._file_field.textChanged.connect(self.changed)
        self._files.valueChanged.connect(self.changed)
        self._fields.changed.connect(self.changed)
        self._content_type.textChanged.connect(self.changed)
        self._text.textChanged.connect(self.changed)
        self._pairs.changed.connect(self.changed)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of all kinds, in their order."""
        yield Row("body", self.tr("&Body"), self._kind)
        file_help = self.tr("The form field in which the server looks for the file.")
        yield Row("multipart.file_field", self.tr("&File field"), self._file_field, file_help)
        files_help = self.tr("So many files of the queue go in one request; each stays a row of its own.")
        yield Row("multipart.files_per_request", self.tr("Files at &once"), self._files, files_help)
        yield Row("multipart.fields", self.tr("F&ields"), self._fields, editor_words.fields_help())
        yield Row("content.content_type", self.tr("Content t&ype"), self._content_type)
        yield Row("content.text", self.tr("Te&xt"), self._text, editor_words.text_help())
        yield Row("form.fields", self.tr("Pa&irs"), self._pairs, editor_words.pairs_help())

    def hidden_rows(self, destination: Destination) -> Collection[str]:
        """Return the keys that mean nothing for this body, or are written down in another way."""
        every = {key for keys in _ROWS.values() for key in keys}
        if destination.is_form and destination.multipart.part:
            return every
        return every - _ROWS.get(destination.body, frozenset())

    def show_draft(self, draft: Draft) -> None:
        """Show what a draft says of the body."""
        self._kind.setCurrentIndex(_KINDS.index(draft.body))
        self._file_field.setText(draft.file_field)
        self._files.setValue(draft.files_per_request)
        self._fields.set_pairs(draft.fields)
        self._content_type.setText(draft.content_type)
        self._text.set_text(draft.text)
        self._pairs.set_pairs(draft.pairs)

    def filled(self, draft: Draft) -> Draft:
        """Return the draft with what stands in these fields."""
        return replace(
            draft,
            body=_KINDS[self._kind.currentIndex()],
            file_field=self._file_field.text(),
            files_per_request=self._files.value(),
            fields=self._fields.pairs(),
            content_type=self._content_type.text(),
            text=self._text.text(),
            pairs=self._pairs.pairs(),
        )
