# SPDX-License-Identifier: MIT
"""What a `send` would do, found out in the same way; nothing is sent, and nothing is written."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.target import target_of
from guiuploader.exit_codes import ALL_DONE, SOME_NOT
from guiuploader.report import JsonReport
from guiuploader.report_terminal import EVERY
from guiuploader.sources.stores import Stores
from guiuploader.uploads.doubles import Doubles, Look
from guiuploader.uploads.finding import Find
from guiuploader.uploads.ledger_reader import LedgerReader, ledger_path
from guiuploader.uploads.tasks import without_file
from guiuploader.uploads.upload import Batch, Upload
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.values.quantities import size_text
from guiuploader.values.redact import printable
from guiuploader.values.states import State


class _Count:
    """What would become of all; sizes are in bytes."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._json = JsonReport()
        self.files = self.size = self.unknown = self.skipped = self.left_out = self.refused = 0

    def refuse(self, problem: Problem) -> None:
        """Say what cannot be sent."""
        self.refused += 1
        if self._as_json:
            self._json.refused(problem)
        else:
            sys.stderr.write(f"not added: {explain(problem)}\n")

    def take(self, upload: Upload) -> None:
        """Count a row; what would be skipped is said."""
        if upload.state is State.SKIPPED and upload.problem is not None:
            self.skipped += 1
            if self._as_json:
                _say(event="would-skip", source=upload.source.location, link=upload.link)
            else:
                name = printable(upload.source.relpath)
                sys.stderr.write(f"would be skipped: {name}. {explain(upload.problem)}\n")
            return
        self.files += 1
        self.size += upload.source.size or 0
        self.unknown += upload.source.size is None

    def tell_so_far(self) -> None:
        """Say how many there are as yet: a store may take minutes to list what it has."""
        if not self._as_json:
            sys.stderr.write(f"so far: {self.files} to send, {size_text(self.size)}\n")

    def close(self, *, takes_file: bool) -> None:
        """Say the sums."""
        if self._as_json:
            _say(
                event="dry-run",
                files=self.files,
                bytes=None if self.unknown else self.size,
                skipped=self.skipped,
                left_out=self.left_out,
                refused=self.refused,
            )
            return
        what = f"{self.files} {'file' if self.files == 1 else 'files'}" if takes_file else "1 request"
        size = "of unknown size" if self.unknown else size_text(self.size)
        said = f"Would send {what}, {size}." if takes_file else f"Would send {what}."
        for number, words in (
            (self.skipped, "skipped, as sent before"),
            (self.left_out, "left out, as named twice"),
            (self.refused, "not added"),
        ):
            said += f" {words.capitalize()}: {number}." if number else ""
        sys.stderr.write(f"{said} Nothing was sent.\n")


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be found, and where it would go.

    `data` is the folder of the ledger that says what was sent before, None where nothing is to be known.
    """

    find: Find
    destination: Destination
    variables: Mapping[str, str]
    again: bool
    data: Path | None


def tell(trial: Trial, stores: Stores, *, as_json: bool, clock: Callable[[], float] = time.monotonic) -> int:
    """Say what would be sent and what not, and return 0, or 1 where something could not be added."""
    destination = trial.destination
    path = ledger_path(trial.data) if trial.data else None
    reader = LedgerReader(path) if path and path.exists() else None
    # What an earlier run left is taken up by a `send`: it counts like what is new.
    look = Look(destination, target_of(destination, trial.variables), reader, run=0)
    batch = Batch(0, destination, trial.variables, State.QUEUED, again=trial.again)
    doubles = Doubles(lambda _: None)
    seen = _Count(as_json=as_json)
    told_at = clock()
    parts = trial.find(look, stores, _on) if destination.takes_file else without_file(destination, _on)
    for part in parts:
        result = doubles.sort(part.accepted, batch)
        for problem in (*part.refused, *result.refused):
            seen.refuse(problem)
        seen.left_out += result.queued
        for upload in doubles.made(result.new, range(len(result.new)), batch):
            seen.take(upload)
        if clock() - told_at >= EVERY:
            told_at = clock()
            seen.tell_so_far()
    seen.close(takes_file=destination.takes_file)
    return SOME_NOT if seen.refused else ALL_DONE


def _on() -> bool:
    return True


def _say(**facts: object) -> None:
    sys.stdout.write(msgspec.json.encode(facts).decode() + "\n")
    sys.stdout.flush()
