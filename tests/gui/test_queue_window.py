# SPDX-License-Identifier: MIT
"""The window over the real queue and real servers: adding, ends, second tries."""

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressBar, QPushButton

from guiuploader.destinations.destination import FORMAT, Destination, Reply
from guiuploader.sources.local_file import local_file
from guiuploader.values import settings
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from guiuploader.window.upload_model import Column
from tests.gui.conftest import MakeUpload, Until, question
from tests.gui.scene import LOST, Open, Serve, files, press, served, states
from tests.helpers.scripted_server import Answer, Request, answer, never_answer, stall_after


def test_a_batch_ends_in_one_lasting_sentence(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add(files(tmp_path, 5))
    until(lambda: parts.window.status.text == "All 5 arrived")
    assert states(parts) == [State.DONE] * 5
    assert not parts.window.actions_.undo.isEnabled(), "what has arrived cannot be taken back"
    assert not [each for each in parts.window.notice.findChildren(QPushButton) if each.isVisible()]


def test_who_did_not_arrive_is_shown_and_tried_again(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    refused = {"count": 0}

    def refuse_twice(request: Request) -> Answer:
        del request
        refused["count"] += 1
        return answer(413 if refused["count"] <= 2 else 201)

    parts = whole(served(scripted_server(refuse_twice)))
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.window.status.text == "1 arrived, 2 failed")
    press(parts.window, "Show")
    assert [upload.state for upload in parts.window.table.selected()] == [State.FAILED, State.FAILED]
    press(parts.window, "Try again")
    until(lambda: parts.window.status.text == "All 3 arrived")


def test_the_sentence_lasts_while_ended_rows_are_tidied_away(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(413), answer(201), answer(201)])))
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.window.status.text == "2 arrived, 1 failed")
    parts.window.actions_.clear_finished.trigger()
    until(lambda: parts.window.status.text == "0 arrived, 1 failed")
    parts.controller.add(files(tmp_path, 2)[1:])
    until(lambda: parts.window.status.text != "0 arrived, 1 failed")


def test_held_rows_count_for_the_bar_only_once_they_are_sent(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    gate = Event()
    settings.save(tmp_path / "config", Settings(unproven=("New",)))
    used = served(scripted_server(stall_after(0, gate=gate)))
    new = Destination(format=FORMAT, name="New", url=used.url)
    parts = whole(used, new)
    bar = parts.window.status.findChildren(QProgressBar)[0]
    parts.controller.add(files(tmp_path, 1, size=9_000_000), "New")
    until(lambda: states(parts) == [State.HELD])
    assert bar.isHidden()
    (tmp_path / "small").write_bytes(b"x" * 100_000_000)
    parts.controller.add([tmp_path / "small"], "Box")
    until(lambda: State.UPLOADING in states(parts))
    overall = parts.manager.overall()
    assert overall.bytes_left <= 100_000_000
    assert bar.value() < 100, "nearly nothing has been taken yet"
    gate.set()
    until(lambda: parts.window.status.text == "1 file arrived")


def test_a_destination_that_never_worked_here_waits_for_send_until_its_first_success(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    server = scripted_server(answer(201))
    parts = whole(served(server))
    parts.controller.add(files(tmp_path, 2))
    until(lambda: "wait for your “Send”" in parts.window.notice.text)
    assert states(parts) == [State.HELD, State.HELD]
    assert parts.window.status.text == "0 of 2 done · 2 waiting for “Send”"
    assert server.connections == 0
    press(parts.window, "Send")
    until(lambda: parts.window.status.text == "All 2 arrived")
    assert settings.load(tmp_path / "config").unproven == ()
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "1 file arrived")


def test_links_are_copied_one_a_line_in_queue_order(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    count = {"n": 0}

    def number_them(request: Request) -> Answer:
        del request
        count["n"] += 1
        return answer(201, b'{"link": "https://box.example/%d"}' % count["n"])

    parts = whole(served(scripted_server(number_them), reply=Reply(link="{json:link}")), parallel=1)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.window.status.text == "All 3 arrived")
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
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([LOST, answer(201)])))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "0 arrived, 1 may have arrived")
    parts.window.table.selectAll()
    retry = parts.window.actions_.retry
    assert retry.iconText() == "Send again"
    retry.trigger()
    assert question(parts.window).text() == "Send file-0.bin again?"
    assert "may have arrived" in question(parts.window).informativeText()
    press(question(parts.window), "Leave as it is")
    until(lambda: not parts.window.findChildren(QMessageBox))
    assert states(parts) == [State.UNCONFIRMED]
    retry.trigger()
    press(question(parts.window), "Send again")
    until(lambda: parts.window.status.text == "1 file arrived")


