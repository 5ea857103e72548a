# SPDX-License-Identifier: MIT
"""Files on their way to a server that counts, over any number of runs, each of which may be killed."""

import json
import os
import re
import signal
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_reader import ledger_path
from guiuploader.values.states import ENDED, State
from tests.helpers.counting_server import CountingServer, Moment, Seen, Watch
from tests.helpers.program import run, started
from tests.helpers.waiting import wait_until

PARALLEL = 4
_RANDOM = 1 << 16  # bytes at the beginning of a file; the rest is zeros, which are made at once
_TIMES = {
    None: {0},
    State.QUEUED: {0},
    State.DONE: {1},
    State.FAILED: {0},
    State.UNCONFIRMED: {0, 1},
}

_DOUBTFUL = r"(guiuploader: \d+ uploads? of earlier runs may have arrived and (is|are) not sent again .*\n)?"
"""What a resume may say besides."""


@dataclass(frozen=True)
class Way:
    """How files go to the server: what a destination says of it, the address, and how many go together.

    Where it `repeats`, what may have arrived waits to be sent again.
    """

    toml: str
    path: str = "up"
    together: int = 1
    repeats: bool = False


@dataclass
class Figures:
    """What came of the runs, for a person to read; `states` counts each row after each run."""

    kills: int = 0
    runs: int = 0
    most_unconfirmed: int = 0
    states: Counter[State] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        states = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        return (
            f"{self.kills} kills in {self.runs} runs, after which rows were {states};"
            f" at most {self.most_unconfirmed} newly unconfirmed; {time.monotonic() - self.started:.1f} s"
        )


class Campaign:
    """Keeps one ledger and one server; `states` are those of the files' rows, by name, after the last run.

    `due` are files of which the server had all that may go out before their mark, in that run.
    """

    def __init__(self, folder: Path, server: CountingServer, way: Way) -> None:
        self.figures = Figures()
        self.server = server
        self.way = way
        self.states: dict[str, State] = {}
        self.newly_unconfirmed: set[str] = set()
        self.due: set[str] = set()
        self._folder = folder
        self._home = folder / "home"
        self._toml = folder / "to.toml"
        self._toml.write_text(
            f'format = 1\nname = "Counting"\nurl = "{server.url}/{way.path}"\n{way.toml}\n', "utf-8"
        )
        self._files: dict[str, Path] = {}
        self._checksums: dict[str, int] = {}
        self._shown: set[int] = set()
        self._kill: Callable[[], None] | None = None

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return ledger_path(self._home / "data")

    @property
    def is_over(self) -> bool:
        """Whether there is nothing that another run could do."""
        return not self._words()

    def add(self, sizes: Sequence[int]) -> None:
        """Make files of these sizes in bytes, to be sent in this order."""
        folder = self._folder / f"from {len(self._files):05}"
        folder.mkdir()
        for size in sizes:
            path = folder / f"{len(self._files):05}.{size}.bin"
            path.write_bytes(os.urandom(min(size, _RANDOM)))
            os.truncate(path, size)
            self._files[path.name] = path
            self._checksums[path.name] = zlib.crc32(path.read_bytes())

    def kill(self) -> None:
        """Kill the program that runs."""
        assert self._kill
        self._kill()

    def run(self, watch: Watch, *, lines: int | None = None) -> bool:
        """Let the program do what is left, and return whether it was killed; then all must be in order.

        With `lines` it is killed when it has said so many.
        """
        self.due.clear()
        words = [*self._words(), "--json", "--parallel", str(PARALLEL)]
        with started(self._home, "send", *words) as process:
            self._kill = process.kill
            self.server.watch = lambda moment, seen: self._see(moment, seen, watch)
            assert process.stdout
            assert process.stderr
            for number, line in enumerate(process.stdout):
                if number == lines:
                    self.kill()
                self._note(line)
            complaints = process.stderr.read()
        is_killed = process.returncode == -signal.SIGKILL
        assert is_killed or process.returncode in {0, 1}, complaints
        expected = _DOUBTFUL if "--resume" in words else ""
        assert re.fullmatch(expected, complaints), complaints
        wait_until(lambda: self.server.is_idle, message="the server still reads")
        self._check()
        self.figures.runs += 1
        self.figures.kills += is_killed
        self.figures.states.update(self.states.values())
        self.figures.most_unconfirmed = max(self.figures.most_unconfirmed, len(self.newly_unconfirmed))
        return is_killed

    def finish(self) -> None:
        """Do all that is left."""
        while not self.is_over:
            assert not self.run(_see_nothing)
        assert set(self.states.values()) <= ENDED

    def send_again(self) -> None:
        """Send again what the server has not, and check that it then has each file once."""
        missing = [path for name, path in self._files.items() if not self.server.times(name)]
        if missing:
            # With a ledger of its own: this one knows of them, and cannot know that they did not arrive.
            again = run(self._folder / "again", "send", *missing, "--to", self._toml)
            assert again.code == 0, again.err
        times = {name: self.server.times(name) for name in self._files}
        assert times == dict.fromkeys(self._files, 1)

    def _words(self) -> list[str | Path]:
        """Return what to tell the program: to resume, or to take in what no run has; empty at the end."""
        if not set(self.states.values()) <= ENDED:
            return ["--resume"]
        new = [path for name, path in self._files.items() if name not in self.states]
        if not new:
            return []
        known = {self._files[name].parent for name in self.states}
        return [
            *dict.fromkeys(path if path.parent in known else path.parent for path in new),
            "--to",
            self._toml,
        ]

    def _see(self, moment: Moment, seen: Seen, watch: Watch) -> None:
        if moment is Moment.TAIL_DUE:
            self.due.update(seen.names)
        watch(moment, seen)

    def _note(self, line: str) -> None:
        if line.endswith("\n"):  # the last one may be half a line
            event = json.loads(line)
            if event["event"] == "queued":
                self._shown.add(event["id"])

    def _check(self) -> None:
        """Hold the ledger, as the next run finds it, against what the server has stored."""
        ledger = Ledger(self._home / "data")
        try:
            rows = [row for page in ledger.read.unfinished(also=ENDED) for row in page]
        finally:
            assert ledger.close(20)
        assert ledger.damage is None
        assert not self.server.confused, "a repeat had other files than the first request with its key"
        assert self._shown <= {row.id for row in rows}, "a row that was shown is gone"
        before, self.states = self.states, {row.source.name: row.state for row in rows}
        assert len(rows) == len(self.states), "a file has two rows"
        for name, checksum in self._checksums.items():
            state, came = self.states.get(name), self.server.stored.get(name, [])
            times = _TIMES[state] | ({1} if self.way.repeats and state is State.QUEUED else set())
            assert len(came) in times, f"{name} is {state} and was stored {len(came)} times"
            assert set(came) <= {checksum}, f"{name} was stored with other bytes"
            assert before.get(name) in {None, State.QUEUED, state}, "what had ended is something else now"
        self.newly_unconfirmed = {
            name
            for name, state in self.states.items()
            if state is State.UNCONFIRMED and before.get(name) is not State.UNCONFIRMED
        }


def _see_nothing(_: Moment, __: Seen) -> None:
    """Let everything pass."""
