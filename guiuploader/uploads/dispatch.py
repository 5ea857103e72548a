# SPDX-License-Identifier: MIT
"""Decides what is sent next, and what follows from what went wrong."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.standard_input import StandardInput
from guiuploader.uploads.asking import SignInQuestion, question
from guiuploader.uploads.doubt import is_settled_by_asking, to_be_asked
from guiuploader.uploads.judged import judged, moment
from guiuploader.uploads.outages import Outages
from guiuploader.uploads.outcome import End
from guiuploader.uploads.retry import Attempt, Next, Patience, Standing, Verdict, judge, woken
from guiuploader.uploads.retry_table import RULES, Mark
from guiuploader.uploads.schedule import Schedule
from guiuploader.uploads.sharing import Groups, can_repeat, go_together, is_safe_alone
from guiuploader.uploads.upload import Parking, Upload
from guiuploader.uploads.waiting_line import Waiting
from guiuploader.values.durations import seconds_of
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.states import State

_NEAR = 120.0  # seconds
_LONGEST_SLEEP = 3600.0  # seconds; a timer counts in 32 bits of milliseconds, and clocks are set


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a request's end for its rows.

    `given_up` is the problem for which nothing that waits for its destination is tried any more, `question`
    what a person is to be asked before anything is.
    """

    ends: tuple[End, ...]
    given_up: Problem | None = None
    question: SignInQuestion | None = None


