# SPDX-License-Identifier: MIT
"""The line at the bottom: how far everything is, and how it ended."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QWidget

from guiuploader.uploads.rows import Overall
from guiuploader.values.states import PAUSABLE, State
from guiuploader.window import announce, sentences
from guiuploader.window.actions import Actions
from guiuploader.window.buttons import ActionButton
from guiuploader.window.icons import glyph
from guiuploader.window.labels import ElidedLabel
from guiuploader.window.sentences import Outcome
from guiuploader.window.theme import GLYPH, SPACE, TARGET, tokens_for

_WHOLE = 1000  # a progress bar counts in int32, so it gets thousandths and never bytes


class Status(QWidget):
    """Shows a running total while something is to do, and one lasting sentence when all has ended."""

    show_requested = Signal()
    retry_requested = Signal()

    def __init__(
        self, actions: Actions, limits: QMenu, when_ended: QMenu, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._sign.hide()
        self._all_well = True
        self._text = ElidedLabel(Qt.TextElideMode.ElideRight)
        self._bar = QProgressBar()
        self._bar.setRange(0, _WHOLE)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(SPACE)
        self._bar.setMinimumWidth(6 * SPACE)
        self._bar.setMaximumWidth(20 * SPACE)
        self._bar.setAccessibleName(self.tr("Overall progress"))
        self._limit = QPushButton()
        self._limit.setMenu(limits)
        self._limit.setToolTip(self.tr("Change the speed limit of all uploads together"))
        self._closing = QPushButton(self.tr("Closes when all arrived"))
        self._closing.setMenu(when_ended)
        self._closing.setToolTip(self.tr("Choose what happens when all has ended"))
        self._pause = ActionButton(actions.pause_all)
        self._resume = ActionButton(actions.resume_all)
        self._show = QPushButton(self.tr("S&how"))
        self._retry = QPushButton(self.tr("Try a&gain"))
        self._show.clicked.connect(self.show_requested)
        self._retry.clicked.connect(self.retry_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE // 2, 2 * SPACE, SPACE // 2)
        layout.setSpacing(SPACE)
        layout.addWidget(self._sign)
        layout.addWidget(self._text)
        for button in (self._show, self._retry):
            button.setMinimumHeight(TARGET)
            button.hide()
            layout.addWidget(button)
        layout.addStretch()
        layout.addWidget(self._bar)
        for each in (self._limit, self._closing, self._pause, self._resume):
            each.setMinimumHeight(TARGET)
            each.hide()
            layout.addWidget(each)
        self.setMinimumHeight(TARGET + SPACE)
        self._bar.hide()

    @property
    def text(self) -> str:
        """What the line says."""
        return self._text.text()

    def show_progress(self, overall: Overall, fraction: float) -> None:
        """Show the running total; a sentence about the end gives way. `fraction` is of the run."""
        self._text.setText(sentences.progress(overall))
        self._show.hide()
        self._retry.hide()
        self._sign.hide()
        self._bar.setVisible(overall.unfinished > 0)
        counts = overall.counts
        self._offer(
            can_pause=sum(counts[state] for state in PAUSABLE) > 0, can_resume=counts[State.PAUSED] > 0
        )
        self._bar.setValue(min(_WHOLE - 1, int(fraction * _WHOLE)))

    def show_end(self, outcome: Outcome) -> None:
        """Show how a run ended, with a way to those that did not arrive."""
        sentence = sentences.ended(outcome)
        if sentence != self._text.text():
            announce.say(self, sentence)
        self._text.setText(sentence)
        self._all_well = outcome.arrived + outcome.skipped == outcome.total
        self._draw_sign()
        self._sign.show()
        self._show.setVisible(bool(outcome.failed or outcome.unconfirmed))
        self._retry.setVisible(bool(outcome.failed))
        self._offer(can_pause=False, can_resume=False)
        self._bar.hide()

    def show_limit(self, bytes_per_second: int) -> None:
        """Say how fast all uploads together may be; 0 is no limit, and nothing to say."""
        self._limit.setText(sentences.limit(bytes_per_second))
        self._limit.setVisible(bytes_per_second > 0)

    def show_closing(self, *, is_closing: bool) -> None:
        """Say whether the window is going to close by itself."""
        self._closing.setVisible(is_closing)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_sign()

    def _offer(self, *, can_pause: bool, can_resume: bool) -> None:
        """Show one button of the two; the keyboard stays on it when it becomes the other."""
        shown = self._pause if can_pause else self._resume if can_resume else None
        had_keyboard = self._pause.hasFocus() or self._resume.hasFocus()
        for button in (self._pause, self._resume):
            button.setVisible(button is shown)
        if shown and had_keyboard:
            shown.setFocus()

    def _draw_sign(self) -> None:
        tokens = tokens_for(self.palette())
        name, colour = ("done", tokens.good) if self._all_well else ("failed", tokens.doubtful)
        self._sign.setPixmap(glyph(name, colour, GLYPH, self.devicePixelRatioF()))
