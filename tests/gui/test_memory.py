# SPDX-License-Identifier: MIT
"""The window remembers: what an earlier run left, what closing means, what is said when nothing is kept."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from guiuploader import memory
from guiuploader.app import Program
from guiuploader.destinations.library import Library, from_url
from guiuploader.memory import Memory, opened
from guiuploader.paths import folders
from guiuploader.uploads import messages
from guiuploader.uploads.call import Call
from guiuploader.uploads.ledger_reader import ledger_path
from guiuploader.uploads.messages import (
    Accepted,
    AddFiles,
    Ended,
    Event,
    Request,
    Resume,
    Show,
    Stop,
    add_files,
)
from guiuploader.values import settings
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.settings import Settings
from guiuploader.values.states import State
from guiuploader.window import troubles
from guiuploader.window.theme import Theme
from tests.gui.conftest import Until, button, question
from tests.gui.scene import files, press
from tests.helpers.scripted_server import Answer, StartServer, answer, never_answer

Start = Callable[[], Program]
FULL = Problem(ErrorCode.LEDGER_FULL, {"path": "/somewhere"})


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Return a function that opens the program over what its folder remembers, and closes the one before."""
    made: list[Program] = []

    def close() -> None:
        for each in made:
            each.window.close_for_good()
            assert each.shutdown()
            each.window.deleteLater()
            each.deleteLater()
        made.clear()
        for theme in qapp.findChildren(Theme):
            theme.setParent(None)
            theme.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def start() -> Program:
        close()
        where = folders(tmp_path / "home")
        made.append(Program(qapp, where, SecretStore(no_keychain, {}), opened(where.data)))
        return made[-1]

    yield start
    close()


def states(program: Program) -> list[State]:
    return [upload.state for upload in program.manager.uploads()]


def test_what_was_on_its_way_goes_on_next_time_and_the_window_says_so(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, gate=gate))
    first = program()
    first.open(files(tmp_path, 5), to=server.url, demo=False)
    until(lambda: sum(request.complete for request in server.requests) == 3)
    assert not first.window.close()
    asked = question(first.window)
    assert asked.text() == "3 uploads are still running."
    assert asked.informativeText().replace("\u200b", "") == (
        "What is being sent now starts again next time, unless the server has it already;"
        " nothing else is lost."
    )
    press(asked, "Close anyway")
    until(lambda: not first.window.isVisible())
    second = program()
    second.open([], to=None, demo=False)
    assert second.window.notice.text == "2 uploads from last time go on · 3 may have arrived"
    gate.set()
    until(lambda: sorted(states(second)) == [State.DONE] * 2 + [State.UNCONFIRMED] * 3)
    assert second.window.model.rowCount() == 5
    third = program()
    third.open([], to=None, demo=False)
    assert third.window.notice.text == "3 may have arrived"
    until(lambda: states(third) == [State.UNCONFIRMED] * 3)
    assert len(server.requests) == 5


