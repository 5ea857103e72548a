# SPDX-License-Identifier: MIT
"""Read YAML from a stranger into plain values: JSON's, with texts as the names of members.

A library cuts the text into events, one after another; they are put together here, where depth and size are
bounded: no tag makes an object, and neither aliases nor merges can multiply what there is.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from guiuploader.destinations.rule_broken import RuleBroken

DEEPEST = 100
"""How deep values may stand in one another."""

_MOST = 2_000_000  # values in a document
_MERGE = "<<"
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# The core schema of YAML 1.2, which OpenAPI asks for: “no” and “on” are texts there.
_WORDS = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,2})?")


class _Mark(Protocol):
    """A place in the text, counted from 0; the library has two kinds of them."""

    line: int
    column: int


@dataclass(slots=True)
class _Open:
    """A list or a table that has not ended yet; `key` is the name that waits for its value."""

    value: list[object] | dict[str, object]
    anchor: str | None
    key: str | None = None
    merged: list[object] = field(default_factory=list)


def read(text: str) -> object:
    """Return what a text says. Raises RuleBroken with line and column where it says nothing."""
    tree = _Tree()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            tree.take(event)
    except yaml.MarkedYAMLError as error:
        raise _broken(error.problem or "cannot be read", error.problem_mark or error.context_mark) from error
    except (yaml.YAMLError, UnicodeError) as error:  # characters that no such text may hold
        raise RuleBroken("the file", "holds characters that neither YAML nor JSON may hold") from error
    return tree.result


class _Tree:
    """Takes events, and has the `result` after the last one."""

    def __init__(self) -> None:
        self.result: object = None
        self._open: list[_Open] = []
        self._anchors: dict[str, object] = {}
        self._count = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event. Raises RuleBroken."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _broken("a second document begins here", event.start_mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                printed = str(event.anchor)[:40]
                raise _broken(f"“*{printed}” names nothing before it", event.start_mark)
            self._place(self._anchors[str(event.anchor)], event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= DEEPEST:
                raise _broken("is nested too deep", event.start_mark)
            empty: list[object] | dict[str, object] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._check_name(event)
            self._open.append(_Open(empty, event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            top.key = event.value
            if event.anchor:
                self._anchors[event.anchor] = event.value
            return
        is_plain = event.implicit[0]  # neither quoted nor tagged
        value = _scalar(event.value) if is_plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = value
        self._place(value, event)

    def _check_name(self, event: yaml.Event) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise _broken("the name of a member is no text", event.start_mark)

    def _end(self, event: yaml.Event) -> None:
        ended = self._open.pop()
        if isinstance(ended.value, dict):
            for table in ended.merged:
                for each in table if isinstance(table, list) else [table]:
                    if not isinstance(each, dict):
                        raise _broken("“<<” takes over what is no table", event.start_mark)
                    self._more(len(each), event)
                    ended.value = {**each, **ended.value}
        if ended.anchor:
            self._anchors[ended.anchor] = ended.value
        self._place(ended.value, event)

    def _place(self, value: object, event: yaml.Event) -> None:
        self._more(1, event)
        if not self._open:
            self.result = value
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            return
        if top.key is None:
            self._check_name(event)
        elif top.key == _MERGE:
            top.merged.append(value)
        else:
            top.value[top.key] = value
        top.key = None

    def _more(self, count: int, event: yaml.Event) -> None:
        self._count += count
        if self._count > _MOST:
            raise _broken("more than anybody could read has come by here", event.start_mark)


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _broken(problem: str, mark: _Mark | None) -> RuleBroken:
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return RuleBroken("the file", f"is not YAML that can be taken: {place}{problem}")
