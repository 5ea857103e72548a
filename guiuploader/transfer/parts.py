# SPDX-License-Identifier: MIT
"""The parts of one file: where each begins and ends, and what is told of it."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from guiuploader.transfer.slice import Slice


@dataclass(frozen=True, slots=True)
class Part:
    """`length` bytes from `offset` on, the `number`th of `count`.

    It is None for all of a file of unknown length.
    """

    number: int
    count: int
    offset: int
    length: int | None

    @property
    def is_last(self) -> bool:
        """Whether the file ends with it."""
        return self.number == self.count

    @property
    def place(self) -> Mapping[str, int]:
        """What an error says of it, nothing where it is all of the file."""
        return {"part": self.number, "parts": self.count} if self.count > 1 else {}


def parts_of(size: int | None, part_size: int) -> list[Part]:
    """Return the parts of a file; one, where `part_size` is 0. All sizes are in bytes."""
    if not part_size or not size:
        return [Part(1, 1, 0, size)]
    count = math.ceil(size / part_size)
    return [
        Part(number + 1, count, number * part_size, min(part_size, size - number * part_size))
        for number in range(count)
    ]


class PartFacts(Mapping[str, str]):
    """What templates may say of a part; its hashes are found when one does, as the part is read for them."""

    def __init__(self, part: Part, content: Slice) -> None:
        length = part.length or 0
        self._plain = {
            "number": str(part.number),
            "index": str(part.number - 1),
            "count": str(part.count),
            "offset": str(part.offset),
            "end": str(max(part.offset, part.offset + length - 1)),
            "length": "" if part.length is None else str(length),
            "last": "true" if part.is_last else "false",
        }
        self._hashes: Mapping[str, Callable[[], str]] = {
            name: lambda name=name: content.digest(name).hex()  # type: ignore[misc] # bound at once
            for name in ("md5", "sha256")
        }

    def __getitem__(self, name: str) -> str:
        return self._plain[name] if name in self._plain else self._hashes[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._plain or name in self._hashes

    def __iter__(self) -> Iterator[str]:
        return iter((*self._plain, *self._hashes))

    def __len__(self) -> int:
        return len(self._plain) + len(self._hashes)
