# SPDX-License-Identifier: MIT
"""Read and write a destination as TOML."""

import tomllib

import msgspec
import tomli_w

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import check
from guiuploader.destinations.shape import check_shape
from guiuploader.destinations.toml_lines import line_of
from guiuploader.values.errors import DestinationError, ErrorCode


def parse(text: str, *, called: str) -> Destination:
    """Return the destination in a TOML text; `called` is its file's name, for messages.

    Raises DestinationError(DESTINATION_INVALID) with the key and what is allowed there.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error).replace("Cannot overwrite a value", "A key stands there twice")
        raise _invalid(called, "the file", f"is not TOML: {reason[:1].lower()}{reason[1:]}") from error
    except (ValueError, RecursionError) as error:  # a number or a nesting that Python cannot hold
        raise _invalid(called, "the file", "holds a number or a nesting beyond all measure") from error
    try:
        check_shape(table)
        destination = msgspec.convert(table, Destination)
        check(destination)
    except RuleBroken as error:
        line = line_of(text, error.key)
        reason = error.reason if line is None else f"{error.reason} (line {line})"
        raise _invalid(called, error.key, reason) from error
    return destination


def checked(destination: Destination) -> Destination:
    """Return the destination when it keeps all rules. Raises DestinationError(DESTINATION_INVALID)."""
    try:
        check(destination)
    except RuleBroken as error:
        raise _invalid(destination.name, error.key, error.reason) from error
    return destination


def render(destination: Destination) -> str:
    """Return the destination as TOML; keys that have their default are left out."""
    table: dict[str, object] = msgspec.to_builtins(destination)
    return tomli_w.dumps(table, multiline_strings=False)


def _invalid(called: str, key: str, reason: str) -> DestinationError:
    return DestinationError(ErrorCode.DESTINATION_INVALID, destination=called, key=key, reason=reason)
