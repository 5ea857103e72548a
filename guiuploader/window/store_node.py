# SPDX-License-Identifier: MIT
"""What the cloud browser's tree is made of: connections, buckets, folders, objects, and a note at the end."""

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum, auto

from guiuploader.sources.store_address import StoreAddress
from guiuploader.sources.store_connection import Named
from guiuploader.sources.store_folders import address_of
from guiuploader.values.errors import Problem, SourceError


class Kind(Enum):
    """What a row stands for."""

    ROOT = auto()
    CONNECTION = auto()
    BUCKET = auto()
    FOLDER = auto()
    OBJECT = auto()
    NOTE = auto()
    """The last row of a place: why nothing follows, or what does."""


class Stage(Enum):
    """How far a place is known."""

    UNKNOWN = auto()
    LOADING = auto()
    MORE = auto()
    """There is another page."""
    STOPPED = auto()
    """It was stopped by the person."""
    FAILED = auto()
    WHOLE = auto()
    UNLISTED = auto()
    """A store whose buckets cannot be listed: they have to be named."""


PLACES = frozenset({Kind.CONNECTION, Kind.BUCKET, Kind.FOLDER})
"""What holds something."""


@dataclass(slots=True, eq=False)
class Node:
    """One row; there may be many thousands. `row` is its number in its parent, whose list only grows.

    `key` is an object's, or what all in a folder begins with. `size` is in bytes. The rest is of use for
    places alone: `wanted` is what names in it have to begin with, `next` asks for its next page, `number` is
    that of the question to the desk.
    """

    kind: Kind
    named: Named | None = None
    bucket: str = ""
    key: str = ""
    size: int = 0
    modified: dt.datetime | None = None
    id: int = 0
    parent: "Node | None" = None
    row: int = 0
    children: list["Node"] = field(default_factory=list)
    stage: Stage = Stage.UNKNOWN
    next: str = ""
    number: int = 0
    problem: Problem | None = None
    wanted: str = ""

    @property
    def name(self) -> str:
        """What it is called where it stands."""
        if self.kind is Kind.CONNECTION and self.named:
            return self.named.name
        if self.kind is Kind.BUCKET:
            return self.bucket
        return self.key.removesuffix("/").rpartition("/")[2]

    @property
    def is_place(self) -> bool:
        """Whether it holds something."""
        return self.kind in PLACES

    @property
    def address(self) -> StoreAddress | None:
        """What it would send, None for what sends nothing."""
        if self.named is None or self.kind not in {Kind.BUCKET, Kind.FOLDER, Kind.OBJECT}:
            return None
        try:
            return address_of(self.named, self.bucket, self.key)
        except SourceError:  # a store that lists what no bucket can be called
            return None

    @property
    def note(self) -> "Node | None":
        """The note at its end."""
        last = self.children[-1] if self.children else None
        return last if last is not None and last.kind is Kind.NOTE else None

    def put(self, child: "Node") -> None:
        """Add a child at the end."""
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
