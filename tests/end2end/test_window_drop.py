# SPDX-License-Identifier: MIT
"""The real window on a real X11 screen takes a real drop, moves its bars, and the bytes arrive."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.screen import process, pull, shoot, xdotool
from tests.helpers.waiting import wait_until

HERE = Path(__file__).resolve().parent
# Read here, for each test gets an environment without our own variables.
SHOTS = os.environ.get("GUIUPLOADER_SHOTS")
MEGABYTE = 1_000_000
PATIENCE = 60.0  # seconds

pytestmark = pytest.mark.full


@dataclass(frozen=True)
class Witnessed:
    """What the program under test has noted so far."""

    record: Path

    def lines(self) -> list[dict[str, object]]:
        if not self.record.exists():
            return []
        whole = self.record.read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def views(self) -> list[dict[str, object]]:
        return [line for line in self.lines() if "rows" in line]

    def now(self) -> dict[str, object]:
        return (self.views() or [{}])[-1]

    def rows(self) -> list[tuple[str, str, float]]:
        rows = self.now().get("rows", [])
        assert isinstance(rows, list)
        return [(str(name), str(state), float(fraction or 0)) for name, state, fraction in rows]

    def shown_midway(self) -> bool:
        """Tell whether any bar was ever seen on its way; on a fast machine that is over soon."""
        rows = [row for view in self.views() for row in view["rows"]]  # type: ignore[attr-defined] # JSON
        return any(0.05 < float(fraction or 0) < 0.95 for _, _, fraction in rows)

    def fractions(self, name: str) -> list[float]:
        """Return how much of a file the window has shown, in the order in which it did."""
        seen: list[float] = []
        for view in self.views():
            rows = view["rows"]
            assert isinstance(rows, list)
            seen += [float(fraction or 0) for each, _, fraction in rows if each == name]
        return seen


def sparse(path: Path, size: int, mark: bytes) -> Path:
    """Make a large file that takes no room: a mark at each end and nothing between."""
    with path.open("wb") as file:
        file.write(mark)
        file.seek(size - len(mark))
        file.write(mark)
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_three_files_and_a_folder_dropped_on_the_real_window_arrive(
    screen: dict[str, str], tmp_path: Path
) -> None:
    shots = Path(SHOTS) if SHOTS else tmp_path / "shots"
    things = tmp_path / "things"
    folder = things / "Fotos mit Umlaut ü"
    (folder / "inner").mkdir(parents=True)
    large = sparse(things / "film.mkv", 600 * MEGABYTE, b"film")
    dropped = [
        large,
        sparse(things / "disk image.iso", 64 * MEGABYTE, b"disk"),
        sparse(things / "backup.tar", 64 * MEGABYTE, b"tar"),
        folder,
    ]
    (folder / "eins.jpg").write_bytes(b"1" * 5000)
    (folder / "inner" / "zwei.jpg").write_bytes(b"2" * 7000)
    (folder / "leer.txt").write_bytes(b"")
    sources = [path for path in things.rglob("*") if path.is_file()]

    home, witnessed = tmp_path / "home", Witnessed(tmp_path / "record.jsonl")
    pipe = subprocess.PIPE
    program = (sys.executable, "-W", "error", HERE / "watched_program.py", witnessed.record, home)
    with (
        process(*program, env=screen, stderr=pipe) as window,
        process(sys.executable, HERE / "drag_source.py", *dropped, env=screen, stdout=pipe) as source,
    ):
        assert source.stdout is not None
        assert window.stderr is not None
        assert source.stdout.readline() == "shown\n"
        wait_until(lambda: witnessed.now().get("destinations") == 1, timeout=PATIENCE, message="no demo")
        middle = witnessed.now()["middle"]
        assert isinstance(middle, list)
        pull(screen, middle[0], middle[1])
        wait_until(lambda: any("veil" in line for line in witnessed.lines()), message="no sign of the drag")
        shoot(screen, shots, "real-drag")
        xdotool(screen, "mousemove", middle[0] + 3, middle[1], "mouseup", 1)
        assert source.stdout.readline() == "dropped CopyAction\n"
        wait_until(
            witnessed.shown_midway,
            timeout=PATIENCE,
            message="no bar is on its way",
        )
        shoot(screen, shots, "real-drop-midway")
        wait_until(
            lambda: witnessed.now().get("status") == "All 6 arrived",
            timeout=PATIENCE,
            message="not all arrived",
        )
        shoot(screen, shots, "real-drop-end")
        xdotool(screen, "mousemove", middle[0], middle[1], "click", 1, "key", "ctrl+q")
        assert window.wait(PATIENCE) == 0
        assert window.stderr.read() == ""

    assert {state for _, state, _ in witnessed.rows()} == {"done"}
    assert sorted(name for name, _, _ in witnessed.rows()) == sorted(
        path.relative_to(things).as_posix() for path in sources
    )
    moved = witnessed.fractions("film.mkv")
    assert moved == sorted(moved), "a bar went back"
    assert len({fraction for fraction in moved if 0 < fraction < 1}) >= 3, moved
    assert moved[-1] == 1.0
    stored = [path for path in (home / "data" / "received").rglob("*") if path.is_file()]
    assert sorted(map(sha256, stored)) == sorted(map(sha256, sources))
