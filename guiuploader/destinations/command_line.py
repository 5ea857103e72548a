# SPDX-License-Identifier: MIT
"""Split a pasted command line into words, as a POSIX shell or Windows' cmd would.

Only what quotes and escapes mean is done; nothing is run, looked up or filled in, and what a shell would fill
in is refused: it would be sent as it stands.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from guiuploader.destinations.names import CONTROL
from guiuploader.destinations.rule_broken import RuleBroken

LONGEST = 1_000_000
"""Characters of a command that are looked at."""

_KEY = "the command"
_CURL_OF_WINDOWS = re.compile(r"\s*\S*curl\.exe\b", re.IGNORECASE)
# cmd's own escape, outside of what a POSIX shell would take as a quoted text.
_QUOTED_OR_CARET = re.compile(r"""'[^']*'|(?P<caret>\^(?:"|[ \t]*\r?\n))|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_MORE = "holds a second command, a pipe or a redirection; give one curl command alone"
_ENDS = frozenset(";&|<>()")
_PLAIN_ESCAPES = dict(zip("ntrabeEfv\\'\"?", b"\n\t\r\a\b\x1b\x1b\f\v\\'\"?", strict=True))
_CODED_ESCAPE = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})")
_JOINED = re.compile(r"\\\r?\n")
_JOINED_BY_CARET = re.compile(r"\^[ \t]*\r?\n")
_BLANKS = re.compile(r"[ \t\r]+")
_SLASHES = re.compile(r'(\\*)("?)')
_FILLED_IN = re.compile(r"\$(?:[A-Za-z_0-9({@*#?!$-])")


def split(text: str) -> list[str]:
    """Return the words of one command. Raises RuleBroken, which names line and column."""
    if len(text) > LONGEST:
        raise RuleBroken(_KEY, f"is longer than {LONGEST} characters")
    if CONTROL.search(re.sub(r"[\r\n\t]", "", text)):
        raise RuleBroken(_KEY, "holds control characters, or bytes that are no text")
    text = text.strip()
    return _Windows(text).words() if _is_of_windows(text) else _Posix(text).words()


def _is_of_windows(text: str) -> bool:
    return bool(
        _CURL_OF_WINDOWS.match(text) or any(found["caret"] for found in _QUOTED_OR_CARET.finditer(text))
    )


class _Splitter:
    """Reads one text from its beginning; `at` is an index into it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def refused(self, at: int, reason: str) -> RuleBroken:
        """Return the error for a mistake at this place."""
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return RuleBroken(f"{_KEY}, line {line}, column {column}", reason)


class _Posix(_Splitter):
    """What POSIX says of quoting (Shell Command Language, section 2.2), and `$'…'`."""

    def words(self) -> list[str]:
        """Return the words."""
        found: list[str] = []
        while self._skip_blanks():
            found.append(self._word())
        return found

    def _skip_blanks(self) -> bool:
        """Go to the next word and tell whether there is one."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t\r":
                self.at += 1
            elif (joined := _JOINED.match(self.text, self.at)) is not None:
                self.at = joined.end()
            elif char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char == "\n":
                if self.text[self.at :].strip():
                    raise self.refused(self.at, _MORE)
                return False
            else:
                return True
        return False

    def _word(self) -> str:
        parts: list[str] = []
        if self.text.startswith("~/", self.at):
            parts.append(str(Path.home()))
            self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in " \t\r\n":
            parts.append(self._piece())
        return "".join(parts)

    def _piece(self) -> str:
        char, start = self.text[self.at], self.at
        if char == "'":
            return self._up_to("'", start, start + 1)
        if char == '"':
            return self._double(start)
        if self.text.startswith("$'", start):
            return self._ansi(start)
        if char in _ENDS:
            raise self.refused(start, _MORE)
        self._check_nothing_filled_in(start)
        if char == "\\" and start + 1 < len(self.text):
            joined = _JOINED.match(self.text, start)
            self.at = joined.end() if joined else start + 2
            return "" if joined else self.text[start + 1]
        self.at += 1
        return char

    def _up_to(self, mark: str, start: int, begin: int) -> str:
        end = self.text.find(mark, begin)
        if end < 0:
            raise self.refused(start, f"the quote {mark} that begins here is never closed")
        self.at = end + 1
        return self.text[begin:end]

    def _double(self, start: int) -> str:
        parts: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return "".join(parts)
            self._check_nothing_filled_in(self.at)
            following = self.text[self.at + 1 : self.at + 2]
            if char == "\\" and following and following in '$`"\\\n':
                parts.append("" if following == "\n" else following)
                self.at += 2
                continue
            parts.append(char)
            self.at += 1
        raise self.refused(start, 'the quote " that begins here is never closed')

    def _ansi(self, start: int) -> str:
        """Read `$'…'`, whose escapes may be bytes: together they must be UTF-8."""
        data = bytearray()
        self.at += 2
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == "'":
                return self._decoded(bytes(data), start)
            if char != "\\" or self.at >= len(self.text):
                data += char.encode()
                continue
            char = self.text[self.at]
            if char in _PLAIN_ESCAPES:
                data.append(_PLAIN_ESCAPES[char])
                self.at += 1
            elif (coded := _CODED_ESCAPE.match(self.text, self.at)) is not None:
                data += self._coded(coded)
                self.at = coded.end()
            else:
                data += b"\\"
        raise self.refused(start, "the quote $' that begins here is never closed")

    def _coded(self, coded: re.Match[str]) -> bytes:
        if coded[1] or coded[4]:
            return bytes([int(coded[1], 16) if coded[1] else int(coded[4], 8) & 0xFF])
        number = int(coded[2] or coded[3], 16)
        try:
            return chr(number).encode()
        except (ValueError, OverflowError) as error:  # UnicodeEncodeError is the former
            raise self.refused(coded.start(), "there is no such character") from error

    def _decoded(self, data: bytes, start: int) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise self.refused(start, "the bytes written here are no text") from error

    def _check_nothing_filled_in(self, at: int) -> None:
        if self.text[at] == "`" or _FILLED_IN.match(self.text, at):
            raise self.refused(at, "a shell would fill something in here; write what is meant in its place")


