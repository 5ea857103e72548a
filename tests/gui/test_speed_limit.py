# SPDX-License-Identifier: MIT
"""The speed limit: chosen, said, kept, and at work from the start."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox

from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.window.ask_limit import AskLimit
from tests.gui.conftest import Until, Whole
from tests.gui.scene import Open, press


def said(parts: Whole) -> str:
    shown = [each.text() for each in parts.window.status.findChildren(QPushButton) if each.isVisible()]
    return next((text for text in shown if text.startswith("Limit")), "")


def ask(parts: Whole, number: int, unit: str) -> None:
    parts.window.actions_.other_limit.trigger()
    dialog = parts.window.findChildren(AskLimit)[-1]
    dialog.findChildren(QSpinBox)[0].setValue(number)
    dialog.findChildren(QComboBox)[0].setCurrentText(unit)
    press(dialog, "Set limit")


def test_a_usual_limit_counts_at_once_and_is_kept(whole: Open) -> None:
    parts = whole()
    assert said(parts) == ""
    assert parts.window.actions_.limits[0].isChecked()
    parts.window.actions_.limits[5_000_000].trigger()
    assert parts.manager._limit.bytes_per_second == 5_000_000
    assert settings.load(parts.config).bytes_per_second == 5_000_000
    assert said(parts) == "Limit: 5 MB/s"
    parts.window.actions_.limits[0].trigger()
    assert parts.manager._limit.bytes_per_second == 0
    assert settings.load(parts.config).bytes_per_second == 0
    assert said(parts) == ""


def test_another_limit_is_typed(whole: Open, until: Until) -> None:
    parts = whole()
    ask(parts, 750, "kB/s")
    assert parts.manager._limit.bytes_per_second == 750_000
    assert said(parts) == "Limit: 750 kB/s"
    assert parts.window.actions_.other_limit.isChecked()
    until(lambda: not parts.window.findChildren(AskLimit))
    parts.window.actions_.other_limit.trigger()
    dialog = parts.window.findChildren(AskLimit)[-1]
    assert dialog.bytes_per_second == 750_000, "it begins with what is on"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert parts.manager._limit.bytes_per_second == 750_000


def test_a_limit_that_is_not_typed_leaves_the_mark_where_it_was(whole: Open) -> None:
    parts = whole()
    parts.window.actions_.limits[1_000_000].trigger()
    parts.window.actions_.other_limit.trigger()
    parts.window.findChildren(AskLimit)[-1].reject()
    assert parts.window.actions_.limits[1_000_000].isChecked()
    assert said(parts) == "Limit: 1 MB/s"


def test_the_limit_of_the_settings_counts_from_the_start_and_when_they_change(whole: Open) -> None:
    parts = whole()
    config = parts.config
    settings.save(config, Settings(bytes_per_second=2_000_000))
    again = whole()
    assert again.manager._limit.bytes_per_second == 2_000_000
    assert again.window.actions_.limits[2_000_000].isChecked()
    assert said(again) == "Limit: 2 MB/s"
    settings.update(config, lambda now: msgspec.structs.replace(now, bytes_per_second=77_000))
    again.shelf.reload()
    assert again.manager._limit.bytes_per_second == 77_000
    assert said(again) == "Limit: 77 kB/s"
