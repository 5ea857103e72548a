# SPDX-License-Identifier: MIT
"""What goes out around a destination's own request: steps before and after it, and the file in parts."""

import msgspec


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """As the tables of `destination.py`: frozen, no unknown keys, defaults not written."""


class Step(_Table, frozen=True):
    """A request without the file; its reply gives values that later requests say as `{step:NAME.VALUE}`.

    `url` is a path at the destination's server, a whole address there, or begins with what a step gave; it is
    the destination's own where it is empty. `text` or `fields` are its body. `gives` are templates of the
    reply. `accepts` are statuses that are a yes besides those from 200 to 299. The file exists at the server
    once a step that `stores` went out.
    """

    name: str
    method: str = "POST"
    url: str = ""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    text: str = ""
    content_type: str = ""
    fields: dict[str, str | list[str]] = {}
    gives: dict[str, str] = {}
    accepts: list[int] = []
    stores: bool = False


class Parts(_Table, frozen=True):
    """How the file goes: in requests of `size` bytes each, in one where that is 0, to `url`.

    `parallel` of them travel at once. `gives` are templates of each part's reply, which `item` lists for a
    later step, `joint` between two; `renews` takes a step's value from the newest part's reply.
    """

    url: str = ""
    size: int = 0
    parallel: int = 1
    gives: dict[str, str] = {}
    renews: dict[str, str] = {}
    item: str = ""
    joint: str = ""
