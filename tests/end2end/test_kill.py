# SPDX-License-Identifier: MIT
"""Nothing is lost and nothing doubled, whoever is killed when: the program, the server, or the line.

KILL_ROUNDS=5 in the environment makes five times as many kills: 200 of them at random moments.
"""

import os
import random
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from guiuploader.network.session import READ_SIZE
from guiuploader.values.states import State
from tests.end2end.campaign import PARALLEL, Campaign, Figures, Way
from tests.helpers.counting_server import CountingServer, CutError, Moment, Seen, Watch, size_of

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill that a program can tell"),
]

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
KILLS = 10 * ROUNDS  # at random moments, in each of four ways
TICKS = 250  # moments of any kind, about a fifth of those that a batch takes
MOST_LINES = 60  # of output after which the program may be killed: while the first rows are shown
MIB = 1 << 20
LARGE = 12 * MIB  # half of it is more than the sockets between the program and the server hold
SMALL = 20 * 1024  # three of these make a small body, which has its mark before the headers
BY_KEY = """
body = "multipart"
[multipart]
files_per_request = 3
[retry]
idempotency_key_header = "Idempotency-Key"
"""
WAYS = {
    "form": Way('body = "multipart"'),
    "three": Way('body = "multipart"\n[multipart]\nfiles_per_request = 3', together=3),
    "three, by key": Way(BY_KEY, together=3, repeats=True),
    "raw": Way('body = "raw"', "up/{filename}"),
    "chunked": Way('body = "chunked"', "up/{filename}"),
    "buffered": Way('body = "buffered"'),
    "empty, form": Way('body = "multipart"'),
    "empty, raw": Way('body = "raw"', "up/{filename}"),
}

Wanted = Callable[[Moment, Seen], bool]


@dataclass(frozen=True)
class Trigger:
    """A moment of a request, and what must be true of its files when the program was killed there.

    With `no_marks` the ledger is kept from writing any, so that the tail is surely still held.
    """

    moment: Moment
    is_large: bool | None
    states: frozenset[State]
    times: frozenset[int]
    no_marks: bool = False

    def fits(self, moment: Moment, seen: Seen) -> bool:
        """Tell whether this is the moment, of such a request."""
        return moment is self.moment and self.is_large in {None, is_large(seen)}


NOT_YET = (frozenset({State.QUEUED}), frozenset({0}))
NOBODY_KNOWS = (frozenset({State.QUEUED, State.UNCONFIRMED}), frozenset({0, 1}))
ARRIVED = (frozenset({State.UNCONFIRMED}), frozenset({1}))
TOLD = (frozenset({State.UNCONFIRMED, State.DONE}), frozenset({1}))
_LARGE, _SMALL, _ANY = True, False, None
TRIGGERS = (
    Trigger(Moment.HEADERS_IN, _LARGE, *NOT_YET),
    Trigger(Moment.HEADERS_IN, _SMALL, *NOBODY_KNOWS),
    Trigger(Moment.MID_BODY, _LARGE, *NOT_YET),
    Trigger(Moment.TAIL_DUE, _LARGE, *NOT_YET, no_marks=True),
    Trigger(Moment.TAIL_DUE, _LARGE, *NOBODY_KNOWS),
    Trigger(Moment.BODY_COMPLETE, _ANY, *ARRIVED),
    Trigger(Moment.REPLY_HALF, _ANY, *ARRIVED),
    Trigger(Moment.REPLY_SENT, _ANY, *TOLD),
)
# The mark of an empty file is there before its headers: what is sent without a body can come at once.
TRIGGERS_OF_EMPTY = tuple(each for each in TRIGGERS if not each.is_large)


def is_large(seen: Seen) -> bool:
    """Tell whether a request is one with large files; in chunks, by its file's name."""
    return (size_of(seen.names[0]) if seen.length is None else seen.length) >= LARGE


def after(ticks: int) -> Wanted:
    """Return what wants the moment, of any kind, that comes after so many others."""
    numbers = count()
    return lambda _moment, _seen: next(numbers) >= ticks


def at(wanted: Moment) -> Wanted:
    """Return what wants this moment."""
    return lambda moment, _seen: moment is wanted


def after_others(fits: Wanted, number: int) -> Wanted:
    """Return what wants a moment that fits, after so many others that did."""
    numbers = count()
    return lambda moment, seen: fits(moment, seen) and next(numbers) >= number


class Killer:
    """Kills the program once, at the first wanted moment; meanwhile no other request goes on."""

    def __init__(self, kill: Callable[[], None], wanted: Wanted) -> None:
        self.hit: Seen | None = None
        self._kill = kill
        self._wanted = wanted
        self._lock = threading.Lock()

    def __call__(self, moment: Moment, seen: Seen) -> None:
        with self._lock:
            if self.hit is None and self._wanted(moment, seen):
                self.hit = seen
                self._kill()


class MarkHolder:
    """Keeps the ledger from being written from the headers of a large request on, until it is killed."""

    def __init__(self, ledger: Path, killer: Killer) -> None:
        self._ledger = ledger
        self._killer = killer
        self._of: Seen | None = None
        self._lock = threading.Lock()
        self._held: sqlite3.Connection | None = None

    def __call__(self, moment: Moment, seen: Seen) -> None:
        with self._lock:
            if self._of is None and moment is Moment.HEADERS_IN and is_large(seen):
                self._of = seen
                self._held = sqlite3.connect(self._ledger, 60, isolation_level=None)
                self._held.execute("BEGIN IMMEDIATE")
        if self._of is seen:  # in the thread that serves it
            self._killer(moment, seen)
            if self._killer.hit and self._held:
                self._held.close()


