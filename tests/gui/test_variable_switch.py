# SPDX-License-Identifier: MIT
"""The switch above the queue settles what a variable with choices is, before anything is dropped."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from guiuploader.destinations.destination import Variable
from guiuploader.values.states import State
from guiuploader.window.ask_values import AskValues
from guiuploader.window.notice import NoticeBar
from guiuploader.window.sharing_file import SharingFile
from tests.gui.conftest import ACME, Until, Whole
from tests.gui.scene import Open, Serve, files, press, served, states
from tests.helpers.scripted_server import answer

STAGE = Variable(label="Stage", default="local", choices=["local", "staging", "live"])


def choices(parts: Whole) -> dict[str, QComboBox]:
    found = parts.window.switch.findChildren(QComboBox)
    return {each.accessibleName(): each for each in found if each.isVisible()}


def test_a_switched_variable_is_not_asked_for(
    whole: Open, scripted_server: Serve, until: Until, tmp_path: Path
) -> None:
    server = scripted_server(answer(201))
    parts = whole(served(server, headers={"X-Stage": "{var:stage}"}, variables={"stage": STAGE}))
    box = choices(parts)["Stage"]
    label = next(each for each in parts.window.switch.findChildren(QLabel) if each.text() == "Stage")
    assert label.buddy() is box
    first, second, third = files(tmp_path, 3)
    parts.controller.add([first])
    until(lambda: states(parts) == [State.DONE])
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    parts.controller.add([second])
    until(lambda: states(parts) == [State.DONE] * 2)
    assert not parts.window.findChildren(AskValues)
    assert [request.header("X-Stage") for request in server.requests] == ["local", "live"]
    assert choices(parts)["Stage"].currentText() == "live"
    parts.window.activated.emit()
    parts.controller.add([third])
    until(lambda: states(parts) == [State.DONE] * 3)
    assert server.requests[2].header("X-Stage") == "live"


def test_what_has_no_default_is_nobodys_choice_but_a_persons(
    whole: Open, scripted_server: Serve, until: Until, tmp_path: Path
) -> None:
    server = scripted_server(answer(201))
    variables = {"stage": Variable(label="Stage", choices=["a", "b"]), "case": Variable(label="Case")}
    parts = whole(served(server, headers={"X-Stage": "{var:stage}{var:case}"}, variables=variables))
    box = choices(parts)["Stage"]
    assert box.currentIndex() == -1
    QTest.keyClick(box, Qt.Key.Key_B)
    until(lambda: choices(parts)["Stage"].currentText() == "b")
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.findChildren(AskValues))
    (ask,) = parts.window.findChildren(AskValues)
    assert [each.currentText() for each in ask.findChildren(QComboBox)] == ["b"], (
        "what was picked stands there"
    )
    next(each for each in ask.findChildren(QLineEdit) if each.accessibleName() == "Case").setText("7")
    press(ask, "Add files")
    until(lambda: states(parts) == [State.DONE])
    assert server.requests[0].header("X-Stage") == "b7"


def test_a_destination_without_choices_has_no_switch(whole: Open) -> None:
    parts = whole(ACME)
    assert not parts.window.switch.isVisible()


def test_a_shared_destination_is_a_file_without_secrets_that_says_what_it_asks_for(
    whole: Open, scripted_server: Serve, tmp_path: Path
) -> None:
    base = served(scripted_server(answer(201)), headers={"X-Key": "{secret:key}"})
    parts = whole(base, environment={"GUIUPLOADER_SECRET_KEY": "s3cret"})
    sharing = parts.window.findChild(SharingFile)
    assert isinstance(sharing, SharingFile)
    path = tmp_path / "box.guiuploader"
    sharing.write(base, path)
    assert "{secret:key}" in path.read_text()
    assert "s3cret" not in path.read_text()
    bar = parts.window.findChild(NoticeBar)
    assert isinstance(bar, NoticeBar)
    said = " ".join(each.text() for each in bar.findChildren(QLabel))
    assert "was written to box.guiuploader" in said
    assert "asked for: key" in said
    sharing.write(base, tmp_path)
    assert any(
        "cannot be written" in each.text() or str(tmp_path) in each.text()
        for each in bar.findChildren(QLabel)
    )
