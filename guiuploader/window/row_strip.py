# SPDX-License-Identifier: MIT
"""The strip under the table: the selected rows in tabs, in words, as their request, and as the reply."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QTabWidget, QWidget

from guiuploader.uploads.upload import Upload
from guiuploader.window import exchange_words
from guiuploader.window.actions import Actions
from guiuploader.window.exchange_pane import ExchangePane
from guiuploader.window.labels import ElidedLabel
from guiuploader.window.summary import Summary
from guiuploader.window.theme import SPACE, TARGET

_READING_SHARE = 0.45
"""What a request or a reply takes of the room it shares with the table, at first."""
_READING_LINES = 9
_LEAST_LINES = 2


class RowStrip(QTabWidget):
    """Fills only the tab in sight; the tabs stand below it, so that they stay where they are as it grows.

    In a low window only they are left while nothing is selected, for there each row of the table counts.
    """

    height_changed = Signal()
    """Another height is wanted now."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_low = False
        self._uploads: Sequence[Upload] = ()
        self.summary = Summary(actions)
        self.request = ExchangePane(exchange_words.request)
        self.request.name(self.tr("Request as it was sent"), self.tr("Copy the request"))
        self.reply = ExchangePane(exchange_words.reply)
        self.reply.name(self.tr("Reply of the server"), self.tr("Copy the reply"))
        self._hint = ElidedLabel(Qt.TextElideMode.ElideRight)
        self._hint.setText(self.tr("Select a row to read more about it."))
        self._hint.setContentsMargins(SPACE, 0, SPACE, 0)
        self.setTabPosition(QTabWidget.TabPosition.South)
        self.setDocumentMode(True)
        self.setAutoFillBackground(True)
        self.setCornerWidget(self._hint, Qt.Corner.BottomRightCorner)
        self.tabBar().setExpanding(False)
        self.setAccessibleName(self.tr("Details of the selected rows"))
        self.views = QActionGroup(self)
        """One for each tab, for a menu."""
        self._add(self.summary, self.tr("Su&mmary"))
        self._add(self.request, self.tr("Re&quest"))
        self._add(self.reply, self.tr("Re&ply"))
        self.views.triggered.connect(self._on_view)
        self.currentChanged.connect(self._on_current_changed)
        self._on_current_changed()

    @property
    def is_reading(self) -> bool:
        """Whether a tab is in sight that has long texts."""
        return self.currentWidget() is not self.summary

    @property
    def is_folded(self) -> bool:
        """Whether only the tabs are left."""
        return self._is_low and not self._uploads

    def show_uploads(self, uploads: Sequence[Upload]) -> None:
        """Describe what is selected."""
        was_folded = self.is_folded
        self._uploads = uploads
        self._fill()
        if self.is_folded is not was_folded:
            self._settle()

    def set_low(self, *, is_low: bool) -> None:
        """Say whether the window is so low that each line counts."""
        if is_low is not self._is_low:
            self._is_low = is_low
            self._settle()

    def height_wanted(self, room: int) -> int:
        """Return how high it is at its best in a room that it shares with the table, in pixels."""
        tabs = self.tabBar().sizeHint().height()
        if self.is_folded:
            return tabs
        if self.is_reading:
            lines = _READING_LINES * self.fontMetrics().lineSpacing() + TARGET + 3 * SPACE
            return max(tabs + lines, round(_READING_SHARE * room))
        return tabs + self.summary.height_wanted(is_low=self._is_low)

    def minimumSizeHint(self) -> QSize:
        """Need as little as can still be read, however much there is to tell."""
        tabs = self.tabBar().sizeHint().height()
        least = _LEAST_LINES * self.fontMetrics().lineSpacing() + 2 * SPACE
        return QSize(self.summary.minimumSizeHint().width(), tabs if self.is_folded else tabs + least)

    def _add(self, pane: QWidget, text: str) -> None:
        number = self.addTab(pane, text)
        action = QAction(text, self.views)
        action.setCheckable(True)
        action.setData(number)
        action.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))

    def _fill(self) -> None:
        for pane in (self.summary, self.request, self.reply):
            if pane is self.currentWidget():
                pane.show_uploads(self._uploads)

    def _settle(self) -> None:
        # What is folded away must not take the keyboard.
        for pane in (self.summary, self.request, self.reply):
            pane.setEnabled(not self.is_folded)
        self._hint.setVisible(self.is_folded)
        self._hint.setMinimumHeight(self.tabBar().sizeHint().height())
        self.updateGeometry()
        self.height_changed.emit()

    def _on_view(self, action: QAction) -> None:
        self.setCurrentIndex(int(action.data()))

    def _on_current_changed(self) -> None:
        self.views.actions()[self.currentIndex()].setChecked(True)
        self._fill()
        self._settle()
