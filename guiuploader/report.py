# SPDX-License-Identifier: MIT
"""What a run without a window is told, and how it says it in JSON: one object a line on stdout."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from guiuploader.transfer.receipt import Reply, Timings
from guiuploader.uploads.upload import Upload, seconds_to_retry
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.states import ENDED, State


class Out(Protocol):
    """Where lines go: a file, or somebody who listens."""

    def write(self, text: str, /) -> object:
        """Take whole lines."""

    def flush(self) -> object:
        """Pass on what was taken."""


class Report(Protocol):
    """What a run is told to; each call comes from the main thread."""

    def added(self, uploads: Sequence[Upload]) -> None:
        """Take note of new rows in the queue."""

    def refused(self, problem: Problem) -> None:
        """Take note of something that cannot be sent at all."""

    def left_out(self, count: int) -> None:
        """Take note of files that are not added, as equal rows are in the queue already."""

    def moved(self, uploads: Sequence[Upload]) -> None:
        """Take note of rows as they are now; at most 20 calls a second."""

    def stepped(self, upload: Upload) -> None:
        """Take note that a row is in another state."""

    def closed(self, uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> None:
        """Take note that all is over; `seconds` is the whole time."""

    def hold(self, *, is_held: bool) -> None:
        """Keep the terminal clear while a question stands there, or go on."""


class JsonReport:
    """One JSON object a line.

    Lines go out together, with the next call of `moved` that follows each change of a row: to write each at
    once costs more than sending a small file.
    """

    def __init__(self, out: Out = sys.stdout) -> None:
        self._out = out
        self._lines: list[str] = []

    def added(self, uploads: Sequence[Upload]) -> None:
        """Say `queued` for each row."""
        for upload in uploads:
            self._say(
                "queued",
                id=upload.id,
                source=upload.source.location,
                name=upload.source.relpath,
                destination=upload.destination.name,
                size=upload.source.size,
                forgets_secret=upload.forgets,
            )
        self._write()

    def refused(self, problem: Problem) -> None:
        """Say `refused`."""
        self._say("refused", source=problem.facts.get("path"), error=_error(problem))
        self._write()

    def left_out(self, count: int) -> None:
        """Say `left-out`."""
        self._say("left-out", count=count)
        self._write()

    def moved(self, uploads: Sequence[Upload]) -> None:
        """Say `progress` for each row that is running and of which something was sent."""
        for upload in uploads:
            if upload.state is State.UPLOADING and upload.sent:
                self._progress(upload)
        self._write()

    def stepped(self, upload: Upload) -> None:
        """Say `state`, or `finished` when it is the last one."""
        if upload.state not in ENDED:
            if upload.state is State.AWAITING_REPLY:
                self._progress(upload)
            self._say("state", id=upload.id, state=upload.state, **_why(upload), **_together(upload))
            return
        self._finished(upload)

    def closed(self, uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> None:
        """Say `summary`."""
        self._say(
            "summary",
            **{state.value: count for state, count in counted(uploads).items()},
            left=len(left(uploads)),
            refused=refused,
            bytes=sum(upload.receipt.size for upload in uploads if upload.receipt),
            seconds=round(seconds, 6),
            interrupted=interrupted,
        )
        self._write()

    def hold(self, *, is_held: bool) -> None:
        """Go on: nothing of this is for the terminal that a person is asked at."""

    def _progress(self, upload: Upload) -> None:
        speed = round(upload.bytes_per_second, 1)
        self._say(
            "progress", id=upload.id, sent=upload.sent, total=upload.source.size, bytes_per_second=speed
        )

    def _finished(self, upload: Upload) -> None:
        receipt, problem, exchange = upload.receipt, upload.problem, upload.exchange
        reply = exchange.reply if exchange else None
        status = reply.status if reply else problem.status if problem else None
        self._say(
            "finished",
            id=upload.id,
            state=upload.state,
            status=status,
            link=upload.link,
            bytes=receipt.size if receipt else upload.sent,
            seconds=round(receipt.seconds, 6) if receipt else None,
            sha256=receipt.sha256 if receipt else None,
            md5=receipt.md5 if receipt else None,
            attempts=upload.attempts,
            **_together(upload),
            error=_error(problem) if problem else None,
            notes=list(receipt.notes) if receipt else [],
            timings=_timings(exchange.timings) if exchange else None,
            request=exchange.request if exchange else None,
            reply=_reply(reply) if reply else None,
        )

    def _say(self, event: str, **facts: object) -> None:
        self._lines.append(msgspec.json.encode({"event": event, **facts}).decode() + "\n")

    def _write(self) -> None:
        text = "".join(self._lines)
        self._lines.clear()
        self._out.write(text)
        self._out.flush()


def left(uploads: Sequence[Upload]) -> list[Upload]:
    """Return the rows that a later run can carry on with."""
    return [upload for upload in uploads if upload.state not in ENDED]


def counted(uploads: Sequence[Upload]) -> dict[State, int]:
    """Return how many rows ended in each state, zeros included."""
    counts = Counter(upload.state for upload in uploads)
    return {state: counts[state] for state in sorted(ENDED)}


def _why(upload: Upload) -> dict[str, object]:
    """Return what a row that is tried again says besides: when, and what went wrong.

    One that waits for another secret has no time.
    """
    if upload.state is not State.RETRYING or upload.problem is None:
        return {}
    retry_in = None if upload.retry_at is None else round(seconds_to_retry(upload), 3)
    return {"retry_in": retry_in, "attempts": upload.attempts, "error": _error(upload.problem)}


def _together(upload: Upload) -> dict[str, object]:
    """Return the rows whose request this is, in its order, of one that is or was in it with others."""
    is_under_way = upload.state is State.UPLOADING or upload.state in ENDED
    return {"together": list(upload.shared.ids)} if upload.shared and is_under_way else {}


def _error(problem: Problem) -> dict[str, object]:
    words = explain(problem)
    return {
        "code": problem.code,
        "facts": dict(problem.facts),
        "status": problem.status,
        "title": words.title,
        "detail": words.detail,
        "advice": words.advice,
        "retryable": problem.retryable,
    }


def _reply(reply: Reply) -> dict[str, object]:
    return {"headers": dict(reply.lower_headers()), "body": reply.body, "truncated": reply.truncated}


def _timings(timings: Timings) -> dict[str, float | None]:
    named = {"connect": timings.connect, "tls": timings.tls, "send": timings.send, "wait": timings.wait}
    if timings.read is not None:
        named["read"] = timings.read
    return {name: None if seconds is None else round(seconds, 6) for name, seconds in named.items()}
