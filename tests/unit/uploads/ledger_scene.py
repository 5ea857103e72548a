# SPDX-License-Identifier: MIT
"""Rows for ledgers under test, and what stands in one."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from guiuploader.sources.local_file import LocalFile
from guiuploader.sources.source import Fingerprint
from guiuploader.transfer.receipt import Receipt, Reply
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.ledger_rows import Change, Row, Snapshot
from guiuploader.values.errors import Problem
from guiuploader.values.notes import Note
from guiuploader.values.states import State

SNAPSHOT = Snapshot("ACME", 'format = 1\nname = "ACME"\nurl = "https://acme.example/"\n')
ADDED = dt.datetime(2026, 11, 22, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
REPLY = Reply(201, "Created", (("Server", "nginx"),), '{"ok": true}', truncated=False)
EVERY_STATE = frozenset(State)


def file(number: int) -> LocalFile:
    """Return a file that is not opened."""
    return LocalFile(Path(f"/data/{number}.bin"), f"data/{number}.bin", Fingerprint(number, 10**18, number))


def row(number: int, *, run: int = 1, state: State = State.QUEUED) -> Row:
    """Return a row as it is queued."""
    return Row(
        id=number,
        run=run,
        batch=1,
        place=float(number),
        source=file(number),
        destination=SNAPSHOT,
        variables={"id": "7"},
        uuid=f"uuid-{number}",
        added=ADDED,
        state=state,
    )


def receipt(number: int, reply: Reply = REPLY) -> Receipt:
    """Return what a finished upload leaves behind."""
    link = f"https://acme.example/{number}"
    return Receipt(reply, link, number, 0.5, "a" * 64, (Note.VERIFIED,), "b" * 32)


def rows_of(ledger: Ledger) -> Mapping[int, Row]:
    """Return all rows of a ledger by id, in the queue's order."""
    return {each.id: each for page in ledger.read.unfinished(also=EVERY_STATE) for each in page}


def never() -> bool:
    """Say that nobody gave up."""
    return False


def ended(
    upload_id: int, state: State, *, sent: int, receipt: Receipt | None = None, problem: Problem | None = None
) -> Change:
    """Return how an attempt ended, as the queue writes it."""
    return Change(id=upload_id, state=state, sent=sent, receipt=receipt, problem=problem, retry_at=None)
