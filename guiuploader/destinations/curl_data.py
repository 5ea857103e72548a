# SPDX-License-Identifier: MIT
"""What `-d` and its kin say of a body: texts, and files among them, joined in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from guiuploader.destinations.curl_options import Given, Options
from guiuploader.destinations.rule_broken import RuleBroken

OPTIONS = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
INPUT = "-"
"""What stands for standard input among file names."""

LARGEST_TEXT = 1_000_000
"""Bytes of a file that becomes part of a destination's text."""

Read = Callable[[Path], bytes]
"""Gives a file's bytes, up to one more than LARGEST_TEXT."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that stands for itself, or a `file`, and how it is written: “none”, “unbroken” or “form”."""

    text: str
    file: str | None = None
    way: str = "none"


def pieces(options: Options) -> list[Piece]:
    """Return the pieces of a body, what joins them included. Raises RuleBroken."""
    found: list[Piece] = []
    for each in options.all(*OPTIONS):
        if found and each.name != "json":
            found.append(Piece("&"))
        found += _pieces(each)
    return found


def whole_text(parts: list[Piece], read: Read) -> str:
    """Return pieces as one text, their files read. Raises RuleBroken."""
    return "".join(part.text if part.file is None else _read(part, read) for part in parts)


def text_of(path: str, option: str, read: Read) -> str:
    """Return a file's text. Raises RuleBroken for one that is none, is too long or cannot be read."""
    if path == INPUT:
        raise RuleBroken(option, "would read standard input; name a file in its place")
    try:
        data = read(Path(path))
        if len(data) > LARGEST_TEXT:
            raise RuleBroken(option, f"“{path}” has more than {LARGEST_TEXT} bytes, too many for a text")
        return data.decode()
    except OSError as error:
        raise RuleBroken(option, f"“{path}” cannot be read: {error.strerror or 'unknown error'}") from error
    except UnicodeDecodeError as error:
        raise RuleBroken(option, f"“{path}” is no text in UTF-8") from error
    except ValueError as error:
        if isinstance(error, RuleBroken):
            raise
        raise RuleBroken(option, "names a file that no file can be") from error


def _pieces(given: Given) -> Iterator[Piece]:
    value = given.value
    if given.name == "data-urlencode":
        yield from _encoded(value)
    elif value.startswith("@") and given.name != "data-raw":
        as_it_is = given.name in {"data-binary", "json"}
        yield Piece("", value[1:], "none" if as_it_is else "unbroken")
    else:
        yield Piece(value)


def _encoded(value: str) -> Iterator[Piece]:
    """Yield what `--data-urlencode` means: `name=content`, `name@file`, or either without a name."""
    sign = "=" if "=" in value else "@" if "@" in value else ""
    name, _, content = value.partition(sign) if sign else ("", "", value)
    if name:
        yield Piece(f"{name}=")
    yield Piece("", content, "form") if sign == "@" else Piece(quote_plus(content))


def _read(part: Piece, read: Read) -> str:
    text = text_of(part.file or "", "--data", read)
    if part.way == "form":
        return quote_plus(text)
    return "".join(text.split("\r")).replace("\n", "").replace("\0", "") if part.way == "unbroken" else text
