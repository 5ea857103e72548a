# SPDX-License-Identifier: MIT
"""The places in a JSON answer: how a template names each (RFC 9535), and which looks most like a link."""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

Step = str | int
"""The name of an object's member, or a number in a list."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEERING = re.compile(r"[{}|\\]")
_LIKELY = ("link", "url", "href", "location", "src", "path")
_UNLIKELY = ("delete", "thumb", "upload", "api", "self", "avatar")


def document_in(body: str) -> object:
    """Return the JSON value in an answer's body, None where it holds none that can have a place in it."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def template_for(steps: Sequence[Step]) -> str:
    """Return the reply template that finds the value in this place."""
    path = "" if steps and isinstance(steps[0], str) and _PLAIN.fullmatch(steps[0]) else "$"
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            path += f".{step}" if path else step
        else:
            path += f"[{_quoted(step)}]"
    return "{json:" + _STEERING.sub(r"\\\g<0>", path) + "}"


def likeness(steps: Sequence[Step], value: object) -> int:
    """Return how much a value looks like the file's link, 0 for not at all."""
    if not isinstance(value, str) or not value or " " in value or not value.isprintable():
        return 0
    name = next((step.lower() for step in reversed(steps) if isinstance(step, str)), "")
    points = 8 if _is_web(value) else 3 if value.startswith("/") else 0
    points += next((6 - place for place, word in enumerate(_LIKELY) if word in name), 0)
    if any(word in name for word in _UNLIKELY):
        points -= 5
    return max(points, 0)


def _is_web(value: str) -> bool:
    try:
        return urlsplit(value).scheme in {"http", "https"}
    except ValueError:
        return False


def _quoted(name: str) -> str:
    """Return a name as a JSONPath string: as JSON writes it, but in single quotes."""
    inner = json.dumps(name)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"
