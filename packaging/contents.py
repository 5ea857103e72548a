# SPDX-License-Identifier: MIT
"""What fills the frozen program: the list that packaging/README.md shows."""

from collections import Counter

from frozen import LARGEST, size
from place import FROZEN

_MEGABYTE = 1_000_000
_GROUPS = (
    ("Qt: Unicode tables (ICU)", ("PySide6/Qt/lib/libicu",)),
    ("Qt: libraries and plugins", ("PySide6/Qt/",)),
    ("Qt's bindings for Python (PySide6, shiboken6)", ("PySide6/", "shiboken6/")),
    ("cryptography, by which the keychain is spoken to", ("cryptography/", "cryptography-", "_cffi")),
    ("Python itself", ("libpython3", "python3", "base_library.zip")),
    ("libraries of the building system (OpenSSL, SQLite, XCB …)", ("lib",)),
    ("obstore, by which object stores are read", ("obstore/",)),
    ("regex, which runs the patterns of templates", ("regex/",)),
    ("our resources", ("resources/",)),
    ("further packages for Python", ("",)),
)
_PROGRAM = "the program: our code and packages in pure Python, compressed"
_LICENCES = "licences"


def contents() -> str:
    """Return a Markdown table of what the unpacked folder holds, the largest part first."""
    sizes: Counter[str] = Counter()
    for path in FROZEN.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[_group(path.relative_to(FROZEN).as_posix())] += path.stat().st_size
    rows = [f"| {name} | {count / _MEGABYTE:.1f} |" for name, count in sizes.most_common()]
    total = f"| **all**, of {LARGEST // _MEGABYTE} allowed | **{size() / _MEGABYTE:.1f}** |"
    return "\n".join(("| What | MB unpacked |", "| --- | ---: |", *rows, total))


def _group(name: str) -> str:
    inside = name.removeprefix("_internal/")
    if inside == name:
        return _LICENCES if name.startswith("licences/") else _PROGRAM
    return next(group for group, starts in _GROUPS if inside.startswith(starts))
