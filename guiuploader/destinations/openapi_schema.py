# SPDX-License-Identifier: MIT
"""What a schema says with its references, `allOf` and alternatives put together, and whether it is a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from guiuploader.destinations.openapi_document import Document, Node

_MOST_SCHEMAS = 1_000  # that are put together into one
_STRUCTURE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "properties", "required", "items"})
_OF_TEXTS = frozenset({"default", "format", "pattern", "minLength", "maxLength"})


class FileKind(Enum):
    """How a file stands in a place."""

    NONE = 0
    BYTES = 1
    BASE64 = 2


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema without references: what it says itself, its members, and what a list of it holds."""

    facts: Mapping[str, object]
    properties: Mapping[str, Node]
    required: frozenset[str]
    items: Node | None

    @property
    def kinds(self) -> frozenset[str]:
        """Return the types that it allows; none for a schema that does not say."""
        said = self.facts.get("type")
        found = said if isinstance(said, list) else [said]
        return frozenset(each for each in found if isinstance(each, str) and each != "null")

    @property
    def is_read_only(self) -> bool:
        """Whether it stands in answers alone."""
        return self.facts.get("readOnly") is True

    @property
    def is_table(self) -> bool:
        """Whether it is an object, with members of its own."""
        return bool(self.properties) or "object" in self.kinds

    @property
    def is_list(self) -> bool:
        """Whether it is an array."""
        return self.items is not None or "array" in self.kinds


def flattened(document: Document, node: Node) -> Schema:
    """Return what a schema and all that it is made of say; the first to say something counts.

    Of alternatives the first that takes a file is taken, else the first. Raises RuleBroken.
    """
    facts: dict[str, object] = {}
    properties: dict[str, Node] = {}
    required: list[object] = []
    items: Node | None = None
    for each in _layers(document, node):
        table = each.value if isinstance(each.value, dict) else {}
        said = table.get("properties")
        for name, member in document.members(each.beside(said)):
            properties.setdefault(name, member)
        if isinstance(table.get("required"), list):
            required += table["required"]
        if isinstance(table.get("items"), dict):
            items = items or each.beside(table["items"])
        for key in table.keys() - _STRUCTURE:
            facts.setdefault(key, table[key])
    names = frozenset(name for name in required if isinstance(name, str))
    return Schema(facts, properties, names, items)


def _layers(document: Document, node: Node) -> Iterator[Node]:
    """Yield the tables that a schema is made of, each but once, the outer ones first."""
    pending, seen = [node], set[int]()
    while pending and len(seen) < _MOST_SCHEMAS:
        document.step()
        each = pending.pop()
        if not isinstance(each.value, dict) or id(each.value) in seen:
            continue
        seen.add(id(each.value))
        yield each
        made_of: list[Node] = []
        if "$ref" in each.value:
            made_of.append(document.referred(each, each.value["$ref"]))
        parts = each.value.get("allOf")
        made_of += [each.beside(part) for part in parts] if isinstance(parts, list) else []
        for key in ("anyOf", "oneOf"):
            made_of += _alternative(document, each, each.value.get(key))
        pending += reversed(made_of)


def file_kind(document: Document, schema: Schema, *, is_form: bool = False) -> FileKind:
    """Return how a schema takes a file; in the forms of 3.1 one without a type does too."""
    facts, kinds = schema.facts, schema.kinds
    is_other = schema.is_table or schema.is_list or "enum" in facts or "const" in facts
    if is_other or (kinds and not kinds & {"string", "file"}):
        return FileKind.NONE
    encoding, media = str(facts.get("contentEncoding", "")).lower(), str(facts.get("contentMediaType", ""))
    if facts.get("format") in ("byte", "base64") or encoding == "base64":
        return FileKind.BASE64
    is_bytes = facts.get("format") == "binary" or "file" in kinds or encoding == "binary"
    is_media = bool(media) and not encoding and not media.endswith("json")
    is_untyped = not kinds and is_form and document.is_new and not facts.keys() & _OF_TEXTS
    return FileKind.BYTES if is_bytes or is_media or is_untyped else FileKind.NONE


def text_of(value: object) -> str:
    """Return a value of the document as it is written into a form."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _alternative(document: Document, node: Node, said: object) -> list[Node]:
    nodes = [node.beside(each) for each in said] if isinstance(said, list) else []
    real = [node for node in nodes if not _is_null(document.resolved(node).value)]
    return [next((node for node in real if _takes_file(document, node)), None) or real[0]] if real else []


def _is_null(value: object) -> bool:
    return isinstance(value, dict) and (value.get("type") == "null" or value.get("enum") == [None])


def _takes_file(document: Document, node: Node) -> bool:
    """Tell whether an alternative is a file, or has one among its members, without looking any deeper."""
    value = document.resolved(node)
    if _is_file(value.value):
        return True
    return any(
        _is_file(document.resolved(member).value)
        for _, member in document.members(document.get(value, "properties"))
    )


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and (value.get("format") == "binary" or "contentMediaType" in value)
