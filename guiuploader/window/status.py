# SPDX-License-Identifier: MIT
"""The line at the bottom: how far everything is, and how it ended."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from guiuploader.uploads.rows import Overall
from guiuploader.window import announce, sentences
from guiuploader.window.icons import glyph
from guiuploader.window.labels import ElidedLabel
from guiuploader.window.sentences import Outcome
from guiuploader.window.theme import GLYPH, SPACE, TARGET, tokens_for

_WHOLE = 1000  # a progress bar counts in int32, so it gets thousandths and never bytes


class Status(QWidget):
    """Shows a running total while something is to do, and one lasting sentence when all has ended."""

    show_requested = Signal()
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._sign.hide()
        self._all_well = True
        self._text = ElidedLabel(Qt.TextElideMode.ElideRight)
        self._bar = QProgressBar()
        self._bar.setRange(0, _WHOLE)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(20 * SPACE, SPACE)
        self._bar.setAccessibleName(self.tr("Overall progress"))
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
        self._bar.setValue(min(_WHOLE - 1, int(fraction * _WHOLE)))

    def show_end(self, outcome: Outcome) -> None:
        """Show how a run ended, with a way to those that did not arrive."""
        sentence = sentences.ended(outcome)
        if sentence != self._text.text():
            announce.say(self, sentence)
        self._text.setText(sentence)
        self._all_well = outcome.arrived == outcome.total
        self._draw_sign()
        self._sign.show()
        self._show.setVisible(bool(outcome.failed or outcome.unconfirmed))
        self._retry.setVisible(bool(outcome.failed))
        self._bar.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of the new palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_sign()

    def _draw_sign(self) -> None:
        tokens = tokens_for(self.palette())
        name, colour = ("done", tokens.good) if self._all_well else ("failed", tokens.doubtful)
        self._sign.setPixmap(glyph(name, colour, GLYPH, self.devicePixelRatioF()))
