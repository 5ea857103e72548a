# SPDX-License-Identifier: MIT
"""The app icon's pictures are those of its drawings, and the window has them all."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from guiuploader.paths import APP_ID
from guiuploader.window.icons import application_icon

ROOT = Path(__file__).resolve().parents[2]
ICONS = ROOT / "resources" / "icons" / "app"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WANDERS = 3  # of 255: rounding differs between processors


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which all was drawn anew."""
    folder = tmp_path_factory.mktemp("icons")
    subprocess.run([sys.executable, ROOT / "packaging" / "icons.py", folder], check=True)
    return folder


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_is_that_of_its_drawing(drawn: Path, size: int) -> None:
    name = f"{size}x{size}/{APP_ID}.png"
    kept, new = (
        QImage(str(folder / name)).convertToFormat(QImage.Format.Format_RGBA8888) for folder in (ICONS, drawn)
    )
    assert kept.size() == new.size() == QSize(size, size)
    pairs = zip(bytes(kept.constBits()), bytes(new.constBits()), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= WANDERS


def test_there_is_no_picture_of_another_size(drawn: Path) -> None:
    kept, new = ({each.parent.name for each in folder.glob("*x*/*.png")} for folder in (ICONS, drawn))
    assert kept == new == {f"{size}x{size}" for size in SIZES}


def test_the_window_s_icon_has_every_size(qtbot: QtBot) -> None:
    del qtbot  # pictures need the application
    assert sorted(size.width() for size in application_icon().availableSizes()) == list(SIZES)
