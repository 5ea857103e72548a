# SPDX-License-Identifier: MIT
"""Real programs side by side over one queue: whoever comes second hands over, follows, or says why not."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.uploads.instance import Caller, Instance
from guiuploader.uploads.ledger_lock import LedgerLock
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.uploads.meeting_point import address
from guiuploader.uploads.messages import Accepted, Ended, Event, Refused
from guiuploader.uploads.messages import Answer as Answered
from guiuploader.values.states import State
from tests.helpers.program import COMMAND, LIMIT, Ran, environment, run, started
from tests.helpers.scripted_server import Answer, Request, StartServer, answer, never_answer
from tests.helpers.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
SCREENLESS = {"QT_QPA_PLATFORM": "offscreen"}

SIGNED = """\
format = 1
name = "Signed"
url = "{url}/up"
[headers]
X-Api-Key = "{{secret:api-key}}"
"""

SEEN = """
import sys
from PySide6.QtCore import QTimer
from guiuploader import app, paths

class Seen(app.Program):
    def open(self, queued, **more):
        super().open(queued, **more)
        QTimer.singleShot(0, self.tell)

    def tell(self):
        print(self.window.notice.text, flush=True)
        self.window.close()

app.Program = Seen
sys.exit(app.run([], folders=paths.folders(), to=None, demo=False))
"""


@contextmanager
def window(home: Path, *paths: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Open the real window where nobody sees it, and end it when the block is left."""
    with subprocess.Popen(
        [*COMMAND, *map(str, paths)],
        env=environment(home, **SCREENLESS),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            wait_until(lambda: address(home / "data").exists(), timeout=LIMIT)
            yield process
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=LIMIT)
        finally:
            if process.poll() is None:
                process.kill()
    words = [line for line in said.splitlines() if "This plugin does not support" not in line]
    assert (process.returncode, words) == (0, [])


def second(home: Path, *words: str | Path) -> Ran:
    """Start the window once more and wait until that has ended."""
    return run(home, *words, QT_QPA_PLATFORM="offscreen")


def linked(request: Request) -> Answer:
    name = request.target.rpartition("/")[2]
    return Answer(status=201, body=f'{{"link": "https://files.example/{name}"}}'.encode())


def linking(tmp_path: Path, url: str) -> Path:
    path = tmp_path / "linking.toml"
    text = 'format = 1\nname = "L"\nurl = "{url}/{{relpath}}"\n[reply]\nlink = "{{json:link}}"\n'
    path.write_text(text.format(url=url), "utf-8")
    return path


def files(tmp_path: Path, number: int) -> list[Path]:
    paths = [tmp_path / f"{each}.txt" for each in range(number)]
    for path in paths:
        path.write_text("hello")
    return paths


def kept(home: Path) -> list[State]:
    """Return the states of all that was sent, as the ledger has it."""
    return [row.state for row in LedgerReader(ledger_path(home / "data")).history()]


def timeless(ran: Ran) -> list[str]:
    """Return what was said on standard error without the time it took."""
    return [re.sub(r"\d+\.\d+ s", "… s", line) for line in ran.err.splitlines()]


def shape(ran: Ran) -> list[tuple[str, list[str]]]:
    """Return which events came and what each tells; how many tell of progress is a matter of speed."""
    return [(event["event"], sorted(event)) for event in ran.events if event["event"] != "progress"]