class Faults:
    """Lets the server be killed, or the line be cut, at one moment after the other."""

    def __init__(self, crash: Callable[[], None], plan: list[tuple[Wanted, bool]]) -> None:
        self.plan = plan
        self._crash = crash
        self._lock = threading.Lock()

    def __call__(self, moment: Moment, seen: Seen) -> None:
        with self._lock:
            if not self.plan or not self.plan[0][0](moment, seen):
                return
            _, is_crash = self.plan.pop(0)
            if is_crash:
                self._crash()
        raise CutError


def mixed(moments: random.Random) -> list[int]:
    """Return the sizes of a batch: empty, small and large files, in no order."""
    small = [moments.choice([0, 1, 1000, SMALL, 64 * 1024]) for _ in range(120)]
    around_blocks = [READ_SIZE - 1, READ_SIZE, READ_SIZE + 1, 2 * READ_SIZE]
    large = [moments.randrange(READ_SIZE, 4 * MIB) for _ in range(6)]
    return moments.sample([*small, *around_blocks, *large], 130)


def check_killed(campaign: Campaign) -> None:
    """Assert what holds after a kill of the program beyond what always does."""
    together = campaign.way.together
    assert State.FAILED not in campaign.states.values()
    assert len(campaign.newly_unconfirmed) <= PARALLEL * together
    if together == 1:
        several_blocks = {name for name in campaign.newly_unconfirmed if size_of(name) > 2 * READ_SIZE}
        assert several_blocks <= campaign.due, "marked before its tail"


def kill_at(campaign: Campaign, trigger: Trigger, sizes: list[int], number: int) -> Seen:
    """Let the program run until it is killed at a moment, and return the request that it was in."""
    for _ in range(3):
        if campaign.is_over:
            campaign.add(sizes)
        killer = Killer(campaign.kill, after_others(trigger.fits, number))
        watch: Watch = MarkHolder(campaign.ledger, killer) if trigger.no_marks else killer
        campaign.run(watch)
        if killer.hit:
            return killer.hit
    pytest.fail(f"no such moment came: {trigger}")


def kill_at_random(campaign: Campaign, name: str) -> None:
    """Kill the program again and again while files go out in one way."""
    moments = random.Random(name)  # noqa: S311 - not for secrets
    while campaign.figures.kills < KILLS:
        assert campaign.figures.runs < 3 * KILLS
        if campaign.is_over:
            campaign.add(mixed(moments))
        lines = moments.randrange(MOST_LINES) if moments.random() < 0.2 else None
        campaign.run(Killer(campaign.kill, after(moments.randrange(TICKS))), lines=lines)
        check_killed(campaign)
    campaign.finish()
    campaign.send_again()


def kill_at_each(campaign: Campaign, name: str) -> None:
    """Kill the program at each of the given moments, and look what it left of the request that was in it."""
    moments = random.Random(name)  # noqa: S311 - not for secrets
    is_empty = name.startswith("empty")
    sizes = [0] * 30 if is_empty else [LARGE] * 12 + [moments.randrange(SMALL) for _ in range(30)]
    for trigger in (TRIGGERS_OF_EMPTY if is_empty else TRIGGERS) * ROUNDS:
        number = 0 if trigger.no_marks else moments.randrange(2)
        seen = kill_at(campaign, trigger, sizes, number)
        check_killed(campaign)
        assert seen.names or trigger.moment is Moment.HEADERS_IN
        for each in seen.names:
            state, times = campaign.states[each], campaign.server.times(each)
            assert state in trigger.states, f"{each} is {state}: {trigger}"
            assert times in trigger.times, f"{each} was stored {times} times: {trigger}"
    campaign.finish()


def make_trouble(campaign: Campaign, name: str) -> None:
    """Kill the server, or cut one of its lines, at each moment and at random ones; the program goes on."""
    moments = random.Random(name)  # noqa: S311 - not for secrets
    plan: list[tuple[Wanted, bool]] = []
    for is_crash in (True, False) * ROUNDS:
        plan += [(after_others(at(moment), moments.randrange(3)), is_crash) for moment in Moment]
        plan += [(after(moments.randrange(60)), is_crash) for _ in range(8)]
    moments.shuffle(plan)
    faults = Faults(campaign.server.crash, plan)
    while faults.plan:
        # Where all fail at once while the server is away, a run meets few of these.
        assert campaign.figures.runs < 40 * ROUNDS
        campaign.add(mixed(moments))
        assert not campaign.run(faults)
    campaign.send_again()


def carry_out(campaign_of: Callable[[Campaign, str], None], folder: Path, names: Iterable[str]) -> None:
    """Carry out a campaign for each way, two at a time, as each mostly waits for its program to start."""

    def one(name: str) -> Figures:
        home = folder / name
        home.mkdir()
        with closing(CountingServer()) as server:
            campaign = Campaign(home, server, WAYS[name])
            campaign_of(campaign, name)
        return campaign.figures

    names = tuple(names)
    with ThreadPoolExecutor(2) as pool:
        for name, figures in zip(names, pool.map(one, names), strict=True):
            sys.stdout.write(f"{name}: {figures}{os.linesep}")


def test_a_program_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    carry_out(kill_at_random, tmp_path, ["form", "three", "three, by key", "raw", "chunked"])


def test_a_program_killed_at_a_given_moment_leaves_the_truth_about_it(tmp_path: Path) -> None:
    carry_out(kill_at_each, tmp_path, [name for name, way in WAYS.items() if not way.repeats])


def test_a_server_that_is_killed_and_lines_that_are_cut_lose_and_double_nothing(tmp_path: Path) -> None:
    carry_out(make_trouble, tmp_path, ["form", "three", "three, by key", "raw", "chunked", "buffered"])
