# SPDX-License-Identifier: MIT
"""Which server an address belongs to, in one spelling."""

from urllib.parse import urlsplit


def origin_of(url: str) -> str:
    """Return an address's scheme, host and port. Raises ValueError when it is none."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}"