def test_the_strip_tells_the_whole_reason_and_has_its_buttons(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(answer(401, b"<i>who</i> are you"))))
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "0 arrived, 1 failed")
    parts.window.table.selectAll()
    assert parts.window.strip.summary.text.startswith("The server wants you to sign in (401).")
    assert "Check the token or the password" in parts.window.strip.summary.text
    seen = [each.text() for each in parts.window.strip.findChildren(QPushButton) if each.isVisible()]
    assert seen == ["&Try again", "&Remove"]


def test_rows_are_cancelled_removed_and_cleared(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server(never_answer())))
    parts.controller.add(files(tmp_path, 3))
    until(lambda: parts.window.model.rowCount() == 3)
    parts.window.table.selectAll()
    until(parts.window.actions_.cancel.isEnabled)
    parts.window.actions_.cancel.trigger()
    until(lambda: set(states(parts)) <= {State.CANCELLED, State.UNCONFIRMED})
    until(parts.window.actions_.remove.isEnabled)
    parts.window.actions_.remove.trigger()
    until(lambda: parts.window.model.rowCount() == 0)


def test_remove_leaves_what_is_being_sent(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    gate = Event()
    parts = whole(served(scripted_server(stall_after(0, gate=gate))), parallel=1)
    actions = parts.window.actions_
    parts.controller.add(files(tmp_path, 3, size=30_000_000))
    until(lambda: states(parts) == [State.UPLOADING, State.QUEUED, State.QUEUED])
    until(lambda: parts.window.model.at(0).state is State.UPLOADING)
    running = next(each for each in parts.manager.uploads() if each.state is State.UPLOADING)
    parts.window.table.selectAll()
    until(actions.remove.isEnabled)
    actions.remove.trigger()
    until(lambda: states(parts) == [State.UPLOADING])
    parts.window.table.select([running.id])
    until(lambda: not actions.remove.isEnabled())
    assert actions.cancel.isEnabled()
    assert states(parts) == [State.UPLOADING]
    gate.set()
    until(lambda: states(parts) == [State.DONE])


def test_only_finished_rows_can_be_cleared(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    parts = whole(served(scripted_server([answer(413), answer(201)])), parallel=1)
    clear = parts.window.actions_.clear_finished
    assert not clear.isEnabled()
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "0 arrived, 1 failed")
    assert not clear.isEnabled()
    parts.controller.add(files(tmp_path, 2)[1:])
    until(lambda: parts.window.status.text == "1 file arrived")
    assert clear.isEnabled()
    clear.trigger()
    until(lambda: not clear.isEnabled())


def test_finished_rows_are_cleared(whole: Open, scripted_server: Serve, tmp_path: Path, until: Until) -> None:
    parts = whole(served(scripted_server(answer(201))))
    parts.controller.add([*files(tmp_path, 2)])
    until(lambda: parts.window.status.text == "All 2 arrived")
    parts.window.actions_.clear_finished.trigger()
    until(lambda: parts.window.model.rowCount() == 0)
    assert parts.window.status.text == "Nothing to send yet"


def test_a_file_that_grows_between_fails_its_row_alone(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    settings.save(tmp_path / "config", Settings(unproven=("Box",)))
    parts = whole(served(scripted_server(answer(201))))
    paths = files(tmp_path, 2)
    assert local_file(paths[0]).size == 10
    parts.controller.add(paths)
    until(lambda: states(parts) == [State.HELD, State.HELD])
    paths[0].write_bytes(b"longer than before")
    parts.window.table.selectAll()
    parts.window.actions_.send.trigger()
    until(lambda: parts.window.status.text == "1 arrived, 1 failed")
    assert parts.window.model.index(0, Column.PROGRESS).data() == "The file changed since it was added."


def test_a_folder_that_is_picked_as_an_archive_is_one_row_and_one_zip(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "folder").mkdir()
    files(tmp_path / "folder", 2)
    server = scripted_server(answer(201))
    parts = whole(served(server))
    parts.window.actions_.add_archive.trigger()
    dialog = parts.window.findChildren(QFileDialog)[0]
    dialog.filesSelected.emit([str(tmp_path / "folder")])
    dialog.reject()
    until(lambda: "arrived" in parts.window.status.text)
    (request,) = server.requests
    assert b'filename="folder.zip"\r\nContent-Type: application/zip' in request.body
    until(lambda: not parts.window.findChildren(QFileDialog))


@pytest.mark.parametrize("action", ["add_files", "add_folder"])
def test_what_is_picked_in_the_file_dialog_is_added(
    whole: Open, scripted_server: Serve, tmp_path: Path, until: Until, action: str
) -> None:
    (tmp_path / "folder").mkdir()
    picked = files(tmp_path / "folder", 2)
    parts = whole(served(scripted_server(answer(201))))
    getattr(parts.window.actions_, action).trigger()
    dialog = parts.window.findChildren(QFileDialog)[0]
    names = [tmp_path / "folder"] if action == "add_folder" else picked
    dialog.filesSelected.emit([str(path) for path in names])
    dialog.reject()
    until(lambda: parts.window.status.text == "All 2 arrived")
    until(lambda: not parts.window.findChildren(QFileDialog))
