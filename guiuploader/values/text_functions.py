# SPDX-License-Identifier: MIT
"""Functions of a template that need nothing but their parameters: the same in a request and in a reply."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from guiuploader.values import patterns
from guiuploader.values.template import Function, TemplateError

Scope = TypeVar("Scope")

MANY = 200
"""Parameters that a function takes which is not choosy."""

_MOST_CHARACTERS = 1000


def _base64(_: object, parameters: Sequence[str]) -> str:
    try:
        return base64.b64encode(parameters[0].encode()).decode()
    except UnicodeEncodeError as error:
        raise TemplateError("“{base64}” was given bytes that are no text") from error


def _rfc8187(_: object, parameters: Sequence[str]) -> str:
    """Return a text as headers write what is not ASCII (RFC 8187, section 3.2)."""
    try:
        return f"UTF-8''{quote(parameters[0], safe='!#$&+-.^_`|~')}"
    except UnicodeEncodeError as error:
        raise TemplateError("“{rfc8187}” was given bytes that are no text") from error


def _characters(_: object, parameters: Sequence[str]) -> str:
    """Return so many characters, each one of those in the first parameter."""
    alphabet, count = parameters
    if not alphabet:
        raise TemplateError("“{characters}” was given none to choose from")
    if not (count.isascii() and count.isdigit() and len(count) <= len(str(_MOST_CHARACTERS))):
        raise TemplateError(f"“{count[:40]}” is no number of characters")
    return "".join(secrets.choice(alphabet) for _ in range(min(int(count), _MOST_CHARACTERS)))


def text_functions() -> Mapping[str, Function[Scope]]:
    """Return the functions, for whatever scope."""
    return {
        "base64": Function(_base64, least=1, most=1),
        "rfc8187": Function(_rfc8187, least=1, most=1),
        "random": Function(lambda _, parameters: secrets.choice(parameters), least=2, most=MANY),
        "characters": Function(_characters, least=2, most=2),
    }


def path_number(count: int) -> int:
    """Return the place of the path among so many parameters: the last."""
    return count - 1


def pattern_number(count: int) -> int:
    """Return the place of the pattern among so many parameters: before its group, after its text."""
    return 0 if count < 3 else 1  # noqa: PLR2004 - the text goes before pattern and group


def pattern_of(parameters: Sequence[str], text: str) -> str:
    """Return what `{regex:pattern|group}` finds in a text, or `{regex:text|pattern|group}` in its own."""
    if len(parameters) > 2:  # noqa: PLR2004 - the text goes before pattern and group
        return patterns.first_match(*parameters)
    return patterns.first_match(text, *parameters)


def xml_of(parameters: Sequence[str], text: str) -> str:
    """Return what `{xml:path}` finds in a text, or `{xml:text|path}` in its own."""
    # A heavy module that few destinations need.
    from guiuploader.values import xml_paths  # noqa: PLC0415

    return xml_paths.first_text(parameters[0] if len(parameters) > 1 else text, parameters[-1])


def check_xpath(path: str) -> None:
    """Raise TemplateError for what is no XPath."""
    # The same heavy module.
    from guiuploader.values import xml_paths  # noqa: PLC0415

    xml_paths.check(path)
