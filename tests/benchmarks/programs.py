# SPDX-License-Identifier: MIT
"""Starts the programs that are compared, and reads off what each run cost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True)
class Cost:
    """One run: seconds the program itself counted for the transfer, and what the process used in all.

    `cpu` is in seconds, user and system; `memory` is the peak in bytes.
    """

    seconds: float
    cpu: float
    memory: int

    def __add__(self, later: "Cost") -> "Cost":
        return Cost(self.seconds + later.seconds, self.cpu + later.cpu, max(self.memory, later.memory))


def spend(command: Sequence[str | Path], *, read_seconds: str, home: Path) -> Cost:
    """Run a command to its end; `read_seconds` says where its output names the time of the transfer.

    "last" is the last word it prints, "json" the `finished` and `summary` events of `send --json`.
    """
    output = home / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=_environment(home),
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text("utf-8", "replace")
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode} from {command[:4]}: {text[-500:]}")
    seconds = _transfer_seconds(text) if read_seconds == "json" else float(text.split()[-1])
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _environment(home: Path) -> dict[str, str]:
    """Return the environment without what would make Python write each line by itself, or compile anew."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "GUIUPLOADER_HOME": str(home), "HOME": str(home)}


def _transfer_seconds(text: str) -> float:
    """Return one file's transfer, or for several the whole run from the first row on."""
    events = [json.loads(line) for line in text.splitlines()]
    finished = [event for event in events if event["event"] == "finished"]
    if any(event["state"] != "done" for event in finished):
        raise RuntimeError(f"not all arrived: {finished[0]['error']}")
    return float((finished if len(finished) == 1 else events)[-1]["seconds"])


@contextmanager
def serving(*command: str | Path) -> Iterator[int]:
    """Run one of this folder's servers, which print their port, and end it when the block is left."""
    program, *words = command
    with subprocess.Popen(
        [sys.executable, str(HERE / program), *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None:
            raise RuntimeError("asked for a pipe")
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def sparse(path: Path, size: int) -> Path:
    """Make a file of this many bytes that takes no disk: reading it costs what a cached file costs."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def guiuploader(
    url: str, *files: Path | str, home: Path, body: str = "multipart", digest: str = "none"
) -> list[str]:
    """Return our command: these files to this address."""
    toml = home / f"{body}-{digest}.toml"
    text = f'format = 1\nname = "Bench"\nurl = "{url}"\nbody = "{body}"\n'
    text += f'method = "{"POST" if body in {"multipart", "tus"} else "PUT"}"\n[reply]\nhash = "{digest}"\n'
    if url.startswith("https"):
        text += f'[network]\nca_file = "{home / "ca.pem"}"\n'
    toml.write_text(text, "utf-8")
    return [
        sys.executable,
        "-m",
        "guiuploader",
        "send",
        *map(str, files),
        "--to",
        str(toml),
        "--json",
        "--again",
    ]


def curl(url: str, *words: str, home: Path) -> list[str]:
    """Return curl's command, which prints the seconds its transfer took."""
    trust = ["--cacert", str(home / "ca.pem")] if url.startswith("https") else []
    return ["curl", "-q", "-s", *trust, "-o", "/dev/null", "-w", "%{time_total}", *words, url]
