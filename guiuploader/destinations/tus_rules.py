# SPDX-License-Identifier: MIT
"""What a destination must be where uploads can be resumed (tus 1.0)."""

import re

from guiuploader.destinations.destination import BodyKind, Destination
from guiuploader.destinations.rule_broken import RuleBroken

SMALLEST_PART = 64 * 1024
"""Bytes; smaller parts would cost more in answers than they save."""

_KEY = re.compile(r"[!-+\--~]+")  # printable ASCII but for blank and comma
_OWN_KEYS = frozenset({"filename", "filetype"})
_SIGN_INS = frozenset({"none", "basic", "bearer"})


def check_tus(destination: Destination) -> None:
    """Check the table [tus], and what else a body of this kind asks for. Raises RuleBroken."""
    tus = destination.tus
    for name in tus.metadata:
        if name in _OWN_KEYS:
            raise RuleBroken(f"tus.metadata.{name}", f"is written as [tus] {name}")
        if not _KEY.fullmatch(name):
            raise RuleBroken(f"tus.metadata.{name}", "must be named in plain letters, without “,” and blanks")
    if tus.part_size and tus.part_size < SMALLEST_PART:
        raise RuleBroken("tus.part_size", f"must be 0, for all at once, or at least {SMALLEST_PART} bytes")
    if destination.body is not BodyKind.TUS:
        return
    if destination.method != "POST":
        raise RuleBroken("method", 'must be POST with body = "tus"; the parts go by PATCH')
    if destination.auth.kind not in _SIGN_INS:
        raise RuleBroken("auth.kind", 'must be none, basic or bearer with body = "tus"')
    for name in destination.headers:
        if name.lower().startswith(("upload-", "tus-")):
            raise RuleBroken(f"headers.{name}", 'is set by body = "tus"')
