# SPDX-License-Identifier: MIT
"""Send one of an upload's requests, and once more with what an earlier step gives anew."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.step import Step
from guiuploader.transfer import reply as replies
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.known import Known
from guiuploader.transfer.lane import Lane
from guiuploader.transfer.one_of_many import Muffled, naming
from guiuploader.transfer.parts import Part, PartFacts
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.slice import Slice, Watch
from guiuploader.transfer.step_requests import for_part, for_step, storing_step
from guiuploader.values.errors import ErrorCode, ServerRefused
from guiuploader.values.functions import RequestScope


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A request as it is now, the facts of its part, and the refusals that count as a yes."""

    request: Callable[[], Destination]
    facts: Mapping[str, str] | None = None
    accepts: frozenset[int] = frozenset()


class StepSender:
    """Sends requests of one upload, with what is `known`; may be called from several threads.

    `may_be_stored` tells that the request which stores the file went out, and no answer says what came of it.
    """

    def __init__(self, passage: Passage, general: RequestScope, known: Known, count: int) -> None:
        self._passage = passage
        self._destination = passage.job.destination
        self._general = general
        self._known = known
        self._count = count
        self.storing = storing_step(self._destination)
        self.may_be_stored = False
        self._renewals = 0
        self._lock = threading.Lock()

    def step(self, step: Step, lane: Lane, *, renews: bool = True) -> tuple[FilledRequest, Delivery]:
        """Send a step and note what it gave. Raises as `exchange.deliver` does, and ServerRefused."""
        stores = step.name == self.storing
        events = Muffled(self._passage.events, commit=self._commit if stores else None)
        with naming(stores=stores, host=self._destination.host, step=step.name):
            sent = self._asked(
                _Wanted(
                    lambda: for_step(self._destination, step, signs=self._known.signs, stores=stores),
                    accepts=frozenset(step.accepts),
                ),
                replace(self._passage, session=lane.session, control=lane.control, events=events),
                lane,
                renews=renews,
            )
            self._known.take(step, sent[1].reply)
        self.may_be_stored = self.may_be_stored and not stores
        return sent

    def part(
        self,
        part: Part,
        lane: Lane,
        watch: Watch,
        *,
        counted: Callable[[int], None],
        handed_over: Callable[[int], None] | None = None,
    ) -> tuple[FilledRequest, Delivery]:
        """Send a part of the file, or the request of an upload without one. Raises as `step` does."""
        stores = part.is_last and not self.storing
        sources = self._passage.job.sources
        content = [Slice(whole, part.offset, part.length, lane.control, watch) for whole in sources]
        passage = replace(
            self._passage,
            session=lane.session,
            control=lane.control,
            job=replace(self._passage.job, sources=tuple(content)),
            ahead=ReadAhead(content, frozenset(), lane.control, self._passage.events),
            events=Muffled(
                self._passage.events,
                commit=self._commit if stores else None,
                counted=counted,
                handed_over=handed_over,
            ),
        )
        with naming(stores=stores, host=self._destination.host, **part.place):
            sent = self._asked(
                _Wanted(
                    lambda: for_part(self._destination, stores=stores),
                    PartFacts(part, content[0]) if content else None,
                ),
                passage,
                lane,
            )
        self.may_be_stored = self.may_be_stored and not stores
        return sent

    def _asked(
        self,
        wanted: _Wanted,
        passage: Passage,
        lane: Lane,
        *,
        renews: bool = True,
    ) -> tuple[FilledRequest, Delivery]:
        """Send a request and return what it got, a yes; once more where the sign-in had run out."""
        renewals, destination, facts = self._renewals, wanted.request(), wanted.facts
        filled = fill(destination, [self._known.scope(self._general, self._count, facts)])
        job = replace(passage.job, destination=destination, sources=passage.job.sources if facts else ())
        ready = replace(passage, job=job, way=passage.way_to(filled.url))
        filled, delivery = lane.sign_ins.follow(ready, filled)
        if delivery.reply.status == HTTPStatus.UNAUTHORIZED and renews and self._renewed(renewals, lane):
            return self._asked(wanted, passage, lane, renews=False)
        secrets = passage.record.secrets
        if delivery.reply.status not in wanted.accepts:
            replies.accept(
                destination, delivery.reply, files=len(job.sources), size=job.size, secrets=secrets
            )
        if not delivery.complete:
            raise ServerRefused(
                ErrorCode.REPLY_EARLY,
                status=delivery.reply.status,
                host=destination.host,
                sent=delivery.size,
                total="?" if job.size is None else job.size,
            )
        return filled, delivery

    def _renewed(self, renewals: int, lane: Lane) -> bool:
        """Run again the steps that give secrets, unless another thread just did; tell whether any are."""
        with self._lock:
            if renewals == self._renewals:
                steps = self._known.renewable
                for step in steps:
                    self.step(step, lane, renews=False)
                self._renewals += bool(steps)
            return renewals != self._renewals

    def _commit(self) -> None:
        self._passage.events.before_commit_point()
        self.may_be_stored = True
