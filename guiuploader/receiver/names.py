# SPDX-License-Identifier: MIT
"""Turn the name that a client sent into one that is safe in any folder on any system.

The rules are the same everywhere, Windows' included: a folder can be moved, and a test means the same on each
system. A safe name stays as it is when made safe again; serving relies on that.
"""

import re
import unicodedata
from pathlib import PurePosixPath

FALLBACK = "upload.bin"
_LONGEST_NAME = 200  # bytes; leaves room below the usual 255 for what a temporary name adds
_LONGEST_SUFFIX = 20  # bytes; a longer one is no suffix but a name with a dot in it
_FORBIDDEN_SYMBOLS = frozenset('<>:"|?*')  # on Windows ":" even opens another stream of the file
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, surrogates, line and paragraph ends
_DEVICES = frozenset(  # names that Windows reserves, with any suffix
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {port + digit for port in ("COM", "LPT") for digit in "0123456789¹²³"}
)


def decode_name(sent: bytes) -> str:
    """Return the text of a name that came as bytes: UTF-8, or Latin-1 where it is not."""
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def safe_name(sent: str) -> str:
    """Return the last component of `sent`, at most 200 bytes, free of what a file system stumbles over."""
    base = re.split(r"[/\\]", sent)[-1]
    clean = "".join("_" if _is_forbidden(character) else character for character in base)
    visible = clean.lstrip(".")
    name = ("_" * (len(clean) - len(visible)) + visible).rstrip(". ")
    if not name:
        return FALLBACK
    if name.split(".")[0].rstrip(" ").upper() in _DEVICES:
        name = "_" + name
    return _fitted(*_split(name))


def numbered(name: str, number: int) -> str:
    """Return a safe name's `number`-th variant: the name itself, then `name (2).ext` and so on."""
    if number == 1:
        return name
    stem, suffix = _split(name)
    return _fitted(stem, f" ({number}){suffix}")


def _is_forbidden(character: str) -> bool:
    return character in _FORBIDDEN_SYMBOLS or unicodedata.category(character) in _FORBIDDEN_CATEGORIES


def _split(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    if not suffix or len(suffix.encode()) > _LONGEST_SUFFIX:
        return name, ""
    return name.removesuffix(suffix), suffix


def _fitted(stem: str, tail: str) -> str:
    room = _LONGEST_NAME - len(tail.encode())
    raw = stem.encode()
    if len(raw) <= room:
        return stem + tail
    return raw[:room].decode(errors="ignore").rstrip(". ") + tail
