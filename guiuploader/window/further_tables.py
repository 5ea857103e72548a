# SPDX-License-Identifier: MIT
"""What of a destination has no field of its own in the editor: shown and edited as it stands in its file.

A table that is new in the format needs no change here: what nothing else shows, this does.
"""

import tomllib
from typing import cast

import msgspec
import tomli_w

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.shape import check_shape
from guiuploader.window.plain_values import PLAIN_KEYS
from guiuploader.window.wording import translate

Table = dict[str, object]

_SHOWN = frozenset(PLAIN_KEYS) | {
    *("format", "name", "url", "method", "body", "query", "headers", "variables", "secrets"),
    *("auth.kind", "auth.token", "auth.username", "auth.password"),
    *("multipart.file_field", "multipart.fields", "multipart.files_per_request"),
    *("content.text", "content.content_type", "form.fields"),
}


def further_text(destination: Destination) -> str:
    """Return what the editor shows nowhere else, as TOML; "" where there is nothing."""
    _, rest = _parted(cast("Table", msgspec.to_builtins(destination)))
    return tomli_w.dumps(rest, multiline_strings=False)


def with_further(destination: Destination, text: str) -> Destination:
    """Return the destination with this in place of what `further_text` says of it. Raises RuleBroken."""
    if text == further_text(destination):
        return destination
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = str(error)
        raise RuleBroken(
            "further",
            translate("further_tables", "is not TOML: {reason}").format(reason=said[:1].lower() + said[1:]),
        ) from error
    taken, rest = _parted(given)
    if taken:
        raise RuleBroken(
            f"further.{_first_key(taken)}",
            translate("further_tables", "has a field of its own; write it there"),
        )
    whole, _ = _parted(cast("Table", msgspec.to_builtins(destination)))
    for key, value in rest.items():
        before = whole.get(key)
        whole[key] = before | value if isinstance(before, dict) and isinstance(value, dict) else value
    try:
        check_shape(whole)
    except RuleBroken as error:
        raise RuleBroken(f"further.{error.key}", error.reason) from error
    return msgspec.convert(whole, Destination)


def _parted(table: Table) -> tuple[Table, Table]:
    """Return what has fields in the editor, and what has none."""
    shown: Table = {}
    rest: Table = {}
    for key, value in table.items():
        if key in _SHOWN:
            shown[key] = value
        elif isinstance(value, dict) and any(each.startswith(f"{key}.") for each in _SHOWN):
            for name, entry in value.items():
                side = shown if f"{key}.{name}" in _SHOWN else rest
                cast("Table", side.setdefault(key, {}))[name] = entry
        else:
            rest[key] = value
    return shown, rest


def _first_key(table: Table) -> str:
    key, value = next(iter(table.items()))
    inner = next(iter(value), "") if isinstance(value, dict) and key not in _SHOWN else ""
    return f"{key}.{inner}" if inner else key