def test_a_link_that_is_a_secret_is_used_and_in_no_file(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    server = scripted_server([answer(400), answer(201)])
    link = f"{server.url}/up?folder=a&sig=pl4nted-signature"
    started = program()
    started.open(files(tmp_path, 1), to=link, demo=False)
    until(lambda: states(started) == [State.FAILED])
    assert started.manager.uploads()[0].forgets
    again = program()
    again.open([], to=None, demo=False)
    until(lambda: states(again) == [State.FAILED])
    again.manager.retry([again.manager.uploads()[0].id])
    until(again.window.sign_in.isVisible)
    field = again.window.sign_in.findChildren(QLineEdit)[0]
    assert field.accessibleName() == "link"
    field.setText(link)
    press(again.window.sign_in, "Try again")
    until(lambda: states(again) == [State.DONE])
    assert [request.target for request in server.requests] == [link.removeprefix(server.url)] * 2
    home = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert home
    assert not [path for path in home if b"pl4nted" in path.read_bytes()]


def test_the_first_start_says_nothing_of_last_time(program: Start) -> None:
    started = program()
    started.open([], to=None, demo=False)
    assert started.window.notice.text == ""
    assert not started.manager.is_busy


def test_closing_does_not_ask_while_nothing_is_being_sent(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    config = folders(tmp_path / "home")
    Library(config.destinations).add(from_url(scripted_server(answer(201)).url))
    name = Library(config.destinations).listing().destinations[0].name
    settings.save(config.config, Settings(unproven=(name,)))
    started = program()
    started.open(files(tmp_path, 2), to=name, demo=False)
    until(lambda: states(started) == [State.HELD, State.HELD])
    assert started.window.close(), "they are kept"
    again = program()
    again.open([], to=None, demo=False)
    until(lambda: states(again) == [State.HELD, State.HELD])


def test_closing_asks_for_what_is_not_in_the_queue_yet(program: Start, tmp_path: Path) -> None:
    started = program()
    started.open(files(tmp_path, 2), to=None, demo=False)
    assert not started.window.close()
    assert question(started.window).text() == "2 not added yet."
    assert question(started.window).informativeText().startswith("What has not been added yet")
    press(question(started.window), "Close anyway")


@pytest.fixture
def in_the_way(tmp_path: Path) -> Path:
    """Return a file that stands where the data folder should."""
    path = folders(tmp_path / "home").data
    path.parent.mkdir()
    path.write_text("in the way")
    return path


@pytest.mark.usefixtures("in_the_way")
def test_the_person_may_go_on_without_memory(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    started = program()
    started.open(files(tmp_path, 1), to=server.url, demo=False)
    asked = question(started.window)
    assert "guiuploader cannot write in its folder." in asked.text().replace("\u200b", "")
    assert started.manager.uploads() == (), "nothing is done unasked"
    press(asked, "Go on without memory")
    until(lambda: started.window.status.text == "1 file arrived")


@pytest.mark.usefixtures("in_the_way")
def test_or_may_quit(program: Start, scripted_server: StartServer, tmp_path: Path, until: Until) -> None:
    server = scripted_server(answer(201))
    started = program()
    started.open(files(tmp_path, 1), to=server.url, demo=False)
    assert button(question(started.window), "Quit").isDefault()
    press(question(started.window), "Quit")
    until(lambda: not started.window.isVisible())
    assert server.connections == 0


def test_where_programs_cannot_talk_the_second_window_asks_too(
    program: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "CAN_TALK", False)
    first = program()
    first.open([], to=None, demo=False)
    held = opened(folders(tmp_path / "home").data)
    assert held.trouble is not None
    assert held.trouble.code is ErrorCode.LEDGER_IN_USE


@pytest.mark.expected_log("is damaged and was put aside")
def test_a_damaged_ledger_is_told_and_the_window_goes_on(program: Start, tmp_path: Path) -> None:
    path = ledger_path(folders(tmp_path / "home").data)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no ledger at all" * 1000)
    started = program()
    started.open([], to=None, demo=False)
    assert started.window.notice.text.startswith("The queue's file is damaged and was put aside")
    assert not started.window.findChildren(QMessageBox)


def test_trouble_with_the_disk_is_told_once_until_it_is_over(
    program: Start, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "_QUIET", 300)
    started = program()
    started.open([], to=None, demo=False)
    for _ in range(3):
        started.manager.troubled.emit(FULL)
        assert started.window.notice.text.count("the disk is full") == 1
    until(lambda: started.window.notice.text == "")
    started.manager.troubled.emit(FULL)
    assert "the disk is full" in started.window.notice.text


def test_a_window_beside_a_send_says_that_it_keeps_nothing(
    qapp: QApplication, program: Start, tmp_path: Path
) -> None:
    program()
    beside = Program(qapp, folders(tmp_path / "other"), SecretStore(no_keychain, {}), Memory(is_taken=True))
    beside.open([], to=None, demo=False)
    assert beside.window.notice.text.startswith("A “guiuploader send” is at work")
    beside.window.close_for_good()
    assert beside.shutdown()
    beside.window.deleteLater()
    beside.deleteLater()


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_second_start_brings_the_window_to_the_front_with_its_files(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    started = program()
    started.open([], to=None, demo=False)
    started.window.showMinimized()
    with Call(folders(tmp_path / "home").data) as call:
        call.say(Show())
        until(lambda: not started.window.isMinimized())
        assert call.hear(10) == Accepted()
        whole = list(add_files(files(tmp_path, 3), destination=from_url(server.url)))
        *paths, last = whole[0].paths
        call.say(AddFiles(paths=tuple(paths), destination=from_url(server.url), more=True))
        call.say(AddFiles(paths=(last,), destination=from_url(server.url)))
        until(lambda: started.window.status.text == "All 3 arrived")
        assert call.hear(10) == Accepted()
    assert started.window.destinations.count() == 1
    with Call(folders(tmp_path / "home").data) as call:
        call.say(whole[0])
        until(lambda: [each.state for each in started.manager.uploads()][3:] == [State.SKIPPED] * 3)
    assert len(server.requests) == 3
    assert started.window.destinations.count() == 1, "the same place is not listed twice"


def test_files_without_a_destination_wait_in_the_window_for_one(
    program: Start, tmp_path: Path, until: Until
) -> None:
    started = program()
    started.open([], to=None, demo=False)
    with Call(folders(tmp_path / "home").data) as call:
        for message in add_files(files(tmp_path, 2)):
            call.say(message)
        until(lambda: started.window.notice.text.startswith("The 2 things you added wait"))


def test_a_window_that_closes_with_a_caller_on_the_line_ends_all_the_same(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(never_answer())
    started = program()
    started.open([], to=None, demo=False)
    with Call(folders(tmp_path / "home").data) as call:
        for message in add_files(files(tmp_path, 1), destination=from_url(server.url), follow=True):
            call.say(message)
        until(lambda: len(server.requests) == 1)
        assert call.hear(10) == Accepted()
        program()
        while call.hear(10) is not None:
            pass


def lines(call: Call, last: str, until: Until) -> list[dict[str, object]]:
    """Return what a caller is told up to an event of this name, while the window goes on."""
    told: list[dict[str, object]] = []

    def hear() -> bool:
        with contextlib.suppress(TimeoutError):
            answer = call.hear(0)
            if isinstance(answer, Event):
                told.append(json.loads(answer.line))
        return bool(told) and told[-1]["event"] == last

    until(hear)
    return told


def has_ended(program: Program, count: int) -> bool:
    return len(states(program)) == count and not program.manager.is_busy


def test_a_follower_is_told_what_was_sent_before_and_what_is_in_the_queue_already(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    server = scripted_server(answer(201))
    started = program()
    paths = files(tmp_path, 2)
    started.open(paths, to=server.url, demo=False)
    until(lambda: states(started) == [State.DONE] * 2)
    for again, expected in ((False, "skipped"), (True, "done")):
        known = len(states(started))
        with Call(folders(tmp_path / "home").data) as call:
            twice = [*paths, paths[0]]
            for message in add_files(twice, destination=from_url(server.url), follow=True, again=again):
                call.say(message)
            until(partial(has_ended, started, known + 2))
            told = lines(call, "summary", until)
            assert [each["state"] for each in told if each["event"] == "finished"] == [expected] * 2
            assert [each["count"] for each in told if each["event"] == "left-out"] == [1]
            assert told[-1][expected] == 2
            assert call.hear(10) == Ended(code=0)
    assert len(server.requests) == 4


def test_a_follower_is_told_of_rows_that_are_taken_out_and_of_no_others(
    program: Start, scripted_server: StartServer, tmp_path: Path, until: Until
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, gate=gate))
    started = program()
    theirs, others = tmp_path / "theirs", tmp_path / "others"  # none is written anew while it is sent
    theirs.mkdir()
    others.mkdir()
    started.open(files(tmp_path, 2), to=server.url, demo=False)
    until(lambda: len(started.manager.uploads()) == 2)
    with Call(folders(tmp_path / "home").data) as call:
        for message in add_files(files(theirs, 3), destination=from_url(server.url), follow=True):
            call.say(message)
        until(lambda: len(started.manager.uploads()) == 5)
        last = started.manager.uploads()[-1].id
        with Call(folders(tmp_path / "home").data) as other:
            for message in add_files(files(others, 1), destination=from_url(server.url)):
                other.say(message)
            until(lambda: len(started.manager.uploads()) == 6)
        started.manager.remove([last])
        gate.set()
        until(lambda: states(started) == [State.DONE] * 5)
        told = lines(call, "summary", until)
        ended = {each["id"]: each["state"] for each in told if each["event"] == "finished"}
        assert ended == {3: "done", 4: "done", last: "cancelled"}
        assert told[-1]["done"] == 2
        assert call.hear(10) == Ended(code=1)
        assert call.hear(10) is None


def answers(tmp_path: Path, request: Request, until: Until) -> list[messages.Answer | None]:
    """Say this and return all that is answered, None at the end."""
    heard: list[messages.Answer | None] = []
    with Call(folders(tmp_path / "home").data) as call:
        call.say(request)

        def hear() -> bool:
            with contextlib.suppress(TimeoutError):
                heard.append(call.hear(0))
            return bool(heard) and heard[-1] is None

        until(hear)
    return heard


def test_a_follower_of_nothing_is_told_so_at_once(program: Start, tmp_path: Path, until: Until) -> None:
    started = program()
    started.open([], to=None, demo=False)
    heard = answers(tmp_path, Resume(), until)
    assert heard[-2] == Ended(code=0)
    assert started.manager.uploads() == ()


def test_who_stops_before_anything_began_is_let_go(program: Start, tmp_path: Path, until: Until) -> None:
    program().open([], to=None, demo=False)
    heard = answers(tmp_path, Stop(), until)
    assert heard[0] == Ended(code=130)
