# SPDX-License-Identifier: MIT
"""The program around the window: the demo server, the command line's paths, its end."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from guiuploader.app import Mistakes, Program
from guiuploader.demo import DemoReceiver
from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.destinations.library import Library
from guiuploader.paths import folders
from guiuploader.values.secrets import SecretStore, no_keychain
from guiuploader.values.states import State
from guiuploader.window.theme import Theme
from tests.gui.conftest import PATIENCE, Until
from tests.helpers.scripted_server import ScriptedServer, answer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    made: list[Program] = []

    def start() -> Program:
        made.append(Program(qapp, folders(tmp_path / "home"), SecretStore(no_keychain, {})))
        return made[-1]

    yield start
    for each in made:
        each.window.close_for_good()
        assert each.shutdown()
        each.window.deleteLater()
        each.deleteLater()
    for theme in qapp.findChildren(Theme):
        theme.setParent(None)
        theme.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def library(tmp_path: Path) -> Library:
    return Library(folders(tmp_path / "home").destinations)


def test_the_demo_takes_the_paths_of_the_command_line(
    program: Callable[[], Program], tmp_path: Path, until: Until
) -> None:
    (tmp_path / "a.txt").write_text("hello")
    started = program()
    started.open([tmp_path / "a.txt"], to=None, demo=True)
    until(lambda: started.window.status.text == "1 file arrived")
    stored = [path for path in folders(tmp_path / "home").received.rglob("*") if path.is_file()]
    assert [path.read_text() for path in stored] == ["hello"]
    done = started.manager.uploads()[0]
    assert done.receipt is not None
    assert done.receipt.link is not None
    assert done.receipt.link.startswith("http://127.0.0.1:")
    assert not list((tmp_path / "home").rglob("*.toml")), "the demo is for this session"


def test_the_demo_ends_when_told_and_can_start_again(tmp_path: Path, qtbot: QtBot) -> None:
    receiver = DemoReceiver(tmp_path)
    for _ in range(2):
        with qtbot.waitSignal(receiver.started, timeout=PATIENCE):
            receiver.start()
        with qtbot.waitSignal(receiver.started, timeout=PATIENCE):
            receiver.start()
        receiver.stop()


def test_a_demo_that_cannot_start_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    receiver = DemoReceiver(tmp_path / "file")
    with qtbot.waitSignal(receiver.failed, timeout=PATIENCE) as failed:
        receiver.start()
    assert "cannot be used" in failed.args[0]
    receiver.stop()


def test_a_demo_that_dies_is_told_as_ended_and_can_start_again(
    program: Callable[[], Program], until: Until
) -> None:
    started = program()
    for number in (1, 2):
        started.open([], to=None, demo=True)
        until(lambda: started.window.destinations.current_name() == "Demo" and started._demo._url)
        assert started.window.destinations.count() == 1, "the new one stands in place of the old"
        started._demo._process.kill()
        until(lambda: not started._demo._url)
        assert started.window.notice.text == "The demo server ended.", number


def test_a_program_that_cannot_be_started_fails_once(
    tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    receiver = DemoReceiver(tmp_path)
    told: list[str] = []
    receiver.failed.connect(told.append)
    receiver.ended.connect(told.append)
    receiver.start()
    until(lambda: told)
    receiver.stop()
    assert len(told) == 1


@pytest.mark.expected_log("a mistake that nothing caught")
def test_a_mistake_on_a_plain_thread_is_told_in_the_window(
    program: Callable[[], Program], until: Until
) -> None:
    def fail() -> None:
        raise KeyError("planted")

    started = program()
    mistakes = Mistakes()
    mistakes.happened.connect(started.report_mistake)
    with mistakes:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    until(lambda: started.window.notice.text.startswith("guiuploader made a mistake of its own."))


def test_paths_go_to_the_destination_that_to_names(
    program: Callable[[], Program],
    scripted_server: Callable[..., ScriptedServer],
    tmp_path: Path,
    until: Until,
) -> None:
    server = scripted_server(answer(201))
    for name in ("A", "B"):
        library(tmp_path).add(Destination(format=FORMAT, name=name, url=f"{server.url}/{name}"))
    (tmp_path / "x").write_text("x")
    started = program()
    started.open([tmp_path / "x"], to="b", demo=False)
    until(lambda: started.window.status.text == "1 file arrived")
    assert server.request().target == "/B"


def test_an_address_whose_name_is_taken_gets_its_own_files(
    program: Callable[[], Program],
    scripted_server: Callable[..., ScriptedServer],
    tmp_path: Path,
    until: Until,
) -> None:
    server = scripted_server(answer(201))
    name = server.url.removeprefix("http://")
    library(tmp_path).add(Destination(format=FORMAT, name=name, url=f"{server.url}/saved"))
    (tmp_path / "x").write_text("x")
    started = program()
    started.open([tmp_path / "x"], to=f"{server.url}/other", demo=False)
    until(lambda: started.window.status.text == "1 file arrived")
    assert server.request().target == "/other"
    assert started.window.destinations.count() == 2


def test_an_unknown_destination_is_told_in_the_window(program: Callable[[], Program], tmp_path: Path) -> None:
    started = program()
    started.open([tmp_path], to="nowhere", demo=False)
    assert "There is no destination called" in started.window.notice.text
    assert started.manager.uploads() == ()


def test_a_mistake_of_ours_is_told_and_the_queue_goes_on(
    program: Callable[[], Program],
    scripted_server: Callable[..., ScriptedServer],
    tmp_path: Path,
    until: Until,
) -> None:
    server = scripted_server(answer(201))
    (tmp_path / "x").write_text("x")
    started = program()
    started.report_mistake("KeyError")
    assert started.window.notice.text.startswith("guiuploader made a mistake of its own.")
    started.open([tmp_path / "x"], to=server.url, demo=False)
    until(lambda: started.window.status.text == "1 file arrived")
    assert [upload.state for upload in started.manager.uploads()] == [State.DONE]


def test_the_demo_is_offered_where_nothing_is_set_up(program: Callable[[], Program], until: Until) -> None:
    started = program()
    started.open([], to=None, demo=False)
    offers = {each.text(): each for each in started.window.drop_area.findChildren(QPushButton)}
    QTest.mouseClick(offers["&Try it with the demo server"], Qt.MouseButton.LeftButton)
    until(lambda: started.window.destinations.count() == 1)
    assert started.window.destinations.current_name() == "Demo"


def test_what_qt_remembers_by_itself_lies_with_our_settings(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QFileDialog
from guiuploader import app
app.keep_settings_in(Path(sys.argv[1]))
application = app.make_application()
dialog = QFileDialog()
dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
dialog.show()
dialog.reject()
del dialog
application.processEvents()
"""
    home = tmp_path / "user"
    home.mkdir()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "HOME": str(home)}
    environment.pop("XDG_CONFIG_HOME", None)
    command = [sys.executable, "-c", code, str(tmp_path / "config")]
    subprocess.run(command, env=environment, check=True, timeout=120)
    assert not list(home.rglob("QtProject*"))
    if sys.platform.startswith("linux"):
        assert (tmp_path / "config" / "QtProject.conf").exists()


