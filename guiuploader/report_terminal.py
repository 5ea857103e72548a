# SPDX-License-Identifier: MIT
"""How a run without a window speaks to a person: bars or plain lines on stderr, links alone on stdout."""

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from guiuploader.report import counted, left
from guiuploader.uploads.upload import Upload, seconds_to_retry
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.quantities import size_text, speed_text
from guiuploader.values.redact import printable
from guiuploader.values.states import ENDED, State
from guiuploader.values.words import NOTE_WORDS, STATE_WORDS

EVERY = 60.0
"""Seconds between two lines of progress where there are no bars."""

_NAMES_SHOWN = 5
_FORGETS = "no keychain here: “send --resume” will need the link, or the secret, again."


class LineReport:
    """One plain line for each row that ended, and one a minute for all; links on stdout in queue order."""

    def __init__(
        self,
        out: TextIO = sys.stdout,
        err: TextIO = sys.stderr,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._err = err
        self._clock = clock
        self._told_at = clock()
        self._rows: dict[int, Upload] = {}
        self._links = _LinksInOrder(out)
        self._has_warned = False
        self._is_held = False
        self._back: deque[str] = deque()

    def added(self, uploads: Sequence[Upload]) -> None:
        """Remember the order, and say what a later run would not know."""
        self._links.expect(uploads)
        self._rows.update((upload.id, upload) for upload in uploads)
        if not self._has_warned and any(upload.forgets for upload in uploads):
            self._has_warned = True
            self.say(_FORGETS)

    def refused(self, problem: Problem) -> None:
        """Say why."""
        self.say(f"not added: {explain(problem)}")

    def left_out(self, count: int) -> None:
        """Say how many."""
        self.say(f"left out: {count} already in the queue")

    def moved(self, uploads: Sequence[Upload]) -> None:
        """Say how far all is, once a minute: more would only fill a log."""
        self._rows.update((upload.id, upload) for upload in uploads)
        if self._clock() - self._told_at >= EVERY:
            self._told_at = self._clock()
            self.say(progress_line(tuple(self._rows.values())))

    def stepped(self, upload: Upload) -> None:
        """Say how a row ended."""
        self._rows[upload.id] = upload
        if upload.state is State.RETRYING and upload.problem:
            when = f"again in {seconds_to_retry(upload):.0f} s"
            if upload.problem.code is ErrorCode.NO_NETWORK:
                when = "again when the network is back"
            elif upload.retry_at is None:
                when = "waits for the sign-in"
            self.say(f"{when}: {printable(upload.source.relpath)}. {explain(upload.problem)}")
        if upload.state in ENDED:
            self.say(ended_line(upload))
            self._links.ended(upload)

    def closed(self, uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> None:
        """Say what became of all, and what is left."""
        self.say(closing_line(uploads, refused=refused, seconds=seconds, interrupted=interrupted))

    def hold(self, *, is_held: bool) -> None:
        """Keep back what is to be said, or say it."""
        self._is_held = is_held
        while self._back and not is_held:
            self.say(self._back.popleft())

    def say(self, line: str) -> None:
        """Write one line to stderr."""
        if self._is_held:
            self._back.append(line)
            return
        self._err.write(line + "\n")
        self._err.flush()


class BarReport(LineReport):
    """A bar for each running row and one for all, on a terminal; ended rows become lines above them."""

    def __init__(self, console: Console, out: TextIO = sys.stdout) -> None:
        super().__init__(out)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bars: dict[int, TaskID] = {}
        self._all = self._progress.add_task("all files", total=0)
        self._sent: dict[int, int] = {}
        self._lines: list[str] = []
        self._progress.start()

    def added(self, uploads: Sequence[Upload]) -> None:
        """Lengthen the bar of all."""
        super().added(uploads)
        size = sum(upload.source.size or 0 for upload in uploads if upload.state not in ENDED)
        self._progress.update(self._all, total=(self._progress.tasks[0].total or 0) + size)

    def moved(self, uploads: Sequence[Upload]) -> None:
        """Draw everything anew, what ended since the last time included: drawing costs more than sending."""
        for upload in uploads:
            self._move(upload)
        self._draw()

    def stepped(self, upload: Upload) -> None:
        """Add or take away the row's bar."""
        if upload.state is State.UPLOADING and upload.id not in self._bars:
            self._bars[upload.id] = self._progress.add_task(
                escape(printable(upload.source.name)), total=upload.source.size
            )
        self._move(upload)
        if upload.state in ENDED and upload.id in self._bars:
            self._progress.remove_task(self._bars.pop(upload.id))
        super().stepped(upload)

    def closed(self, uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> None:
        """Take the bars away."""
        super().closed(uploads, refused=refused, seconds=seconds, interrupted=interrupted)
        self._draw()
        self._progress.stop()

    def hold(self, *, is_held: bool) -> None:
        """Take the bars away, or show them again."""
        if is_held:
            self._draw()
            self._progress.stop()
        else:
            self._progress.start()
        self._is_held = is_held

    def say(self, line: str) -> None:
        """Keep one line for the next time the bars are drawn, to stand above them."""
        self._lines.append(line)

    def _draw(self) -> None:
        if self._is_held:
            return
        if self._lines:
            text = "\n".join(self._lines)
            self._lines.clear()
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._progress.refresh()

    def _move(self, upload: Upload) -> None:
        self._progress.advance(self._all, upload.sent - self._sent.get(upload.id, 0))
        self._sent[upload.id] = upload.sent
        if upload.id in self._bars:
            self._progress.update(self._bars[upload.id], completed=upload.sent)


class _LinksInOrder:
    """Holds a link back until every row before it has ended."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._waiting: deque[int] = deque()
        self._links: dict[int, str | None] = {}

    def expect(self, uploads: Sequence[Upload]) -> None:
        """Note the next rows in order."""
        self._waiting.extend(upload.id for upload in uploads)

    def ended(self, upload: Upload) -> None:
        """Write what can be written now."""
        self._links[upload.id] = upload.link
        while self._waiting and self._waiting[0] in self._links:
            link = self._links.pop(self._waiting.popleft())
            if link:
                self._out.write(link + "\n")
        self._out.flush()


def ended_line(upload: Upload) -> str:
    """Say in one line how a row ended."""
    name = printable(upload.source.relpath)
    tried = f" Tried {upload.attempts} times." if upload.attempts > 1 else ""
    if upload.receipt is not None:
        notes = "".join(f" {NOTE_WORDS[note]}" for note in upload.receipt.notes)
        took = f"{size_text(upload.receipt.size)} in {upload.receipt.seconds:.2f} s"
        return f"done: {name} ({took}){tried}{notes}"
    label = STATE_WORDS[upload.state].label.lower()
    return f"{label}: {name}.{tried} {explain(upload.problem)}" if upload.problem else f"{label}: {name}"


def progress_line(uploads: Sequence[Upload]) -> str:
    """Say how far all is; a size that is not known is left out."""
    ended = sum(upload.state in ENDED for upload in uploads)
    rows = [upload for upload in uploads if upload.state is not State.SKIPPED]
    sent = size_text(sum(upload.receipt.size if upload.receipt else upload.sent for upload in rows))
    sizes = [upload.source.size for upload in rows]
    whole = "" if None in sizes else f" of {size_text(sum(size or 0 for size in sizes))}"
    speed = speed_text(sum(upload.bytes_per_second for upload in rows))
    return f"so far: {ended} of {len(uploads)} ended, {sent}{whole}, {speed}"


def _is_found(upload: Upload) -> bool:
    """Tell whether a row was skipped on the word of the server."""
    problem = upload.problem
    return upload.state is State.SKIPPED and problem is not None and problem.code is ErrorCode.FOUND_THERE


def closing_line(uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> str:
    """Say what became of all, and by name what did not arrive."""
    counts = counted(uploads)
    size = size_text(sum(upload.receipt.size for upload in uploads if upload.receipt))
    total = len(uploads) + refused
    said = f"{counts[State.DONE]} of {total} sent, {size} in {seconds:.2f} s."
    there = sum(_is_found(upload) for upload in uploads)
    for why, number in (("as sent before", counts[State.SKIPPED] - there), ("as the server has them", there)):
        if number:
            said += f" Skipped, {why}: {number} (“--again” sends them)."
    if interrupted:
        said = f"Stopped. {said}"
    doubtful = [upload for upload in uploads if upload.state is State.UNCONFIRMED]
    kept = left(uploads)
    gone = [upload for upload in uploads if upload.state in {State.FAILED, State.CANCELLED}]
    for words, rows in (("May have arrived", doubtful), ("Not sent", gone), ("Left in the queue", kept)):
        if rows:
            said += f" {words}: {_names(rows)}"
    return f"{said} “guiuploader send --resume” carries on." if kept else said


def _names(uploads: Sequence[Upload]) -> str:
    """Return the first few names, and how many more there are."""
    names = ", ".join(printable(upload.source.relpath) for upload in uploads[:_NAMES_SHOWN])
    more = len(uploads) - _NAMES_SHOWN
    return f"{names} and {more} more." if more > 0 else f"{names}."
