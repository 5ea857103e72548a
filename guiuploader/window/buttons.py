# SPDX-License-Identifier: MIT
"""Buttons that stand for an action."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from guiuploader.window.theme import ICON, SPACE, TARGET


class ActionButton(QPushButton):
    """A push button with an action's text and icon; `hide_disabled` shows it only while it can be used."""

    def __init__(self, action: QAction, *, hide_disabled: bool = False) -> None:
        super().__init__()
        self._action = action
        self._hide_disabled = hide_disabled
        self.setMinimumHeight(TARGET)
        self.setIconSize(QSize(ICON - 2, ICON - 2))
        self._with_text = True
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def full_width(self) -> int:
        """How wide it is with its text, in device-independent pixels."""
        words = self.fontMetrics().horizontalAdvance(self._action.iconText())
        return words + self.iconSize().width() + 3 * SPACE

    def show_text(self, *, with_text: bool) -> None:
        """Show the text beside the icon, or the icon alone with the text in the tooltip."""
        if with_text is not self._with_text:
            self._with_text = with_text
            self._on_changed()

    def _on_changed(self) -> None:
        self.setIcon(self._action.icon())
        self.setText(self._action.text() if self._with_text else "")
        self.setToolTip("" if self._with_text else self._action.toolTip())
        self.setAccessibleName(self._action.iconText())
        self.setEnabled(self._action.isEnabled())
        if self._hide_disabled:
            self.setVisible(self._action.isEnabled())


def icon_button(action: QAction, parent: QWidget) -> QToolButton:
    """Return a flat button that shows only the action's icon; its name is spoken and in the tooltip."""
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(ICON, ICON))
    button.setMinimumSize(TARGET + SPACE // 2, TARGET + SPACE // 2)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.iconText())
    return button
