# SPDX-License-Identifier: MIT
"""Rows of the ledger as values: what is kept of an upload, and what may change in it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.toml_file import parse, render
from guiuploader.sources.source import Source
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.receipt import Receipt
from guiuploader.values.errors import Problem
from guiuploader.values.states import State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A destination as it was when rows were queued for it: its name, and its TOML, which holds no secret.

    Make one for all rows that are added together: the ledger writes equal ones once.
    """

    name: str
    text: str

    @classmethod
    def of(cls, destination: Destination) -> "Snapshot":
        """Return a destination's snapshot."""
        return cls(destination.name, render(destination))

    def restored(self) -> Destination:
        """Return the destination. Raises DestinationError when today's rules forbid what it says."""
        return parse(self.text, called=self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """One upload as the ledger keeps it.

    `run` numbers the program's runs, `batch` what was added together within one. Rows are in order of
    `place`, then `id`. `sent` is in bytes. `retry_at` is when the next attempt is due; `finished` is set by
    the ledger when the state ends. Of a long reply the receipt keeps the beginning. `again` is sent whatever
    the server has.
    """

    id: int
    run: int
    batch: int
    place: float
    source: Source
    destination: Snapshot
    variables: Mapping[str, str]
    uuid: str
    added: dt.datetime
    state: State
    repeats_are_safe: bool = False
    idempotency_key: str = ""
    attempts: int = 0
    may_have_arrived: bool = False
    sent: int = 0
    retry_at: dt.datetime | None = None
    problem: Problem | None = None
    receipt: Receipt | None = None
    finished: dt.datetime | None = None
    checkpoint: Checkpoint | None = None
    again: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one row; what is not named stays as it is.

    A new attempt names `may_have_arrived=False`, before its worker can set the mark.
    """

    id: int
    state: State | UnsetType = UNSET
    place: float | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    destination: Snapshot | UnsetType = UNSET
    repeats_are_safe: bool | UnsetType = UNSET
    idempotency_key: str | UnsetType = UNSET
    attempts: int | UnsetType = UNSET
    may_have_arrived: bool | UnsetType = UNSET
    sent: int | UnsetType = UNSET
    retry_at: dt.datetime | UnsetType | None = UNSET
    problem: Problem | UnsetType | None = UNSET
    receipt: Receipt | UnsetType | None = UNSET
    checkpoint: Checkpoint | UnsetType | None = UNSET
    again: bool | UnsetType = UNSET


Key = tuple[bytes, bytes, str]
"""What equal rows share: the identity of the file, the mark of the target, and the path where that counts."""


@dataclass(frozen=True, slots=True)
class Same:
    """A row of the same file for the same place as one that is asked about.

    `finished` is when it ended, None while it waits; `link` is what the server gave.
    """

    id: int
    run: int
    state: State
    finished: dt.datetime | None = None
    link: str | None = None
