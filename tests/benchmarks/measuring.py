# SPDX-License-Identifier: MIT
"""Runs two things in turns, and puts what came of it in a line of the table."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from tests.benchmarks.programs import Cost, curl, guiuploader, sparse, spend

HEAD = (
    "| what | ratio | floor | aim | | medians: ours against theirs | CPU |\n|---|---|---|---|---|---|---|\n"
)
Run = Callable[[], Cost]


@dataclass(frozen=True)
class Bench:
    """What the rows share: a scratch folder with the files, the sinks' addresses, how often to measure.

    `gib` is the size of the large file, `files` the number of small ones.
    """

    home: Path
    http: str
    https: str
    pairs: int
    gib: int
    files: int

    def run(self, command: list[str]) -> Cost:
        """Run one of our commands or curl's."""
        ours = "guiuploader" in command
        return spend(command, read_seconds="json" if ours else "last", home=self.home)

    def ours(self, url: str, *files: Path, body: str = "multipart", digest: str = "none") -> Cost:
        """Return what it costs us."""
        return self.run(guiuploader(url, *files, home=self.home, body=body, digest=digest))

    def curl(self, url: str, *words: str) -> Cost:
        """Return what it costs curl."""
        return self.run(curl(url, *words, home=self.home))

    def timed(self, command: str) -> Cost:
        """Return what a shell command costs as a whole process."""
        words = ["bash", "-c", f"TIMEFORMAT=%R; {{ time {command} >/dev/null 2>&1; }} 2>&1"]
        return spend(words, read_seconds="last", home=self.home)

    def after(self, first: Run, command: str) -> Cost:
        """Return what one thing and then another cost."""
        return first() + self.timed(command)

    def large(self, size: int) -> Path:
        """Return a file of this many bytes."""
        path = self.home / f"{size}.bin"
        return path if path.exists() else sparse(path, size)

    def small(self, count: int, size: int) -> Path:
        """Return a folder with so many files of so many bytes, each with a content of its own."""
        folder = self.home / f"{count}-of-{size}"
        if not folder.exists():
            folder.mkdir()
            for number in range(count):
                (folder / f"{number:05}.bin").write_bytes(number.to_bytes(4, "big") * (size // 4))
        return folder


@dataclass(frozen=True)
class Row:
    """One line of the table; a ratio of 1.2 says that we are better by a fifth.

    Below the floor the bench has failed; the aim is what to come near to.
    """

    what: str
    ratio: float
    floor: float | None
    figures: str
    aim: float | None = None
    cpu: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether the floor was not reached."""
        return self.floor is not None and self.ratio < self.floor

    def __str__(self) -> str:
        met = "aim met" if self.aim is not None and self.ratio >= self.aim else "met"
        verdict = "" if self.floor is None else "MISSED" if self.is_missed else met
        floor, aim = ("" if wanted is None else f"{wanted:.2f}" for wanted in (self.floor, self.aim))
        return (
            f"| {self.what} | {self.ratio:.2f} | {floor} | {aim} | {verdict} | {self.figures} | {self.cpu} |"
        )


def paired(
    bench: Bench,
    ours: Run,
    theirs: Run,
    *,
    what: str,
    floor: float | None,
    aim: float | None = None,
) -> Row:
    """Measure both in turns, each first every other time; the ratio is the median of theirs over ours.

    CPU time stands beside it: it wanders less than the clock on a machine that others use too.
    """
    pairs: list[tuple[Cost, Cost]] = []
    for number in range(bench.pairs):
        if number % 2:
            theirs_first = theirs()
            pairs.append((ours(), theirs_first))
        else:
            pairs.append((ours(), theirs()))
    ratio = statistics.median(their.seconds / our.seconds for our, their in pairs)
    seconds, cpu = (_medians(pairs, attrgetter(name)) for name in ("seconds", "cpu"))
    return Row(what, ratio, floor, seconds, aim, cpu)


def _medians(pairs: list[tuple[Cost, Cost]], of: Callable[[Cost], float]) -> str:
    medians = (statistics.median(map(of, each)) for each in zip(*pairs, strict=True))
    return " against ".join(f"{seconds:.2f} s" for seconds in medians)
