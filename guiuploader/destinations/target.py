# SPDX-License-Identifier: MIT
"""Where files go, and as what: by this it is known whether a file was sent to the same place before.

A destination is still the same place when only the way there was edited: its limits, retries, network, what
is read out of the reply, labels. Another name has other secrets, which may open another account.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from guiuploader.destinations.destination import Destination
from guiuploader.values.json_text import to_json

_WAY = frozenset({"format", "name", "variables", "secrets", "reply", "lookup", "limits", "retry", "network"})
_RELPATH = "{relpath"


@dataclass(frozen=True, slots=True)
class Target:
    """A place; `mark` is equal for equal ones. With `by_relpath` files stand there by their paths."""

    mark: bytes
    by_relpath: bool


def target_of(destination: Destination, variables: Mapping[str, str]) -> Target:
    """Return where files of this destination go with these values; its defaults fill what is not given."""
    tables: dict[str, object] = msgspec.to_builtins(destination)
    asked = {name: table for name, table in tables.items() if name not in _WAY}
    values = {name: variables.get(name, each.default) for name, each in destination.variables.items()}
    text = to_json([destination.name.casefold(), asked, values])
    return Target(hashlib.blake2b(text.encode(), digest_size=16).digest(), _RELPATH in text)
