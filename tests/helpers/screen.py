# SPDX-License-Identifier: MIT
"""A real X11 screen for one test, the mouse and the keys on it, and pictures of it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENDING = 60.0  # seconds that a terminated program may take to end
CORNER = 50  # pixels from the top and the left, where the drag source stands


@contextmanager
def process(*command: str | Path, **more: object) -> Iterator[subprocess.Popen[str]]:
    """Run a program and end it by its id."""
    with subprocess.Popen(command, text=True, **more) as started:  # type: ignore[call-overload] # options as Popen takes them
        try:
            yield started
        finally:
            started.terminate()
            started.wait(ENDING)


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """Return an environment with a screen of its own, and a window manager on it."""
    with ExitStack() as stack:
        ours, theirs = os.pipe()
        server = ("Xvfb", "-displayfd", str(theirs), "-screen", "0", "1500x1000x24", "-nolisten", "tcp")
        quiet = subprocess.DEVNULL
        stack.enter_context(process(*server, pass_fds=[theirs], stderr=quiet))
        os.close(theirs)
        with os.fdopen(ours) as number:
            display = number.readline().strip()
        assert display, "Xvfb did not start"
        environment = {**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        environment["PYTHONPATH"] = str(ROOT)
        environment.pop("WAYLAND_DISPLAY", None)
        stack.enter_context(process("openbox", env=environment, stderr=quiet))
        yield environment


def shoot(environment: dict[str, str], folder: Path, name: str) -> None:
    """Keep a picture of the whole screen as folder/name.png."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", "root", folder / f"{name}.png"], env=environment, check=True)


def xdotool(environment: dict[str, str], *words: str | int) -> str:
    """Move, click, type or look as xdotool's own words say; return what it answers."""
    command = ["xdotool", *map(str, words)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def pull(environment: dict[str, str], x: int, y: int) -> None:
    """Take hold of the drag source in the corner and drag it to a place, without letting go."""
    xdotool(environment, "mousemove", CORNER, CORNER, "mousedown", 1)
    for step in range(1, 11):
        xdotool(
            environment,
            "mousemove",
            CORNER + (x - CORNER) * step // 10,
            CORNER + (y - CORNER) * step // 10,
        )
