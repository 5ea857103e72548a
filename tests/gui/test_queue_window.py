# SPDX-License-Identifier: MIT
"""The window over the real queue and real servers: adding, asking, ends, second tries, closing."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import FORMAT, Auth, Destination, Multipart, Reply, Variable
from guiuploader.sources.local_file import local_file
from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from guiuploader.window.ask_values import AskValues
from guiuploader.window.upload_model import Column
from tests.gui.conftest import MakeUpload, Whole
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    ScriptedServer,
    answer,
    never_answer,
    stall_after,
)

Open = Callable[..., Whole]
Serve = Callable[..., ScriptedServer]
LOST = Answer(silent=True, ending=Ending.CLOSE)  # takes the whole body and hangs up
LEFT = Qt.MouseButton.LeftButton


def served(server: ScriptedServer, **more: object) -> Destination:
    return Destination(format=FORMAT, name="Box", url=f"{server.url}/up", **more)  # type: ignore[arg-type] # a test's own keys


def files(folder: Path, count: int, size: int = 10) -> list[Path]:
    paths = [folder / f"file-{number}.bin" for number in range(count)]
    for path in paths:
        path.write_bytes(b"x" * size)
    return paths


def button(parts: Whole, text: str) -> QPushButton:
    return next(
        each
        for each in parts.window.findChildren(QPushButton)
        if each.isVisible() and each.text().replace("&", "") == text
    )


def states(parts: Whole) -> list[State]:
    return [upload.state for upload in parts.manager.uploads()]


def box_of(parts: Whole) -> QMessageBox:
    return parts.window.findChildren(QMessageBox)[-1]


def press(box: QMessageBox, text: str) -> None:
    wanted = next(each for each in box.buttons() if each.text().replace("&", "") == text)
    QTest.mouseClick(wanted, LEFT)


def test_a_batch_ends_in_one_lasting_sentence(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add(files(tmp_path, 5))
    qtbot.waitUntil(lambda: parts.window.status.text == "All 5 arrived")
    assert states(parts) == [State.DONE] * 5
    assert not parts.window.actions_.undo.isEnabled(), "what has arrived cannot be taken back"
    assert not [each for each in parts.window.notice.findChildren(QPushButton) if each.isVisible()]


def test_who_did_not_arrive_is_shown_and_tried_again(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    refused = {"count": 0}

    def refuse_twice(request: Request) -> Answer:
        del request
        refused["count"] += 1
        return answer(413 if refused["count"] <= 2 else 201)

    parts = whole(served(scripted_server(refuse_twice)))
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: parts.window.status.text == "1 arrived, 2 did not")
    QTest.mouseClick(button(parts, "Show"), LEFT)
    assert [upload.state for upload in parts.window.table.selected()] == [State.FAILED, State.FAILED]
    QTest.mouseClick(button(parts, "Try again"), LEFT)
    qtbot.waitUntil(lambda: parts.window.status.text == "All 3 arrived")


def test_the_sentence_lasts_while_ended_rows_are_tidied_away(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server([answer(413), answer(201), answer(201)])))
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: parts.window.status.text == "2 arrived, 1 did not")
    parts.window.actions_.clear_finished.trigger()
    qtbot.waitUntil(lambda: parts.window.status.text == "0 arrived, 1 did not")
    parts.controller.add(files(tmp_path, 2)[1:])
    qtbot.waitUntil(lambda: parts.window.status.text != "0 arrived, 1 did not")


def test_undo_takes_back_what_was_added_last(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    gate = Event()
    parts = whole(served(scripted_server(stall_after(0, gate=gate))))
    undo = parts.window.actions_.undo
    assert not undo.isEnabled()
    parts.controller.add(files(tmp_path, 4, size=5_000_000))
    qtbot.waitUntil(lambda: parts.window.notice.text.startswith("Added 4 files"))
    QTest.mouseClick(button(parts, "Undo"), LEFT)
    qtbot.waitUntil(lambda: parts.window.model.rowCount() == 0)
    assert parts.window.notice.text == ""
    assert not undo.isEnabled()
    gate.set()


def test_a_destination_that_never_worked_here_waits_for_send_until_its_first_success(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    server = scripted_server(answer(201))
    parts = whole(served(server))
    parts.controller.add(files(tmp_path, 2))
    qtbot.waitUntil(lambda: "wait for your “Send”" in parts.window.notice.text)
    assert states(parts) == [State.HELD, State.HELD]
    assert parts.window.status.text == "0 of 2 done · 2 waiting for “Send”"
    assert server.connections == 0
    QTest.mouseClick(button(parts, "Send"), LEFT)
    qtbot.waitUntil(lambda: parts.window.status.text == "All 2 arrived")
    assert settings.load(tmp_path / "config").unproven == ()
    parts.controller.add(files(tmp_path, 1))
    qtbot.waitUntil(lambda: parts.window.status.text == "1 file arrived")


def test_values_and_secrets_are_asked_once_for_all_files(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    server = scripted_server(answer(201))
    destination = served(
        server,
        auth=Auth(kind="bearer", token="{secret:token}"),
        multipart=Multipart(fields={"case": "{var:case}", "folder": "{var:folder}"}),
        variables={"case": Variable(label="Case number"), "folder": Variable(default="inbox")},
    )
    parts = whole(destination)
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: bool(parts.window.findChildren(AskValues)))
    dialog = parts.window.findChildren(AskValues)[0]
    fields = {each.accessibleName(): each for each in dialog.findChildren(QLineEdit)}
    assert list(fields) == ["Case number", "folder", "token"]
    assert fields["folder"].text() == "inbox"
    assert fields["token"].echoMode() is QLineEdit.EchoMode.Password
    add = next(each for each in dialog.findChildren(QPushButton) if "Add" in each.text())
    assert not add.isEnabled()
    fields["Case number"].setText("42")
    fields["token"].setText("s3cret")
    QTest.mouseClick(add, LEFT)
    qtbot.waitUntil(lambda: parts.window.status.text == "All 3 arrived")
    for number in range(3):
        request = server.request(number)
        assert request.header("Authorization") == "Bearer s3cret"
        assert b'name="case"\r\n\r\n42\r\n' in request.body
        assert b'name="folder"\r\n\r\ninbox\r\n' in request.body


def test_cancelling_the_question_adds_nothing(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server(answer(201)), variables={"case": Variable()}))
    parts.controller.add(files(tmp_path, 1))
    qtbot.waitUntil(lambda: bool(parts.window.findChildren(AskValues)))
    parts.window.findChildren(AskValues)[0].reject()
    qtbot.waitUntil(lambda: not parts.window.findChildren(AskValues))
    assert parts.manager.uploads() == ()


def test_a_secret_that_is_known_is_not_asked_for(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    server = scripted_server(answer(201))
    destination = served(server, auth=Auth(kind="bearer", token="{secret:token}"))
    parts = whole(destination, environment={"GUIUPLOADER_SECRET_TOKEN": "from-outside"})
    parts.controller.add(files(tmp_path, 1))
    qtbot.waitUntil(lambda: parts.window.status.text == "1 file arrived")
    assert server.request().header("Authorization") == "Bearer from-outside"


def test_links_are_copied_one_a_line_in_queue_order(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    count = {"n": 0}

    def number_them(request: Request) -> Answer:
        del request
        count["n"] += 1
        return answer(201, b'{"link": "https://box.example/%d"}' % count["n"])

    settings.save(tmp_path / "config", Settings(parallel=1))
    parts = whole(served(scripted_server(number_them), reply=Reply(link="{json:link}")))
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: parts.window.status.text == "All 3 arrived")
    parts.window.table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    parts.window.table.selectAll()
    parts.window.actions_.copy_link.trigger()
    links = [upload.receipt.link for upload in parts.manager.uploads() if upload.receipt]
    assert QGuiApplication.clipboard().text().splitlines() == links
    assert len(set(links)) == 3


class Browser:
    """Stands in for the person's browser."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, url: QUrl) -> bool:
        self.opened.append(url.toString())
        return True


