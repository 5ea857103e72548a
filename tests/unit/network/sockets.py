# SPDX-License-Identifier: MIT
"""How many sockets this process holds."""

from contextlib import suppress
from pathlib import Path


def open_sockets() -> int:
    """Return the number of open sockets; none are seen where there is no Linux /proc."""
    names: list[str] = []
    for each in Path("/proc/self/fd").glob("*"):
        with suppress(FileNotFoundError):  # closed meanwhile
            names.append(str(each.readlink()))
    return sum("socket" in name for name in names)
