# SPDX-License-Identifier: MIT
"""A program killed at any moment leaves a ledger that opens cleanly and has kept every promise."""

import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from guiuploader.uploads.ledger import Ledger
from guiuploader.values.states import State
from tests.unit.uploads.ledger_scene import receipt, rows_of
from tests.unit.uploads.ledger_victim import WORKERS

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
MOST_LINES = 400


def killed_after(lines: int, folder: Path) -> Mapping[str, set[int]]:
    """Let a program work until it has said so many lines, kill it, and return what it said by word."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.uploads.ledger_victim", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="ascii",
    )
    said: defaultdict[str, set[int]] = defaultdict(set)
    with victim:
        assert victim.stdout
        for number, line in enumerate(victim.stdout):
            if number >= lines:
                victim.kill()
            word, upload_id = line.split()
            said[word].add(int(upload_id))
    return said


def test_after_each_kill_every_promise_was_kept(tmp_path: Path) -> None:
    moments = random.Random(20_261_122)  # noqa: S311 - not for secrets; the moment within a line varies anyway
    added: set[int] = set()
    done: set[int] = set()
    unconfirmed: set[int] = set()
    for _ in range(KILLS):
        said = killed_after(moments.randrange(MOST_LINES), tmp_path)
        added |= said["added"]
        done |= said["done"]
        ledger = Ledger(tmp_path)
        rows = rows_of(ledger)
        states = {number: each.state for number, each in rows.items()}
        newly = {number for number, state in states.items() if state is State.UNCONFIRMED} - unconfirmed
        assert ledger.damage is None
        assert added <= set(rows)
        assert all(rows[number].receipt == receipt(number) for number in done)
        assert {states[number] for number in done} <= {State.DONE}
        # Never queued, which would send it again.
        assert {states[number] for number in said["marked"]} <= {State.DONE, State.UNCONFIRMED}
        assert newly <= said["marking"] - said["done"]
        assert ledger.recovery.unconfirmed == len(newly) <= WORKERS
        assert set(states.values()) <= {State.QUEUED, State.DONE, State.UNCONFIRMED}
        assert {rows[number].run for number in said["added"]} <= {ledger.run - 1}
        assert {number for number, state in states.items() if state is State.UNCONFIRMED} >= unconfirmed
        unconfirmed |= newly
        assert ledger.close(20)
    assert len(done) > KILLS
