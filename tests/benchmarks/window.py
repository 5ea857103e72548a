# SPDX-License-Identifier: MIT
"""How soon the window is there and how lively it stays, beside a bare window or a number of seconds."""

import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from guiuploader.paths import folders
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Row as LedgerRow
from guiuploader.uploads.ledger_rows import Snapshot
from guiuploader.values.states import State
from tests.benchmarks.measuring import Bench, Row
from tests.benchmarks.programs import GIB

_MANY = 100_000
_START_FLOOR = 1 / 2.5  # of a bare window's start
_AT_ONCE = 4


def starts(bench: Bench) -> Iterator[Row]:
    """From the program's start to its first painted window, with an empty home and with a long history."""
    blank, old = bench.home / "blank", bench.home / "old"
    _write_history(old)
    measured = [(_painted("bare_window", blank), _ours(blank), _ours(old)) for _ in range(bench.pairs)]
    ratio = statistics.median(bare / ours for bare, ours, _ in measured)
    bare, ours, late = (statistics.median(each) for each in zip(*measured, strict=True))
    figures = f"{ours:.2f} s against {bare:.2f} s"
    yield Row("start to first painted window, against a bare one", ratio, _START_FLOOR, figures)
    figures = f"{late:.2f} s, at most 1.5 s"
    yield Row(f"the same with {_MANY} rows of history", 1.5 / late, 1.0, figures)


def adds(bench: Bench) -> Iterator[Row]:
    """Many files into the queue, and how long the window stands still meanwhile."""
    found = _measured(bench, "add", bench.small(_MANY, 4))
    assert found["rows"] == _MANY
    took = f"{found['seconds']:.2f} s, at most 2 s"
    yield Row(f"{_MANY} files added", 2.0 / found["seconds"], 1.0, took)
    call = f"{1000 * found['call']:.0f} ms, at most 250 ms"
    yield Row("the call that adds them", 0.25 / found["call"], 1.0, call)
    stall = f"{1000 * found['worst']:.0f} ms, at most 50 ms"
    yield Row("the longest the window stands still meanwhile", 0.05 / found["worst"], 1.0, stall)


def lively(bench: Bench) -> Iterator[Row]:
    """How late a timer of 10 ms comes while four large files go at full speed."""
    files = [bench.large(bench.gib * GIB + number) for number in range(_AT_ONCE)]
    found = _measured(bench, "send", bench.http, *files)
    p99, worst = (1000 * found[name] for name in ("p99", "worst"))
    what = f"a 10 ms timer's lateness while {_AT_ONCE} files go at full speed"
    yield Row(f"{what}, 99 of 100", 16 / max(p99, 0.01), 1.0, f"{p99:.1f} ms, at most 16 ms")
    yield Row(f"{what}, at worst", 100 / max(worst, 0.01), 1.0, f"{worst:.1f} ms, at most 100 ms")


def _ours(home: Path) -> float:
    return _painted("watched_window", home, "start")


def _painted(module: str, home: Path, *words: str) -> float:
    return _run(home, module, *words, repr(time.monotonic()))["seconds"]


def _measured(bench: Bench, mode: str, *words: str | Path) -> dict[str, float]:
    """Return what a run in a home of its own says; the worst of several runs would say little here."""
    runs = [
        _run(bench.home / f"{mode}-{number}", "watched_window", mode, *words) for number in range(bench.pairs)
    ]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _run(home: Path, module: str, *words: str | Path) -> dict[str, float]:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, words)]
    environment = {**os.environ, "GUIUPLOADER_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _write_history(home: Path) -> None:
    data = folders(home).data
    ledger = Ledger(data)
    toml = "format = 1\nname = 'Bench'\nurl = 'http://127.0.0.1:9/'\n"
    destination, now = Snapshot("Bench", toml), dt.datetime.now(dt.UTC)
    receipt = Receipt(
        Reply(201, "Created", (("Content-Type", "application/json"),), '{"ok":true}', truncated=False),
        "https://files.example/1",
        4096,
        0.01,
        "0" * 64,
        (),
    )

    def row(number: int) -> LedgerRow:
        path = Path(f"/somewhere/{number:06}.bin")
        return LedgerRow(
            id=number,
            run=1,
            batch=1,
            place=float(number),
            source=LocalFile(path, path.name, Fingerprint(4096, number, number)),
            destination=destination,
            variables={},
            uuid=str(number),
            added=now,
            state=State.DONE,
            attempts=1,
            sent=4096,
            receipt=receipt,
        )

    ids = ledger.new_ids(_MANY)
    for first in range(0, _MANY, 500):
        ledger.add([row(number) for number in ids[first : first + 500]])
    ledger.close()


ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "window-start": starts,
    "window-add": adds,
    "window-lively": lively,
}
