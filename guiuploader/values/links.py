# SPDX-License-Identifier: MIT
"""Links that let in whoever has them: their query, or a part of it, is a secret."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from guiuploader.values.redact import is_secret_name

_TELLING = 8
"""Characters from which a value is no word that stands elsewhere by chance."""


def query_of(text: str) -> str:
    """Return the query of a whole link, or the text itself where it is no link."""
    return text.partition("?")[2] if text.startswith(("http://", "https://")) else text


def is_secret(query: str) -> bool:
    """Tell whether a query holds what usually is a secret."""
    return any(is_secret_name(name) and value for name, value in _pairs(query))


def opens(text: str) -> bool:
    """Tell whether a text is an address, whole or not, that lets in whoever has it; it may be nonsense."""
    place, _, query = text.partition("?")
    return is_secret(query) or "@" in place.partition("//")[2].partition("/")[0]


def spellings(secret: str) -> Iterator[str]:
    """Yield a secret, and what of a link a server may repeat alone: its query, its signature."""
    yield secret
    query = query_of(secret)
    if "=" in query and is_secret(query):
        yield query
        for name, value in _pairs(query):
            if is_secret_name(name) and len(value) >= _TELLING:
                yield value


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