@pytest.mark.parametrize(
    ("link", "opens"), [("https://box.example/a", True), ("file:///etc/passwd", False), ("ssh://x", False)]
)
def test_only_web_links_are_opened(
    whole: Open,
    make_upload: MakeUpload,
    monkeypatch: pytest.MonkeyPatch,
    link: str,
    *,
    opens: bool,
) -> None:
    browser = Browser()
    monkeypatch.setattr(QDesktopServices, "openUrl", browser.open)
    parts = whole()
    upload = make_upload("a", 1, State.DONE, link=link)
    parts.window.model.append([upload])
    parts.window.table.selectAll()
    assert parts.window.actions_.open_link.isEnabled() == opens
    parts.window.table.open_requested.emit()
    assert browser.opened == ([link] if opens else [])


def test_sending_an_unconfirmed_file_again_is_asked_in_its_own_words(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server([LOST, answer(201)])))
    parts.controller.add(files(tmp_path, 1))
    qtbot.waitUntil(lambda: parts.window.status.text == "0 arrived, 1 may have arrived")
    parts.window.table.selectAll()
    retry = parts.window.actions_.retry
    assert retry.iconText() == "Send again"
    retry.trigger()
    assert box_of(parts).text() == "Send file-0.bin again?"
    assert "may have arrived" in box_of(parts).informativeText()
    press(box_of(parts), "Leave as it is")
    qtbot.waitUntil(lambda: not parts.window.findChildren(QMessageBox))
    assert states(parts) == [State.UNCONFIRMED]
    retry.trigger()
    press(box_of(parts), "Send again")
    qtbot.waitUntil(lambda: parts.window.status.text == "1 file arrived")


