# SPDX-License-Identifier: MIT
"""Nothing is doubled by habit: what was sent before is skipped, what is on its way is not added twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QDeadlineTimer, QObject, Slot
from pytestqt.qtbot import QtBot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Ending, StartServer, answer, never_answer
from tests.unit.uploads.ledger_scene import rows_of
from tests.unit.uploads.scene import Heard, MakeDestination

LOST = Answer(silent=True, ending=Ending.CLOSE)


class Run(QObject):
    """One run of the program, and what it says of doubles."""

    def __init__(self, qtbot: QtBot, ledger: Ledger | None) -> None:
        super().__init__()
        self.ledger = ledger
        self.manager = UploadManager(SecretStore(no_keychain), parallel=1, ledger=ledger, will_retry=False)
        self.heard = Heard(self.manager)
        self.doubles: list[tuple[int, int]] = []
        self.manager.doubles_found.connect(self._on_doubles_found)
        self._qtbot = qtbot

    def add(self, paths: list[Path], to: Destination, *, again: bool = False) -> None:
        """Add these, and wait until they are taken in and all that goes by itself has ended."""
        before = len(self.heard.intakes)
        self.manager.add(paths, to, again=again)
        self.wait(lambda: len(self.heard.intakes) > before and not self.manager.is_busy)
        self.wait(self.is_written)

    def is_written(self) -> bool:
        """Tell whether the ledger has what is shown."""
        written = rows_of(self.ledger) if self.ledger else {}
        shown = self.manager.uploads()
        return self.ledger is None or all(written[each.id].state is each.state for each in shown)

    def states(self) -> list[State]:
        return [upload.state for upload in self.manager.uploads()]

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)

    @Slot(int, int, int)
    def _on_doubles_found(self, _batch: int, skipped: int, queued: int) -> None:
        self.doubles.append((skipped, queued))


OpenRun = Callable[..., AbstractContextManager[Run]]


@pytest.fixture
def run(qtbot: QtBot, tmp_path: Path) -> OpenRun:
    """Return what opens a run over the same folder as the one before."""

    @contextmanager
    def opened(*, has_memory: bool = True) -> Iterator[Run]:
        made = Run(qtbot, Ledger(tmp_path / "data") if has_memory else None)
        try:
            yield made
        finally:
            assert made.manager.shutdown(QDeadlineTimer(20_000))

    return opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "in"
    folder.mkdir()
    paths = [folder / f"{name}.bin" for name in "abc"]
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def test_what_was_sent_before_is_skipped_and_says_when_and_where(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(201, Location="https://files.example/it"))
    place = to(server.url)
    with run() as first:
        first.add(files[:2], place)
        assert (first.states(), first.doubles) == ([State.DONE] * 2, [])
        first.add(files[:2], place)
        assert first.states() == [State.DONE] * 2 + [State.SKIPPED] * 2
    files[1].write_bytes(b"changed")
    with run() as second:
        second.add(files, msgspec.structs.replace(place, retry=place.retry))
        assert second.states() == [State.SKIPPED, State.DONE, State.DONE]
        assert second.doubles == [(1, 0)]
        second.wait(lambda: second.heard.ended == 1)
        skipped = second.manager.uploads()[0]
        assert skipped.problem is not None
        assert skipped.problem.code is ErrorCode.SENT_BEFORE
        assert skipped.problem.facts["place"] == "Test"
        assert str(skipped.problem.facts["when"])[:2] == "20"
        assert skipped.link == "https://files.example/it"
        assert second.ledger is not None
        assert rows_of(second.ledger)[skipped.id].problem == skipped.problem
    assert len(server.requests) == 4


def test_a_skipped_row_is_sent_again_when_a_person_says_so(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(201))
    place = to(server.url)
    with run() as going:
        going.add(files, place)
        going.add(files, place)
        skipped = [upload.id for upload in going.manager.uploads() if upload.state is State.SKIPPED]
        going.manager.retry(skipped[:1])
        going.wait(lambda: going.states() == [State.DONE] * 4 + [State.SKIPPED] * 2)
        going.wait(going.is_written)
        going.add(files, place, again=True)
        assert going.states()[6:] == [State.DONE] * 3
        going.manager.clear_finished()
        assert going.states() == []
    assert len(server.requests) == 7


@pytest.mark.parametrize("memory", [{}, {"has_memory": False}])
def test_what_is_on_its_way_is_not_added_twice(
    memory: dict[str, bool],
    run: OpenRun,
    files: list[Path],
    scripted_server: StartServer,
    to: MakeDestination,
) -> None:
    place, other = (to(scripted_server(never_answer()).url) for _ in range(2))
    with run(**memory) as going:
        for again in (False, True):  # at once, before the first are written
            going.manager.add(files[:2], place, again=again)
        going.manager.add([*files, files[2]], place)
        going.manager.add(files[:1], other)
        going.wait(lambda: len(going.heard.intakes) == 4)
        assert going.doubles == [(0, 2), (0, 3)]
        assert [each.source.name for each in going.manager.uploads()] == ["a.bin", "b.bin", "c.bin", "a.bin"]
        going.manager.remove([going.manager.uploads()[1].id])
        going.manager.add(files[1:2], place)  # it is not on its way any more
        going.wait(lambda: len(going.heard.intakes) == 5)
        assert going.heard.intakes[-1] == (5, 1, 0)


def test_what_an_earlier_run_left_is_taken_up_in_place_of_a_new_row(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(201))
    place = to(server.url)
    with run() as first:
        first.manager.add(files[:2], place, hold=True)
        first.wait(lambda: first.states() == [State.HELD] * 2)
        left = [(upload.id, upload.uuid) for upload in first.manager.uploads()]
    with run() as second:
        edited = msgspec.structs.replace(place, retry=msgspec.structs.replace(place.retry, attempts=2))
        second.add(files, edited)
        assert second.states() == [State.DONE] * 3
        assert [(upload.id, upload.uuid) for upload in second.manager.uploads()][:2] == left
        assert second.ledger is not None
        written = rows_of(second.ledger).values()
        assert [row.destination.restored() for row in written] == [edited] * 3
        assert second.doubles == []
        assert second.heard.intakes == [(1, 3, 0)]
    with run() as third:
        third.manager.restore()
        third.add(files, place)
        assert third.states() == [State.SKIPPED] * 3
    assert len(server.requests) == 3


def test_what_an_earlier_run_left_and_is_shown_is_not_added_twice(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination
) -> None:
    place = to(scripted_server(never_answer()).url)
    with run() as first:
        first.manager.add(files, place, hold=True)
        first.wait(lambda: first.states() == [State.HELD] * 3)
    with run() as second:
        second.manager.restore()
        second.add(files, place)
        assert (second.states(), second.doubles) == ([State.HELD] * 3, [(0, 3)])


@pytest.mark.parametrize(
    ("table", "expected"),
    [("", [ErrorCode.MAY_BE_THERE]), ("[retry]\nrepeats_are_safe = true", [])],
)
def test_what_may_have_arrived_is_not_sent_again_by_habit(
    table: str,
    expected: list[ErrorCode],
    run: OpenRun,
    files: list[Path],
    scripted_server: StartServer,
    to: MakeDestination,
) -> None:
    lost = to(scripted_server([LOST, LOST, answer(201), answer(201)]).url)
    place = to(lost.url.removesuffix("/upload"), table)
    with run() as going:
        going.add(files[:1], lost)
        assert going.states() == [State.UNCONFIRMED]
        going.add(files[:1], place)
        assert [problem.code for problem in going.heard.refused] == expected
        before = len(going.states())
        going.add(files[:1], lost, again=True)
        assert len(going.states()) == before + 1


def test_a_request_without_a_file_is_never_a_double(
    run: OpenRun, scripted_server: StartServer, to: MakeDestination
) -> None:
    server = scripted_server(answer(200))
    place = msgspec.structs.replace(to(server.url), body="none")
    with run() as going:
        going.manager.request(place)
        going.wait(lambda: going.states() == [State.DONE])
        going.manager.request(place)
        going.wait(lambda: going.states() == [State.DONE] * 2)
        assert going.doubles == []
    assert len(server.requests) == 2


def test_the_path_counts_where_files_are_stored_by_it(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination
) -> None:
    url = scripted_server(answer(201)).url
    by_path, flat = to(url, '[query]\nat = "{relpath}"'), to(url)
    with run() as going:
        for place in (by_path, flat):
            going.add(files[:1], place)
            going.add([files[0].parent], place)
        states = {
            destination.query.get("at", "flat"): [
                upload.state
                for upload in going.manager.uploads()
                if upload.destination == destination and upload.source.name == "a.bin"
            ]
            for destination in (by_path, flat)
        }
        assert states == {"{relpath}": [State.DONE] * 2, "flat": [State.DONE, State.SKIPPED]}


@pytest.mark.expected_log("What was sent before is not known")
def test_where_the_ledger_cannot_be_read_files_are_sent(
    run: OpenRun, files: list[Path], scripted_server: StartServer, to: MakeDestination, tmp_path: Path
) -> None:
    place = to(scripted_server(answer(201)).url)
    with run() as going:
        going.add(files[:1], place)
        assert going.ledger is not None
        going.ledger.read._path = tmp_path / "gone.sqlite"
        going.manager.add(files[:1], place)
        going.wait(lambda: going.states() == [State.DONE] * 2)
