# SPDX-License-Identifier: MIT
"""Who waits, in which order, and who goes together."""

from dataclasses import replace

import msgspec
import pytest

from guiuploader.destinations.destination import BodyKind, Destination, Multipart
from guiuploader.uploads.rows import Rows
from guiuploader.uploads.upload import stepped
from guiuploader.uploads.waiting import Waiting
from guiuploader.values.states import State
from tests.unit.uploads.scene import upload

THREE = Destination(format=1, name="A", url="http://a.example/", multipart=Multipart(files_per_request=3))


class Line:
    """Rows by number, all of them waiting."""

    def __init__(self, count: int, destination: Destination = THREE) -> None:
        self.rows = Rows()
        self.waiting = Waiting(self.rows)
        for number in range(count):
            self.rows.put(upload(number, destination=destination))
            self.waiting.append(number)

    def step(self, number: int, state: State) -> None:
        self.rows.put(stepped(self.rows[number], state))

    def pop(self) -> list[int]:
        """Return the ids that go next; they are on their way then."""
        ids = [each.id for each in self.waiting.pop()]
        for number in ids:
            self.step(number, State.UPLOADING)
        return ids

    def all(self) -> list[list[int]]:
        return list(iter(self.pop, []))


@pytest.mark.parametrize(
    ("kind", "groups"),
    [
        (BodyKind.MULTIPART, [[0, 1, 2], [3, 4, 5], [6]]),
        (BodyKind.BUFFERED, [[0, 1, 2], [3, 4, 5], [6]]),
        (BodyKind.RAW, [[number] for number in range(7)]),
        (BodyKind.NONE, [[number] for number in range(7)]),
    ],
)
def test_so_many_go_together_as_the_destination_takes(kind: BodyKind, groups: list[list[int]]) -> None:
    assert Line(7, msgspec.structs.replace(THREE, body=kind)).all() == groups


def test_who_stands_apart_goes_apart() -> None:
    line = Line(6)
    line.rows.put(replace(line.rows[1], variables={"a": "b"}))
    line.rows.put(replace(line.rows[4], destination=msgspec.structs.replace(THREE, method="PUT")))
    assert line.all() == [[0], [1], [2, 3], [4], [5]]


def test_who_waits_no_longer_is_passed_over() -> None:
    line = Line(6)
    line.step(0, State.CANCELLED)
    line.step(2, State.PAUSED)
    line.rows.drop(3)
    assert line.all() == [[1, 4, 5]]


def test_who_comes_back_goes_first() -> None:
    line = Line(5)
    assert line.pop() == [0, 1, 2]
    for number in (2, 0):
        line.step(number, State.QUEUED)
        line.waiting.return_first(number)
    assert line.all() == [[0, 2, 3], [4]]


@pytest.mark.parametrize("between", [State.PAUSED, State.CANCELLED])
def test_who_is_put_in_line_twice_goes_once(between: State) -> None:
    line = Line(3)
    for _ in range(2):
        line.step(0, between)
        line.step(0, State.QUEUED)
        line.waiting.append(0)
    assert line.all() == [[0, 1, 2]]


def test_who_lost_a_place_stands_at_the_end() -> None:
    line = Line(3, msgspec.structs.replace(THREE, multipart=Multipart()))
    line.step(0, State.PAUSED)
    assert line.pop() == [1]
    line.step(0, State.QUEUED)
    line.waiting.append(0)
    assert line.all() == [[2], [0]]


def test_all_are_forgotten_at_once() -> None:
    line = Line(3)
    line.waiting.clear()
    assert line.all() == []
