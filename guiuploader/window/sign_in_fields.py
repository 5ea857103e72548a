# SPDX-License-Identifier: MIT
"""How a destination proves who sends: nothing, a token, or a user and a password."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from guiuploader.destinations.destination import Auth
from guiuploader.window.destination_draft import AuthKind
from guiuploader.window.remember_box import RememberBox
from guiuploader.window.theme import SPACE, TARGET

_KINDS: tuple[AuthKind, ...] = ("none", "bearer", "basic", "digest", "aws-sigv4", "oauth2")
_BY_OWN_KEYS = frozenset({"none", "aws-sigv4", "oauth2"})
_WITH_USER = frozenset({"basic", "digest"})


class SignInFields(QWidget):
    """A saved secret is never shown: its field is empty and says that it is saved."""

    changed = Signal()

    def __init__(self, *, has_keychain: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = QComboBox()
        for text in (
            self.tr("None"),
            self.tr("Token (Bearer)"),
            self.tr("User and password (Basic)"),
            self.tr("User and password (Digest)"),
            self.tr("Access key (AWS signature)"),
            self.tr("Token by OAuth 2.0 (under “More tables”)"),
        ):
            self._kind.addItem(text)
        self._kind.setAccessibleName(self.tr("Sign-in"))
        self._token = self._secret(self.tr("Token"))
        self._username = self._edit(self.tr("User"))
        self._password = self._secret(self.tr("Password"))
        self._remember = RememberBox(has_keychain=has_keychain)
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._layout.addRow(self._kind)
        self._add_row(self.tr("&Token"), self._token)
        self._add_row(self.tr("&User"), self._username)
        self._add_row(self.tr("Pass&word"), self._password)
        self._layout.addRow(self._remember)
        self.setFocusProxy(self._kind)
        for field in (self._kind, self._token, self._username, self._password):
            field.setMinimumHeight(TARGET)
        self._kind.currentIndexChanged.connect(self._on_kind)
        self._on_kind()

    def show_auth(self, auth: Auth) -> None:
        """Show a destination's sign-in, its secrets only as saved."""
        self._kind.setCurrentIndex(_KINDS.index(auth.kind))
        self._username.setText(auth.username)
        for field, text in ((self._token, auth.token), (self._password, auth.password)):
            field.setPlaceholderText(self.tr("saved; type to replace it") if text else "")

    def show_missing(self, names: Collection[str], auth: Auth) -> None:
        """Say of these secrets that they are not known here."""
        for field, text in ((self._token, auth.token), (self._password, auth.password)):
            if any(f"{{secret:{name}}}" in text for name in names):
                field.setPlaceholderText(self.tr("not known here yet; asked for when you add files"))

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Offer to remember typed secrets where there is a keychain."""
        self._remember.show_keychain(has_keychain=has_keychain)

    @property
    def kind(self) -> AuthKind:
        """Which sign-in is picked."""
        return _KINDS[self._kind.currentIndex()]

    @property
    def token(self) -> str:
        """A newly typed token, as `password`."""
        return self._token.text().strip()

    @property
    def username(self) -> str:
        """The user's name."""
        return self._username.text()

    @property
    def password(self) -> str:
        """A newly typed password, without the line end that a paste brings as a blank."""
        return self._password.text().strip()

    @property
    def remember(self) -> bool:
        """Whether typed secrets go to the keychain."""
        return self._remember.isChecked()

    def _add_row(self, text: str, field: QLineEdit) -> None:
        label = QLabel(text)
        label.setBuddy(field)
        label.setMinimumHeight(TARGET)
        self._layout.addRow(label, field)

    def _edit(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.textChanged.connect(self.changed)
        return field

    def _secret(self, name: str) -> QLineEdit:
        field = self._edit(name)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def _on_kind(self) -> None:
        self._layout.setRowVisible(self._token, self.kind == "bearer")
        self._layout.setRowVisible(self._username, self.kind in _WITH_USER)
        self._layout.setRowVisible(self._password, self.kind in _WITH_USER)
        self._layout.setRowVisible(self._remember, self.kind not in _BY_OWN_KEYS)
        self.changed.emit()
