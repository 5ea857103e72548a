# SPDX-License-Identifier: MIT
"""A file of a gibibyte that is quickly made."""

import hashlib
import os
from pathlib import Path

SIZE = 1024 * 1024 * 1024
_BLOCK = 16 * 1024 * 1024


def sparse(path: Path) -> str:
    """Make the file with something in each of its blocks of 16 MiB, and return its SHA-256."""
    with path.open("wb") as file:
        file.truncate(SIZE)
        for at in range(0, SIZE, _BLOCK):
            file.seek(at)
            file.write(os.urandom(4096))
    return sha256(path)


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
