# SPDX-License-Identifier: MIT
"""What an answer to the question for a file means: whether the server has this very one."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from guiuploader.destinations.lookup_table import Lookup
from guiuploader.transfer.proof import in_hex
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.reply import find
from guiuploader.values.functions import REPLY_FUNCTIONS
from guiuploader.values.template import compile_template

_ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_NO = frozenset({"", "0", "false"})
_NUMBER = re.compile(r"[0-9]{1,18}")


class Finding(Enum):
    """What the server has."""

    ABSENT = auto()
    SAME = auto()
    """A file of the same size and hash, as far as these are asked for."""
    OTHER = auto()
    """A file in the same place that is another one."""
    UNCLEAR = auto()
    """The answer does not tell."""


@dataclass(frozen=True, slots=True)
class Own:
    """The file on this side; `size` is in bytes, None where it is not known, `sha256` gives the hash in hex.

    That may mean to read the whole file, so it is asked for last.
    """

    size: int | None
    sha256: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding and the reply that it comes from; of another file, what of both differs."""

    finding: Finding
    reply: Reply
    own: str = ""
    theirs: str = ""
    is_hash: bool = False
    sha256: str | None = None


def is_answer(reply: Reply) -> bool:
    """Tell whether a reply says yes or no to the question, rather than that it cannot be asked."""
    return reply.status // 100 == 2 or reply.status in _ABSENT  # noqa: PLR2004 - the class of successes


def weigh(lookup: Lookup, reply: Reply, own: Own) -> Answer:
    """Return what an answer means. Raises SourceError and TransferCancelled where the file must be read."""
    if reply.status in _ABSENT:
        return Answer(Finding.ABSENT, reply)
    if lookup.found and find(lookup.found, reply).strip().lower() in _NO:
        # A page of a proxy, or half an answer, holds no sign of the file either.
        return Answer(Finding.ABSENT if _is_readable(lookup.found, reply) else Finding.UNCLEAR, reply)
    answer = _by_size(lookup.size, reply, own.size) if lookup.size else Answer(Finding.SAME, reply)
    return _by_hash(lookup.sha256, reply, own) if answer.finding is Finding.SAME and lookup.sha256 else answer


def _by_size(template: str, reply: Reply, own: int | None) -> Answer:
    told = find(template, reply).strip()
    if own is None or not _NUMBER.fullmatch(told):
        return Answer(Finding.UNCLEAR, reply)
    if int(told) != own:
        return Answer(Finding.OTHER, reply, f"{own} bytes", f"{int(told)} bytes")
    return Answer(Finding.SAME, reply)


def _by_hash(template: str, reply: Reply, own: Own) -> Answer:
    told = in_hex(find(template, reply), "sha256")
    made = None if told is None else own.sha256()
    if told is None or made is None:
        return Answer(Finding.UNCLEAR, reply)
    if told != made:
        return Answer(Finding.OTHER, reply, made, told, is_hash=True)
    return Answer(Finding.SAME, reply, sha256=made)


def _is_readable(template: str, reply: Reply) -> bool:
    """Tell whether an answer is whole, and JSON where that is looked into."""
    if reply.truncated:
        return False
    if not any(call.name == "json" for call in compile_template(template, REPLY_FUNCTIONS).calls()):
        return True
    try:
        json.loads(reply.body)
    except (ValueError, RecursionError):
        return False
    return True
