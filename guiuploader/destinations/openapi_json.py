# SPDX-License-Identifier: MIT
"""A file inside a JSON body: where its base64 stands, and the text around it."""

import json

from guiuploader.destinations.openapi_asked import Asked, Wish
from guiuploader.destinations.openapi_document import Document
from guiuploader.destinations.openapi_schema import FileKind, Schema, file_kind, flattened, text_of
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.template import literal

_DEEPEST = 5
_BARE = frozenset({"integer", "number", "boolean"})


def json_files(document: Document, schema: Schema, *, depth: int = 0) -> tuple[str, ...]:
    """Return the members that must be there and hold a file in base64, as paths with “.”."""
    found: list[str] = []
    for name, node in schema.properties.items():
        each = flattened(document, node)
        if each.is_read_only:
            continue
        if file_kind(document, each) is FileKind.BASE64:
            found.append(name)
        elif each.is_table and name in schema.required and depth < _DEEPEST:
            found += [f"{name}.{inner}" for inner in json_files(document, each, depth=depth + 1)]
    return tuple(found)


def json_text(schema: Schema, asked: Asked, *, before: str = "") -> str:
    """Return the text of a body as a template. Raises RuleBroken for what cannot be asked for."""
    members = []
    for name, node in schema.properties.items():
        each = flattened(asked.document, node)
        value = _value(Wish(name, each, name in schema.required), asked, before)
        if value is not None:
            members.append(f"{literal(json.dumps(name, ensure_ascii=False))}: {value}")
    return "\\{" + ", ".join(members) + "}"


def _value(wish: Wish, asked: Asked, before: str) -> str | None:
    schema = wish.schema
    if file_kind(asked.document, schema) is FileKind.BASE64:
        return None if schema.is_read_only else '"{file:base64}"'
    if schema.is_table or schema.is_list:
        return _inner(wish, asked, before)
    value = asked.value(wish)
    if value is None:
        return None
    is_bare = bool(schema.kinds) and schema.kinds <= _BARE
    return value if is_bare else f'"{_escaped(value)}"'


def _inner(wish: Wish, asked: Asked, before: str) -> str | None:
    """Return a table or a list inside: one that must be there is written out, as far as that goes."""
    place = f"{before}{wish.name}"
    if not wish.is_required or wish.schema.is_read_only:
        if not wish.schema.is_read_only:
            asked.left_out.append(place)
        return None
    if "default" in wish.schema.facts:
        return literal(json.dumps(wish.schema.facts["default"], ensure_ascii=False))
    if wish.schema.is_list and not wish.schema.facts.get("minItems"):
        asked.notes.append(f"{place}: is a list, and is sent empty")
        return "[]"
    if wish.schema.is_list or place.count(".") >= _DEEPEST:
        raise RuleBroken(place, "is a list or a table inside JSON that cannot be asked for")
    return json_text(wish.schema, asked, before=f"{place}.")


def _escaped(value: str) -> str:
    """Return a template whose own letters are fit for a JSON text; those of a variable are made so later."""
    return (
        value
        if value.startswith("{")
        else literal(json.dumps(text_of(_plain(value)), ensure_ascii=False)[1:-1])
    )


def _plain(template: str) -> str:
    return template.replace("\\{", "{").replace("\\\\", "\\")
