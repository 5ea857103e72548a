# SPDX-License-Identifier: MIT
"""The contents of files that are sent."""

import hashlib


def content(size: int) -> bytes:
    """Return `size` bytes, always the same ones, of all values."""
    return hashlib.shake_128(str(size).encode()).digest(size)


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
