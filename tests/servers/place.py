# SPDX-License-Identifier: MIT
"""Where a server under test listens and keeps its things."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Place:
    """A port of 127.0.0.1 and a folder; `pem` is the certificate with its key, None for plain HTTP."""

    port: int
    home: Path
    pem: Path | None
