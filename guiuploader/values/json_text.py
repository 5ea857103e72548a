# SPDX-License-Identifier: MIT
"""Values as JSON and back, also where a text in them is none: a file's name may hold odd bytes.

msgspec is fast but refuses lone surrogates, which the standard library writes as escapes.
"""

import json
from typing import TypeVar

import msgspec

_Kind = TypeVar("_Kind")


def to_json(value: object) -> str:
    """Return a value as JSON that can be encoded; equal mappings give equal texts."""
    try:
        return msgspec.json.encode(value, order="deterministic").decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=True)


def from_json(text: str, kind: type[_Kind]) -> _Kind:
    """Return the value of this kind in a text. Raises ValueError when it holds none."""
    try:
        try:
            return msgspec.json.decode(text, type=kind)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return msgspec.convert(json.loads(text), kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
