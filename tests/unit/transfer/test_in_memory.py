# SPDX-License-Identifier: MIT
"""What stands in memory counts what of it is a file's, and asks before the first file is whole."""

import pytest

from guiuploader.transfer.control import Control
from guiuploader.transfer.in_memory import InMemory
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.throttle import Limit
from guiuploader.values.errors import TransferCancelled
from tests.unit.transfer.stage import Heard


class Noted(Meter):
    """Keeps what it is told, at once."""

    def __init__(self) -> None:
        super().__init__(Heard())
        self.notes: list[tuple[int, bool]] = []

    def given(self, position: int, *, complete: bool = False) -> None:
        self.notes.append((position, complete))


def notes(size: int, *files: tuple[range, int]) -> list[tuple[int, bool]]:
    """Return what the meter is told while ten bytes go out, so many at a time."""
    meter = Noted()
    body = InMemory(b"0123456789", Control(), meter, files=files)
    assert b"".join(iter(lambda: body.read(size), b"")) == b"0123456789"
    return meter.notes


def test_bytes_around_a_file_are_not_counted() -> None:
    assert notes(2, (range(3, 7), 4)) == [(0, False), (1, False), (3, False), (4, True), (4, True)]


def test_of_several_files_the_first_one_s_end_decides_and_all_count() -> None:
    found = notes(1, (range(1, 3), 2), (range(5, 5), 0), (range(6, 9), 3))
    assert [position for position, _ in found] == [0, 1, 2, 2, 2, 2, 3, 4, 5, 5]
    assert [complete for _, complete in found] == [False] * 2 + [True] * 8


def test_a_file_that_is_none_of_the_uploads_decides_too_and_does_not_count() -> None:
    found = notes(1, (range(1, 3), 0), (range(6, 9), 3))
    assert [position for position, _ in found] == [0] * 6 + [1, 2, 3, 3]
    assert found[2] == (0, True)


def test_a_file_in_a_longer_writing_counts_its_own_bytes() -> None:
    assert [position for position, _ in notes(1, (range(1, 9), 6))] == [0, 0, 1, 2, 3, 3, 4, 5, 6, 6]


def test_without_a_file_the_end_of_all_decides() -> None:
    assert notes(4) == [(0, False), (0, False), (0, True)]


@pytest.mark.parametrize("where", ["held", "stopped"])
def test_a_stop_comes_before_the_next_byte(where: str) -> None:
    control, meter = Control((Limit(20),)), Noted()
    body = InMemory(b"0123456789", control, meter)
    assert body.read(5) == b"01", "the limit's piece"
    if where == "held":
        control.hold()
    control.cancel()
    with pytest.raises(TransferCancelled):
        body.read(5)
    assert len(meter.notes) == 1
