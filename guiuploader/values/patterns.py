# SPDX-License-Identifier: MIT
"""Regular expressions as .NET writes them, with a clock: a pattern may be a stranger's.

Python's own `re` has neither `(?<name>…)` nor look-behind of any length, and cannot be stopped.
"""

import functools
import math
import re

import regex

from guiuploader.values.template import TemplateError

SECONDS = 1.0
"""How long one search may take."""

_LONGEST = 2000  # characters
# A pattern is written out before it runs: `((a{1000}){1000}){1000}` would take all memory.
_LONGEST_WRITTEN_OUT = 200_000  # characters, if all of it were repeated by all its numbers
_COUNTS = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_BALANCING = re.compile(r"\(\?[<'](\w*-\w+)[>']")
_GROUP_NUMBER = re.compile(r"[0-9]{1,4}")


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> "regex.Pattern[str]":
    """Compile a pattern once: thousands of replies are searched by the same one.

    Raises TemplateError for one that is none, or that would take too much to write out.
    """
    if len(pattern) > _LONGEST:
        raise TemplateError(f"a pattern may have {_LONGEST} characters at most")
    counts = (max(int(low[:9]), int((high or "0")[:9])) for low, high in _COUNTS.findall(pattern))
    if len(pattern) * math.prod(max(1, count) for count in counts) > _LONGEST_WRITTEN_OUT:
        raise TemplateError(f"“{pattern[:60]}” repeats too much; write smaller numbers between its braces")
    if found := _BALANCING.search(pattern):
        raise TemplateError(f"“{found[0]}” is a balancing group, which is not known here")
    try:
        return regex.compile(_translated(pattern), regex.VERSION1)
    except regex.error as error:
        raise TemplateError(f"“{pattern[:60]}” is not a pattern: {error}") from error
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise TemplateError(f"“{pattern[:60]}” is not a pattern that can be followed") from error


def check(pattern: str) -> None:
    """Raise TemplateError for what is no pattern."""
    compiled(pattern)


def first_match(text: str, pattern: str, group: str = "0") -> str:
    """Return what a pattern, or this group of it, matches first. Raises TemplateError where nothing does.

    A group is a number, counted as .NET does (those with a name come last), or a name.
    """
    found = compiled(pattern)
    wanted = _group(found, group)
    try:
        match = found.search(text, timeout=SECONDS, concurrent=True)
    except TimeoutError as error:
        raise TemplateError(
            f"“{pattern[:60]}” took longer than {SECONDS:g} s and was stopped; write it simpler"
        ) from error
    except MemoryError as error:
        raise TemplateError(f"“{pattern[:60]}” needs too much memory; write it simpler") from error
    if match is None:
        raise TemplateError(f"“{pattern[:60]}” is nowhere in the text")
    return match[wanted] or ""


def _group(found: "regex.Pattern[str]", group: str) -> int:
    named = found.groupindex
    if group in named:
        return named[group]
    if not _GROUP_NUMBER.fullmatch(group) or int(group) > found.groups:
        raise TemplateError(f"the pattern has no group “{group[:40]}”")
    order = [0, *(each for each in range(1, found.groups + 1) if each not in named.values()), *named.values()]
    return order[int(group)]


def _translated(pattern: str) -> str:
    """Return a pattern as the `regex` library writes it: it differs in names, ends and classes."""
    out: list[str] = []
    at, depth = 0, 0  # the depth of classes: `[a-z-[aeiou]]` is one inside another
    while at < len(pattern):
        rest = pattern[at:]
        if depth == 0 and (found := _OUTSIDE.match(rest)):
            out.append(_outside(found))
            at += found.end()
            depth += found[0] in {"[", "[^", "[]", "[^]"}
        elif depth and rest.startswith("-["):
            inner = re.match(r"-\[\^?", rest)
            out.append(f"-{inner[0]}" if inner else "")
            at += inner.end() if inner else 1
            depth += 1
        elif rest[0] == "\\":
            out.append(rest[:2])
            at += 2
        else:
            depth -= bool(depth) and rest[0] == "]"
            out.append(f"\\{rest[0]}" if depth and rest[0] in "[&|~" else rest[0])
            at += 1
    return "".join(out)


_OUTSIDE = re.compile(
    r"\\k[<'{](?P<back>\w+)[>'}]|\(\?'(?P<name>\w+)'|(?P<last>\\Z)|(?P<brace>\{,)|\[\^?\]?|\\."
)


def _outside(found: re.Match[str]) -> str:
    if found["back"]:
        return f"(?P={found['back']})"
    if found["name"]:
        return f"(?P<{found['name']}>"
    if found["last"]:
        return r"(?=\n?\Z)"
    if found["brace"]:
        return r"\{,"
    return found[0].replace("]", "\\]") if found[0].startswith("[") else found[0]
