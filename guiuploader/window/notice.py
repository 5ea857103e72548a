# SPDX-License-Identifier: MIT
"""The bar that says what just happened and offers the next step, instead of a dialog."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from guiuploader.window import announce
from guiuploader.window.buttons import icon_button
from guiuploader.window.icons import glyph, icon
from guiuploader.window.labels import WrappedLabel
from guiuploader.window.theme import GLYPH, SPACE, TARGET, tokens_for

_MOST_REASONS = 6
_MOST_WARNINGS = 3
_LONGEST = 300
"""Characters of a notice; the whole of a longer one stands among the reasons."""


class Step(StrEnum):
    """What a notice can offer."""

    SEND = "send"
    SKIP = "skip"
    SEND_AGAIN = "send-again"
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
    """Shows the newest notice, and above it the warnings before it until the bar is closed.

    A warning without reasons or steps goes there at once; the newest notice and its steps stay in place.
    """

    step_requested = Signal(object)
    closed = Signal()
    """A person closed it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Notice"))
        self.setAutoFillBackground(True)
        self._tokens = tokens_for(QPalette())
        self._warnings: list[Notice] = []
        self._newest: Notice | None = None
        self._sign = QLabel()
        self._text = WrappedLabel()
        self._why = self._button(self.tr("&Why?"))
        self._why.setCheckable(True)
        self._steps = {
            Step.SEND: self._button(self.tr("&Send")),
            Step.SKIP: self._button(self.tr("S&kip them")),
            Step.SEND_AGAIN: self._button(self.tr("Send &again")),
            Step.NEW_DESTINATION: self._button(self.tr("&New destination…")),
            Step.DEMO: self._button(self.tr("&Try the demo server")),
            Step.UNDO: self._button(self.tr("&Undo")),
        }
        for step, button in self._steps.items():
            button.setProperty("step", step.value)
            button.clicked.connect(self._on_step)
        self._close = QAction(self.tr("Close this notice"), self)
        self._close.triggered.connect(self._on_close)
        self._reasons = QPlainTextEdit()
        self._reasons.setReadOnly(True)
        self._reasons.setTabChangesFocus(True)
        self._reasons.setAccessibleName(self.tr("What could not be added"))
        self._why.toggled.connect(self._reasons.setVisible)
        self._lay_out()
        self._colour()
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show this as the newest, and say it aloud."""
        if notice.is_warning and not notice.steps and not notice.reasons:
            self._keep(notice)
        else:
            if self._newest and self._newest.is_warning:
                self._keep(self._newest)
            self._newest = notice
        self._show()
        announce.say(self, notice.text)

    def withdraw(self, step: Step) -> None:
        """Offer this no longer."""
        if self._newest:
            steps = tuple(each for each in self._newest.steps if each is not step)
            self._newest = replace(self._newest, steps=steps)
            self._steps[step].hide()

    def settle(self, step: Step) -> None:
        """Take the newest notice away if it is the one that offered this step, which was taken."""
        if self._newest and step in self._newest.steps:
            self._newest = None
            self._show()

    def take_back(self, notice: Notice) -> None:
        """Show this no longer: it is not true any more."""
        self._warnings = [each for each in self._warnings if each != notice]
        if self._newest == notice:
            self._newest = None
        self._show()

    @property
    def text(self) -> str:
        """What is shown, the newest last, "" while nothing is."""
        return "" if self.isHidden() else self._text.text()

    @property
    def has_warning(self) -> bool:
        """Whether something stands there that a person should see."""
        return bool(self._warnings) or (self._newest is not None and self._newest.is_warning)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application from light to dark."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and tokens_for(QPalette()) is not self._tokens:
            self._colour()

    def _keep(self, warning: Notice) -> None:
        """Put a warning among the earlier ones; the same once more only moves down."""
        self._warnings = [each for each in self._warnings if each != warning]
        self._warnings.append(warning)

    def _show(self) -> None:
        newest = [self._newest] if self._newest else []
        shown = [each.text for each in (*self._warnings[-_MOST_WARNINGS:], *newest)]
        lines = [_shortened(text) for text in shown]
        reasons = [each.text for each in self._warnings[:-_MOST_WARNINGS]]
        reasons += [text for text in shown if len(text) > _LONGEST]
        reasons += [reason for each in (*self._warnings, *newest) for reason in each.reasons]
        self._text.setText("\n".join(lines))
        for step, button in self._steps.items():
            button.setVisible(self._newest is not None and step in self._newest.steps)
        self._why.setVisible(bool(reasons))
        self._why.setChecked(False)
        self._reasons.setPlainText("\n".join(reasons))
        self._reasons.setVisible(False)
        height = min(max(len(reasons), 2), _MOST_REASONS)
        self._reasons.setFixedHeight(height * self.fontMetrics().lineSpacing() + 2 * SPACE)
        self._colour()
        self.setVisible(bool(lines))

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

    def _on_close(self) -> None:
        self._warnings.clear()
        self._newest = None
        self._show()
        self.closed.emit()

    def _colour(self) -> None:
        palette = QPalette()
        tokens = self._tokens = tokens_for(palette)
        palette.setColor(QPalette.ColorRole.Window, QColor(tokens.notice))
        self.setPalette(palette)
        name, colour = ("failed", tokens.doubtful) if self.has_warning else ("info", tokens.accent)
        self._sign.setPixmap(glyph(name, colour, GLYPH, self.devicePixelRatioF()))
        self._close.setIcon(icon("close", palette))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
