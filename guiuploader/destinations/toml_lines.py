# SPDX-License-Identifier: MIT
"""Find the line of a destination's file in which one of its steps or parts says something."""

import re

_STEP = re.compile(r"(before|after)\[(\d+)\]\.?(.*)")
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")


def line_of(text: str, key: str) -> int | None:
    """Return the number of the line that a key of a step or of the parts stands in, None for other keys.

    Where the key itself is not written, it is the line in which its table begins.
    """
    match = _STEP.fullmatch(key)
    if match is None and not key.startswith("parts"):
        return None
    table, number, rest = (match[1], int(match[2]), match[3]) if match else ("parts", 1, key[len("parts.") :])
    seen, at, current = 0, None, ""
    for line, written in enumerate(text.splitlines(), 1):
        header = _HEADER.match(written)
        if header:
            current = header[1]
            seen += current == table
            if current == table and seen == number:
                at = line
        elif seen == number and (current == table or current.startswith(f"{table}.")):
            inner = f"{current}.".removeprefix(f"{table}.")
            name = written.partition("=")[0].strip().strip("\"'")
            if name and f"{inner}{name}" == rest:
                return line
    return at
