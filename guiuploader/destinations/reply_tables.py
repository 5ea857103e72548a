# SPDX-License-Identifier: MIT
"""What a destination says of its server's answers."""

from typing import Literal

import msgspec


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to read out of the server's answer; templates.

    `unauthorized` are statuses by which this server refuses a sign-in, besides 401 and 407.
    """

    link: str = ""
    error: str = ""
    success: str = ""
    sha256: str = ""
    unauthorized: list[int] = []
    hash: Literal["sha256", "md5", "none"] = "sha256"
