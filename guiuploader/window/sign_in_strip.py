# SPDX-License-Identifier: MIT
"""The strip that asks for another secret, above the queue that waits for it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from guiuploader.uploads.asking import SignInQuestion
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey
from guiuploader.window import announce, wording
from guiuploader.window.icons import glyph
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.theme import GLYPH, SPACE, TARGET, tokens_for

_WIDEST = 520
"""Device-independent pixels of a field: a token is not seen, so a longer one tells no more."""


class SignInStrip(QFrame):
    """One question at a time; it takes no keyboard from anybody. Enter in a field tries again.

    What was typed is handed out and forgotten.
    """

    answered = Signal(object)  # dict[SecretKey, str]: what was typed, perhaps nothing
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Sign-in"))
        self.setAutoFillBackground(True)
        self._tokens = tokens_for(QPalette())
        self._needs_all = False
        self._fields: dict[SecretKey, QLineEdit] = {}
        self._sign = QLabel()
        self._text = WrappedLabel()
        self._form = QFormLayout()
        self._remember = RememberBox(has_keychain=False)
        self._try = QPushButton(self.tr("Try a&gain"))
        self._leave = QPushButton(self.tr("&Leave"))
        self._leave.setToolTip(self.tr("Try none of the uploads that wait for this"))
        for button in (self._try, self._leave):
            button.setMinimumHeight(TARGET)
        self._try.clicked.connect(self._on_try)
        self._leave.clicked.connect(self.left)
        self._lay_out()
        self._colour()
        self.hide()

    def ask(self, question: SignInQuestion, *, has_keychain: bool) -> None:
        """Show this question and say it aloud."""
        self.clear()
        missing = {ErrorCode.SECRET_MISSING, ErrorCode.STORE_SECRET_MISSING}
        self._needs_all = question.problem.code in missing
        for key in question.keys:
            self._fields[key] = self._field(question, key)
        self._text.setText(self._sentence(question))
        self.show_keychain(has_keychain=has_keychain)
        self.setEnabled(True)
        self._check()
        self.setVisible(True)
        announce.say(self, self._text.text())

    def clear(self) -> None:
        """Ask nothing any more, and forget what was typed."""
        self._fields.clear()
        while self._form.rowCount():
            self._form.removeRow(0)
        self.setVisible(False)

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Offer to remember what is typed where there is a keychain."""
        self._remember.show_keychain(has_keychain=has_keychain)

    @property
    def remember(self) -> bool:
        """Whether what is typed goes to the keychain to stay."""
        return self._remember.isChecked()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application from light to dark."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and tokens_for(QPalette()) is not self._tokens:
            self._colour()

    def _sentence(self, question: SignInQuestion) -> str:
        why = explain(question.problem, wording.words)
        if question.problem.code is not ErrorCode.UNAUTHORIZED:
            refused = why.title
        else:
            refused = self.tr("{place} does not take the sign-in ({status}). {said}").format(
                place=wording.place(question.destination), status=question.problem.status, said=why.detail
            )
        return self.tr("{refused} What goes there waits until you answer.").format(refused=refused.strip())

    def _field(self, question: SignInQuestion, key: SecretKey) -> QLineEdit:
        described = question.destination.secrets.get(key.name)
        name = (described.label if described else "") or key.name
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        field.setMinimumHeight(TARGET)
        field.setMaximumWidth(_WIDEST)
        if described and described.help:
            field.setPlaceholderText(described.help)
            field.setAccessibleDescription(described.help)
        field.textChanged.connect(self._check)
        field.returnPressed.connect(self._try.click)
        label = QLabel(self.tr("New {name}:").format(name=name))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setMinimumHeight(TARGET)
        label.setWordWrap(True)
        self._form.addRow(label, field)
        return field

    def _check(self) -> None:
        filled = [bool(field.text().strip()) for field in self._fields.values()]
        self._try.setEnabled(all(filled) or not self._needs_all)

    def _on_try(self) -> None:
        typed = {key: text for key, field in self._fields.items() if (text := field.text().strip())}
        self.setEnabled(False)  # the keychain may take its time
        self.answered.emit(typed)

    def _lay_out(self) -> None:
        self._form.setSpacing(SPACE)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self._remember, stretch=1)
        buttons.addWidget(self._try)
        buttons.addWidget(self._leave)
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        column.addWidget(self._text)
        column.addLayout(self._form)
        column.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, stretch=1)

    def _colour(self) -> None:
        palette = QPalette()
        tokens = self._tokens = tokens_for(palette)
        palette.setColor(QPalette.ColorRole.Window, QColor(tokens.notice))
        self.setPalette(palette)
        self._sign.setPixmap(glyph("failed", tokens.doubtful, GLYPH, self.devicePixelRatioF()))
