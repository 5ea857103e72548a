# SPDX-License-Identifier: MIT
"""Ask the server whether it has this very file: before sending, after a lost answer, and as a proof.

The question goes the same way as the upload, signed in alike. It stores nothing, so it may be repeated.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from guiuploader.destinations.destination import BodyKind, Destination, Retry
from guiuploader.destinations.lookup_rules import names_hash
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.destinations.step import Parts
from guiuploader.transfer import reply as replies
from guiuploader.transfer.exchange import Passage, ask
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import SecretLookup
from guiuploader.transfer.lookup_answer import Answer, Finding, Own, is_answer, weigh
from guiuploader.transfer.lookup_errors import as_question, other, unclear
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.transfer.record import Record
from guiuploader.transfer.sign_in import SignIns
from guiuploader.transfer.unheard import Unheard
from guiuploader.values.errors import (
    AlreadyThere,
    ErrorCode,
    NetworkError,
    ServerRefused,
    TransferCancelled,
    UploaderError,
)
from guiuploader.values.functions import RequestScope
from guiuploader.values.notes import Note

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0  # seconds between two questions for the same file
_LOST = frozenset({ErrorCode.REPLY_LOST, ErrorCode.CONNECTION_LOST})


def question(
    destination: Destination, scopes: Sequence[RequestScope], *, masked: bool = False
) -> FilledRequest:
    """Return the question for a file, with the headers and the sign-in of the upload.

    Raises as `fill` does; `masked` is as there.
    """
    lookup = destination.lookup
    asking = msgspec.structs.replace(
        destination,
        url=lookup.url,
        method=lookup.method,
        body=BodyKind.NONE,
        query={},
        retry=Retry(),
        before=(),
        parts=Parts(),
        after=(),
    )
    filled = fill(asking, scopes[:1], masked=masked)
    if any(name.lower() == "accept-encoding" for name, _ in filled.headers):
        return filled
    # The length of what was packed for the way is not the file's.
    return replace(filled, headers=(*filled.headers, ("Accept-Encoding", "identity")))


class Inquiry:
    """Asks for the file of one upload, of which `upload` is the passage.

    What it sends is no upload's: it has an ear, a record and a job without a file of its own.
    """

    def __init__(self, upload: Passage, sign_ins: SignIns, filled: FilledRequest, record: Record) -> None:
        self._upload = upload
        self._sign_ins = sign_ins
        self._filled = filled
        job = replace(upload.job, sources=())
        self._passage = replace(upload, job=job, events=Unheard(), record=record)

    @classmethod
    def of(
        cls, upload: Passage, sign_ins: SignIns, scopes: Sequence[RequestScope], secrets: SecretLookup
    ) -> "Inquiry":
        """Return the inquiry for a destination that can be asked. Raises DestinationError as `fill` does."""
        filled = question(upload.job.destination, scopes)
        return cls(upload, sign_ins, filled, Record(replace(upload.job, sources=()), secrets))

    def before(self) -> Receipt | None:
        """Ask before the file is sent; return the receipt of an earlier attempt that arrived, None to send.

        Raises AlreadyThere where the server has the file and no attempt is open, ServerRefused where it does
        not tell, or where an attempt is open and another file is there; NetworkError; SourceError;
        TransferCancelled. Before a "no" is believed, the server has its time to show what it got.
        """
        job = self._upload.job
        if job.again or job.checkpoint is not None:  # there, the upload's own protocol asks
            return None
        started = time.perf_counter()
        own = Own(job.sources[0].size, lambda: self._upload.ahead.digest(0, "sha256").hex())
        try:
            answer = self._answer(own, self._patience())
        finally:
            exchange = self._passage.record.exchange()
            if exchange is not None:
                self._upload.events.exchanged(exchange)
        is_open = job.doubt is not None
        match answer.finding:
            case Finding.SAME if is_open:
                return self._settled(answer, own, time.perf_counter() - started)
            case Finding.SAME:
                link = self._link(answer)
                facts = {"proof": self._proof} | ({"link": link} if link else {})
                raise AlreadyThere(ErrorCode.FOUND_THERE, status=answer.reply.status, **facts)
            case Finding.UNCLEAR:
                raise unclear(answer)
            case Finding.OTHER if is_open and not job.destination.repeats_are_safe:
                raise other(answer, ErrorCode.LOOKUP_OTHER, self._secrets)
        if is_open:
            self._upload.events.not_there()
        return None

    def _patience(self) -> float:
        """Return how many seconds a "no" is not believed: a server may still be at work with what it got."""
        job = self._upload.job
        if job.doubt is None or job.destination.repeats_are_safe:
            return 0.0
        passed = time.time() - job.doubt.timestamp()
        return min(self._lookup.wait - passed, self._lookup.wait)  # clocks are set

    def _settled(self, answer: Answer, own: Own, seconds: float) -> Receipt:
        return Receipt(
            reply=replies.blanked(answer.reply, self._secrets),
            link=self._link(answer),
            size=own.size or 0,
            seconds=seconds,
            sha256=answer.sha256,
            notes=(Note.VERIFIED, Note.ASKED_LATER),
        )

    def proved(self, receipt: Receipt) -> Receipt:
        """Return the receipt with what the server says of the file that it took.

        Raises ServerRefused where that is another file, and NetworkError(LOOKUP_MISSING) where it has none.
        """
        if Note.VERIFIED in receipt.notes:
            return receipt
        own = Own(receipt.size, lambda: receipt.sha256)
        try:
            answer = self._answer(own, self._lookup.wait)
        except UploaderError:  # it arrived, whatever comes of the question
            return replace(receipt, notes=(*receipt.notes, Note.UNPROVED))
        match answer.finding:
            case Finding.SAME:
                return replace(receipt, notes=(Note.VERIFIED, *receipt.notes))
            case Finding.UNCLEAR:
                return replace(receipt, notes=(*receipt.notes, Note.UNPROVED))
            case Finding.OTHER:
                code = ErrorCode.DIGEST_MISMATCH if answer.is_hash else ErrorCode.SIZE_MISMATCH
                raise other(answer, code, self._secrets)
            case Finding.ABSENT:
                seconds = f"{self._lookup.wait:g}"
                raise NetworkError(ErrorCode.LOOKUP_MISSING, status=answer.reply.status, seconds=seconds)

    @property
    def _lookup(self) -> Lookup:
        return self._passage.job.destination.lookup

    @property
    def _secrets(self) -> frozenset[str]:
        return self._passage.record.secrets

    @property
    def _proof(self) -> str:
        """By what the file was recognized."""
        lookup = self._lookup
        parts = ["size"] * bool(lookup.size) + ["SHA-256"] * bool(lookup.sha256)
        return " and ".join([*parts, *(["hash"] if names_hash(lookup.url) and not lookup.sha256 else [])])

    def _link(self, answer: Answer) -> str | None:
        job = self._upload.job
        return replies.link(
            job.destination, answer.reply, url=self._filled.url, secrets=self._secrets, index=None
        )

    def _answer(self, own: Own, patience: float) -> Answer:
        """Ask until the server has the file, or for so many seconds."""
        until, pause = time.monotonic() + patience, _FIRST_PAUSE
        while True:
            answer = weigh(self._lookup, self._reply(), own)
            left = until - time.monotonic()
            if answer.finding is Finding.SAME or left <= 0:
                return answer
            self._passage.control.rest(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _reply(self) -> Reply:
        """Ask, once more where the line was lost, and return an answer that is one."""
        try:
            try:
                reply = self._asked()
            except NetworkError as error:
                if error.problem.code not in _LOST or self._passage.control.cancelled:
                    raise
                reply = self._asked()
            if not is_answer(reply):
                raise replies.refusal(self._passage.job.destination, reply, size=None, secrets=self._secrets)
        except UploaderError as error:
            if self._passage.control.cancelled:
                raise TransferCancelled from error
            raise as_question(error, self._passage.job.destination.host) from error
        return reply

    def _asked(self) -> Reply:
        try:
            return self._sign_ins.deliver(self._passage, self._filled).reply
        except ServerRefused as error:
            if error.problem.code is not ErrorCode.NOT_CHALLENGED:
                raise
            return ask(self._passage, replace(self._filled, sign_in=None))  # all may ask
