# SPDX-License-Identifier: MIT
"""What `send` says when another guiuploader does the work and tells of it in the lines of `send --json`."""

import datetime as dt
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.report import Out, Report
from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.no_file import NoFile
from guiuploader.sources.object_store import StoreObject
from guiuploader.sources.source import Fingerprint, Source
from guiuploader.sources.store_address import is_address, parse_address
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.messages import MessageError
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem, SourceError
from guiuploader.values.notes import Note
from guiuploader.values.states import ENDED, State

_UNTOLD = dt.datetime.fromtimestamp(0, tz=dt.UTC)
_NO_REPLY = Reply(0, "", (), "", truncated=False)


class Teller(Protocol):
    """Whoever says what is heard; its methods raise OSError when nobody can be told."""

    def tell(self, line: str) -> None:
        """Take a line. Raises MessageError when it makes no sense."""

    def rest(self) -> None:
        """Take note that nothing more is there for now."""

    def break_off(self) -> None:
        """Take note that nothing more will come, though not all has ended."""


class Verbatim:
    """Says each line as it is."""

    def __init__(self, out: Out = sys.stdout) -> None:
        self._out = out

    def tell(self, line: str) -> None:
        """Write the line."""
        self._out.write(line + "\n")

    def rest(self) -> None:
        """Let what was written be seen."""
        self._out.flush()

    def break_off(self) -> None:
        """Say nothing: a summary would not be true."""


class Retelling:
    """Has a report say it, as if the work were done here."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._decoder = msgspec.json.Decoder(_Event)
        self._uploads: dict[int, Upload] = {}
        self._moved: dict[int, Upload] = {}
        self._refused = 0

    def tell(self, line: str) -> None:
        """Report what a line tells. Raises MessageError when it makes no sense."""
        try:
            event = self._decoder.decode(line)
            self._take(event)
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            raise MessageError("what it said makes no sense") from error

    def rest(self) -> None:
        """Report how far all are now: bars are drawn once for many lines."""
        self._report.moved(tuple(self._moved.values()))
        self._moved.clear()

    def break_off(self) -> None:
        """Report what is left as left."""
        self._close(0.0, interrupted=False)

    def _take(self, event: "_Event") -> None:
        if isinstance(event, _Queued):
            upload = _queued(event)
            self._uploads[upload.id] = upload
            self._report.added((upload,))
        elif isinstance(event, _Progress):
            upload = self._uploads[event.id]
            self._keep(replace(upload, sent=event.sent, bytes_per_second=event.bytes_per_second))
        elif isinstance(event, _Step):
            self._keep(replace(self._uploads[event.id], state=event.state))
            self._report.stepped(self._uploads[event.id])
        elif isinstance(event, _Finished):
            self._keep(_finished(self._uploads[event.id], event))
            self._report.stepped(self._uploads[event.id])
        elif isinstance(event, _LeftOut):
            self._report.left_out(event.count)
        elif isinstance(event, _Refused):
            self._refused += 1
            self._report.refused(event.error.problem)
        else:
            self._close(event.seconds, interrupted=event.interrupted)

    def _keep(self, upload: Upload) -> None:
        self._uploads[upload.id] = self._moved[upload.id] = upload

    def _close(self, seconds: float, *, interrupted: bool) -> None:
        uploads = tuple(self._uploads.values())
        self._report.closed(uploads, refused=self._refused, seconds=seconds, interrupted=interrupted)


class _Tagged(msgspec.Struct, frozen=True, tag_field="event"):
    """What tells one event from another."""


class _Error(msgspec.Struct, frozen=True):
    code: ErrorCode
    facts: dict[str, str | int]
    status: int | None

    @property
    def problem(self) -> Problem:
        return Problem(self.code, self.facts, self.status)


class _Queued(_Tagged, frozen=True, tag="queued"):
    id: int
    source: str
    name: str
    destination: str
    size: int | None
    forgets_secret: bool


class _Progress(_Tagged, frozen=True, tag="progress"):
    id: int
    sent: int
    bytes_per_second: float


class _Step(_Tagged, frozen=True, tag="state"):
    id: int
    state: State


class _Finished(_Tagged, frozen=True, tag="finished"):
    id: int
    state: State
    link: str | None
    bytes: int
    seconds: float | None
    attempts: int
    error: _Error | None
    notes: tuple[Note, ...]


class _Refused(_Tagged, frozen=True, tag="refused"):
    error: _Error


class _LeftOut(_Tagged, frozen=True, tag="left-out"):
    count: int


class _Summary(_Tagged, frozen=True, tag="summary"):
    seconds: float
    interrupted: bool


_Event: TypeAlias = _Queued | _Progress | _Step | _Finished | _Refused | _LeftOut | _Summary


def _queued(event: _Queued) -> Upload:
    """Return a row with what a report needs of it; what only a worker needs stays untold."""
    return Upload(
        id=event.id,
        batch=0,
        source=_source(event),
        destination=Destination(format=FORMAT, name=event.destination, url="http://untold.invalid/"),
        variables={},
        uuid="",
        added=_UNTOLD,
        state=State.QUEUED,
        forgets=event.forgets_secret,
    )


def _source(event: _Queued) -> Source:
    if event.size is None:
        return NoFile(event.name)
    if is_address(event.source):
        with suppress(SourceError):
            return StoreObject(parse_address(event.source), event.name, event.size, "", _UNTOLD)
    return LocalFile(Path(event.source), event.name, Fingerprint(event.size, 0, 0))


def _finished(upload: Upload, event: _Finished) -> Upload:
    if event.state not in ENDED:
        raise ValueError(event.state)
    receipt = None
    if event.seconds is not None:
        receipt = Receipt(_NO_REPLY, event.link, event.bytes, event.seconds, None, event.notes)
    return replace(
        upload,
        state=event.state,
        sent=event.bytes,
        attempts=event.attempts,
        receipt=receipt,
        problem=event.error.problem if event.error else None,
    )
