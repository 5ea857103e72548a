# SPDX-License-Identifier: MIT
"""The dialog that makes or edits a destination; each mistake is said, live, beside the field it is in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations.destination import Destination
from guiuploader.window import announce, editor_words
from guiuploader.window.body_fields import BodyFields
from guiuploader.window.destination_draft import (
    Draft,
    destination_from,
    draft_of,
    fault_in,
    typed_secrets,
    urlsplit_host,
)
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.pairs_table import PairsTable
from guiuploader.window.sign_in_fields import SignInFields
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET, small, tokens_for

_METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")
_WIDTH, _HEIGHT = 620, 720


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of it: the destination, and newly typed secrets by name."""

    destination: Destination
    secrets: Mapping[str, str] = field(repr=False)
    remember: bool


class DestinationEditor(QDialog):
    """Save is possible once nothing is wrong; keys that are not shown stay as they are.

    Whoever saves then calls `accept`, or `show_failure`, so that no work is lost.
    """

    save_requested = Signal()

    def __init__(
        self,
        base: Destination | None,
        taken: Collection[str],
        *,
        has_keychain: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._base = base
        self._taken = taken
        self._remarks: dict[str, QLabel] = {}
        self._rows: dict[str, list[QWidget]] = {}
        self._touched: set[str] = set()
        self.setWindowTitle(
            self.tr("New destination") if base is None else self.tr("Edit {name}").format(name=base.name)
        )
        self._name = line_field(self.tr("Name"))
        self._url = line_field(self.tr("Address"))
        self._url.setPlaceholderText("https://")
        self._method = QComboBox()
        self._method.addItems(list(_METHODS))
        self._method.setAccessibleName(self.tr("Method"))
        method = QLineEdit()
        method.setAccessibleName(self.tr("Method"))
        self._method.setLineEdit(method)
        self._method.setMinimumHeight(TARGET)
        self._body = BodyFields(self)
        self._headers = PairsTable(self.tr("Headers"), ordered=False)
        self._sign_in = SignInFields(has_keychain=has_keychain)
        self._effect = WrappedLabel()
        self._general = self._remark("")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for which, words in (
            (QDialogButtonBox.StandardButton.Save, self.tr("&Save")),
            (QDialogButtonBox.StandardButton.Cancel, self.tr("&Cancel")),
        ):
            self._buttons.button(which).setText(words)
        self._buttons.accepted.connect(self.save_requested)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._show(draft_of(base) if base else Draft())
        self._connect()
        self._check()

    def edited(self) -> Edited:
        """Return what was made."""
        draft = self._draft()
        destination = destination_from(draft, self._base)
        return Edited(destination, typed_secrets(draft, destination), self._sign_in.remember)

    def show_missing(self, names: Collection[str]) -> None:
        """Say which saved secrets are not known on this computer."""
        if self._base:
            self._sign_in.show_missing(names, self._base.auth)

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Offer to remember typed secrets where there is a keychain."""
        self._sign_in.show_keychain(has_keychain=has_keychain)

    def show_failure(self, text: str) -> None:
        """Say why it could not be saved, until something is changed."""
        self._general.setText(text)
        self._general.show()
        announce.say(self, text)

    def _remark(self, key: str) -> QLabel:
        label = self._small_label("", tokens_for(QPalette()).bad)
        label.hide()
        self._remarks[key] = label
        return label

    def _help(self, text: str) -> QLabel:
        return self._small_label(text, tokens_for(QPalette()).faint)

    def _small_label(self, text: str, colour: str) -> QLabel:
        label = WrappedLabel()
        label.setText(text)
        label.setFont(small(self.font()))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        label.setPalette(palette)
        return label

    def _lay_out(self) -> None:
        page = QWidget()
        self._form = QGridLayout(page)
        self._form.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._form.setHorizontalSpacing(2 * SPACE)
        self._form.setVerticalSpacing(3 * SPACE // 2)
        self._form.setColumnStretch(1, 1)
        self._body_help = self._help("")
        self._address_help = self._help("")
        self._row(self.tr("&Address"), "url", self._url, self._address_help)
        self._row(self.tr("&Name"), "name", self._name, None)
        self._row(self.tr("&Method"), "method", self._method, None)
        for row in self._body.rows():
            explanation = self._help(row.explanation) if row.explanation else None
            self._row(row.label, row.key, row.field, self._body_help if row.key == "body" else explanation)
        self._row(self.tr("&Headers"), "headers", self._headers, None)
        self._row(self.tr("Si&gn-in"), "auth", self._sign_in, None)
        self._form.setRowStretch(self._form.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QVBoxLayout()
        foot.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        foot.setSpacing(SPACE)
        foot.addWidget(self._effect)
        foot.addWidget(self._general)
        foot.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, stretch=1)
        layout.addLayout(foot)
        self.resize(_WIDTH, _HEIGHT)

    def _row(self, text: str, key: str, field: QWidget, explanation: QLabel | None) -> None:
        cell = QVBoxLayout()
        cell.setSpacing(SPACE // 4)
        cell.addWidget(field)
        cell.addWidget(self._remark(key))
        if explanation:
            cell.addWidget(explanation)
        label = QLabel(text)
        label.setBuddy(field)
        label.setMinimumHeight(TARGET)
        row = self._form.rowCount()
        self._form.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._form.addLayout(cell, row, 1)
        self._rows[key] = [label, field, *([explanation] if explanation else [])]

    def _show(self, draft: Draft) -> None:
        self._name.setText(draft.name)
        self._url.setText(draft.url)
        self._method.setEditText(draft.method)
        self._body.show_draft(draft)
        self._headers.set_pairs(draft.headers)
        if self._base:
            self._sign_in.show_auth(self._base.auth)

    def _draft(self) -> Draft:
        draft = Draft(
            name=self._name.text(),
            url=self._url.text(),
            method=self._method.currentText(),
            headers=self._headers.pairs(),
            auth_kind=self._sign_in.kind,
            token=self._sign_in.token,
            username=self._sign_in.username,
            password=self._sign_in.password,
        )
        return self._body.filled(draft)

    def _connect(self) -> None:
        self._name.textChanged.connect(self._check)
        self._url.textChanged.connect(self._check)
        self._method.editTextChanged.connect(self._check)
        self._body.changed.connect(self._check)
        self._headers.changed.connect(self._check)
        self._sign_in.changed.connect(self._check)

    def _check(self) -> None:
        """Say what is wrong where it is wrong; an address not yet begun is no mistake."""
        draft = self._draft()
        fault = fault_in(draft, self._base, self._taken)
        quiet = fault is not None and fault.key in {"url", "name"} and not draft.url.strip()
        destination = destination_from(draft, self._base)
        hidden = self._body.hidden_rows(destination)
        places = self._remarks.keys() - hidden
        place = _place(fault.key, places) if fault and not quiet else None
        for key, label in self._remarks.items():
            label.setVisible(key == place)
            if fault and key == place:
                label.setText(editor_words.remark(fault.key, fault.reason, with_key=not key))
        for key, parts in self._rows.items():
            for part in parts:
                part.setVisible(key not in hidden)
        self._address_help.setText(editor_words.address_help(takes_file=destination.takes_file))
        self._body_help.setText(editor_words.body_help(destination))
        self._name.setPlaceholderText(urlsplit_host(draft.url))
        is_begun = bool(draft.url.strip())
        foot = editor_words.effect(destination) if is_begun else editor_words.address_missing()
        self._effect.setText(foot)
        self._effect.setVisible(fault is None or not is_begun)
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(fault is None)


def _place(key: str, places: Collection[str]) -> str:
    """Return the field that a key belongs to, "" for one that the editor does not show."""
    while key not in places and "." in key:
        key = key.rpartition(".")[0]
    return key if key in places else ""
