# SPDX-License-Identifier: MIT
"""Names the server, sends a tiny real upload, and shows the request and its answer side by side."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from guiuploader.uploads.trial_desk import Trial
from guiuploader.values.explanations import explain
from guiuploader.window import announce, wording
from guiuploader.window.exchange_words import answer_text, legible
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.reading_field import ReadingField
from guiuploader.window.reply_paths import document_in
from guiuploader.window.reply_tree import ReplyTree
from guiuploader.window.theme import SPACE, TARGET, bold

_WIDTH, _HEIGHT = 1000, 620


class TrialDialog(QDialog):
    """Enter sends, then takes the place in the answer that is current as the link."""

    send_requested = Signal()
    link_picked = Signal(str)
    """The template that finds it."""

    def __init__(self, place: str, sample: str, request: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Try it"))
        self._heading = WrappedLabel()
        self._heading.setFont(bold(self.font()))
        question = (
            self.tr("Really send {sample} to {place}?") if sample else self.tr("Really send to {place}?")
        )
        self._heading.setText(question.format(sample=sample, place=place))
        self._request = ReadingField(self.tr("Request"))
        self._request.show_foreign(legible(request))
        self._answer = ReadingField(self.tr("Answer as text"))
        self._answer.show_sentence(self.tr("Nothing has been sent yet."))
        self._tree = ReplyTree()
        self._tree.picked.connect(self.link_picked)
        self._tree.currentItemChanged.connect(self._on_current_changed)
        self._answers = QStackedWidget()
        self._answers.addWidget(self._answer)
        self._answers.addWidget(self._tree)
        self._switch = QPushButton(self.tr("Show as &text"))
        self._switch.setCheckable(True)
        self._switch.setMinimumHeight(TARGET)
        self._switch.toggled.connect(self._on_switched)
        self._switch.hide()
        self._said = WrappedLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._close = self._buttons.button(QDialogButtonBox.StandardButton.Close)
        self._close.setText(self.tr("&Close"))
        self._close.setAutoDefault(False)
        self._send = self._buttons.addButton(self.tr("&Send"), QDialogButtonBox.ButtonRole.ActionRole)
        self._pick = self._buttons.addButton(self.tr("&Use as link"), QDialogButtonBox.ButtonRole.ActionRole)
        self._pick.hide()
        self._send.setDefault(True)
        self._send.clicked.connect(self._on_send)
        self._pick.clicked.connect(self._on_pick)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self._send.setFocus()

    def show_trial(self, trial: Trial) -> None:
        """Show what came of it; an answer in JSON as a tree, the likely link current."""
        exchange = trial.exchange
        document = self._show_exchange(trial)
        if trial.problem is not None:
            self._heading.setText(self.tr("It did not arrive."))
            self._said.setText(str(explain(trial.problem, wording.words)))
        else:
            self._heading.setText(self.tr("It arrived."))
            self.show_link(trial.link)
        if exchange is None or exchange.reply is None:
            self._answer.show_sentence(self.tr("No answer came."))
        self._send.setText(self.tr("&Send again"))
        self._send.setEnabled(True)
        if document is not None:
            self._pick.show()
            self._pick.setDefault(True)
            self._tree.setFocus()
        else:
            self._close.setFocus()
        announce.say(self, f"{self._heading.text()} {self._said.text()}")

    def show_link(self, link: str | None) -> None:
        """Say which link the destination finds in the answer."""
        found = self.tr("The link: {link}").format(link=link) if link else self.tr("It finds no link in it.")
        more = self.tr("Pick the link in the answer, if there is one.") if self._has_tree else ""
        self._said.setText(found if link else f"{found} {more}".strip())

    @property
    def said(self) -> str:
        """What is said below."""
        return self._said.text()

    @property
    def tree(self) -> ReplyTree:
        """The answer as a tree."""
        return self._tree

    @property
    def _has_tree(self) -> bool:
        return self._tree.topLevelItemCount() > 0

    def _show_exchange(self, trial: Trial) -> object:
        exchange = trial.exchange
        if exchange is None:
            return None
        self._request.show_foreign(legible(exchange.request))
        reply = exchange.reply
        if reply is None:
            return None
        text = answer_text(status=reply.status, reason=reply.reason, headers=reply.headers, body=reply.body)
        self._answer.show_foreign(legible(text))
        document = document_in(reply.body)
        if document is not None:
            self._tree.show_document(document)
        self._switch.setVisible(document is not None)
        self._answers.setCurrentIndex(0 if document is None else 1)
        return document

    def _on_send(self) -> None:
        self._send.setEnabled(False)
        self._heading.setText(self.tr("Sending…"))
        self.send_requested.emit()

    def _on_pick(self) -> None:
        if self._tree.template:
            self.link_picked.emit(self._tree.template)

    def _on_current_changed(self) -> None:
        self._pick.setEnabled(bool(self._tree.template))

    def _on_switched(self, as_text: bool) -> None:  # noqa: FBT001 - the signal's own argument
        self._answers.setCurrentIndex(0 if as_text else 1)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACE)
        for column, (title, field) in enumerate(
            ((self.tr("&Request"), self._request), (self.tr("&Answer"), self._answers))
        ):
            label = QLabel(title)
            label.setBuddy(field if field is self._request else self._tree)
            label.setMinimumHeight(TARGET)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self._switch, 0, 1, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._heading)
        layout.addLayout(grid, stretch=1)
        layout.addWidget(self._said)
        layout.addWidget(self._buttons)
        self.resize(_WIDTH, _HEIGHT)
