# SPDX-License-Identifier: MIT
"""The table [lookup] of a destination: how its server is asked for a file."""

from typing import Literal

import msgspec


class Lookup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question that asks whether the server has this very file; without a `url` it is not asked.

    `url` is a template as the destination's own, the others are such of the answer. `found` must come out as
    something else than “0” or “false” where the server has such a file; “” leaves that to the status.
    `size`, in bytes, and `sha256` must agree. `wait` is how many seconds a server may take to show what it
    just got.
    """

    url: str = ""
    method: Literal["HEAD", "GET"] = "HEAD"
    found: str = ""
    size: str = ""
    sha256: str = ""
    wait: float = 10.0
