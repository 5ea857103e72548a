# SPDX-License-Identifier: MIT
"""A sign-in that is refused parks its destination and asks a person once; nothing is spent meanwhile."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from PySide6.QtCore import QDeadlineTimer, QObject, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.asking import SignInQuestion, question
from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain
from guiuploader.values.states import State
from tests.helpers.scripted_server import Answer, Request, answer
from tests.unit.uploads.scene import MakeDestination, Scene

BEARER = '[auth]\nkind = "bearer"\ntoken = "{secret:token}"'
PROXY = f"""{BEARER}
[network]
proxy = "http://p.example:1"
proxy_username = "u"
proxy_password = "{{secret:proxy}}"
"""


class Asked(QObject):
    """What a person is asked, and what is settled."""

    def __init__(self, manager: UploadManager) -> None:
        super().__init__()
        self.questions: list[SignInQuestion] = []
        self.settled: list[str] = []
        manager.asked.connect(self._on_asked)
        manager.settled.connect(self._on_settled)
        manager.ask()

    @Slot(object)
    def _on_asked(self, asked: SignInQuestion) -> None:
        self.questions.append(asked)

    @Slot(str)
    def _on_settled(self, name: str) -> None:
        self.settled.append(name)


@pytest.fixture
def secrets() -> SecretStore:
    return SecretStore(no_keychain, {})


@pytest.fixture
def manager(qapp: object, secrets: SecretStore) -> Iterator[UploadManager]:
    del qapp  # its event loop delivers the workers' signals
    made = UploadManager(secrets)
    yield made
    assert made.shutdown(QDeadlineTimer(20_000))


@pytest.fixture
def asked(manager: UploadManager) -> Asked:
    return Asked(manager)


def key(destination: Destination) -> SecretKey:
    return SecretKey(destination.name, destination.origin, "token")


def takes(*tokens: str) -> Callable[[Request], Answer]:
    good = {f"Bearer {token}" for token in tokens}
    return lambda request: answer(201 if request.header("Authorization") in good else 401)


def attempts(scene: Scene) -> list[int]:
    return [upload.attempts for upload in scene.manager.uploads()]


def test_a_wrong_token_is_asked_for_once_and_costs_nothing(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    server = scene.serve(takes("new"))
    destination = scene.to(server.url, BEARER)
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(8), destination)
    scene.wait(lambda: scene.states().count(State.RETRYING) == 3 and len(asked.questions) == 1)
    assert asked.questions[0] == SignInQuestion(destination, asked.questions[0].problem, (key(destination),))
    assert scene.states() == [State.RETRYING] * 3 + [State.QUEUED] * 5, "nothing more is tried"
    assert attempts(scene) == [0] * 8
    secrets.keep(key(destination), "new", save=False)
    scene.manager.answer("Test")
    scene.wait(lambda: scene.states() == [State.DONE] * 8)
    assert (len(server.requests), len(asked.questions), asked.settled) == (11, 1, ["Test"])
    assert attempts(scene) == [1] * 8


def test_a_token_that_runs_out_in_mid_queue_is_asked_for(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    heard: list[str | None] = []

    def twice(request: Request) -> Answer:
        heard.append(request.header("Authorization"))
        return answer(201 if heard[-1] == "Bearer new" or len(heard) <= 2 else 401)

    server = scene.serve(twice)
    destination = scene.to(server.url, BEARER, "[limits]\nparallel = 1")
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(5), destination)
    scene.wait(lambda: len(asked.questions) == 1)
    assert scene.states() == [State.DONE] * 2 + [State.RETRYING] + [State.QUEUED] * 2
    secrets.keep(key(destination), "new", save=False)
    scene.manager.answer("Test")
    scene.wait(lambda: scene.states() == [State.DONE] * 5)
    assert heard == ["Bearer old"] * 3 + ["Bearer new"] * 3
    assert attempts(scene) == [1] * 5


def test_a_wrong_answer_is_tried_with_one_file_before_it_is_asked_again(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    server = scene.serve(takes("right"))
    destination = scene.to(server.url, BEARER)
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(4), destination)
    scene.wait(lambda: len(asked.questions) == 1 and len(server.requests) == 3)
    scene.wait(lambda: State.UPLOADING not in scene.states())
    for number, token in enumerate(("wrong", "still wrong"), 2):
        secrets.keep(key(destination), token, save=False)
        scene.manager.answer("Test")
        scene.wait(lambda number=number: len(asked.questions) == number)  # type: ignore[misc] # bound here
        assert len(server.requests) == 2 + number
    secrets.keep(key(destination), "right", save=False)
    scene.manager.answer("Test")
    scene.wait(lambda: scene.states() == [State.DONE] * 4)
    assert attempts(scene) == [1] * 4


def test_who_has_no_other_lets_all_that_waits_fail(scene: Scene, secrets: SecretStore, asked: Asked) -> None:
    destination = scene.to(scene.serve(takes()).url, BEARER)
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(6), destination)
    scene.wait(lambda: len(asked.questions) == 1)
    scene.manager.leave("Test")
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.FAILED] * 6
    problems = {upload.problem and upload.problem.code for upload in scene.manager.uploads()}
    assert problems == {ErrorCode.UNAUTHORIZED}
    assert len(asked.questions) == 1


def test_what_began_before_the_answer_asks_no_second_time(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    late = Event()
    olds = iter([Answer(status=401, gate=late), answer(401)])

    def script(request: Request) -> Answer:
        return answer(201) if request.header("Authorization") == "Bearer new" else next(olds)

    server = scene.serve(script)
    destination = scene.to(server.url, BEARER, "[limits]\nparallel = 2")
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(3), destination)
    scene.wait(lambda: len(asked.questions) == 1)
    secrets.keep(key(destination), "new", save=False)
    scene.manager.answer("Test")
    scene.wait(lambda: scene.states().count(State.DONE) == 2)
    late.set()
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert len(asked.questions) == 1
    assert attempts(scene) == [1] * 3


def test_a_late_success_with_the_old_token_does_not_answer_the_question(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    late = Event()
    server = scene.serve([Answer(status=201, gate=late), answer(401)])
    destination = scene.to(server.url, BEARER, "[limits]\nparallel = 2")
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(4), destination)
    scene.wait(lambda: len(asked.questions) == 1)
    late.set()
    scene.wait(lambda: State.DONE in scene.states())
    assert sorted(scene.states()) == [State.DONE, State.QUEUED, State.QUEUED, State.RETRYING]
    assert (len(server.requests), asked.settled) == (2, [])


def test_the_question_goes_with_the_last_row_that_waits_for_it(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    destination = scene.to(scene.serve(takes("old again")).url, BEARER)
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(4), destination)
    scene.wait(lambda: scene.states().count(State.RETRYING) == 3)
    ids = [upload.id for upload in scene.manager.uploads()]
    scene.manager.cancel(ids[:3])
    assert asked.settled == []
    scene.manager.remove(ids[3:])
    assert asked.settled == ["Test"]
    scene.manager.retry(ids[:1])
    scene.wait(lambda: len(asked.questions) == 2)


def test_who_says_try_again_answers_with_the_secret_as_it_is(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    server = scene.serve([answer(401), answer(201)])
    destination = scene.to(server.url, BEARER)
    secrets.keep(key(destination), "right after all", save=False)
    scene.manager.add(scene.files(1), destination)
    scene.wait(lambda: scene.states() == [State.RETRYING])
    scene.manager.retry([scene.manager.uploads()[0].id])
    scene.wait(lambda: scene.states() == [State.DONE])
    assert asked.settled == ["Test"]


def test_many_that_are_tried_again_let_one_try_the_sign_in(
    scene: Scene, secrets: SecretStore, asked: Asked
) -> None:
    server = scene.serve(takes("new"))
    destination = scene.to(server.url, BEARER)
    secrets.keep(key(destination), "old", save=False)
    scene.manager.add(scene.files(9), destination)
    scene.wait(lambda: scene.states().count(State.RETRYING) == 3)
    before = len(server.requests)
    scene.manager.retry([upload.id for upload in scene.manager.uploads()])
    scene.wait(lambda: len(asked.questions) == 2)
    assert len(server.requests) == before + 1


def test_a_secret_that_is_not_known_is_asked_for(scene: Scene, secrets: SecretStore, asked: Asked) -> None:
    server = scene.serve(takes("new"))
    destination = scene.to(server.url, BEARER)
    scene.manager.add(scene.files(3), destination)
    scene.wait(lambda: len(asked.questions) == 1)
    assert asked.questions[0].problem.code is ErrorCode.SECRET_MISSING
    secrets.keep(key(destination), "new", save=False)
    scene.manager.answer("Test")
    scene.wait(lambda: scene.states() == [State.DONE] * 3)
    assert attempts(scene) == [1] * 3


def test_where_no_secret_could_mend_it_nobody_is_asked(scene: Scene, asked: Asked) -> None:
    scene.manager.add(scene.files(1), scene.to(scene.serve(answer(401)).url))
    scene.wait(lambda: scene.heard.ended == 1)
    assert scene.states() == [State.FAILED]
    assert asked.questions == []


@pytest.mark.parametrize(
    ("table", "code", "names"),
    [
        ('[headers]\nX-Key = "{secret:key}"', ErrorCode.UNAUTHORIZED, ["key"]),
        ('[multipart.fields]\nkey = "{secret:field}"', ErrorCode.UNAUTHORIZED, ["field"]),
        (f'{BEARER}\n[multipart.fields]\nkey = "{{secret:field}}"', ErrorCode.UNAUTHORIZED, ["token"]),
        (BEARER, ErrorCode.PROXY_UNAUTHORIZED, []),
        (BEARER, ErrorCode.FORBIDDEN, []),
        (
            PROXY,
            ErrorCode.PROXY_UNAUTHORIZED,
            ["proxy"],
        ),
    ],
)
def test_asked_is_for_what_the_refusal_is_about(
    to: MakeDestination, table: str, code: ErrorCode, names: list[str]
) -> None:
    found = question(to("http://127.0.0.1", table), Problem(code, {}))
    assert [each.name for each in (found.keys if found else ())] == names
