# SPDX-License-Identifier: MIT
"""One-off secrets: lent to the keychain while any row needs them, and never in the ledger."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QDeadlineTimer

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import from_url, given_secrets
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain
from guiuploader.values.states import State
from tests.gui.scene import Keychain
from tests.helpers.scripted_server import Answer, StartServer, answer
from tests.unit.uploads.scene import Scene

Begin = Callable[..., Scene]
PLANTED = "pl4nted-signature"


@pytest.fixture
def keychain() -> Keychain:
    return Keychain()


@pytest.fixture
def begin(
    qtbot: object, scripted_server: StartServer, tmp_path: Path, keychain: Keychain
) -> Iterator[Callable[..., Scene]]:
    """Return a function that starts the program over its ledger, and ends the one before."""
    made: list[UploadManager] = []

    def end() -> None:
        while made:
            assert made.pop().shutdown(QDeadlineTimer(20_000))

    def start(secrets: SecretStore | None = None) -> Scene:
        end()
        store = secrets or SecretStore(lambda: keychain, {})
        made.append(UploadManager(store, ledger=Ledger(tmp_path / "data")))
        return Scene(qtbot, made[-1], scripted_server, from_url, tmp_path)  # type: ignore[arg-type] # pytest-qt's own

    yield start
    end()


def link(url: str) -> str:
    return f"{url}/up?folder=a&sig={PLANTED}"


def given(store: SecretStore, url: str) -> tuple[Destination, SecretKey]:
    """Give the store a link's secret, as the command line does, and return what refers to it."""
    (key, value), *_ = given_secrets(url).items()
    store.keep(key, value, save=False)
    return from_url(url), key


def in_clear(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and PLANTED.encode() in path.read_bytes()]


def test_a_link_is_lent_while_its_rows_wait_and_is_in_no_file(
    begin: Begin, keychain: Keychain, tmp_path: Path
) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    repeated = answer(201, f"{PLANTED} folder=a&sig={PLANTED}".encode(), Location=f"/x?sig={PLANTED}")
    server = scene.serve(repeated)
    destination, key = given(store, link(server.url))
    scene.manager.add(scene.files(3), destination, hold=True)
    scene.wait(lambda: len(scene.heard.added) == 3)
    assert keychain.kept == {key.loan: f"folder=a&sig={PLANTED}"}
    assert not any(upload.forgets for upload in scene.heard.added)
    ids = [upload.id for upload in scene.heard.added]
    scene.manager.release(ids[:2])
    scene.wait(lambda: scene.states() == [State.DONE, State.DONE, State.HELD])
    assert {request.target for request in server.requests} == {f"/up?folder=a&sig={PLANTED}"}
    assert key.loan in keychain.kept, "one row waits"
    assert in_clear(tmp_path / "data") == []
    scene.manager.release(ids)
    scene.wait(lambda: not keychain.kept)
    assert in_clear(tmp_path / "data") == []


@pytest.mark.parametrize("is_removed", [False, True])
def test_it_goes_back_when_the_last_row_is_cancelled_or_taken_out(
    begin: Begin, keychain: Keychain, *, is_removed: bool
) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    server = scene.serve(answer(201))
    scene.manager.add(scene.files(2), given(store, link(server.url))[0], hold=True)
    scene.wait(lambda: len(scene.heard.added) == 2 and bool(keychain.kept))
    (scene.manager.remove if is_removed else scene.manager.cancel)(upload.id for upload in scene.heard.added)
    scene.wait(lambda: not keychain.kept)
    if not is_removed:
        scene.manager.retry(upload.id for upload in scene.heard.added)
        scene.wait(lambda: scene.states() == [State.DONE] * 2)
        scene.wait(lambda: not keychain.kept)


def test_it_goes_back_when_nothing_comes_of_it(begin: Begin, keychain: Keychain, tmp_path: Path) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    destination, _ = given(store, link(scene.serve(answer(201)).url))
    scene.manager.add([tmp_path / "is not there"], destination)
    scene.wait(lambda: scene.heard.ended == 1)
    assert len(scene.heard.refused) == 1
    begin()
    assert keychain.kept == {}


