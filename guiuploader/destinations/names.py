# SPDX-License-Identifier: MIT
"""What names may look like: those of headers, which HTTP rules, and those that people choose here."""

import re
from collections.abc import Iterable

from guiuploader.destinations.rule_broken import RuleBroken

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""RFC 9110, section 5.6.2."""

OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
"""The name of a variable or a secret."""

CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and the surrogates that stand for those bytes of a command line that are no text."""

_REFUSALS = range(400, 500)  # RFC 9110, section 15.5


def check_header_names(table: str, names: Iterable[str]) -> None:
    """Check the names of a table of headers. Raises RuleBroken."""
    seen: set[str] = set()
    for name in names:
        if not TOKEN.fullmatch(name):
            raise RuleBroken(f"{table}.{name}", "is no header name: no blanks, control characters or “:”")
        if name.lower() in seen:
            raise RuleBroken(f"{table}.{name}", "stands there twice; capitals make no difference")
        seen.add(name.lower())


def check_pair_names(table: str, names: Iterable[str]) -> None:
    """Check the names of a query or a form. Raises RuleBroken."""
    for name in names:
        if not name:
            raise RuleBroken(table, "holds a value without a name")
        if CONTROL.search(name):
            raise RuleBroken(f"{table}.{name}", "must not hold control characters in its name")


def check_refusals(key: str, statuses: Iterable[int]) -> None:
    """Check statuses of answers that are no yes. Raises RuleBroken."""
    if not all(status in _REFUSALS for status in statuses):
        raise RuleBroken(key, "must be statuses from 400 to 499")
