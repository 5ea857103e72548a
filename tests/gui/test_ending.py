# SPDX-License-Identifier: MIT
"""What the window does when all has ended: nothing, a notification, or it closes where nothing is left."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from guiuploader.values import settings
from guiuploader.values.settings import WhenEnded
from guiuploader.values.states import State
from guiuploader.window.controller import Controller
from guiuploader.window.ending import Ending
from guiuploader.window.sentences import Outcome
from tests.gui.conftest import Until, Whole
from tests.gui.scene import Open, Serve, files, served, states
from tests.helpers.private_bus import Desktop, private_bus
from tests.helpers.scripted_server import answer

NOTIFY = "Notifications.Notify"
OPEN = "guiuploader stays open, as not all arrived or something is left to do."
CLOSED = "guiuploader was closed, as you chose."

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no D-Bus to look at"),
    pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="the package dbus is not installed"),
]


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with private_bus() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def opened(whole: Open, scripted_server: Serve, desktop: Desktop) -> Open:
    """Return a function that opens the window with a choice, over a server that answers so."""
    del desktop  # it is there before the window

    def make(choice: WhenEnded, *statuses: int) -> Whole:
        parts = whole(served(scripted_server([answer(status) for status in statuses])), parallel=1)
        parts.window.actions_.when_ended[choice].trigger()
        ending(parts.controller)._grace.setInterval(1)
        return parts

    return make


def ending(controller: Controller) -> Ending:
    return controller._ending


def shown(desktop: Desktop) -> list[tuple[str, str]]:
    """Return title and text of each notification."""
    return [(body[3], body[4]) for method, body in desktop.asked if method == NOTIFY]


def test_the_choice_is_kept_and_a_window_that_will_close_says_so(whole: Open) -> None:
    parts = whole()
    actions = parts.window.actions_.when_ended
    said = next(
        each for each in parts.window.status.findChildren(QPushButton) if each.text().startswith("Closes")
    )
    assert actions[WhenEnded.NOTHING].isChecked()
    assert not said.isVisible()
    actions[WhenEnded.CLOSE].trigger()
    assert settings.load(parts.config).when_ended is WhenEnded.CLOSE
    assert said.isVisible()
    menu = said.menu()
    assert [each.text().replace("&", "") for each in menu.actions()] == [
        "Do nothing",
        "Show a notification",
        "Close guiuploader if all arrived",
    ]
    again = whole()
    assert again.window.actions_.when_ended[WhenEnded.CLOSE].isChecked()
    actions[WhenEnded.NOTIFY].trigger()
    assert not said.isVisible()


@pytest.mark.parametrize(
    ("statuses", "sentence"), [((201, 201, 201), "All 3 arrived"), ((201, 413, 201), "2 arrived, 1 failed")]
)
def test_a_notification_has_the_lasting_sentence(
    opened: Open, tmp_path: Path, until: Until, desktop: Desktop, statuses: tuple[int, ...], sentence: str
) -> None:
    parts = opened(WhenEnded.NOTIFY, *statuses)
    parts.controller.add(files(tmp_path, 3))
    until(lambda: shown(desktop) == [(sentence, "")])
    assert parts.window.status.text == sentence
    assert parts.window.isVisible()


def test_by_itself_nothing_happens(opened: Open, tmp_path: Path, until: Until, desktop: Desktop) -> None:
    parts = opened(WhenEnded.NOTHING, 201)
    parts.controller.add(files(tmp_path, 1))
    until(lambda: parts.window.status.text == "1 file arrived")
    parts.controller.close()
    assert desktop.asked == []
    assert parts.window.isVisible()


def test_the_window_closes_when_all_arrived_and_says_so(
    opened: Open, tmp_path: Path, until: Until, desktop: Desktop
) -> None:
    parts = opened(WhenEnded.CLOSE, 201, 201)
    parts.controller.add(files(tmp_path, 2))
    until(lambda: not parts.window.isVisible())
    until(lambda: shown(desktop) == [("All 2 arrived", CLOSED)])


def test_the_window_stays_open_while_something_did_not_arrive(
    opened: Open, tmp_path: Path, until: Until, desktop: Desktop
) -> None:
    parts = opened(WhenEnded.CLOSE, 201, 413, 201)
    first, *rest = files(tmp_path, 3)
    parts.controller.add([first, rest[0]])
    until(lambda: shown(desktop) == [("1 arrived, 1 failed", OPEN)])
    parts.controller.add([rest[1]])
    until(lambda: shown(desktop)[1:] == [("1 file arrived", OPEN)])
    assert parts.window.isVisible()
    parts.manager.remove([each.id for each in parts.manager.uploads() if each.state is State.FAILED])
    assert parts.window.isVisible(), "it was looked at just now"


def test_the_window_stays_open_for_what_could_not_be_added(
    opened: Open, tmp_path: Path, until: Until, desktop: Desktop
) -> None:
    parts = opened(WhenEnded.CLOSE, 201)
    parts.controller.add([*files(tmp_path, 1), tmp_path / "no such file"])
    until(lambda: shown(desktop) == [("1 file arrived", OPEN)])
    assert "1 could not be added" in parts.window.notice.text
    assert parts.window.isVisible()


def test_what_is_added_at_the_last_moment_is_sent_first(
    opened: Open, tmp_path: Path, until: Until, desktop: Desktop
) -> None:
    parts = opened(WhenEnded.CLOSE, 201, 201)
    ending(parts.controller)._grace.setInterval(3_600_000)
    first, second = files(tmp_path, 2)
    parts.controller.add([first])
    until(ending(parts.controller)._grace.isActive)
    parts.controller.add([second])
    until(lambda: states(parts) == [State.DONE, State.DONE])
    assert parts.window.isVisible()
    until(ending(parts.controller)._grace.isActive)
    parts.window.actions_.when_ended[WhenEnded.NOTHING].trigger()
    assert not ending(parts.controller)._grace.isActive(), "whoever chooses otherwise is heard"
    assert shown(desktop) == []


def test_what_an_earlier_run_left_is_no_end_of_this_one(opened: Open, desktop: Desktop) -> None:
    parts = opened(WhenEnded.NOTIFY, 201)
    ending(parts.controller).act(Outcome(failed=2))
    parts.controller.close()
    assert desktop.asked == []
