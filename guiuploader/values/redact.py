# SPDX-License-Identifier: MIT
"""Blank what looks like a secret before a text reaches a log, an error, a preview or a file."""

import functools
import re
import unicodedata
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from guiuploader.values.disguises import pattern

MASK = "***"
"""What stands in place of a secret; plain ASCII, so that it passes through a URL unchanged."""

# "auth" and "authorization", but neither "author" nor "authority".
_SECRET_NAME = re.compile(
    r"auth(?!or(?!i[sz]))|cookie|credential|(api|access|private|secret|subscription)[-_]?key|^key$"
    r"|^pass$|passw(or)?d|passphrase|pwd|secret|session|signature|^sig$|token|jwt|bearer",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?P<name>[^&;=]*)=(?P<value>[^&;]*)")
_JOINERS = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")


@functools.lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Tell whether a header, field or query parameter of this name usually holds a secret."""
    return _SECRET_NAME.search(name) is not None


def redact_url(url: str) -> str:
    """Return the URL without user part and fragment, the values of secret-looking parameters masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    # Without "//" before it, what looks like a user and a password stands in the path.
    path = parts.path if parts.netloc else parts.path.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, path, redact_pairs(parts.query), ""))


def redact_pairs(query: str) -> str:
    """Return a query with the values of secret-looking parameters masked."""
    return _PAIR.sub(_masked_pair, query)


def _masked_pair(pair: re.Match[str]) -> str:
    return f"{pair['name']}={MASK}" if is_secret_name(unquote_plus(pair["name"])) else pair[0]


def blank(text: str, secrets: frozenset[str]) -> str:
    """Return the text with each of these secrets masked, in whatever form a program wrote it there."""
    found = pattern(secrets) if secrets else None
    return found.sub(MASK, text) if found else text


def printable(text: str) -> str:
    """Return foreign text fit for one line of a terminal: what is invisible or steers becomes a visible sign.

    Blanks of all widths stay, and the joiners that emoji and Persian are written with.
    """
    if text.isprintable():
        return text
    return "".join(char if _is_harmless(char) else "\N{REPLACEMENT CHARACTER}" for char in text)


def _is_harmless(char: str) -> bool:
    return char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"
