# SPDX-License-Identifier: MIT
"""Running the real program as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A frozen program is tested by the tests of the source. Read here, for each test gets an environment without
# our own variables.
FROZEN = os.environ.get("GUIUPLOADER_PROGRAM")
COMMAND = (FROZEN,) if FROZEN else (sys.executable, "-m", "guiuploader")
LIMIT = 120.0  # seconds after which a run is given up


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the JSON objects of standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def named(self, event: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [each for each in self.events if each["event"] == event]


def environment(home: Path, **more: str) -> Mapping[str, str]:
    """Return this process's environment with the program's folders below `home`."""
    return {**os.environ, "GUIUPLOADER_HOME": str(home), **more}


def _words(words: Sequence[str | Path], *, retry: bool) -> list[str]:
    """Return a command line; what fails is not tried again, unless that is what the test is about."""
    once = ["--no-retry"] if words and words[0] == "send" and not retry else []
    return [*COMMAND, *map(str, words), *once]


def run(home: Path, *words: str | Path, limit: float = LIMIT, retry: bool = False, **variables: str) -> Ran:
    """Run the program to its end; `variables` are added to its environment."""
    done = subprocess.run(
        _words(words, retry=retry),
        env=environment(home, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=limit,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(home: Path, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Start the program and end it, if need be by force, when the block is left."""
    process = subprocess.Popen(
        _words(words, retry=False),
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
