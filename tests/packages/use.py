# SPDX-License-Identifier: MIT
"""Using a program as a person does who was given it: sending with it, and dropping files on its window."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.screen import process, pull, xdotool
from tests.helpers.waiting import wait_until

PATIENCE = 60.0  # seconds
DRAG_SOURCE = Path(__file__).resolve().parents[1] / "end2end" / "drag_source.py"
CONTENT = b"one file, whole and unchanged\n" * 300_000

Words = Sequence[str | Path]


def said(*command: str | Path, **variables: str) -> str:
    """Return what `command` says; it must end well and without a word of trouble."""
    done = subprocess.run(
        command, env=variables or None, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def send_and_receive(program: Words, *, file: str | Path, received: str | Path) -> None:
    """Send `file` with `program` to the receiver that is the same program; paths are as it sees them."""
    receive = (*program, "receive", "--port", "0", "--dir", received, "--until-stdin-closes")
    pipe = subprocess.PIPE
    with subprocess.Popen(receive, stdin=pipe, stdout=pipe, text=True) as receiver:
        assert receiver.stdin is not None
        assert receiver.stdout is not None
        url = receiver.stdout.readline().strip()
        try:
            said(*program, "send", file, "--to", f"{url}/upload")
        finally:
            receiver.stdin.close()
            receiver.wait(PATIENCE)


def digests(folder: Path) -> list[str]:
    """Return the SHA-256 of every file below `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


@contextmanager
def opened(
    program: Words, screen: Mapping[str, str], *, received: Path
) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """Open the window with its demo server, whose folder is `received`; give its process and its middle."""
    with process(*program, "--demo", env=screen, stderr=subprocess.PIPE) as started:
        found = xdotool(dict(screen), "search", "--sync", "--onlyvisible", "--name", "guiuploader")
        window = found.split()[0]
        wait_until(received.is_dir, timeout=PATIENCE, message="the demo server has not started")
        place = xdotool(dict(screen), "getwindowgeometry", "--shell", window)
        lines = dict(line.split("=") for line in place.split())
        x, y, width, height = (int(lines[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        yield started, x + width // 2, y + height // 2


def drop(screen: dict[str, str], middle: tuple[int, int], dropped: str, *, received: Path) -> None:
    """Drag `dropped` from another program onto the window, and wait until its bytes have arrived."""
    wanted = [hashlib.sha256(CONTENT).hexdigest()]
    with process(sys.executable, DRAG_SOURCE, dropped, env=screen, stdout=subprocess.PIPE) as source:
        assert source.stdout is not None
        assert source.stdout.readline() == "shown\n"
        pull(screen, *middle)
        xdotool(screen, "mousemove", middle[0] + 3, middle[1], "mouseup", 1)
        assert source.stdout.readline() == "dropped CopyAction\n"
        # What was dropped is asked of the source only now, so it must live on.
        wait_until(lambda: digests(received) == wanted, timeout=PATIENCE, message="the file has not arrived")


def leave(screen: dict[str, str], window: subprocess.Popen[str]) -> None:
    """Quit by the keyboard; the program must have had nothing to complain of."""
    assert window.stderr is not None
    xdotool(screen, "key", "ctrl+q")
    assert window.wait(PATIENCE) == 0
    assert window.stderr.read() == ""