def test_a_second_window_hands_its_files_over_and_ends(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    with window(home):
        ran = second(home, *files(tmp_path, 2), "--to", server.url)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        wait_until(lambda: kept(home) == [State.DONE, State.DONE])
        assert second(home).code == 0, "one without files only shows the first"
    assert len(server.requests) == 2


def test_a_second_window_that_cannot_hand_over_says_why(home: Path, tmp_path: Path) -> None:
    with window(home):
        unknown = second(home, *files(tmp_path, 1), "--to", "nowhere")
        assert (unknown.code, "no destination called “nowhere”" in unknown.err) == (2, True)
        demo = second(home, "--demo")
        assert (demo.code, "open already" in demo.err) == (2, True)


def test_where_nobody_answers_the_window_says_so_and_send_goes_on_without_memory(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    (home / "data").mkdir()
    lock = LedgerLock(home / "data" / "ledger.lock")
    ran = second(home)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("guiuploader: Another guiuploader is open.")
    sent = run(home, "send", *files(tmp_path, 1), "--to", server.url)
    assert sent.code == 0
    assert "does not answer, so this queue is not kept on the disk" in sent.err
    lock.release()
    assert not ledger_path(home / "data").exists()


def test_send_beside_a_window_says_what_it_would_say_alone(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()

    def first_last(request: Request) -> Answer:
        if request.target.endswith("0.txt"):
            return replace(linked(request), gate=gate)
        gate.set()
        return linked(request)

    server = scripted_server(first_last)
    words: list[str | Path] = ["send", *files(tmp_path, 3), tmp_path / "gone", "--to"]
    words.append(linking(tmp_path, server.url))
    with window(home):
        beside = run(home, *words)
        assert kept(home) == [State.DONE] * 3, "the window did it"
    alone = run(home, *words, "--no-memory")
    links = [f"https://files.example/{number}.txt" for number in range(3)]
    assert (beside.code, beside.out.splitlines()) == (1, links)
    assert (alone.code, alone.out) == (beside.code, beside.out)
    assert sorted(timeless(alone)) == sorted(timeless(beside))
    assert "not added: There is no such file." in beside.err


def test_its_json_lines_are_those_of_a_run_alone(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(linked)
    words: list[str | Path] = ["send", *files(tmp_path, 1), "--to", linking(tmp_path, server.url), "--json"]
    with window(home):
        beside = run(home, *words)
    alone = run(home, *words, "--no-memory")
    assert (beside.code, beside.err) == (0, "")
    shape = [(event["event"], sorted(event)) for event in alone.events if event["event"] != "progress"]
    assert [
        (event["event"], sorted(event)) for event in beside.events if event["event"] != "progress"
    ] == shape
    assert beside.named("finished")[0]["link"] == "https://files.example/0.txt"
    assert beside.named("summary")[0]["done"] == 1


def test_a_failure_there_is_a_failure_here(home: Path, tmp_path: Path, scripted_server: StartServer) -> None:
    server = scripted_server(answer(413, b"too big", Content_Type="text/plain"))
    words: list[str | Path] = ["send", *files(tmp_path, 1), "--to", server.url]
    with window(home):
        beside = run(home, *words)
    alone = run(home, *words, "--no-memory")
    assert (beside.code, timeless(beside)) == (alone.code, timeless(alone)) == (1, timeless(alone))
    assert "too big" in beside.err


def test_a_signal_stops_it_there_and_the_window_stays(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(never_answer())
    with window(home) as open_window:
        with started(home, "send", *files(tmp_path, 5), "--to", server.url) as process:
            wait_until(lambda: len(server.requests) == 3 and all(each.complete for each in server.requests))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (130, "")
        assert "Stopped. 0 of 5 sent" in err
        assert sorted(kept(home)) == [State.CANCELLED] * 2 + [State.UNCONFIRMED] * 3
        assert open_window.poll() is None


def test_a_window_that_is_closed_meanwhile_is_told_and_goes_on_next_time(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, gate=gate))
    with window(home) as first, started(home, "send", *files(tmp_path, 5), "--to", server.url) as process:
        wait_until(lambda: len(server.requests) == 3)
        first.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
        first.wait(LIMIT)
    gate.set()
    assert (process.returncode, out) == (1, "")
    assert "was closed" in err
    assert "--resume" in err
    with window(home):
        wait_until(lambda: kept(home).count(State.DONE) >= 2, timeout=20)
    assert len(server.requests) == 5, "what may have arrived is not sent again by itself"


def test_a_send_that_is_killed_leaves_its_files_to_the_window(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, gate=gate))
    with window(home):
        with started(home, "send", *files(tmp_path, 5), "--to", server.url) as process:
            wait_until(lambda: len(server.requests) == 3)
            process.kill()
        gate.set()
        wait_until(lambda: kept(home) == [State.DONE] * 5, timeout=20)


def test_resume_beside_a_window_follows_what_goes_on_there(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()
    server = scripted_server(Answer(status=201, body=b'{"link": "https://files.example/x"}', gate=gate))
    with window(home, *files(tmp_path, 2), "--to", linking(tmp_path, server.url)):
        wait_until(lambda: len(server.requests) == 2)
        with started(home, "send", "--resume", "--json") as process:
            assert process.stdout is not None
            assert '"queued"' in process.stdout.readline(), "it follows"
            gate.set()
            out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert out.count('"https://files.example/x"') == 2
        assert '"done":2' in out.splitlines()[-1]
        nothing = run(home, "send", "--resume", "--json")
        assert nothing.code == 0
        assert [event["event"] for event in nothing.events] == ["summary"]


def test_a_secret_that_the_window_does_not_know_is_refused_and_one_given_here_is_used_here(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    server = scripted_server(answer(201))
    to = tmp_path / "signed.toml"
    to.write_text(SIGNED.format(url=server.url), "utf-8")
    words: list[str | Path] = ["send", *files(tmp_path, 1), "--to", to]
    with window(home):
        refused = run(home, *words)
        assert (refused.code, refused.out) == (2, "")
        assert "does not know the secret “api-key” for “Signed”" in refused.err
        assert server.connections == 0
        given = run(home, *words, GUIUPLOADER_SECRET_API_KEY="k")
        assert given.code == 0
        assert "not kept on the disk" in given.err
    assert server.request().header("X-Api-Key") == "k"


def test_beside_a_send_others_go_on_without_memory_and_say_so(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate = threading.Event()
    slow, server = scripted_server(Answer(status=201, gate=gate)), scripted_server(answer(201))
    with started(home, "send", *files(tmp_path, 1), "--to", slow.url) as first:
        wait_until(lambda: len(slow.requests) == 1)
        second = run(home, "send", *files(tmp_path, 1), "--to", server.url)
        assert second.code == 0
        assert "another “guiuploader send” has the queue, so this queue is not kept" in second.err
        resumed = run(home, "send", "--resume")
        assert (resumed.code, "Another guiuploader is open." in resumed.err) == (2, True)
        shown = subprocess.run(
            [sys.executable, "-c", SEEN],
            env=environment(home, PYTHONPATH=str(ROOT), **SCREENLESS),
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=True,
        )
        assert shown.stdout.startswith("A “guiuploader send” is at work and has the queue")
        gate.set()
        first.communicate(timeout=20)
    assert first.returncode == 0
    assert kept(home) == [State.DONE]


class Odd:
    """Holds the queue and answers as told."""

    def __init__(self, home: Path, *answers: Answered) -> None:
        (home / "data").mkdir()
        self._answers = answers
        self._lock = LedgerLock(home / "data" / "ledger.lock")
        self._instance = Instance(home / "data", self)

    def heard(self, caller: Caller, _request: object, /) -> None:
        for each in self._answers:
            caller.tell(each)
        if self._answers:
            caller.hang_up()

    def left(self, caller: Caller, /) -> None:
        """Do nothing."""

    def close(self) -> None:
        self._instance.close()
        self._lock.release()


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([], 1, "stopped answering. What was handed over may be in its queue"),
        ([Accepted(), Event(line="no JSON")], 1, "stopped answering"),
        ([Accepted(), Event(line='{"event":"state","id":7,"state":"done"}')], 1, "stopped answering"),
        ([Accepted(), Ended(code=1)], 1, ""),
        ([Accepted()], 1, "was closed"),
        ([Refused(reason="Not today.")], 2, "guiuploader: Not today."),
        ([Accepted(), Refused(reason="Not today.")], 2, "guiuploader: Not today."),
    ],
)
def test_whatever_the_other_one_answers_nothing_is_sent_twice(
    home: Path, tmp_path: Path, scripted_server: StartServer, answers: list[Answered], code: int, said: str
) -> None:
    server = scripted_server(answer(201))
    odd = Odd(home, *answers)
    ran = run(home, "send", *files(tmp_path, 1), "--to", server.url)
    odd.close()
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert server.connections == 0


def test_a_reader_that_goes_away_stops_what_the_window_does_for_it(
    home: Path, tmp_path: Path, scripted_server: StartServer
) -> None:
    gate, later = threading.Event(), threading.Event()
    gates = [gate]
    server = scripted_server(lambda _: Answer(status=201, gate=gates.pop() if gates else later))
    with window(home):
        with started(home, "send", *files(tmp_path, 30), "--to", server.url, "--json") as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
            gate.set()  # what is told of this one finds nobody who reads
            assert process.stderr is not None
            assert process.stderr.read() == ""
        assert process.returncode == 1
        wait_until(lambda: State.CANCELLED in kept(home))
        later.set()
        wait_until(lambda: len(kept(home)) == 30)
