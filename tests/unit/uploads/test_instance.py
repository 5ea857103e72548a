# SPDX-License-Identifier: MIT
"""Second starts are heard over real sockets, from real processes; a bad one ends nothing but its own call."""

import json
import os
import queue
import socket
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiuploader.uploads import instance as instances
from guiuploader.uploads import meeting_point
from guiuploader.uploads.call import Call
from guiuploader.uploads.instance import Caller, Instance
from guiuploader.uploads.meeting_point import address, connected, listening
from guiuploader.uploads.messages import (
    VERSION,
    Accepted,
    AddFiles,
    Ended,
    Event,
    Refused,
    Request,
    Show,
    Stop,
    add_files,
    framed,
)
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged
from tests.helpers.waiting import holds_within, wait_until

ROOT = Path(__file__).resolve().parents[3]


class Ear:
    """Keeps what is heard, and who left."""

    def __init__(self) -> None:
        self.requests: queue.Queue[tuple[Caller, Request]] = queue.Queue()
        self.gone: list[Caller] = []
        self.fails = False

    def heard(self, caller: Caller, request: Request, /) -> None:
        if self.fails:
            raise RuntimeError("a mistake")
        self.requests.put((caller, request))

    def left(self, caller: Caller, /) -> None:
        self.gone.append(caller)
        if self.fails:
            raise RuntimeError("a mistake")

    def next(self) -> tuple[Caller, Request]:
        return self.requests.get(timeout=10)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a data folder whose path is short enough for a socket inside."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def instance(folder: Path, ear: Ear) -> Iterator[Instance]:
    made = Instance(folder, ear)
    yield made
    made.close()
    assert not address(folder).exists()


def ends(line: socket.socket) -> bool:
    """Tell whether the other end hangs up; what it says before that is read."""
    line.settimeout(10)
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


@pytest.mark.usefixtures("instance")
def test_a_window_hands_its_files_over(folder: Path, ear: Ear) -> None:
    with Call(folder) as call:
        for message in add_files([folder / "a"], variables={"id": "7"}):
            call.say(message)
        caller, request = ear.next()
        assert request == AddFiles(paths=(os.fsencode(folder / "a"),), variables={"id": "7"})
        caller.tell(Accepted())
        caller.hang_up()
        assert call.hear(10) == Accepted()
        assert call.hear(10) is None
    wait_until(lambda: ear.gone == [caller])


@pytest.mark.usefixtures("instance")
def test_several_are_heard_at_once_and_each_gets_its_own_answers(folder: Path, ear: Ear) -> None:
    with Call(folder) as one, Call(folder) as two:
        one.say(Show())
        first, _ = ear.next()
        two.say(Stop())
        second, _ = ear.next()
        second.tell(Event(line="two"))
        first.tell(Event(line="one"))
        assert (one.hear(10), two.hear(10)) == (Event(line="one"), Event(line="two"))
        with pytest.raises(TimeoutError):
            one.hear(0.01)


FOLLOWER = """
import sys
from pathlib import Path
from guiuploader.uploads.call import Call
from guiuploader.uploads.messages import Ended, Event, add_files
with Call(Path(sys.argv[1])) as call:
    for message in add_files([Path(name) for name in sys.argv[2:]], follow=True):
        call.say(message)
    while (answer := call.hear(30)) is not None:
        if isinstance(answer, Event):
            print(answer.line, flush=True)
        if isinstance(answer, Ended):
            sys.exit(answer.code)
"""


def follower(folder: Path, *paths: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FOLLOWER, folder, *paths], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    )


@pytest.mark.usefixtures("instance")
def test_another_process_follows_its_files_to_their_end(folder: Path, ear: Ear) -> None:
    with follower(folder, "/a", "/b") as process:
        caller, request = ear.next()
        assert request == AddFiles(paths=(b"/a", b"/b"), follow=True)
        for number in range(2000):
            caller.tell(Event(line=json.dumps({"event": "progress", "sent": number, "ü": "x" * 500})))
        caller.tell(Ended(code=1))
        caller.hang_up()
        out, _ = process.communicate(timeout=30)
    assert [json.loads(line)["sent"] for line in out.splitlines()] == list(range(2000))
    assert process.returncode == 1


@pytest.mark.usefixtures("instance")
def test_it_is_noticed_when_a_follower_is_killed(folder: Path, ear: Ear) -> None:
    with follower(folder, "/a") as process:
        caller, _ = ear.next()
        process.kill()
    wait_until(lambda: ear.gone == [caller])
    caller.tell(Event(line="to nobody"))


@pytest.mark.expected_log("a caller was refused")
@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "version 18245"),
        (struct.pack(">HI", VERSION + 1, 0), "version 2"),
        (struct.pack(">HI", VERSION, 2**32 - 1), "too large"),
        (struct.pack(">HI", VERSION, 1) + b"\xc1", "no sense"),
        (framed(Accepted()), "no sense"),
    ],
)
def test_nonsense_is_refused_and_others_are_heard_all_the_same(
    folder: Path, ear: Ear, data: bytes, reason: str
) -> None:
    with Call(folder) as call:
        call._socket.sendall(data)
        answer = call.hear(10)
        assert isinstance(answer, Refused)
        assert reason in answer.reason
        assert call.hear(10) is None
    with Call(folder) as call:
        call.say(Show())
        assert ear.next()[1] == Show()


