# SPDX-License-Identifier: MIT
"""What rows left at a server goes, too, when they are cancelled or taken out while they wait."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QObject, Slot

from guiuploader.destinations.toml_file import parse
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.uploads import steps
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import ScriptedServer
from tests.helpers.scripted_store import SECRET, ScriptedStore
from tests.helpers.store_connections import connect
from tests.helpers.store_writes import Fault, Written
from tests.helpers.tus_double import TusDouble, said
from tests.helpers.waiting import holds_within
from tests.unit.uploads.scene import Scene, upload

SIZE = 20 * 1024 * 1024
TUS = 'body = "tus"\n[tus]\npart_size = 5000000\n[network]\nexpect_continue = "never"'
STORE = 'format = 1\nname = "Backup"\nurl = "s3://bucket/{filename}"\nbody = "object-store"'

Leave = Callable[[UploadManager], None]
LEAVE = pytest.mark.parametrize(
    "leave",
    [lambda manager: manager.cancel([1]), lambda manager: manager.remove([1])],
    ids=["cancel", "remove"],
)


class Left(QObject):
    """What the manager says to have stayed at a server."""

    def __init__(self, manager: UploadManager) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        manager.left_behind.connect(self._on_left_behind)

    @Slot(object)
    def _on_left_behind(self, problem: Problem) -> None:
        self.problems.append(problem)


@pytest.fixture
def manager(qapp: object, home: Path) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    secrets = SecretStore(no_keychain, {"GUIUPLOADER_SECRET_STORE_KEY": SECRET})
    made = UploadManager(secrets, connections=home / "connections")
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


@pytest.fixture
def double() -> TusDouble:
    return TusDouble()


@pytest.fixture
def server(scene: Scene, double: TusDouble) -> ScriptedServer:
    return waiting(scene, double)


def waiting(scene: Scene, double: TusDouble) -> ScriptedServer:
    """Return a tus server that has the beginning of a file whose row waits for a later attempt."""
    server = scene.serve(double.answer)
    double.fail("PATCH", double.honest, said(503, {"Retry-After": "600"}))
    scene.manager.add(scene.files(1, SIZE), scene.to(server.url, TUS))
    scene.wait(lambda: scene.states() == [State.RETRYING])
    assert double.offset == 5_000_000
    return server


@pytest.fixture
def store(scene: Scene, home: Path, tmp_path: Path) -> Iterator[ScriptedStore]:
    """Return a store that has a part of a file whose row is paused."""
    (tmp_path / "written").mkdir()
    with closing(ScriptedStore()) as made:
        connect(home / "connections", made.url)
        made.written = Written(tmp_path / "written")
        made.written.faults = [Fault("refused", "PUT", "partNumber=2", (503, "SlowDown"))] * 9
        scene.manager.add(scene.files(1, SIZE), parse(STORE, called="test"))
        scene.wait(lambda: scene.states() == [State.RETRYING])
        scene.manager.pause([1])
        assert scene.states() == [State.PAUSED]
        assert [len(parts) for parts in made.written.uploads.values()] == [1]
        yield made


def methods(server: ScriptedServer) -> list[str]:
    return [request.method for request in server.requests]


@LEAVE
def test_a_tus_upload_that_waits_is_deleted_at_the_server(
    scene: Scene, server: ScriptedServer, double: TusDouble, leave: Leave
) -> None:
    leave(scene.manager)
    scene.wait(lambda: double.length is None)
    assert methods(server)[-2:] == ["OPTIONS", "DELETE"]
    scene.wait(lambda: all(row.checkpoint is None for row in scene.manager.uploads()))


@LEAVE
def test_the_parts_of_a_paused_upload_are_dropped_by_the_store(
    scene: Scene, store: ScriptedStore, leave: Leave
) -> None:
    leave(scene.manager)
    assert store.written is not None
    uploads = store.written.uploads
    scene.wait(lambda: not uploads)
    assert store.written.objects == {}
    scene.wait(lambda: all(row.checkpoint is None for row in scene.manager.uploads()))


def test_a_row_that_is_sent_again_after_that_begins_anew(
    scene: Scene, server: ScriptedServer, double: TusDouble
) -> None:
    scene.manager.cancel([1])
    scene.wait(lambda: scene.manager.uploads()[0].checkpoint is None)
    scene.manager.retry([1])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert double.made == 2
    assert double.content == (scene.folder / "0.bin").read_bytes()
    assert methods(server).count("DELETE") == 1


def test_a_server_that_does_not_delete_is_told_of_and_asked_once_more_when_the_row_goes(
    scene: Scene, server: ScriptedServer, double: TusDouble
) -> None:
    left = Left(scene.manager)
    double.fail("DELETE", said(500))
    scene.manager.cancel([1])
    assert scene.states() == [State.CANCELLED], "nobody waits for the server"
    scene.wait(lambda: len(left.problems) == 1)
    host = server.url.removeprefix("http://")
    assert str(explain(left.problems[0])) == (
        f"A part of “0.bin” is still at {host}, which could not be told to drop it."
    )
    scene.manager.remove([1])
    scene.wait(lambda: double.length is None)
    assert methods(server).count("DELETE") == 2
    assert len(left.problems) == 1


def test_a_server_that_deletes_nothing_is_not_asked_to(scene: Scene) -> None:
    left = Left(scene.manager)
    server = waiting(scene, TusDouble(**{"Tus-Extension": "creation"}))
    scene.manager.cancel([1])
    scene.wait(lambda: scene.manager.uploads()[0].checkpoint is None)
    assert methods(server)[-1] == "OPTIONS"
    assert "DELETE" not in methods(server)
    assert left.problems == []


def test_a_row_that_arrived_is_never_deleted_at_the_server(scene: Scene, double: TusDouble) -> None:
    server = scene.serve(double.answer)
    scene.manager.add(scene.files(1, SIZE), scene.to(server.url, TUS))
    scene.wait(lambda: scene.states() == [State.DONE])
    asked = len(server.requests)
    scene.manager.remove([1])
    assert scene.manager.uploads() == ()
    assert not holds_within(lambda: len(server.requests) > asked, 0.3)


@pytest.mark.parametrize("state", [State.PAUSED, State.RETRYING])
def test_what_may_be_whole_at_the_server_is_no_plain_cancel(state: State) -> None:
    waiting = replace(upload(state=state), checkpoint=Checkpoint("http://127.0.0.1/1", may_be_whole=True))
    cancelled = steps.cancelled(waiting)
    assert cancelled.state is State.UNCONFIRMED
    assert cancelled.problem is not None
    assert cancelled.problem.code is ErrorCode.CANCELLED_LATE
    assert cancelled.checkpoint == waiting.checkpoint, "who sends it again has the server asked"


def test_what_may_be_whole_at_the_server_did_not_fail_for_sure() -> None:
    waiting = replace(
        upload(state=State.RETRYING), checkpoint=Checkpoint("http://127.0.0.1/1", may_be_whole=True)
    )
    problem = Problem(ErrorCode.UNREACHABLE, {"host": "127.0.0.1", "reason": ""})
    assert steps.given_up(waiting, problem).state is State.UNCONFIRMED
