# SPDX-License-Identifier: MIT
"""What a `send` is to send: places, the rows of a list, or standard input; and how that is said in words."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from guiuploader.argument_types import number, path
from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.sources.path_list import PathList
from guiuploader.sources.standard_input import StandardInput
from guiuploader.sources.store_address import Place, StoreAddress
from guiuploader.uploads.finding import Find, in_input, in_list, in_places
from guiuploader.values.errors import ErrorCode, UsageError

_INPUT = Path("-")
_LARGEST = 2**63 - 1  # bytes
_ANY_LENGTH = frozenset({BodyKind.RAW, BodyKind.CHUNKED})


@dataclass(frozen=True, slots=True)
class Goods:
    """What the command line names; `size` is in bytes, of standard input, whose `name` is given, too.

    With `archive` each folder among the places goes as one archive.
    """

    places: Sequence[Place]
    listing: Path | None = None
    name: str | None = None
    size: int | None = None
    archive: bool = False

    @property
    def is_input(self) -> bool:
        """Whether standard input is meant."""
        return self.name is not None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was named, as for a request without a file."""
        return not self.places and self.listing is None and not self.is_input

    def found_for(self, destination: Destination, values: Mapping[str, str]) -> Find:
        """Return what finds the goods; `values` are given for all of them. Raises UsageError."""
        if self.listing is not None:
            return in_list(_listed(self.listing, destination, values))
        if self.name is not None:
            return in_input(self._input(destination))
        if self.archive:
            return in_places((), [place for place in self.places if isinstance(place, Path)])
        return in_places(self.places)

    def stores(self, destination: Destination, values: Mapping[str, str]) -> Iterator[StoreAddress]:
        """Yield what is in stores, to find out how each is reached. Raises UsageError."""
        if self.listing is not None:
            yield from _listed(self.listing, destination, values).addresses()
        yield from (place for place in self.places if isinstance(place, StoreAddress))

    def fitted(self, destination: Destination) -> Destination:
        """Return the destination as these goods are sent to it: a length that was given is told."""
        if self.is_input and self.size is not None and destination.body is BodyKind.CHUNKED:
            return msgspec.structs.replace(destination, body=BodyKind.RAW)
        return destination

    def _input(self, destination: Destination) -> StandardInput:
        if sys.stdin is None or sys.stdin.isatty():
            where = "is closed" if sys.stdin is None else "is a terminal"
            raise _misused(f"Standard input {where}; let another program write into it, as in “tar c . | …”")
        if self.size is None and destination.body not in _ANY_LENGTH:
            raise _misused(
                f"“{destination.name}” must be told the length beforehand; give it with --size BYTES, or set"
                " the destination's body to “raw” or “chunked”"
            )
        return StandardInput(sys.stdin.fileno(), name=self.name or "", size=self.size)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a parser understand what is to be sent, besides `paths`."""
    parser.add_argument(
        "--name", type=_name, metavar="NAME", help="with “-” for PATH: what standard input is called"
    )
    parser.add_argument(
        "--size",
        type=number(0, _LARGEST),
        metavar="BYTES",
        help="with “-”: how many bytes come; no other number is taken for the whole",
    )
    parser.add_argument(
        "--from",
        dest="listing",
        type=path,
        metavar="LIST.csv",
        help="send what this list names, each with the values in its further columns",
    )
    parser.add_argument(
        "--archive", action="store_true", help="send each folder as one zip archive, written while it is sent"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be sent and what not; nothing is sent and nothing written",
    )


def read_arguments(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Goods:
    """Return what a line that `parser` understood means. Raises UsageError."""
    places: Sequence[Place] = given.paths
    is_input = _INPUT in places
    if given.listing is not None and places:
        parser.error("--from names the files; leave out PATH")
    if is_input and len(places) > 1:
        parser.error("“-” is standard input, which goes alone; leave out the other paths")
    if is_input and given.name is None:
        parser.error("standard input needs a name; give it with --name NAME")
    if given.archive and (is_input or not places):
        parser.error("--archive is for folders; name them as PATH")
    if given.archive and any(isinstance(place, StoreAddress) for place in places):
        parser.error("--archive is for folders of this computer; send what is in a store without it")
    if not is_input and (given.name is not None or given.size is not None):
        parser.error("--name and --size are for standard input, which is said by “-”")
    if given.dry_run and given.report:
        parser.error("--dry-run writes nothing; leave out --report")
    goods = Goods(() if is_input else tuple(places), given.listing, given.name, given.size, given.archive)
    is_new = not goods.is_nothing or given.to or given.curl or given.set or given.dry_run
    if given.resume and (is_new or given.no_memory or given.again):
        parser.error(
            "--resume takes what is in the queue; leave out all that adds to it, --dry-run and --no-memory"
        )
    return goods


def _listed(listing: Path, destination: Destination, values: Mapping[str, str]) -> PathList:
    usual = {name: values.get(name, each.default) for name, each in destination.variables.items()}
    return PathList(listing, usual)


def _name(text: str) -> str:
    if not text or "/" in text or not text.isprintable():
        raise argparse.ArgumentTypeError("must be a file's name, without “/” and control characters")
    return text


def _misused(reason: str) -> UsageError:
    return UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader send")
