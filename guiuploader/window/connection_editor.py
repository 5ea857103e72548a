# SPDX-License-Identifier: MIT
"""The dialog that makes or edits a connection; each mistake is said, live, beside the field it is in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from guiuploader.sources.store_connection import Named
from guiuploader.values.secrets import SecretKey
from guiuploader.window import announce
from guiuploader.window.connection_draft import (
    Draft,
    connection_from,
    draft_of,
    mistake_in,
    saved_secrets,
    typed_secrets,
)
from guiuploader.window.connection_fields import ConnectionFields
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET, small, tokens_for

_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of it: the connection, newly typed secrets, and whether the keychain is to have them."""

    named: Named
    secrets: Mapping[SecretKey, str] = field(repr=False)
    remember: bool


class ConnectionEditor(QDialog):
    """Save is possible once nothing is wrong. Whoever saves then calls `accept`, or `show_failure`."""

    save_requested = Signal()
    test_requested = Signal(object, str)  # Edited, a bucket or ""
    test_stopped = Signal()

    def __init__(
        self,
        base: Named | None,
        taken: Collection[str],
        *,
        has_keychain: bool,
        is_new: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._base = base
        self._taken = taken
        self._touched = base is not None
        self.setWindowTitle(
            self.tr("New connection")
            if base is None or is_new
            else self.tr("Edit {name}").format(name=base.name)
        )
        self._fields = ConnectionFields(self)
        self._remarks: dict[str, WrappedLabel] = {}
        self._remember = RememberBox(has_keychain=has_keychain)
        self._bucket = line_field(self.tr("Bucket to test with"))
        self._test = QPushButton(self.tr("&Test"))
        self._result = WrappedLabel()
        self._result.hide()
        self._is_testing = False
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for which, words in (
            (QDialogButtonBox.StandardButton.Save, self.tr("&Save")),
            (QDialogButtonBox.StandardButton.Cancel, self.tr("&Cancel")),
        ):
            self._buttons.button(which).setText(words)
            self._buttons.button(which).setMinimumHeight(TARGET)
        self._form = QFormLayout()
        self._lay_out()
        saved = saved_secrets(base) if base and not is_new else ()
        self._fields.show_draft(draft_of(base) if base else Draft(), saved)
        self._fields.changed.connect(self._on_changed)
        self._test.clicked.connect(self._on_test)
        self._bucket.returnPressed.connect(self._on_test)
        self._buttons.accepted.connect(self.save_requested)
        self._buttons.rejected.connect(self.reject)
        self._fields.rows()[0].field.setFocus()
        self._check()

    def edited(self) -> Edited:
        """Return what was made."""
        draft = self._fields.draft()
        named = Named(draft.name.strip(), connection_from(draft, self._base))
        return Edited(named, typed_secrets(draft, named), self._remember.isChecked())

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Offer to remember typed secrets where there is a keychain."""
        self._remember.show_keychain(has_keychain=has_keychain)

    def show_result(self, text: str, *, is_good: bool) -> None:
        """Say what came of the test."""
        self._set_testing(is_testing=False)
        self._say(text, is_good=is_good)

    def show_failure(self, text: str) -> None:
        """Say why it could not be saved."""
        self._say(text, is_good=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter beside “Test” from saving."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if not is_enter or self.focusWidget() is not self._bucket:
            super().keyPressEvent(event)

    def done(self, code: int) -> None:
        """Close, and test no longer."""
        if self._is_testing:
            self.test_stopped.emit()
        super().done(code)

    def _lay_out(self) -> None:
        self._form.setHorizontalSpacing(2 * SPACE)
        self._form.setVerticalSpacing(SPACE)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for row in self._fields.rows():
            self._row(row.text, row.key, row.field)
        self._form.addRow("", self._remember)
        testing = QHBoxLayout()
        testing.setSpacing(SPACE)
        testing.addWidget(self._bucket, stretch=1)
        testing.addWidget(self._test)
        self._test.setMinimumHeight(TARGET)
        self._test.setAutoDefault(False)
        label = QLabel(self.tr("&Bucket"))
        label.setBuddy(self._bucket)
        label.setMinimumHeight(TARGET)
        self._form.addRow(label, testing)
        self._form.addRow("", self._result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(self._form)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(_WIDTH)

    def _row(self, text: str, key: str, field: QWidget) -> None:
        remark = WrappedLabel()
        remark.setFont(small(self.font()))
        remark.setPalette(_coloured(tokens_for(QPalette()).bad))
        remark.hide()
        self._remarks[key] = remark
        cell = QVBoxLayout()
        cell.setSpacing(SPACE // 4)
        cell.addWidget(field)
        cell.addWidget(remark)
        label = QLabel(text)
        label.setBuddy(field)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)  # beside the field, whatever is said below that
        label.setContentsMargins(0, (TARGET - label.fontMetrics().height()) // 2, 0, 0)
        self._form.addRow(label, cell)

    def _on_changed(self) -> None:
        self._touched = True
        self._result.hide()
        self._check()

    def _check(self) -> None:
        draft = self._fields.draft()
        mistake = mistake_in(draft, self._base, self._taken)
        shown = self._fields.shown()
        place = mistake[0] if mistake and mistake[0] in shown else "name"
        for number, row in enumerate(self._fields.rows()):
            self._form.setRowVisible(number, row.key in shown)
            remark = self._remarks[row.key]
            remark.setText(mistake[1] if mistake else "")
            remark.setVisible(self._touched and mistake is not None and row.key == place)
        self._form.setRowVisible(self._remember, self._fields.has_secrets())
        is_listed = draft.kind == "s3"
        self._bucket.setPlaceholderText(
            self.tr("left empty: all buckets are listed") if is_listed else self.tr("the name of one of them")
        )
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(mistake is None)
        self._test.setEnabled(mistake is None)

    def _on_test(self) -> None:
        if self._is_testing:
            self._set_testing(is_testing=False)
            self._result.hide()
            self.test_stopped.emit()
        elif self._test.isEnabled():
            bucket = self._bucket.text().strip()
            if not bucket and self._fields.draft().kind != "s3":
                self._say(self.tr("Name a bucket: this kind of store does not list them."), is_good=False)
                self._bucket.setFocus()
                return
            self._set_testing(is_testing=True)
            self._say(self.tr("Asking the store…"), is_good=True)
            self.test_requested.emit(self.edited(), bucket)

    def _set_testing(self, *, is_testing: bool) -> None:
        self._is_testing = is_testing
        self._test.setText(self.tr("S&top") if is_testing else self.tr("&Test"))

    def _say(self, text: str, *, is_good: bool) -> None:
        tokens = tokens_for(QPalette())
        self._result.setPalette(_coloured(tokens.text if is_good else tokens.bad))
        self._result.setText(text)
        self._result.show()
        announce.say(self, text)


def _coloured(colour: str) -> QPalette:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    return palette
