# SPDX-License-Identifier: MIT
"""Read the XML that stores answer with, as far as any of them goes: flat, and declaring nothing."""

from abc import ABC, abstractmethod
from typing import TypeVar
from xml.parsers import expat

_DEEPEST = 8  # elements in one another, of which stores use four; a path of many costs as much as it is long


class Elements(ABC):
    """Hands the texts of elements, by their path below the outermost, to `found`; `root` names that one."""

    def __init__(self) -> None:
        self.root = ""
        self._path: list[str] = []
        self._text = ""

    def start(self, name: str, _: dict[str, str]) -> None:
        """Enter an element. Raises ValueError where it stands too deep."""
        if len(self._path) == _DEEPEST:
            raise ValueError("elements stand too deep in one another")
        plain = name.rpartition(":")[2]
        self.root = self.root or plain
        self._path.append(plain)
        self._text = ""

    def text(self, text: str) -> None:
        """Collect a text."""
        self._text += text

    def end(self, _: str) -> None:
        """Leave an element."""
        self.found(self._path[1:], self._text)
        self._path.pop()
        self._text = ""

    def doctype(self, *_: object) -> None:
        """Raise ValueError: what is declared could be made to be endless."""
        raise ValueError("an answer declares nothing")

    @abstractmethod
    def found(self, path: list[str], text: str) -> None:
        """Take an element's path and text; the outermost has an empty path."""


_Reader = TypeVar("_Reader", bound=Elements)


def parse(body: bytes | str, reading: _Reader) -> _Reader:
    """Have `reading` see all elements, and return it. Raises ValueError and ExpatError for what is no XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.Parse(body, True)  # noqa: FBT003 - it takes no keyword
    return reading