DRIVER = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from guiuploader import app, paths

class Driven(app.Program):
    def open(self, queued, **more):
        super().open(queued, **more)
        if sys.argv[3] == "close":
            QTimer.singleShot(0, self.make_a_mistake)
            self.manager.all_ended.connect(self.window.close)
        else:
            self.manager.added.connect(self.interrupt)

    def make_a_mistake(self):
        raise KeyError("planted")

    def interrupt(self, uploads):
        os.kill(os.getpid(), signal.SIGTERM)

app.Program = Driven
sys.exit(app.run([Path(sys.argv[1])], folders=paths.folders(Path(sys.argv[2])), to=None, demo=True))
"""


def driven(tmp_path: Path, ending: str) -> list[str]:
    """Run the program until it ends and return what it said on standard error."""
    (tmp_path / "x").write_text("x")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRIVER, tmp_path / "x", tmp_path / "home", ending],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]


def test_the_program_ends_without_a_word_and_logs_a_mistake_that_nothing_caught(tmp_path: Path) -> None:
    assert driven(tmp_path, "close") == []
    log = (tmp_path / "home" / "logs" / "guiuploader.log").read_text()
    assert "a mistake that nothing caught" in log
    assert "KeyError" in log
    assert len(list((tmp_path / "home" / "data" / "received").iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_signal_ends_the_program_cleanly_in_the_middle_of_an_upload(tmp_path: Path) -> None:
    assert driven(tmp_path, "signal") == []
