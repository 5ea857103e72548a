# SPDX-License-Identifier: MIT
"""All fields of the destination editor, in their sections: from a draft and to a draft."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from guiuploader.destinations.destination import Auth, Destination
from guiuploader.window import editor_words
from guiuploader.window.body_fields import BodyFields, Row
from guiuploader.window.destination_draft import Draft, urlsplit_host
from guiuploader.window.editor_form import EditorForm
from guiuploader.window.pairs_table import PairsTable
from guiuploader.window.plain_fields import PlainFields
from guiuploader.window.plain_values import LIMIT_KEYS, NETWORK_KEYS, REPLY_KEYS, RETRY_KEYS, SIGV4_KEYS
from guiuploader.window.rows_table import RowsTable
from guiuploader.window.sign_in_fields import SignInFields
from guiuploader.window.text_field import TextField, line_field
from guiuploader.window.theme import TARGET

_METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")


class EditorFields(QObject):
    """The basics come first; each of the fields says by one signal that something is different now."""

    changed = Signal()

    def __init__(self, form: EditorForm, *, has_keychain: bool) -> None:
        super().__init__(form)
        self._form = form
        self._name = line_field(self.tr("Name"))
        self._url = line_field(self.tr("Address"))
        self._url.setPlaceholderText("https://")
        self._method = self._methods()
        self._body = BodyFields(self)
        self._query = PairsTable(self.tr("Query"), ordered=True)
        self._headers = PairsTable(self.tr("Headers"), ordered=False)
        self._variables = RowsTable(
            self.tr("Variables"),
            (self.tr("Name"), self.tr("Label"), self.tr("Default"), self.tr("Choices")),
            ordered=True,
        )
        self._secrets = RowsTable(
            self.tr("Secrets"),
            (self.tr("Name"), self.tr("Label"), self.tr("Where to find it")),
            ordered=False,
        )
        self._further = TextField(self.tr("Further tables"))
        self._plain = PlainFields(self)
        self.sign_in = SignInFields(has_keychain=has_keychain)
        self._lay_out()
        self._connect()

    def show_draft(self, draft: Draft, auth: Auth | None) -> None:
        """Show what a draft says; a sign-in's secrets only as saved."""
        self._name.setText(draft.name)
        self._url.setText(draft.url)
        self._method.setEditText(draft.method)
        self._body.show_draft(draft)
        self._query.set_pairs(draft.query)
        self._headers.set_pairs(draft.headers)
        self._variables.set_rows(draft.variables)
        self._secrets.set_rows(draft.secrets)
        self._plain.show_plain(draft.plain)
        self._further.set_text(draft.further)
        if auth is not None:
            self.sign_in.show_auth(auth)

    def draft(self) -> Draft:
        """Return what stands in the fields."""
        draft = Draft(
            name=self._name.text(),
            url=self._url.text(),
            method=self._method.currentText(),
            query=self._query.pairs(),
            headers=self._headers.pairs(),
            variables=self._variables.rows(),
            secrets=self._secrets.rows(),
            plain=self._plain.plain(),
            further=self._further.text(),
            auth_kind=self.sign_in.kind,
            token=self.sign_in.token,
            username=self.sign_in.username,
            password=self.sign_in.password,
        )
        return self._body.filled(draft)

    def hidden_rows(self, destination: Destination) -> Collection[str]:
        """Return the keys that mean nothing for this destination."""
        hidden = set(self._body.hidden_rows(destination))
        return hidden if self.sign_in.kind == "aws-sigv4" else hidden | set(SIGV4_KEYS)

    def explain(self, destination: Destination, url: str) -> None:
        """Let the helps go with what is chosen."""
        self._form.show_help("url", editor_words.address_help(takes_file=destination.takes_file))
        self._form.show_help("body", editor_words.body_help(destination))
        self._name.setPlaceholderText(urlsplit_host(url))

    def set_link(self, template: str) -> None:
        """Take this as where the answer names the file, and show it."""
        self._plain.set_text("reply.link", template)
        self._form.show_field("reply.link")

    def _methods(self) -> QComboBox:
        method = QComboBox()
        method.addItems(list(_METHODS))
        method.setAccessibleName(self.tr("Method"))
        line = QLineEdit()
        line.setAccessibleName(self.tr("Method"))
        method.setLineEdit(line)
        method.setMinimumHeight(TARGET)
        return method

    def _lay_out(self) -> None:
        form, rows = self._form, self._plain.rows
        body: Mapping[str, Row] = {row.key: row for row in self._body.rows()}
        usual = " "  # replaced as soon as anything is shown
        kind = body["body"]
        basics = [
            Row("url", self.tr("&Address"), self._url, usual),
            Row("name", self.tr("&Name"), self._name),
            Row("method", self.tr("&Method"), self._method),
            Row("body", kind.label, kind.field, usual),
            *(row for key, row in body.items() if key != "body"),
        ]
        form.add_section(self.tr("Basics"), basics)
        form.add_section(
            self.tr("Variables"),
            [Row("variables", self.tr("&Variables"), self._variables, editor_words.variables_help())],
        )
        form.add_section(self.tr("Headers"), [Row("headers", self.tr("&Headers"), self._headers)])
        form.add_section(
            self.tr("Query"), [Row("query", self.tr("&Query"), self._query, editor_words.query_help())]
        )
        form.add_section(
            self.tr("Sign-in"),
            [
                Row("auth", self.tr("Si&gn-in"), self.sign_in),
                *rows(SIGV4_KEYS),
                Row("secrets", self.tr("Secrets"), self._secrets, editor_words.secrets_help()),
            ],
        )
        form.add_section(
            self.tr("More tables"),
            [Row("further", self.tr("As in its file"), self._further, editor_words.further_help())],
        )
        form.add_section(self.tr("Reply"), list(rows(REPLY_KEYS)))
        form.add_section(self.tr("Limits"), list(rows(LIMIT_KEYS)))
        form.add_section(self.tr("Retry"), list(rows(RETRY_KEYS)))
        form.add_section(self.tr("Network"), list(rows(NETWORK_KEYS)))
        form.end()

    def _connect(self) -> None:
        for line in (self._name, self._url):
            line.textChanged.connect(self.changed)
        self._method.editTextChanged.connect(self.changed)
        self._further.textChanged.connect(self.changed)
        for rows in (self._query, self._headers, self._variables, self._secrets):
            rows.changed.connect(self.changed)
        for part in (self._body, self.sign_in, self._plain):
            part.changed.connect(self.changed)