@pytest.mark.expected_log("met a mistake")
@pytest.mark.usefixtures("instance")
def test_a_mistake_of_ours_ends_one_call_only(folder: Path, ear: Ear) -> None:
    ear.fails = True
    with Call(folder) as call:
        call.say(Show())
        assert call.hear(10) is None
    wait_until(lambda: ear.gone)
    ear.fails = False
    with Call(folder) as call:
        call.say(Show())
        assert ear.next()[1] == Show()


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("begun", [b"", framed(Show())[:-1], framed(Show()) + framed(Show())[:3]])
def test_who_never_ends_a_message_is_hung_up_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(instances, "PATIENCE", 0.2)
    with connected(address(folder), 10) as line:
        line.sendall(begun)
        assert ends(line)


@pytest.mark.usefixtures("instance")
def test_who_follows_may_be_silent_for_as_long_as_it_likes(
    folder: Path, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "PATIENCE", 1.0)
    with Call(folder) as call:
        call.say(Show())
        caller, _ = ear.next()
        assert not holds_within(lambda: ear.gone, 1.3)
        caller.tell(Ended(code=0))
        assert call.hear(10) == Ended(code=0)


@pytest.mark.usefixtures("instance")
def test_who_does_not_listen_is_hung_up_on_before_memory_runs_out(folder: Path, ear: Ear) -> None:
    with Call(folder) as call:
        call.say(Show())
        caller, _ = ear.next()
        for _ in range(6):
            caller.tell(Event(line="x" * 8_000_000))
        wait_until(lambda: ear.gone == [caller])


@pytest.mark.expected_log("one too many")
@pytest.mark.usefixtures("instance")
def test_so_many_and_no_more_are_heard_at_once(folder: Path, ear: Ear) -> None:
    calls = [Call(folder) for _ in range(40)]
    assert ends(calls[-1]._socket)
    calls[0].say(Show())
    assert ear.next()[1] == Show()
    for call in calls:
        call.close()


def test_what_a_dead_instance_left_does_not_stand_in_the_way(folder: Path, ear: Ear) -> None:
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom guiuploader.uploads.meeting_point import *\n"
        "listening(address(Path(sys.argv[1])))\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, folder], cwd=ROOT, check=False)
    assert address(folder).is_socket()
    with pytest.raises(ConnectionRefusedError):
        Call(folder, patience=0.1)
    made = Instance(folder, ear)
    with Call(folder) as call:
        call.say(Show())
        assert ear.next()[1] == Show()
    made.close()
    with pytest.raises(FileNotFoundError):
        Call(folder, patience=0)


def test_an_instance_that_is_about_to_listen_is_waited_for(folder: Path) -> None:
    with follower(folder, "/a") as process:
        ear = Ear()
        made = Instance(folder, ear)
        caller, _ = ear.next()
        caller.tell(Ended(code=3))
        assert process.wait(30) == 3
        made.close()


def test_closing_hangs_up_on_everybody(folder: Path, ear: Ear) -> None:
    made = Instance(folder, ear)
    with Call(folder) as call:
        call.say(Show())
        caller, _ = ear.next()
        made.close()
        assert call.hear(10) is None
    assert ear.gone == [caller]
    caller.tell(Ended(code=0))
    caller.hang_up()
    made.close()


@pytest.mark.parametrize("depth", [1, 200])
def test_any_path_can_be_talked_at(folder: Path, ear: Ear, depth: int) -> None:
    deep = folder / ("x" * depth)
    deep.mkdir()
    made = Instance(deep, ear)
    assert len(os.fsencode(address(deep))) < 104
    assert (address(deep).parent.parent == deep) == (depth == 1)
    assert stat.S_IMODE(address(deep).parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(address(deep).stat().st_mode) == 0o600
    with Call(deep) as call:
        call.say(Show())
        assert ear.next()[1] == Show()
    made.close()
    address(deep).parent.rmdir()


def test_a_folder_open_to_others_is_closed_by_the_instance_and_mistrusted_by_callers(folder: Path) -> None:
    path = address(folder)
    path.parent.mkdir(mode=0o777)
    path.parent.chmod(0o777)
    with pytest.raises(PermissionError, match="open to others"):
        connected(path, 1)
    with listening(path):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_link_in_the_folder_s_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    address(folder).parent.symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        listening(address(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_another_user_s_folder_is_not_used() -> None:
    with folder_of_nobody() as folder:
        address(folder).parent.mkdir()
        os.chown(address(folder).parent, 65534, 65534)
        with pytest.raises(PermissionError):
            listening(address(folder))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs Linux, and root")
@pytest.mark.expected_log("another user's")
@pytest.mark.usefixtures("instance")
def test_another_user_is_not_heard_even_where_the_folder_lets_it_in(folder: Path, ear: Ear) -> None:
    path = address(folder)
    for each in (folder, path.parent, path):
        each.chmod(0o777)
    code = (
        "line = socket.socket(socket.AF_UNIX)\nline.settimeout(10)\nline.connect(sys.argv[1])\n"
        "try:\n    line.sendall(bytes.fromhex(sys.argv[2]))\n    print(line.recv(9))\n"
        "except OSError as error:\n    print(type(error).__name__)"
    )
    said = run_unprivileged("import socket", code, path, framed(Show()).hex())
    assert said.strip() in {"b''", "BrokenPipeError", "ConnectionResetError"}
    assert ear.requests.empty()


def test_another_user_s_instance_is_not_talked_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(address(folder)):
        monkeypatch.setattr(meeting_point, "is_ours", lambda _: False)
        with pytest.raises(PermissionError, match="another user's"):
            Call(folder)


@pytest.mark.usefixtures("instance")
def test_a_hundred_thousand_files_arrive_in_order(folder: Path, ear: Ear) -> None:
    paths = [Path("/", "a" * 60, str(number)) for number in range(100_000)]
    with Call(folder) as call:
        messages = list(add_files(paths))
        for message in messages:
            call.say(message)
        heard = [ear.next()[1] for _ in messages]
    assert heard == messages
    assert sum(len(message.paths) for message in messages) == len(paths)
