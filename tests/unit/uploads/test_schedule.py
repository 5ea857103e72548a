# SPDX-License-Identifier: MIT
"""Who starts when: in order, with a lane for small files, within limits, and nobody starves."""

import math
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guiuploader.uploads.schedule import Plan, Schedule, Start
from guiuploader.uploads.waiting_line import SMALL, Group, Lane, Waiting

MINUTE = 60.0
BIG = SMALL + 1


def waiting(upload_id: int, size: int | None = 1, *, to: str = "a", not_before: float = 0.0) -> Waiting:
    return Waiting(upload_id, to, rank=upload_id, size=size, not_before=not_before)


def filled(parallel: int, *rows: Waiting) -> Schedule:
    schedule = Schedule(parallel)
    for row in rows:
        schedule.add(row)
    return schedule


def ids(plan: Plan) -> list[int]:
    return [each for start in plan.starts for each in start.ids]


def test_the_first_in_are_the_first_out() -> None:
    schedule = filled(3, *(waiting(number, to="ab"[number % 2]) for number in range(5)))
    assert schedule.next(0) == Plan((Start((0,)), Start((1,)), Start((2,))), None)
    schedule.ended(1)
    schedule.ended(1)
    assert ids(schedule.next(0)) == [3]
    assert len(schedule) == 1
    assert 4 in schedule


def test_the_last_place_is_kept_for_small_files_while_one_waits() -> None:
    large = [waiting(number, BIG) for number in range(4)]
    schedule = filled(3, *large, waiting(8, SMALL), waiting(9, 0))
    assert ids(schedule.next(0)) == [0, 1, 8]
    schedule.ended(8)
    assert ids(schedule.next(0)) == [9]
    schedule.ended(9)
    assert ids(schedule.next(0)) == [2], "no small one waits any more"


def test_a_file_of_unknown_size_does_not_go_by_the_lane() -> None:
    assert ids(filled(2, waiting(1, None), waiting(2, None), waiting(3)).next(0)) == [1, 3]


def test_a_single_place_is_no_lane() -> None:
    assert ids(filled(1, waiting(1, BIG), waiting(2)).next(0)) == [1]


def test_the_place_is_not_kept_for_a_file_that_cannot_start() -> None:
    schedule = filled(2, waiting(1, BIG), waiting(2, BIG), waiting(3, to="parked"))
    schedule.park("parked", math.inf)
    assert ids(schedule.next(0)) == [1, 2]


def test_a_destination_at_its_limit_holds_up_nobody_behind_it() -> None:
    schedule = filled(4, waiting(1), waiting(2), waiting(3, to="b"))
    schedule.limit("a", parallel=1)
    assert ids(schedule.next(0)) == [1, 3]
    schedule.ended(1)
    assert ids(schedule.next(0)) == [2]


def test_starts_per_minute_are_counted_over_the_last_minute() -> None:
    schedule = filled(9, *map(waiting, range(4)))
    schedule.limit("a", starts_per_minute=2)
    assert schedule.next(100).starts == (Start((0,)), Start((1,)))
    assert schedule.next(130) == Plan((), 160)
    assert ids(schedule.next(160)) == [2, 3]


def test_a_clock_that_is_set_back_holds_nobody_up() -> None:
    schedule = filled(9, *map(waiting, range(2)))
    schedule.limit("a", starts_per_minute=1)
    assert ids(schedule.next(1_000_000)) == [0]
    assert ids(schedule.next(0)) == [1]


def test_a_row_waits_for_its_time_and_is_then_the_first_again() -> None:
    schedule = filled(1, waiting(1, not_before=50), waiting(2), waiting(3))
    assert ids(schedule.next(0)) == [2]
    schedule.ended(2)
    assert ids(schedule.next(50)) == [1]


def test_a_row_that_is_put_anew_forgets_its_time() -> None:
    schedule = filled(9, waiting(1), waiting(1, not_before=5), waiting(1, not_before=50))
    assert schedule.next(5) == Plan((), 50)
    schedule.add(waiting(1))
    assert ids(schedule.next(6)) == [1]
    assert ids(schedule.next(60)) == []
    behind = filled(9, waiting(1), waiting(2), waiting(2, not_before=50))
    assert ids(behind.next(0)) == [1]


