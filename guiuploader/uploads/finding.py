# SPDX-License-Identifier: MIT
"""The ways in which what is to be sent is found; each is looked up among what was sent before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from guiuploader.destinations.target import Target, target_of
from guiuploader.sources.folder_archive import take_in_archived
from guiuploader.sources.intake import take_in
from guiuploader.sources.path_list import PathList
from guiuploader.sources.source import Source
from guiuploader.sources.standard_input import StandardInput
from guiuploader.sources.store_address import Place
from guiuploader.sources.stores import Stores
from guiuploader.uploads.doubles import Found, Look
from guiuploader.uploads.tasks import Intake, in_parts, walk
from guiuploader.values.errors import Problem

Find: TypeAlias = Callable[[Look, Stores, Callable[[], bool]], Iterator[Intake]]
"""Yields what is found in parts, in order, and is left off when the last says no; objects are asked for."""


def in_places(places: Sequence[Place], archives: Sequence[Path] = ()) -> Find:
    """Find files, objects, and what is in folders of either; each folder in `archives` is one archive."""

    def find(look: Look, stores: Stores, going_on: Callable[[], bool]) -> Iterator[Intake]:
        yield from walk(places, stores, look, going_on)
        if archives:
            found: Iterator[Source | Problem] = take_in_archived(archives, going_on)
            yield from in_parts(found, look.at, look.together)

    return find


def in_input(source: StandardInput) -> Find:
    """Find standard input, which is like nothing that was ever sent."""

    def find(_look: Look, _stores: Stores, _going_on: Callable[[], bool]) -> Iterator[Intake]:
        yield Intake((Found(source),), ())

    return find


def in_list(listed: PathList) -> Find:
    """Find what a list names, each with the values of its row."""
    return partial(_find_in_list, listed)


class _Listed(NamedTuple):
    source: Source
    values: Mapping[str, str]


def _find_in_list(
    listed: PathList, look: Look, stores: Stores, going_on: Callable[[], bool]
) -> Iterator[Intake]:
    return in_parts(_listed(listed, stores, going_on), partial(_looked_up, look), look.together)


def _listed(listed: PathList, stores: Stores, going_on: Callable[[], bool]) -> Iterator[_Listed | Problem]:
    for row in listed.rows():
        if not going_on():
            return
        if isinstance(row, Problem):
            yield row
            continue
        for found in take_in([row.place], stores, going_on):
            yield found if isinstance(found, Problem) else _Listed(found, row.values)


def _looked_up(look: Look, items: Sequence[_Listed]) -> tuple[Found, ...]:
    """Look all of them up at once: those of rows with the same values go to the same target."""
    targets: dict[tuple[str, ...], Target] = {}
    meant = []
    for each in items:
        key = tuple(each.values.values())
        if key not in targets:
            targets[key] = target_of(look.destination, each.values)
        meant.append(targets[key])
    found = look.at([each.source for each in items], meant)
    return tuple(replace(one, variables=each.values) for one, each in zip(found, items, strict=True))
