# SPDX-License-Identifier: MIT
"""Send an upload that is several requests: steps before the file, the file in parts, steps after it.

Each that was answered with yes stands in the checkpoint, so that a later attempt goes on behind it.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus

from guiuploader.destinations.step import Step
from guiuploader.destinations.texts import hash_names
from guiuploader.sources.no_file import NoFile
from guiuploader.transfer.cargo import Sent
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.known import Known
from guiuploader.transfer.lane import Lane, lanes
from guiuploader.transfer.one_of_many import naming
from guiuploader.transfer.parts import Part, parts_of
from guiuploader.transfer.redirects import joined
from guiuploader.transfer.side_by_side import side_by_side
from guiuploader.transfer.sign_in import SignIns
from guiuploader.transfer.stage import Stage
from guiuploader.transfer.step_sender import StepSender
from guiuploader.transfer.token import Tokens
from guiuploader.transfer.whole_hash import WholeHash
from guiuploader.values.errors import ErrorCode, ServerRefused, SourceError, UploaderError
from guiuploader.values.functions import RequestScope

_LOST = frozenset({ErrorCode.CONNECTION_LOST, ErrorCode.SEND_STALLED, ErrorCode.STEP_UNANSWERED})
_FORGOTTEN = frozenset({400, 404, 409, 410, 412, 416, 422})
"""Statuses by which a server may say that it does not know what an earlier attempt left."""

_OFTEN = 256  # parts up to which each is kept at once
_KEEP_EVERY = 1.0  # seconds between two checkpoints of more: each names all of them

_Sent = tuple[FilledRequest, Delivery]


def deliver(passage: Passage, general: RequestScope, sign_ins: SignIns, tokens: Tokens) -> _Sent:
    """Send all requests of an upload; the last one is returned as it went, with what came of the whole.

    Raises an error of our tree, as `exchange.deliver` does, with the step or the part that it came up in.
    """
    sources, destination = passage.job.sources, passage.job.destination
    size = sources[0].size if sources else None
    if sources and size is None and destination.parts.size:
        raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=sources[0].location)
    parts = parts_of(size, destination.parts.size)
    way = _Way(passage, general, parts, Lane(passage.session, sign_ins, passage.control))
    with closing(way):
        return way.gone(tokens)


class _Way:
    """One attempt, from the first request that is missing to the last; close it."""

    def __init__(self, passage: Passage, general: RequestScope, parts: Sequence[Part], lane: Lane) -> None:
        self._events = passage.events
        self._passage = passage
        self._destination = passage.job.destination
        self._parts = parts
        self._lane = lane
        self._known = Known(self._destination, passage.record)
        self._sender = StepSender(passage, general, self._known, len(parts))
        self._source = passage.job.sources[0] if passage.job.sources else NoFile("")
        self._ready = self._destination.reply.hash in hash_names(self._destination)
        algorithm = self._destination.reply.hash if passage.job.sources and not self._ready else "none"
        self._whole = WholeHash(self._source, algorithm, passage.control, self._events.reading_ahead)
        self._sent = 0
        self._changed = False
        self._created = ""
        self._is_doubtful = False
        self._is_anew = False
        self._has_moved = False
        self._is_unkept = False
        self._kept_at = 0.0

    def close(self) -> None:
        """Keep what is not kept yet, and end what hashes."""
        self._keep_rest()
        self._whole.close()

    def gone(self, tokens: Tokens) -> _Sent:
        """Send what is missing; begin anew, once, where the server knows nothing of an earlier attempt."""
        self._is_doubtful = self._known.take_up(self._passage.job.checkpoint)
        while True:
            try:
                return self._gone(tokens)
            except ServerRefused as error:
                if not self._is_forgotten(error):
                    raise
                self._begin_anew()

    def _gone(self, tokens: Tokens) -> _Sent:
        steps = self._destination.before
        for number, step in enumerate(steps, 1):
            if step.name not in self._known:
                self._step(step, Stage("before", number, len(steps)))
        last = self._all_parts(tokens)
        steps = self._destination.after
        if steps:
            self._keep_rest()
            self._hand_over()
        for number, step in enumerate(steps, 1):
            if step.name not in self._known:
                last = self._step(step, Stage("after", number, len(steps)))
        if last is None:  # a server's last answer is never kept, as what came of it is not known before
            raise ValueError("nothing was left to send")
        filled, delivery = last
        return filled, replace(delivery, files=self._files(), complete=True, created=self._created)

    def _step(self, step: Step, stage: Stage) -> _Sent:
        self._events.entered(stage)
        sent = self._noted(self._sender.step(step, self._lane))
        if step not in self._destination.after[-1:]:
            self._keep()
        return sent

    def _all_parts(self, tokens: Tokens) -> _Sent | None:
        """Send the parts that are missing and return the last one's reply, None where there was none."""
        missing = [part for part in self._parts if part.number not in self._known.parts]
        self._sent = sum(part.length or 0 for part in self._parts) - sum(part.length or 0 for part in missing)
        if self._sent or self._is_anew:
            self._events.resumed(self._sent)
        if self._destination.parts.parallel > 1:
            # The file may be whole with its last part, which therefore goes when all others are there.
            together = [part for part in missing if self._sender.storing or not part.is_last]
            self._together(together, tokens)
            missing = missing[len(together) :]
        last: _Sent | None = None
        for part in missing:
            self._whole.catch_up(part.offset)
            last = self._one(part)
        return last

    def _one(self, part: Part) -> _Sent:
        """Send a part, again and again as long as some arrive in between."""
        is_end = part.is_last and not self._destination.after
        base = self._sent
        if is_end:
            self._keep_rest()  # what comes of the last request is told, and never kept
        while True:
            self._enter(part.number)
            try:
                sent = self._sender.part(
                    part,
                    self._lane,
                    self._whole.watch,
                    counted=lambda count: self._events.progressed(base + count),
                    handed_over=(lambda count: self._events.body_sent(base + count)) if is_end else None,
                )
            except UploaderError as error:
                if not self._goes_again(error):
                    raise
                continue
            self._finished(part, sent)
            return sent

    def _together(self, parts: Sequence[Part], tokens: Tokens) -> None:
        if not parts:
            return
        self._whole.catch_up(self._source.size or 0)
        count = min(self._destination.parts.parallel, len(parts))
        self._enter(len(self._known.parts) + 1)
        with lanes(count, self._passage.control, tokens) as borrowed:

            def send(part: Part, tell: Callable[[int], None]) -> _Sent:
                with borrowed() as lane:
                    return self._sender.part(part, lane, self._whole.watch, counted=tell)

            side_by_side(
                parts,
                count,
                send=send,
                finished=self._finished_beside,
                moved=lambda sent: self._events.progressed(self._sent + sent),
                again=self._goes_again,
            )

    def _finished_beside(self, part: Part, sent: _Sent) -> None:
        self._finished(part, sent)
        self._enter(min(len(self._known.parts) + 1, len(self._parts)))

    def _finished(self, part: Part, sent: _Sent) -> None:
        self._noted(sent)
        files = sent[1].files
        with naming(stores=False, host=self._destination.host, **part.place):
            self._known.take_part(part.number, sent[1].reply)
        self._sent += sum(file.size for file in files)
        self._changed = self._changed or any(file.changed for file in files)
        self._has_moved, self._is_doubtful = True, False
        if part.is_last and not self._destination.after:
            return
        self._is_unkept = True
        is_due = time.monotonic() - self._kept_at >= _KEEP_EVERY
        if is_due or len(self._known.parts) <= _OFTEN or self._destination.parts.renews:
            self._keep()

    def _noted(self, sent: _Sent) -> _Sent:
        filled, delivery = sent
        location = delivery.reply.lower_headers().get("location", "")
        if delivery.reply.status == HTTPStatus.CREATED and location:
            self._created = joined(filled.url, location)
        return sent

    def _goes_again(self, error: UploaderError) -> bool:
        """Tell whether a part that was lost goes again at once: some part arrived since the last loss."""
        if error.problem.code not in _LOST or self._passage.control.cancelled or self._sender.may_be_stored:
            return False
        goes, self._has_moved = self._has_moved, False
        self._is_doubtful = True
        return goes

    def _hand_over(self) -> None:
        """Tell that all of the file is with the server, and finish its hash."""
        if self._passage.job.sources:
            self._whole.catch_up(self._source.size or 0)
            self._events.progressed(self._sent)
            self._events.body_sent(self._sent)

    def _enter(self, number: int) -> None:
        self._events.entered(Stage("part", number, len(self._parts)))

    def _keep_rest(self) -> None:
        if self._is_unkept:
            self._keep()

    def _keep(self) -> None:
        """Keep where a later attempt goes on, unless nobody knows whether the file is stored by now."""
        if not self._sender.may_be_stored:
            self._is_unkept, self._kept_at = False, time.monotonic()
            self._events.checkpoint(Checkpoint("", finished=self._known.finished()))

    def _is_forgotten(self, error: ServerRefused) -> bool:
        """Tell whether a refusal may be about what an earlier attempt left, and the file is not there."""
        is_stored = (
            self._sender.storing in self._known
            if self._sender.storing
            else len(self._known.parts) == len(self._parts)
        )
        return (
            self._is_doubtful and not self._is_anew and not is_stored and error.problem.status in _FORGOTTEN
        )

    def _begin_anew(self) -> None:
        self._is_anew, self._is_doubtful, self._is_unkept = True, False, False
        self._sender.may_be_stored = False
        self._known.forget()
        self._events.checkpoint(None)

    def _files(self) -> tuple[Sent, ...]:
        if not self._passage.job.sources:
            return ()
        algorithm = self._destination.reply.hash
        if self._ready:
            digest: str | None = self._passage.ahead.digest(0, algorithm).hex()
        elif self._source.size is None and not self._sent:
            digest = None  # it went in an earlier attempt, and cannot be read again to the same end
        else:
            digest = self._whole.hexdigest()
        sha256, md5 = (digest if algorithm == name else None for name in ("sha256", "md5"))
        return (Sent(self._sent, self._changed, sha256, md5),)
