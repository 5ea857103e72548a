# SPDX-License-Identifier: MIT
"""The choice whether a typed secret outlives this session."""

from PySide6.QtWidgets import QCheckBox, QWidget


class RememberBox(QCheckBox):
    """Checked where there is a keychain; where there is none, or none is known yet, it says so instead."""

    def __init__(self, *, has_keychain: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_keychain(has_keychain=has_keychain)

    def show_keychain(self, *, has_keychain: bool) -> None:
        """Begin again, now that it is known whether there is a keychain."""
        self.setChecked(has_keychain)
        self.setEnabled(has_keychain)
        self.setToolTip(
            self.tr("Else it is there only until what was added with it has ended") if has_keychain else ""
        )
        self.setText(
            self.tr("Remember in this computer's &keychain")
            if has_keychain
            else self.tr("Known for this session only: no keychain here")
        )
