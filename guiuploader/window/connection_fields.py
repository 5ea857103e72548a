# SPDX-License-Identifier: MIT
"""The fields of a connection; which are shown follows from the kind of store and whose keys it takes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from guiuploader.window.connection_draft import WAYS, Draft, KindOfStore, Style, Way
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import TARGET

_KINDS: tuple[KindOfStore, ...] = ("s3", "google", "azure")
_STYLES: tuple[Style, ...] = ("", "path", "host")
_OF_KIND: Mapping[KindOfStore, frozenset[str]] = {
    "s3": frozenset({"region", "style"}),
    "google": frozenset(),
    "azure": frozenset({"account"}),
}
_OF_WAY: Mapping[Way, frozenset[str]] = {
    "keys": frozenset({"access_key", "secret_key"}),
    "temporary": frozenset({"access_key", "secret_key", "session_token"}),
    "sas": frozenset({"sas"}),
    "profile": frozenset({"profile"}),
    "file": frozenset({"service_account"}),
}
_ALWAYS = frozenset({"name", "kind", "endpoint", "way"})
_SECRETS = frozenset({"secret_key", "session_token", "sas"})


@dataclass(frozen=True, slots=True)
class Row:
    """One field with its label; `key` is the connection's own."""

    text: str
    key: str
    field: QWidget


class ConnectionFields(QObject):
    """A saved secret is never shown: its field is empty and says that it is saved."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: dict[str, QLineEdit] = {}
        self._kind = self._choice(
            self.tr("Kind of store"),
            [
                self.tr("S3 (Amazon, MinIO, Ceph, R2 …)"),
                self.tr("Google Cloud Storage"),
                self.tr("Azure Blob Storage"),
            ],
        )
        self._style = self._choice(
            self.tr("Bucket's place"),
            [self.tr("As usual there"), self.tr("In the path"), self.tr("Before the host")],
        )
        self._way = self._choice(self.tr("Keys"), [])
        self._rows = [
            self._line("name", self.tr("&Name"), self.tr("Name"), "minio"),
            Row(self.tr("&Kind"), "kind", self._kind),
            self._line("endpoint", self.tr("&Endpoint"), self.tr("Endpoint"), ""),
            self._line("region", self.tr("&Region"), self.tr("Region"), "us-east-1"),
            Row(self.tr("B&ucket's place"), "style", self._style),
            self._line("account", self.tr("&Account"), self.tr("Account"), ""),
            Row(self.tr("Key&s"), "way", self._way),
            self._line("access_key", self.tr("Access ke&y"), self.tr("Access key"), ""),
            self._line("secret_key", self.tr("Se&cret key"), self.tr("Secret key"), ""),
            self._line("session_token", self.tr("Session t&oken"), self.tr("Session token"), ""),
            self._line("sas", self.tr("Shared access si&gnature"), self.tr("Shared access signature"), ""),
            self._line("profile", self.tr("&Profile"), self.tr("Profile"), "default"),
            self._line("service_account", self.tr("Key &file"), self.tr("Key file"), "~/key.json"),
        ]
        for key in _SECRETS:
            self._lines[key].setEchoMode(QLineEdit.EchoMode.Password)
        self._picked: Way = "keys"
        self._show_ways(self._picked)
        self._kind.currentIndexChanged.connect(self._on_kind)
        self._style.currentIndexChanged.connect(self.changed)
        self._way.currentIndexChanged.connect(self._on_way)

    def rows(self) -> Sequence[Row]:
        """Return the fields in order, those not shown among them."""
        return self._rows

    def shown(self) -> Collection[str]:
        """Return the keys whose fields mean something."""
        return _ALWAYS | _OF_KIND[self.kind] | (_OF_WAY.get(self.way, frozenset()) - self._strange())

    def has_secrets(self) -> bool:
        """Tell whether a secret may be typed."""
        return not _SECRETS.isdisjoint(self.shown())

    @property
    def kind(self) -> KindOfStore:
        """Which store is picked."""
        return _KINDS[self._kind.currentIndex()]

    @property
    def way(self) -> Way:
        """Whose keys are picked."""
        return WAYS[self.kind][self._way.currentIndex()]

    def show_draft(self, draft: Draft, saved: Collection[str]) -> None:
        """Show this; of the secrets only which are saved."""
        self._kind.setCurrentIndex(_KINDS.index(draft.kind))
        self._style.setCurrentIndex(_STYLES.index(draft.style))
        self._show_ways(draft.way)
        for key, line in self._lines.items():
            if key in _SECRETS:
                line.setPlaceholderText(self.tr("saved; type to replace it") if key in saved else "")
            else:
                line.setText(getattr(draft, key))
        self._show_endpoint()

    def draft(self) -> Draft:
        """Return what stands there."""
        return Draft(
            kind=self.kind,
            style=_STYLES[self._style.currentIndex()],
            way=self.way,
            **{key: line.text() for key, line in self._lines.items()},
        )

    def _strange(self) -> frozenset[str]:
        return frozenset({"access_key"}) if self.kind == "azure" else frozenset()

    def _on_kind(self) -> None:
        self._show_ways(self._picked)
        self._show_endpoint()
        self.changed.emit()

    def _on_way(self) -> None:
        self._picked = self.way
        self.changed.emit()

    def _show_ways(self, way: Way) -> None:
        """Offer the kinds of keys that this kind of store takes; one that it does not gives way."""
        self._way.blockSignals(True)  # noqa: FBT003 - Qt's own
        self._way.clear()
        texts = {
            "keys": self.tr("Account key") if self.kind == "azure" else self.tr("Access key and secret key"),
            "temporary": self.tr("Temporary keys, with a session token"),
            "sas": self.tr("Shared access signature"),
            "profile": self.tr("A profile in ~/.aws"),
            "file": self.tr("A service account's key file"),
            "environment": self.tr("Those of the environment"),
            "anonymous": self.tr("None: everybody may read there"),
        }
        ways = WAYS[self.kind]
        self._way.addItems([texts[each] for each in ways])
        self._way.setCurrentIndex(ways.index(way) if way in ways else 0)
        self._way.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._picked = self.way

    def _show_endpoint(self) -> None:
        self._lines["endpoint"].setPlaceholderText(
            {
                "s3": self.tr("left empty: Amazon's; else such as https://minio.example:9000"),
                "google": self.tr("left empty: Google's"),
                "azure": self.tr("left empty: Azure's"),
            }[self.kind]
        )

    def _line(self, key: str, text: str, name: str, hint: str) -> Row:
        line = line_field(name)
        line.setPlaceholderText(hint)
        line.textChanged.connect(self.changed)
        self._lines[key] = line
        return Row(text, key, line)

    def _choice(self, name: str, texts: Sequence[str]) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        choice.addItems(texts)
        choice.setMinimumHeight(TARGET)
        return choice