class _Windows(_Splitter):
    r"""First what cmd does with `^`, then what programs do with `"` and `\`."""

    def words(self) -> list[str]:
        """Return the words."""
        return list(_windows_words("".join(self._bare())))

    def _bare(self) -> Iterator[str]:
        """Yield the command without carets; one inside of quotes stands for itself."""
        quoted_since: int | None = None
        while self.at < len(self.text):
            char, at = self.text[self.at], self.at
            self.at += 1
            if char == "^" and quoted_since is None:
                # The line break goes, and the character after it counts as such.
                joined = _JOINED_BY_CARET.match(self.text, at)
                if joined:
                    self.at = joined.end()
                    yield " "
                elif self.at < len(self.text):
                    yield self.text[self.at]
                    self.at += 1
            elif char == "\n" or (char in "&|<>" and quoted_since is None):
                raise self.refused(at, _MORE)
            else:
                if char == '"' and not _is_escaped(self.text, at):
                    quoted_since = at if quoted_since is None else None
                yield char
        if quoted_since is not None:
            raise self.refused(quoted_since, 'the quote " that begins here is never closed')


def _is_escaped(text: str, at: int) -> bool:
    """Tell whether an odd number of backslashes stands before this place."""
    begin = at
    while begin and text[begin - 1] == "\\":
        begin -= 1
    return (at - begin) % 2 == 1


def _windows_words(line: str) -> Iterator[str]:
    r"""Yield the arguments of a line as Microsoft's C runtime reads them: `\"` and, in quotes, `""`."""
    word: list[str] | None = None
    quoted, at = False, 0
    while at < len(line):
        blank = None if quoted else _BLANKS.match(line, at)
        if blank:
            if word is not None:
                yield "".join(word)
            word, at = None, blank.end()
            continue
        word = [] if word is None else word
        slashes = _SLASHES.match(line, at)
        if slashes is None or not slashes[0]:
            word.append(line[at])
            at += 1
            continue
        at = slashes.end()
        if not slashes[2]:
            word.append(slashes[1])
            continue
        word.append("\\" * (len(slashes[1]) // 2))
        if len(slashes[1]) % 2:
            word.append('"')
        elif quoted and line.startswith('"', at):
            word.append('"')
            at += 1
        else:
            quoted = not quoted
    if word is not None:
        yield "".join(word)
