# SPDX-License-Identifier: MIT
"""The keys of a destination that are one text, number or choice each: to the editor's fields and back."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from guiuploader.destinations.destination import Destination
from guiuploader.window.wording import translate

Plain = Mapping[str, str | bool]
"""What stands in the fields, by key: a text, or whether a box is checked."""

SIGV4_KEYS = ("auth.access_key", "auth.secret_key", "auth.session_token", "auth.region", "auth.service")
REPLY_KEYS = ("reply.link", "reply.error", "reply.success", "reply.hash", "reply.sha256")
LIMIT_KEYS = ("limits.parallel", "limits.starts_per_minute", "limits.bytes_per_second")
RETRY_KEYS = ("retry.attempts", "retry.repeats_are_safe", "retry.idempotency_key_header")
NETWORK_KEYS = (
    *("network.proxy", "network.proxy_username", "network.proxy_password"),
    *("network.verify", "network.ca_file"),
    *("network.client_certificate", "network.client_key", "network.client_key_password"),
    *("network.connect_timeout", "network.stall_timeout", "network.reply_timeout"),
    *("network.give_up_after", "network.expect_continue"),
)
PLAIN_KEYS = (*SIGV4_KEYS, *REPLY_KEYS, *LIMIT_KEYS, *RETRY_KEYS, *NETWORK_KEYS)

_SIGV4_USUAL = {"auth.access_key": "{secret:access-key}", "auth.secret_key": "{secret:secret-key}"}


def plain_of(destination: Destination) -> Plain:
    """Return what the fields show; a sign-in that is not yet signed by keys refers to secrets."""
    shown = {key: _shown(_value(destination, key)) for key in PLAIN_KEYS}
    return shown if destination.auth.kind == "aws-sigv4" else shown | _SIGV4_USUAL


def with_plain(destination: Destination, plain: Plain) -> Destination:
    """Return the destination with what stands in the fields; what is no number there stays as it was."""
    for key, text in _changed(destination, plain):
        value = _parsed(text, _value(destination, key))
        if value is not None:
            table, _, name = key.partition(".")
            changed = msgspec.structs.replace(getattr(destination, table), **{name: value})
            destination = msgspec.structs.replace(destination, **{table: changed})
    return destination


def mistake_in(destination: Destination, plain: Plain) -> tuple[str, str] | None:
    """Return the first field that holds no number, and why it must, or None."""
    for key, text in _changed(destination, plain):
        before = _value(destination, key)
        if _parsed(text, before) is None:
            if isinstance(before, float):
                return key, translate("destination_draft", "must be a number of seconds")
            return key, translate("destination_draft", "must be a whole number")
    return None


def _changed(destination: Destination, plain: Plain) -> Iterator[tuple[str, str | bool]]:
    """Yield the fields that say something else than the destination does, in which they mean something."""
    is_signed = destination.auth.kind == "aws-sigv4"
    for key, text in plain.items():
        if (is_signed or key not in SIGV4_KEYS) and text != _shown(_value(destination, key)):
            yield key, text


def _value(destination: Destination, key: str) -> Any:  # noqa: ANN401 - a key's own type, told apart below
    table, _, name = key.partition(".")
    return getattr(getattr(destination, table), name)


def _shown(value: object) -> str | bool:
    if isinstance(value, str | bool):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)


def _parsed(text: str | bool, before: object) -> str | float | None:  # noqa: FBT001 - a box's own value
    """Return a field's value in the type that its key has, None for what is none."""
    if isinstance(text, bool) or isinstance(before, str):
        return text if isinstance(text, bool) else text.strip()
    try:
        return float(text) if isinstance(before, float) else int(text)
    except ValueError:
        return None
