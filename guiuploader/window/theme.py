# SPDX-License-Identifier: MIT
"""Every colour and distance of the window in one place, and how light and dark are chosen."""

import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from guiuploader.values.settings import Appearance

SPACE = 8
"""The one step of all distances, in device-independent pixels."""
ROW_HEIGHT = 36
TARGET = 28
"""The least height of what can be clicked."""
ICON = 20
GLYPH = 18
RADIUS = 5

_MIDDLE_LIGHTNESS = 128


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one appearance; text colours keep 4.5:1 on `base`, `window` and `notice`."""

    window: str
    base: str
    raised: str
    text: str
    faint: str
    line: str
    accent: str
    on_accent: str
    accent_wash: str
    accent_dim: str
    groove: str
    good: str
    bad: str
    doubtful: str
    notice: str


LIGHT = Tokens(
    window="#f4f5f7",
    base="#ffffff",
    raised="#fcfcfd",
    text="#1d2127",
    faint="#5b6470",
    line="#cfd4da",
    accent="#2563c9",
    on_accent="#ffffff",
    accent_wash="#e3ecfb",
    accent_dim="#a6bce0",
    groove="#e4e7eb",
    good="#1a7440",
    bad="#b3261e",
    doubtful="#8a5300",
    notice="#eaf1fd",
)

DARK = Tokens(
    window="#1f2227",
    base="#17191d",
    raised="#2b2f36",
    text="#e7e9ec",
    faint="#a3abb6",
    line="#40464f",
    accent="#7ba9f7",
    on_accent="#0d1a30",
    accent_wash="#24344f",
    accent_dim="#4a5d7d",
    groove="#343941",
    good="#6fcf97",
    bad="#ff8f85",
    doubtful="#f0b45a",
    notice="#233048",
)


def tokens_for(palette: QPalette) -> Tokens:
    """Return the colours that go with a palette: of the system's styles only light or dark is asked."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < _MIDDLE_LIGHTNESS else LIGHT


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette for Qt's Fusion style."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(tokens.raised), QColor(tokens.window))
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.base,
        role.AlternateBase: tokens.window,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.on_accent,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Mid: tokens.line,
    }
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    faint = QColor(tokens.faint)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, faint)
    return palette


def small(font: QFont) -> QFont:
    """Return the font of secondary text."""
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * 0.92)
    return smaller


def bold(font: QFont, *, scale: float = 1.0) -> QFont:
    """Return the font of a heading."""
    heavier = QFont(font)
    heavier.setWeight(QFont.Weight.DemiBold)
    heavier.setPointSizeF(font.pointSizeF() * scale)
    return heavier


class Theme(QObject):
    """Keeps the application in the chosen appearance and follows the system's when that is the choice."""

    def __init__(self, application: QApplication, appearance: Appearance) -> None:
        super().__init__(application)
        self._application = application
        self._appearance = appearance
        self._own_palette = sys.platform not in {"win32", "darwin"}
        if self._own_palette:
            application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def appearance(self) -> Appearance:
        """What was chosen."""
        return self._appearance

    def choose(self, appearance: Appearance) -> None:
        """Show the window in this appearance from now on."""
        self._appearance = appearance
        self._apply()

    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        hints = QGuiApplication.styleHints()
        if self._own_palette:
            # A bare X11 session knows no scheme; light is what its other programs show.
            system_is_dark = hints.colorScheme() is Qt.ColorScheme.Dark
            dark = self._appearance is Appearance.DARK or (
                self._appearance is Appearance.SYSTEM and system_is_dark
            )
            tokens = DARK if dark else LIGHT
            self._application.setPalette(palette_of(tokens))
            if dark:
                # Fusion's outlines vanish on dark, so fields stand out by their ground.
                fields = palette_of(tokens)
                fields.setColor(QPalette.ColorRole.Base, QColor(tokens.raised))
                for name in ("QLineEdit", "QPlainTextEdit"):
                    self._application.setPalette(fields, name)  # type: ignore[arg-type] # the stub errs: it is str
        else:
            schemes = {
                Appearance.SYSTEM: Qt.ColorScheme.Unknown,
                Appearance.LIGHT: Qt.ColorScheme.Light,
                Appearance.DARK: Qt.ColorScheme.Dark,
            }
            hints.setColorScheme(schemes[self._appearance])
