# SPDX-License-Identifier: MIT
"""The bar that says what just happened and offers the next step, instead of a dialog."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from guiuploader.window import announce
from guiuploader.window.buttons import icon_button
from guiuploader.window.icons import glyph, icon
from guiuploader.window.theme import GLYPH, SPACE, TARGET, tokens_for

_MOST_LINES = 6


class Step(StrEnum):
    """What a notice can offer."""

    SEND = "send"
    UNDO = "undo"
    NEW_DESTINATION = "new-destination"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, the steps it offers, and reasons that "Why?" unfolds. All of it is plain text."""

    text: str
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    is_warning: bool = False


class NoticeBar(QFrame):
    """Shows one notice at a time; hidden while there is none."""

    step_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Notice"))
        self.setAutoFillBackground(True)
        self._tokens = tokens_for(QPalette())
        self._is_warning = False
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._why = self._button(self.tr("&Why?"))
        self._why.setCheckable(True)
        self._why.toggled.connect(self._on_why)
        self._steps = {
            Step.SEND: self._button(self.tr("&Send")),
            Step.NEW_DESTINATION: self._button(self.tr("&New destination…")),
            Step.DEMO: self._button(self.tr("&Try the demo server")),
            Step.UNDO: self._button(self.tr("&Undo")),
        }
        for step, button in self._steps.items():
            button.setProperty("step", step.value)
            button.clicked.connect(self._on_step)
        self._close = QAction(self.tr("Close this notice"), self)
        self._close.triggered.connect(self.hide)
        self._reasons = QPlainTextEdit()
        self._reasons.setReadOnly(True)
        self._reasons.setTabChangesFocus(True)
        self._reasons.setAccessibleName(self.tr("What could not be added"))
        self._lay_out()
        self._colour()
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show this instead of what was there, and say it aloud."""
        self._is_warning = notice.is_warning
        self._text.setText(notice.text)
        for step, button in self._steps.items():
            button.setVisible(step in notice.steps)
        self._why.setVisible(bool(notice.reasons))
        self._why.setChecked(False)
        self._show_reasons(notice.reasons)
        self._colour()
        self.show()
        announce.say(self, notice.text)

    def withdraw(self, step: Step) -> None:
        """Offer this no longer."""
        self._steps[step].hide()

    def unfold(self) -> None:
        """Show the reasons."""
        self._why.setChecked(True)

    @property
    def text(self) -> str:
        """What is shown, "" while nothing is."""
        return "" if self.isHidden() else self._text.text()

    @property
    def reasons(self) -> str:
        """The reasons that "Why?" unfolds, one a line."""
        return self._reasons.toPlainText()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application from light to dark."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and tokens_for(QPalette()) is not self._tokens:
            self._colour()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setMinimumHeight(TARGET)
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        line.addWidget(self._sign)
        line.addWidget(self._text, stretch=1)
        for button in (self._why, *self._steps.values()):
            line.addWidget(button)
        line.addWidget(icon_button(self._close, self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE // 2, SPACE, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(line)
        layout.addWidget(self._reasons)

    def _on_step(self) -> None:
        self.step_requested.emit(Step(self.sender().property("step")))

    def _on_why(self, unfolded: bool) -> None:  # noqa: FBT001 - the signal's own argument
        self._reasons.setVisible(unfolded)

    def _show_reasons(self, reasons: Sequence[str]) -> None:
        self._reasons.setPlainText("\n".join(reasons))
        lines = min(max(len(reasons), 2), _MOST_LINES)
        self._reasons.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * SPACE)
        self._reasons.setVisible(False)

    def _colour(self) -> None:
        palette = QPalette()
        tokens = self._tokens = tokens_for(palette)
        palette.setColor(QPalette.ColorRole.Window, QColor(tokens.notice))
        self.setPalette(palette)
        name, colour = ("failed", tokens.doubtful) if self._is_warning else ("info", tokens.accent)
        self._sign.setPixmap(glyph(name, colour, GLYPH, self.devicePixelRatioF()))
        self._close.setIcon(icon("close", palette))
