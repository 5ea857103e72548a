# SPDX-License-Identifier: MIT
"""ShareX's `%` codes, such as `%y` for the year, as functions of our templates.

They are replaced before anything else is read. So that what they become is not read again, each leaves a mark
of two characters that no text may hold (Unicode's noncharacters) with its number between them.
"""

import re
from collections.abc import Callable, Mapping

from guiuploader.destinations.rule_broken import RuleBroken

MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
"""Where a code stood; its group is the code's number."""

ODD = re.compile("[\ufdd0\ufdd1]")
"""What a text may not hold beforehand."""

_LONGEST = 200  # characters that a repeated or padded code may come to
_DIGITS, _LOWER = "0123456789", "abcdefghijklmnopqrstuvwxyz"
_ALIKE = str.maketrans("", "", "0O1lIo")
_ALL = _DIGITS + _LOWER.upper() + _LOWER

_DATES: Mapping[str, str] = {
    "y": "%Y",
    "yy": "%y",
    "mo": "%m",
    "mon": "%B",
    "mon2": "%B",
    "d": "%d",
    "w": "%A",
    "w2": "%A",
    "wy": "%V",
    "h": "%H",
    "mi": "%M",
    "s": "%S",
    "ms": "%f",
    "pm": "%p",
}
_CHARACTERS: Mapping[str, str] = {
    "rn": _DIGITS,
    "ra": _ALL,
    "rna": _ALL.translate(_ALIKE),
    "rx": "0123456789abcdef",
    "rX": "0123456789ABCDEF",
}
_PLAIN: Mapping[str, str] = {"guid": "{uuid}", "GUID": "{uuid}", "unix": "{unix}", "n": "\n"}
_EMPTY = ("width", "height")
_COUNTERS = ("i", "ia", "iA", "iAa", "iaA", "ib", "iB", "ix", "iX")
_MACHINE: Mapping[str, str] = {"un": "User name", "uln": "Login name", "cn": "Computer name"}
_LEFT_OUT = ("radjective", "ranimal", "remoji")
_SAID: Mapping[str, str] = {
    "ms": "is written with six digits",
    "mon2": "is written in the computer's language",
    "w2": "is written in the computer's language",
    "GUID": "is written in small letters",
}
_CODE = re.compile(
    r"(?P<escape>\\)?%(?P<code>rf|"
    + "|".join(
        sorted(
            [*_DATES, *_CHARACTERS, *_PLAIN, *_EMPTY, *_COUNTERS, *_MACHINE, *_LEFT_OUT],
            key=len,
            reverse=True,
        )
    )
    + r")(?:\{(?P<count>[0-9]{1,4})\})?"
)

Ask = Callable[[str], str]
"""Gives the template of a value that a person is asked for under this label."""


class Codes:
    """The codes that were found so far, as texts of our templates, and what is to be said of them."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._found: list[str] = []
        self.notes: dict[str, None] = {}

    def __getitem__(self, number: int) -> str:
        """Return what the code of this number became."""
        return self._found[number]

    def marked(self, key: str, text: str, *, escapes: bool = True) -> str:
        r"""Return a text with a mark for each code; `\%` is a plain sign where it escapes.

        Raises RuleBroken for a code that would read a file.
        """
        is_twelve = re.search(r"(?<!\\)%pm", text) is not None

        def mark(found: re.Match[str]) -> str:
            if found["escape"] and escapes:
                return found[0][1:]
            self._found.append(self._meaning(key, found["code"], found["count"], is_twelve=is_twelve))
            return f"{found['escape'] or ''}\ufdd0{len(self._found) - 1}\ufdd1"

        return _CODE.sub(mark, text)

    def _meaning(self, key: str, code: str, count: str | None, *, is_twelve: bool) -> str:
        if code == "rf":
            raise RuleBroken(key, "holds “%rf”, which would send a line of a local file; take it out")
        if code in _SAID:
            self.notes[f"%{code} {_SAID[code]}"] = None
        if code in _DATES:
            form = "%I" if code == "h" and is_twelve else _DATES[code]
            return f"{{date:{form}}}" + _rest(count)
        if code in _CHARACTERS:
            return f"{{characters:{_CHARACTERS[code]}|{min(int(count or '1'), _LONGEST)}}}"
        if code in _COUNTERS:
            return "1".rjust(min(int(count or "1"), _LONGEST), "0")
        if code in _MACHINE:
            self.notes[f"%{code} is asked for: it would tell the server who you are"] = None
            return self._ask(_MACHINE[code]) + _rest(count)
        if code in _LEFT_OUT:
            self.notes[f"%{code} is not known here and left out"] = None
        return _PLAIN.get(code, "") + _rest(count)


def _rest(count: str | None) -> str:
    """Return the braces after a code that takes none as the plain text that they are."""
    return "" if count is None else f"\\{{{count}\\}}"