def test_the_strip_tells_the_whole_reason_and_has_its_buttons(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server(answer(401, b"<i>who</i> are you"))))
    parts.controller.add(files(tmp_path, 1))
    qtbot.waitUntil(lambda: parts.window.status.text == "0 arrived, 1 did not")
    parts.window.table.selectAll()
    assert parts.window.strip.text.startswith("The server wants you to sign in (401).")
    assert "Check the token or the password" in parts.window.strip.text
    seen = [each.text() for each in parts.window.strip.findChildren(QPushButton) if each.isVisible()]
    assert seen == ["&Try again", "&Remove"]


def test_rows_are_cancelled_removed_and_cleared(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server(never_answer())))
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: parts.window.model.rowCount() == 3)
    parts.window.table.selectAll()
    qtbot.waitUntil(parts.window.actions_.cancel.isEnabled)
    parts.window.actions_.cancel.trigger()
    qtbot.waitUntil(lambda: set(states(parts)) == {State.CANCELLED})
    qtbot.waitUntil(parts.window.actions_.remove.isEnabled)
    parts.window.actions_.remove.trigger()
    qtbot.waitUntil(lambda: parts.window.model.rowCount() == 0)


def test_finished_rows_are_cleared(whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot) -> None:
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add([*files(tmp_path, 2)])
    qtbot.waitUntil(lambda: parts.window.status.text == "All 2 arrived")
    parts.window.actions_.clear_finished.trigger()
    qtbot.waitUntil(lambda: parts.window.model.rowCount() == 0)
    assert parts.window.status.text == "Nothing to send yet"


def test_closing_while_uploads_run_asks_once_and_can_be_taken_back(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    parts = whole(served(scripted_server(never_answer())))
    parts.controller.add(files(tmp_path, 3))
    qtbot.waitUntil(lambda: parts.manager.overall().counts[State.QUEUED] == 1)
    assert not parts.window.close()
    assert box_of(parts).text() == "2 uploads are still running, 1 waiting."
    parts.window.close()
    assert len(parts.window.findChildren(QMessageBox)) == 1
    press(box_of(parts), "Keep going")
    qtbot.waitUntil(lambda: not parts.window.findChildren(QMessageBox))
    assert parts.window.isVisible()
    parts.window.close()
    press(box_of(parts), "Stop them")
    qtbot.waitUntil(lambda: not parts.window.isVisible())


def test_closing_with_nothing_to_do_closes(whole: Open) -> None:
    parts = whole()
    parts.window.close()
    assert not parts.window.isVisible()


def test_a_file_that_grows_between_fails_its_row_alone(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    parts = whole(served(scripted_server(answer(201))))
    paths = files(tmp_path, 2)
    assert local_file(paths[0]).size == 10
    parts.controller.add(paths)
    qtbot.waitUntil(lambda: states(parts) == [State.HELD, State.HELD])
    paths[0].write_bytes(b"longer than before")
    parts.window.table.selectAll()
    parts.window.actions_.send.trigger()
    qtbot.waitUntil(lambda: parts.window.status.text == "1 arrived, 1 did not")
    assert parts.window.model.index(0, Column.PROGRESS).data() == "The file changed since it was added."


@pytest.mark.parametrize("action", ["add_files", "add_folder"])
def test_what_is_picked_in_the_file_dialog_is_added(
    whole: Open, scripted_server: Serve, tmp_path: Path, qtbot: QtBot, action: str
) -> None:
    (tmp_path / "folder").mkdir()
    picked = files(tmp_path / "folder", 2)
    parts = whole(served(scripted_server(answer(201))))
    getattr(parts.window.actions_, action).trigger()
    dialog = parts.window.findChildren(QFileDialog)[0]
    names = [tmp_path / "folder"] if action == "add_folder" else picked
    dialog.filesSelected.emit([str(path) for path in names])
    dialog.reject()
    qtbot.waitUntil(lambda: parts.window.status.text == "All 2 arrived")
    qtbot.waitUntil(lambda: not parts.window.findChildren(QFileDialog))