def test_what_is_skipped_keeps_nothing(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    destination, _ = given(store, link(scene.serve(answer(201)).url))
    files = scene.files(1)
    scene.manager.add(files, destination)
    scene.wait(lambda: scene.states() == [State.DONE])
    again = begin(store)
    again.manager.add(files, destination)
    again.wait(lambda: again.states() == [State.SKIPPED])
    again.wait(lambda: not keychain.kept)
    again.manager.retry([again.manager.uploads()[0].id])
    again.wait(lambda: again.states() == [State.DONE])
    begin()
    assert keychain.kept == {}


def test_a_step_right_before_the_end_of_the_program_gives_it_back(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    scene.manager.add(scene.files(1), given(store, link(scene.serve(answer(201)).url))[0], hold=True)
    scene.wait(lambda: scene.states() == [State.HELD])
    scene.wait(lambda: len(scene.heard.intakes) == 1 and bool(keychain.kept))
    scene.manager.cancel([1])
    begin()
    assert keychain.kept == {}


def test_a_later_run_finds_it_and_gives_it_back(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    server = scene.serve([Answer(status=400), answer(201), answer(201)])
    destination, key = given(store, link(server.url))
    first, second = scene.files(2)
    scene.manager.add([first], destination)
    scene.wait(lambda: scene.states() == [State.FAILED])
    scene.manager.add([second], destination, hold=True)
    scene.wait(lambda: len(scene.states()) == 2)
    again = begin()
    assert list(keychain.kept) == [key.loan]
    again.manager.restore(State.FAILED)
    again.wait(lambda: len(again.states()) == 2)
    failed, held = again.manager.uploads()
    assert {failed.state, held.state} == {State.FAILED, State.HELD}
    again.manager.release([failed.id, held.id])
    again.wait(lambda: State.DONE in again.states())
    assert list(keychain.kept) == [key.loan], "what failed may be tried again"
    again.manager.retry([failed.id, held.id])
    again.wait(lambda: again.states() == [State.DONE] * 2)
    again.wait(lambda: not keychain.kept)


def test_the_last_of_it_is_given_back_before_the_program_ends(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    scene.manager.add(scene.files(1), given(store, link(scene.serve(answer(201)).url))[0])
    scene.wait(lambda: scene.heard.ended == 1)
    begin()
    assert keychain.kept == {}


def test_rows_of_another_run_that_need_it_keep_it(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    server = scene.serve(answer(201))
    destination, key = given(store, link(server.url))
    scene.manager.add(scene.files(1), destination, hold=True)
    scene.wait(lambda: len(scene.states()) == 1)
    other = SecretStore(lambda: keychain, {})
    again = begin(other)
    again.manager.add(scene.files(1), given(other, link(server.url))[0])
    again.wait(lambda: again.heard.ended == 1)
    begin()
    assert list(keychain.kept) == [key.loan]


def test_without_a_keychain_the_rows_say_that_they_will_need_it_again(begin: Begin) -> None:
    store = SecretStore(no_keychain, {})
    scene = begin(store)
    server = scene.serve(answer(201))
    destination, key = given(store, link(server.url))
    scene.manager.add(scene.files(2), destination, hold=True)
    scene.wait(lambda: len(scene.heard.added) == 2)
    assert all(upload.forgets for upload in scene.heard.added)
    later = begin(SecretStore(no_keychain, {}))
    later.manager.ask()
    asked: list[object] = []
    later.manager.asked.connect(asked.append)
    later.manager.restore()
    later.wait(lambda: len(later.states()) == 2)
    later.manager.release([upload.id for upload in later.manager.uploads()])
    later.wait(lambda: bool(asked))
    assert [getattr(each, "problem").code for each in asked] == [ErrorCode.SECRET_MISSING]  # noqa: B009 - a signal's object
    assert [getattr(each, "keys") for each in asked] == [(key,)]  # noqa: B009 - as above
    later.manager.leave(destination.name)


def test_an_answer_that_is_not_to_stay_is_lent_as_well(begin: Begin, keychain: Keychain) -> None:
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    gate = Event()
    server = scene.serve([answer(401), Answer(status=201, gate=gate)])
    destination, key = given(store, link(server.url))
    scene.manager.ask()
    asked: list[object] = []
    scene.manager.asked.connect(asked.append)
    scene.manager.add(scene.files(1), destination)
    scene.wait(lambda: bool(asked))
    store.keep(key, "sig=a-new-signature", save=False)
    scene.manager.answer(destination.name)
    scene.wait(lambda: keychain.kept == {key.loan: "sig=a-new-signature"})
    gate.set()
    scene.wait(lambda: not keychain.kept)
    assert server.request(1).target == "/up?sig=a-new-signature"


def test_a_keychain_that_fails_holds_nothing_up(begin: Begin, keychain: Keychain) -> None:
    keychain.is_broken = True
    store = SecretStore(lambda: keychain, {})
    scene = begin(store)
    scene.manager.add(scene.files(1), given(store, link(scene.serve(answer(201)).url))[0])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert scene.heard.added[0].forgets
