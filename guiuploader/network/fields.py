# SPDX-License-Identifier: MIT
"""The header fields of an answer: the usual lines read quickly, all others by the standard library."""

import http.client
import re
from email.parser import Parser
from email.policy import Compat32
from typing import Protocol

_LONGEST_LINE = 64 * 1024  # bytes; http.client's own limits, these two
_MOST_LINES = 100
_USUAL = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n]*)\r?\n")


class _Lines(Protocol):
    """What a head is read from, line by line."""

    def readline(self, limit: int, /) -> bytes:
        """Return the next line, at most `limit` bytes of it."""


class _AsRead(Compat32):
    """Gives a value out as it was read: read as Latin-1 it holds nothing that would have to be repaired."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        return value


_AS_READ = _AsRead()


def read_fields(stream: _Lines) -> http.client.HTTPMessage:
    """Read up to the empty line, or the end. Raises HTTPException for too much of it.

    The parser that http.client uses is made for mail and costs a small file as much as its sending.
    """
    message = http.client.HTTPMessage(_AS_READ)
    lines: list[str] = []
    is_usual = True
    while line := stream.readline(_LONGEST_LINE + 1).decode("latin-1"):
        if len(line) > _LONGEST_LINE:
            raise http.client.LineTooLong("header line")
        lines.append(line)
        if line in {"\r\n", "\n"}:
            break
        if len(lines) > _MOST_LINES:
            raise http.client.HTTPException(f"got more than {_MOST_LINES} headers")
        field = _USUAL.fullmatch(line)
        if field:
            message.set_raw(*field.groups())
        is_usual = is_usual and field is not None
    return message if is_usual else _unusual("".join(lines))


def _unusual(text: str) -> http.client.HTTPMessage:
    """Return fields among which there are folded or broken ones."""
    parser: Parser[http.client.HTTPMessage] = Parser(_class=http.client.HTTPMessage)
    return parser.parsestr(text)