def test_it_says_when_to_look_again() -> None:
    schedule = filled(2, waiting(1, not_before=50), waiting(2, not_before=40))
    assert schedule.next(0) == Plan((), 40)
    assert schedule.next(40).look_again == 50
    assert schedule.next(50).look_again is None


def test_one_row_at_a_time_probes_a_parked_destination() -> None:
    schedule = filled(5, *map(waiting, range(3)))
    schedule.park("a", 10)
    assert schedule.next(9) == Plan((), 10)
    assert schedule.next(10) == Plan((Start((0,), is_probe=True),), None)
    assert schedule.next(99).starts == ()
    schedule.ended(0)
    schedule.park("a", 120)
    assert schedule.next(100) == Plan((), 120)
    assert schedule.next(120).starts == (Start((1,), is_probe=True),)
    schedule.ended(1)
    schedule.unpark("a")
    assert schedule.next(121).starts == (Start((2,), is_probe=False),)


def test_another_row_probes_when_a_probe_ended_without_a_word() -> None:
    schedule = filled(5, waiting(1), waiting(2))
    schedule.park("a", 10)
    schedule.next(10)
    schedule.ended(1)
    assert schedule.next(11).starts == (Start((2,), is_probe=True),)


def test_a_row_can_be_moved_and_removed() -> None:
    schedule = filled(1, *map(waiting, range(1, 5)))
    schedule.move(4, 0.5)
    schedule.move(2, 9)
    schedule.move(99, 0.1)
    schedule.remove(1)
    schedule.remove(1)
    order = []
    while starts := schedule.next(0).starts:
        order.append(starts[0].ids[0])
        schedule.ended(order[-1])
    assert order == [4, 3, 2]


def test_rows_of_one_request_start_and_end_together() -> None:
    group, other = Group(key=1, most=3), Group(key=2, most=3)
    rows = [Waiting(number, "a", number, 1, group=group) for number in range(4)]
    schedule = filled(2, *rows, Waiting(4, "a", 4, 1, group=other))
    assert ids(schedule.next(0)) == [0, 1, 2, 3]
    schedule.ended(1)
    assert schedule.next(0).starts == (Start((4,)),), "another request is not joined"


def test_small_and_large_files_of_a_request_go_as_they_follow_each_other() -> None:
    group = Group(key=1, most=3)
    rows = [Waiting(number, "a", number, size, group=group) for number, size in enumerate([1, 2 * SMALL, 1])]
    assert filled(2, *rows).next(0).starts == (Start((0, 1, 2)),)


def test_a_request_holds_no_more_than_it_may() -> None:
    group = Group(key=1, most=9, most_bytes=100)
    rows = [Waiting(number, "a", number, size, group=group) for number, size in enumerate([60, 40, 1, 200])]
    assert filled(4, *rows).next(0).starts == (Start((0, 1)), Start((2,)), Start((3,)))


def test_rows_that_must_go_together_do_so_whatever_came_between_them() -> None:
    bound, other = Group(key=1, most=2, is_whole=True), Group(key=2, most=2)
    schedule = filled(
        1,
        Waiting(1, "a", 1, 1, group=bound),
        Waiting(2, "a", 2, 1, group=other),
        Waiting(3, "a", 3, 1, group=bound, not_before=50),
    )
    assert schedule.next(0).starts == (Start((1, 3)),)
    schedule.ended(3)
    assert schedule.next(0).starts == (Start((2,)),)


def test_the_number_at_once_can_change() -> None:
    schedule = filled(1, *map(waiting, range(4)))
    schedule.next(0)
    schedule.parallel = 3
    assert ids(schedule.next(0)) == [1, 2]
    schedule.parallel = 1
    schedule.ended(0)
    assert schedule.next(0).starts == ()