class Dispatch(QObject):
    """Knows the rows that wait and how each destination has been doing.

    Without `will_retry` nothing is tried again by itself: what fails has failed. While `can_ask`, a person is
    asked for another secret where a sign-in is refused; `settled` tells when that is over.
    """

    due = Signal()  # something that waited for its time may start now
    settled = Signal(str)  # the name of a destination whose question needs no answer any more

    def __init__(self, parallel: int, *, will_retry: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._schedule = Schedule(parallel)
        self._parallel = parallel
        self._will_retry = will_retry
        self._standings: dict[str, Standing] = {}
        self._troubles: dict[str, Problem] = {}  # why a destination is parked
        self._probes: set[int] = set()
        self.can_ask = False
        self._asked: dict[str, SignInQuestion] = {}  # by the destination's name
        # What began before an answer says nothing of what was given since, and fails where that was no.
        self._clock = count(1)
        self._began: dict[int, int] = {}  # by the first row of a request
        self._answered: dict[str, int] = {}
        self._left: dict[str, int] = {}
        self._groups = Groups()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.due)
        self._look_again: float | None = None
        self._outages = Outages(self)
        self._outages.over.connect(self._on_outage_over)

    def add(self, upload: Upload) -> None:
        """Let a row wait for its turn, from its time on where it has one."""
        destination = upload.destination
        limits = destination.limits
        self._schedule.limit(
            destination.name, parallel=limits.parallel, starts_per_minute=limits.starts_per_minute
        )
        not_before = upload.retry_at.timestamp() if upload.retry_at else 0.0
        self._schedule.add(
            Waiting(
                upload.id,
                destination.name,
                rank=upload.place,
                size=upload.source.size,
                not_before=not_before,
                group=self._groups.of(upload),
            )
        )

    def move(self, upload_id: int, place: float) -> None:
        """Let a row wait at another place in the order."""
        self._schedule.move(upload_id, place)

    def remove(self, upload_id: int) -> None:
        """Let a row wait no longer; with the last one goes the question that all waited for."""
        self._schedule.remove(upload_id)
        for name in [name for name in self._asked if not self._schedule.has_rows(name)]:
            self._settle(name)
            self._unpark(name)

    def starts(self) -> Sequence[Sequence[int]]:
        """Return the rows of each request that starts now; each counts as running until `ended`."""
        self._outages.look()
        now = time.time()
        plan = self._schedule.next(now)
        self._look_again = plan.look_again
        self._outages.watch(is_needed=plan.look_again is not None)
        if plan.look_again is None:
            self._timer.stop()
        else:
            self._timer.start(int(1000 * min(max(plan.look_again - now, 0.0), _LONGEST_SLEEP)) + 1)
        self._probes.update(start.ids[0] for start in plan.starts if start.is_probe)
        self._began.update((start.ids[0], next(self._clock)) for start in plan.starts)
        return [start.ids for start in plan.starts]

    @property
    def is_start_near(self) -> bool:
        """Whether something that waits for its time starts within two minutes."""
        return self._look_again is not None and self._look_again - time.time() <= _NEAR

    @property
    def parked(self) -> Mapping[str, Parking]:
        """The destinations that wait as a whole, by name."""
        return {
            name: Parking(self._troubles[name], moment(standing.probe_at))
            for name, standing in self._standings.items()
            if standing.probe_at is not None
        }

    def set_held(self, requests: int) -> None:
        """Let others go in the place of so many requests that are held."""
        self._schedule.parallel = self._parallel + requests

    def forgive(self, destination: Destination) -> None:
        """Try a destination again at once: a person said so."""
        if destination.name in self._asked:
            self.answer(destination.name)
        else:
            self._unpark(destination.name)

    def question(self, name: str) -> SignInQuestion | None:
        """Return what is being asked of a destination, None where nothing is."""
        return self._asked.get(name)

    def answer(self, name: str) -> None:
        """Try a destination again, with one row first, as its secrets may be others now."""
        if self._asked.get(name) is not None:
            now = time.time()
            self._answered[name] = next(self._clock)
            self._standings[name] = Standing(parked_since=now, probe_at=now)
            self._schedule.park(name, now)
            self._settle(name)

    def leave(self, name: str) -> SignInQuestion | None:
        """Ask no more, and return what was asked, None where nothing was: its rows are to fail."""
        asked = self._asked.get(name)
        if asked is not None:
            self._left[name] = next(self._clock)
            self._settle(name)
            self._unpark(name)
        return asked

    def ended(self, ends: Sequence[End], uploads: Sequence[Upload]) -> Consequence:
        """Note how a request ended, and return what follows for each of its rows."""
        self._outages.look()
        ends = [self._explained(end, upload) for end, upload in zip(ends, uploads, strict=True)]
        first, name = ends[0].id, uploads[0].destination.name
        is_probe = first in self._probes
        self._probes.discard(first)
        self._schedule.ended(first)
        began = self._began.pop(first)
        is_outdated = began < self._answered.get(name, 0)
        if ends[0].state in {State.DONE, State.SKIPPED} and name not in self._asked and not is_outdated:
            self._unpark(name)
        verdicts: dict[ErrorCode, Verdict] = {}  # what all files of a request met is judged once
        given_up: Problem | None = None
        asked: SignInQuestion | None = None
        followed: list[End] = []
        for end, upload in zip(ends, uploads, strict=True):
            if end.problem is None or end.state is State.SKIPPED:
                followed.append(end)
                continue
            if end.problem.code not in verdicts:
                verdicts[end.problem.code] = self._verdict(
                    end, end.problem, upload, ends, is_probe=is_probe, began=began
                )
            verdict = verdicts[end.problem.code]
            if verdict.ask and name not in self._asked:
                asked = question(upload.destination, end.problem)
            given_up = end.problem if verdict.gives_up else given_up
            if self._will_retry and to_be_asked(verdict, end.problem, upload):
                verdict = replace(verdict, next=Next.AGAIN)
            followed.append(judged(end, verdict, upload))
        if asked is not None:
            self._asked[name] = asked
        is_open = any(verdict.may_have_arrived for verdict in verdicts.values())
        return Consequence(go_together(followed, uploads, is_open=is_open), given_up, asked)

    def _explained(self, end: End, upload: Upload) -> End:
        """Return an end that does not blame the server for a network that is not there."""
        if end.problem is None:
            return end
        is_open = end.committed and RULES[end.problem.code].mark is Mark.OPEN
        problem = self._outages.explained(end.problem, upload.destination.host, is_open=is_open)
        is_spent = isinstance(upload.source, StandardInput) and upload.source.is_spent
        if is_spent and problem.code is not ErrorCode.SOURCE_INPUT:
            problem = replace(problem, facts={**problem.facts, "spent": 1})
        return replace(end, problem=problem)

    @Slot()
    def _on_outage_over(self) -> None:
        """Try at once what waits for a server that may have been there all the time."""
        now = time.time()
        for name, standing in self._standings.items():
            after = woken(standing, now=now)
            if after is not None:
                self._standings[name] = after
                self._schedule.hurry(name, now)
        self.due.emit()

    def _settle(self, name: str) -> None:
        del self._asked[name]
        self.settled.emit(name)

    def _unpark(self, name: str) -> None:
        self._standings.pop(name, None)
        self._schedule.unpark(name)

    def _verdict(
        self, end: End, problem: Problem, upload: Upload, ends: Sequence[End], *, is_probe: bool, began: int
    ) -> Verdict:
        destination = upload.destination
        asked = problem.facts.get("retry_after")
        attempt = Attempt(
            upload.id,
            problem,
            upload.attempts,
            marked=end.committed,
            marked_before=upload.is_bound
            or (upload.checkpoint is not None and upload.checkpoint.may_be_whole)
            or (upload.doubt is not None and not end.absent),
            repeats_are_safe=can_repeat(upload, end, ends)
            or (self._will_retry and is_settled_by_asking(problem, upload)),
            is_probe=is_probe,
            retry_after=float(asked) if isinstance(asked, int) else None,
            can_ask=self.can_ask
            and began > self._left.get(destination.name, 0)
            and question(destination, problem) is not None,
            is_outdated=self._left.get(destination.name, 0) < began < self._answered.get(destination.name, 0),
            is_last="spent" in problem.facts,
        )
        standing = self._standings.get(destination.name, Standing())
        if not self._will_retry:
            is_safe = attempt.repeats_are_safe and (upload.checkpoint or is_safe_alone(destination))
            follows = Next.UNCONFIRMED if attempt.may_have_arrived and not is_safe else Next.FAIL
            return Verdict(follows, standing, attempt.is_open)
        patience = Patience(destination.retry.attempts, seconds_of(destination.network.give_up_after))
        chance = random.random()  # noqa: S311 - a wait, not a secret
        verdict = judge(attempt, standing, patience, now=time.time(), chance=chance)
        self._standings[destination.name] = verdict.standing
        if verdict.standing.probe_at is None:
            self._schedule.unpark(destination.name)
        else:
            self._schedule.park(destination.name, verdict.standing.probe_at)
            if standing.probe_at != verdict.standing.probe_at:
                self._troubles[destination.name] = problem
        return verdict
