# SPDX-License-Identifier: MIT
"""Draw the app icon's pictures from its SVGs: `python packaging/icons.py [FOLDER]`.

The smallest sizes have drawings of their own, in icons/, so that each line fills whole pixels.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

NAME = "io.github.guiuploader.guiuploader"
DRAWINGS = Path(__file__).resolve().parent / "icons"
ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons" / "app"
SMALL = {16: "16.svg", 22: "24.svg", 24: "24.svg"}
LARGE = (32, 48, 64, 128, 256, 512)


def picture(drawing: Path, size: int) -> QImage:
    """Return a drawing in `size` pixels; one that was drawn larger by a few loses its margin."""
    renderer = QSvgRenderer(str(drawing))
    whole = renderer.defaultSize().width() if drawing.parent == DRAWINGS else size
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    margin = (whole - size) / 2
    renderer.render(painter, QRectF(-margin, -margin, whole, whole))
    painter.end()
    return image


def main(folder: Path) -> None:
    """Write every size below `folder`."""
    drawings = {size: DRAWINGS / name for size, name in SMALL.items()}
    drawings |= dict.fromkeys(LARGE, ICONS / "scalable" / f"{NAME}.svg")
    for size, drawing in drawings.items():
        target = folder / f"{size}x{size}" / f"{NAME}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not picture(drawing, size).save(str(target)):
            sys.exit(f"{target} cannot be written.")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv[:1])
    main(Path(sys.argv[1]) if sys.argv[1:] else ICONS)
