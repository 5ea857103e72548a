# SPDX-License-Identifier: MIT
"""Icons drawn from SVG in the colour of the text around them, sharp at any scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from guiuploader.paths import APP_ID, resources
from guiuploader.window.theme import tokens_for

# The sizes in which icons are shown, in real pixels at 100, 125, 150, 200 and 300 percent.
_SIZES = (16, 18, 20, 22, 25, 27, 30, 36, 40, 48, 54, 60, 64)


def glyph(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture of `size` device-independent pixels."""
    key = f"guiuploader {name} {colour} {size} {ratio}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    pixels = round(size * ratio)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    drawing.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, picture)
    return picture


def icon(name: str, palette: QPalette) -> QIcon:
    """Return an icon in the palette's text colour, paler where it is disabled."""
    tokens = tokens_for(palette)
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(glyph(name, tokens.text, size), QIcon.Mode.Normal)
        made.addPixmap(glyph(name, tokens.line, size), QIcon.Mode.Disabled)
    return made


def application_icon() -> QIcon:
    """Return the program's own icon, in each size in which it was drawn."""
    made = QIcon()
    for picture in sorted((resources() / "icons" / "app").glob(f"*x*/{APP_ID}.png")):
        made.addFile(str(picture))
    return made


@lru_cache
def _svg(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text("utf-8")