@pytest.mark.parametrize("limits", [{"parallel": 1}, {"starts_per_minute": 1}])
def test_small_files_cannot_hold_a_large_one_of_their_own_destination_back_for_ever(
    limits: dict[str, int],
) -> None:
    schedule = filled(2, waiting(1, BIG, to="b"), waiting(2), waiting(3, BIG))
    schedule.limit("a", **limits)
    assert ids(schedule.next(0)) == [1, 2]
    for number in range(4, 40, 2):  # each ends in turn, and there is always more of either
        schedule.add(waiting(number, BIG, to="b"))
        schedule.add(waiting(number + 1))
        schedule.ended(min(schedule._requests))
        if 3 in ids(schedule.next(number * MINUTE)):
            return
    pytest.fail("the large one never started")


DESTINATIONS = st.sampled_from("abc")
SIZES = st.sampled_from([0, SMALL, BIG, None])


class Model(RuleBasedStateMachine):
    """Does everything that can be done, and holds each plan against rules that are read off row by row."""

    @initialize(
        parallel=st.integers(1, 4),
        limits=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=3, max_size=3),
    )
    def begin(self, parallel: int, limits: list[tuple[int, int]]) -> None:
        self.now = 1000.0
        self.parallel = parallel
        self.limits = dict(zip("abc", limits, strict=True))
        self.schedule = Schedule(parallel)
        for name, (most, per_minute) in self.limits.items():
            self.schedule.limit(name, parallel=most, starts_per_minute=per_minute)
        self.rows: dict[int, Waiting] = {}
        self.running: dict[int, Waiting] = {}
        self.probes: dict[str, int] = {}
        self.parked: dict[str, float] = {}
        self.started: list[tuple[float, str]] = []
        self.ids = 0
        self.settled = True
        self.look_again: float | None = None

    @rule(to=DESTINATIONS, size=SIZES, delay=st.sampled_from([0, 0, 0, 7]), rank=st.integers(0, 50))
    def add(self, to: str, size: int | None, delay: int, rank: int) -> None:
        self.ids += 1
        row = Waiting(self.ids, to, rank, size, not_before=self.now + delay if delay else 0)
        self.rows[row.id] = row
        self.schedule.add(row)
        self.settled = False

    @rule(which=st.integers(0))
    def remove(self, which: int) -> None:
        if self.rows:
            upload_id = sorted(self.rows)[which % len(self.rows)]
            del self.rows[upload_id]
            self.schedule.remove(upload_id)
            self.settled = False

    @rule(which=st.integers(0), rank=st.integers(0, 50))
    def move(self, which: int, rank: int) -> None:
        if self.rows:
            row = self.rows[sorted(self.rows)[which % len(self.rows)]]
            self.rows[row.id] = Waiting(row.id, row.destination, rank, row.size, row.not_before)
            self.schedule.move(row.id, rank)
            self.settled = False

    @rule(which=st.integers(0))
    def end(self, which: int) -> None:
        if self.running:
            upload_id = sorted(self.running)[which % len(self.running)]
            to = self.running.pop(upload_id).destination
            if self.probes.get(to) == upload_id:
                del self.probes[to]
            self.schedule.ended(upload_id)
            self.settled = False

    @rule(to=DESTINATIONS, delay=st.sampled_from([0.0, 5.0, math.inf]))
    def park(self, to: str, delay: float) -> None:
        self.parked[to] = self.now + delay
        self.schedule.park(to, self.now + delay)
        self.settled = False

    @rule(to=DESTINATIONS)
    def unpark(self, to: str) -> None:
        self.parked.pop(to, None)
        self.probes.pop(to, None)
        self.schedule.unpark(to)
        self.settled = False

    @rule(seconds=st.sampled_from([1.0, 7.0, 61.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond when the plan says that it is to be asked again."""
        asked = self.settled and self.look_again is not None and self.look_again <= self.now + seconds
        self.now = self.look_again if asked and self.look_again is not None else self.now + seconds
        self.settled = self.settled and not asked

    @rule()
    def ask(self) -> None:
        plan = self.schedule.next(self.now)
        for start in plan.starts:
            (upload_id,) = start.ids
            row = self.rows[upload_id]
            assert self.may_start(row), f"{row} was started against the rules"
            self.assert_first_of_its_kind(row)
            assert start.is_probe == (row.destination in self.parked)
            if start.is_probe:
                self.probes[row.destination] = upload_id
            self.running[upload_id] = self.rows.pop(upload_id)
            self.started.append((self.now, row.destination))
        self.settled, self.look_again = True, plan.look_again

    @invariant()
    def no_place_is_empty_without_need(self) -> None:
        """Also when time has passed since the plan: it has said when to look again."""
        if self.settled and len(self.running) < self.parallel:
            assert not [row for row in self.rows.values() if self.may_start(row)]

    @invariant()
    def it_knows_what_waits(self) -> None:
        assert len(self.schedule) == len(self.rows)

    def may_start(self, row: Waiting) -> bool:
        to = row.destination
        most, per_minute = self.limits[to]
        recent = sum(1 for at, there in self.started if there == to and at > self.now - MINUTE)
        return (
            row.not_before <= self.now
            and len(self.running) < self.parallel
            and not (most and sum(each.destination == to for each in self.running.values()) >= most)
            and not (per_minute and recent >= per_minute)
            and (to not in self.parked or (self.now >= self.parked[to] and to not in self.probes))
        )

    def assert_first_of_its_kind(self, row: Waiting) -> None:
        """Nobody of the same destination and lane is passed, and a large one takes no place that is kept."""
        ready = [each for each in self.rows.values() if self.may_start(each)]
        alike = [each for each in ready if (each.destination, each.lane) == (row.destination, row.lane)]
        assert min((each.rank, each.id) for each in alike) == (row.rank, row.id)
        large = sum(each.lane is Lane.LARGE for each in self.running.values())
        if row.lane is Lane.LARGE and self.parallel > 1 and large >= self.parallel - 1:
            passed = {each.destination for each in ready if each.lane is Lane.LARGE}
            small = [each for each in ready if each.lane is Lane.SMALL and each.destination not in passed]
            assert not small, "the last place was not kept"


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=80, stateful_step_count=50)


@settings(max_examples=150)
@given(
    parallel=st.integers(1, 4),
    limits=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 1, 5])), min_size=3, max_size=3),
    rows=st.lists(st.tuples(DESTINATIONS, SIZES, st.integers(1, 9)), min_size=1, max_size=8),
    stream=st.lists(st.tuples(DESTINATIONS, SIZES, st.integers(1, 9)), min_size=1, max_size=6),
)
def test_nobody_starves_however_much_comes_behind(
    parallel: int,
    limits: list[tuple[int, int]],
    rows: list[tuple[str, int | None, int]],
    stream: list[tuple[str, int | None, int]],
) -> None:
    schedule = Schedule(parallel)
    for name, (most, per_minute) in zip("abc", limits, strict=True):
        schedule.limit(name, parallel=most, starts_per_minute=per_minute)
    seconds: dict[int, int] = {}

    def come(to: str, size: int | None, lasts: int) -> None:
        seconds[len(seconds)] = lasts
        schedule.add(waiting(len(seconds) - 1, size, to=to))

    for row in rows:
        come(*row)
    unstarted = set(seconds)
    ends: dict[int, float] = {}
    now = 0.0
    while unstarted:
        assert now < 3600, f"{unstarted} never started"
        for each in [each for each, end in ends.items() if end <= now]:
            del ends[each]
            schedule.ended(each)
        started = ids(schedule.next(now))
        unstarted.difference_update(started)
        ends.update((each, now + seconds[each]) for each in started)
        if len(schedule) < 50:
            for row in stream:
                come(*row)
        now += 1


def test_a_hundred_thousand_rows_cost_little_each() -> None:
    def cost(count: int) -> float:
        before = time.process_time()
        schedule = filled(4)
        for number in range(count):
            schedule.add(waiting(number, BIG if number % 3 else 1, to=f"d{number % 7}"))
        schedule.limit("d1", parallel=1)
        schedule.park("d2", math.inf)
        started: Counter[str] = Counter()
        while starts := schedule.next(0).starts:
            for start in starts:
                started["all"] += 1
                schedule.ended(start.ids[0])
        assert started["all"] == count - len(range(2, count, 7))
        return time.process_time() - before

    few = min(cost(2_000) for _ in range(3))
    assert cost(40_000) < few * 20 * 4, "the cost of a row grows with their number"
