# SPDX-License-Identifier: MIT
"""Rows whose server can be asked: what is there is skipped, what may have arrived is settled by asking."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QDeadlineTimer
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads import steps
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.notes import Note
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import (
    Answer,
    Request,
    ScriptedServer,
    StartServer,
    answer,
    never_answer,
    reset_after,
)
from tests.unit.uploads.scene import MakeDestination, Scene, upload

SIZE = 10  # bytes of each file here
WAIT = 'wait = 0.1\nsize = "{header:Content-Length}"'


class Shelf:
    """A server that stores by name what it is sent, and tells the size of what it has.

    `spoil` may put another answer in the place of that to an upload, `mute` in that of one to a question.
    """

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.uploads: list[str] = []
        self.questions: list[str] = []
        self.spoil: Callable[[str], Answer | None] = lambda _: None
        self.mute: Callable[[str], Answer | None] = lambda _: None

    def __call__(self, request: Request) -> Answer:
        name = request.target.rpartition("/")[2]
        if request.method == "HEAD":
            self.questions.append(name)
            there = Answer(headers=(("Content-Length", str(self.sizes.get(name))),), framed=True)
            return self.mute(name) or (there if name in self.sizes else answer(404))
        self.uploads.append(name)
        spoiled = self.spoil(name)
        if spoiled is None or spoiled.read is None:
            self.sizes[name] = SIZE
        return spoiled or answer(201)


def asking(to: MakeDestination, url: str, *tables: str, lookup: str = WAIT) -> Destination:
    """Return a destination to which files go by POST under their names, and that can be asked for them."""
    made = to(url, 'body = "raw"', *tables, f"[lookup]\nurl = '{url}/upload/{{filename}}'\n{lookup}")
    return msgspec.structs.replace(made, url=f"{url}/upload/{{filename}}")


@pytest.fixture
def manager(qapp: object) -> Iterator[UploadManager]:
    """Return one that tries again by itself."""
    del qapp
    made = UploadManager(SecretStore(no_keychain))
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


def started(scene: Scene, shelf: Shelf, count: int = 1, *tables: str, again: bool = False) -> ScriptedServer:
    """Add files for a server with this shelf."""
    server = scene.serve(shelf)
    scene.manager.add(scene.files(count, SIZE), asking(scene.to, server.url, *tables), again=again)
    return server


def the_row(scene: Scene) -> Upload:
    (row,) = scene.manager.uploads()
    return row


def test_what_the_server_has_is_skipped_with_its_reason(scene: Scene) -> None:
    shelf = Shelf()
    shelf.sizes["1.bin"] = SIZE
    started(scene, shelf, 3)
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE, State.SKIPPED, State.DONE]
    row = scene.manager.uploads()[1]
    assert row.problem
    assert row.problem.code is ErrorCode.FOUND_THERE
    assert row.exchange
    assert shelf.uploads.count("1.bin") == 0
    scene.manager.retry([row.id])
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert shelf.uploads.count("1.bin") == 1


def test_again_sends_what_the_server_has(scene: Scene) -> None:
    shelf = Shelf()
    shelf.sizes["0.bin"] = SIZE
    started(scene, shelf, again=True)
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.DONE]
    assert shelf.uploads == ["0.bin"]


def test_a_lost_answer_is_settled_by_asking(scene: Scene) -> None:
    shelf = Shelf()
    shelf.spoil = lambda _: Answer(silent=True, ending=reset_after(0).ending)
    started(scene, shelf)
    scene.wait(lambda: scene.states() == [State.DONE])
    receipt = the_row(scene).receipt
    assert receipt
    assert receipt.notes == (Note.VERIFIED, Note.ASKED_LATER)
    assert the_row(scene).attempts == 2
    assert shelf.uploads == ["0.bin"]


def test_what_did_not_arrive_is_sent_again(scene: Scene) -> None:
    shelf = Shelf()
    # Read to its last byte, and thrown away: only the question tells.
    shelf.spoil = lambda _: None if len(shelf.uploads) > 1 else reset_after(SIZE)
    started(scene, shelf)
    scene.wait(lambda: scene.states() == [State.DONE])
    assert shelf.uploads == ["0.bin"] * 2
    assert shelf.questions.count("0.bin") >= 3  # before, after the loss, and as a proof


def test_while_the_question_fails_nothing_is_sent_and_in_the_end_nobody_knows(scene: Scene) -> None:
    shelf = Shelf()
    shelf.spoil = lambda _: answer(500)
    shelf.mute = lambda _: answer(500, b"out of order") if shelf.uploads else None
    started(scene, shelf, 1, "[retry]\nattempts = 2")
    scene.wait(lambda: scene.states() == [State.UNCONFIRMED])
    row = the_row(scene)
    assert row.problem
    assert row.problem.code is ErrorCode.LOOKUP_FAILED
    assert row.doubt is None
    assert shelf.uploads == ["0.bin"]
    shelf.mute = lambda _: None
    scene.manager.retry([row.id])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert shelf.uploads == ["0.bin"]


def test_a_question_that_fails_before_anything_was_sent_is_asked_again(scene: Scene) -> None:
    shelf = Shelf()
    shelf.mute = lambda _: answer(500) if len(shelf.questions) == 1 else None
    started(scene, shelf)
    scene.wait(lambda: scene.states() == [State.DONE])
    assert shelf.uploads == ["0.bin"]


def test_a_server_that_has_another_file_afterwards_has_not_what_was_sent(scene: Scene) -> None:
    shelf = Shelf()
    server = scene.serve(shelf)
    files = scene.files(1, SIZE + 1)
    scene.manager.add(files, asking(scene.to, server.url))
    scene.wait(lambda: scene.states() == [State.FAILED])
    row = the_row(scene)
    assert row.problem
    assert row.problem.code is ErrorCode.SIZE_MISMATCH
    assert row.receipt is None


def test_a_server_that_finds_nothing_afterwards_leaves_it_to_the_person(scene: Scene) -> None:
    shelf = Shelf()
    shelf.mute = lambda _: answer(404)
    started(scene, shelf)
    scene.wait(lambda: scene.states() == [State.UNCONFIRMED])
    row = the_row(scene)
    assert row.problem
    assert row.problem.code is ErrorCode.LOOKUP_MISSING
    assert shelf.uploads == ["0.bin"]


def test_a_row_in_doubt_that_is_cancelled_may_have_arrived(scene: Scene) -> None:
    shelf = Shelf()
    shelf.spoil = lambda _: answer(500)
    shelf.mute = lambda _: answer(503, b"", Retry_After="100") if shelf.uploads else None
    started(scene, shelf)
    scene.wait(lambda: bool(shelf.uploads) and scene.states() == [State.RETRYING])
    scene.wait(lambda: len(shelf.questions) > 1 and scene.states() == [State.RETRYING])
    scene.manager.cancel([the_row(scene).id])
    row = the_row(scene)
    assert row.state is State.UNCONFIRMED
    assert row.problem


def test_an_answer_that_a_person_must_weigh_does_not_stand_in_the_way_twice(scene: Scene) -> None:
    other = replace(
        upload(destination=asking(scene.to, "http://127.0.0.1:1"), state=State.UNCONFIRMED),
        problem=Problem(ErrorCode.LOOKUP_OTHER, {}),
    )
    again = steps.renewed(other, Renewal(other.id, other.source, None))
    assert (again.state, again.again, again.doubt) == (State.QUEUED, True, None)
    lost = replace(other, problem=Problem(ErrorCode.REPLY_LOST, {}))
    again = steps.renewed(lost, Renewal(lost.id, lost.source, None))
    assert (again.again, again.doubt is None) == (False, False)


class Session:
    """One run of the program after another, over the same ledger."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self._qtbot = qtbot
        self._folder = folder

    def open(self) -> UploadManager:
        return UploadManager(SecretStore(no_keychain), ledger=Ledger(self._folder))

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)


@pytest.mark.parametrize("again", [False, True])
def test_what_the_end_of_the_program_broke_off_is_settled_by_the_next_run(
    qtbot: QtBot, tmp_path: Path, scripted_server: StartServer, to: MakeDestination, *, again: bool
) -> None:
    session, shelf = Session(qtbot, tmp_path / "data"), Shelf()
    shelf.spoil = lambda _: never_answer()
    server = scripted_server(shelf)
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    first = session.open()
    first.add([path], asking(to, server.url), again=again)
    session.wait(lambda: [each.state for each in first.uploads()] == [State.AWAITING_REPLY])
    first.stop_all()
    session.wait(lambda: not first.is_busy)
    assert first.shutdown(QDeadlineTimer(20_000))
    second = session.open()
    second.restore(State.UNCONFIRMED)
    ended = State.UNCONFIRMED if again else State.DONE
    session.wait(lambda: [each.state for each in second.uploads()] == [ended])
    (row,) = second.uploads()
    assert second.shutdown(QDeadlineTimer(20_000))
    assert shelf.uploads == ["a.bin"]
    assert row.again == again
    assert bool(row.receipt and Note.ASKED_LATER in row.receipt.notes) != again
