# SPDX-License-Identifier: MIT
"""The operations of a document that take a file, and in which of their bodies."""

from dataclasses import dataclass
from enum import StrEnum

from guiuploader.destinations.openapi_document import Document, Node
from guiuploader.destinations.openapi_json import json_files
from guiuploader.destinations.openapi_schema import FileKind, Schema, file_kind, flattened
from guiuploader.values.redact import printable

_METHODS = ("post", "put", "patch", "get", "delete", "options", "head", "trace")
# Contents that a schema describes; of these the file is only where the schema says so.
_DESCRIBED = ("json", "xml", "x-www-form-urlencoded", "yaml")


class Way(StrEnum):
    """How an operation takes the file; the first of them that there is counts."""

    FORM = "form"
    BYTES = "bytes"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One that takes a file: where it stands, and the body that it takes the file in.

    `files` are the fields that hold one, `others` the further types of content that would do.
    """

    method: str
    path: str
    name: str
    summary: str
    way: Way
    media: str
    files: tuple[str, ...]
    others: tuple[str, ...]
    at: Node
    item: Node
    content: Node
    schema: Schema

    @property
    def place(self) -> str:
        """Method and path, which no two have the same."""
        return f"{self.method} {self.path}"


def operations(document: Document) -> tuple[Operation, ...]:
    """Return those that take a file, in the order of the document. Raises RuleBroken."""
    found = []
    for path, each in document.members(document.get(document.root, "paths")):
        item = document.resolved(each)
        for method in _METHODS:
            at = document.get(item, method)
            if isinstance(at.value, dict):
                found += _operation(document, method, path, item, at)
    return tuple(found)


def _operation(document: Document, method: str, path: str, item: Node, at: Node) -> list[Operation]:
    ways: dict[Way, list[tuple[str, Node, Schema, tuple[str, ...]]]] = {way: [] for way in Way}
    for media, node in document.members(document.get(at, "requestBody", "content")):
        content = document.resolved(node)
        schema = flattened(document, document.get(content, "schema"))
        plain = media.partition(";")[0].strip().lower()
        if plain == "multipart/form-data":
            files = form_files(document, schema)
            if files:
                ways[Way.FORM].append((plain, content, schema, files))
        elif plain.endswith("json"):
            files = json_files(document, schema)
            if len(files) == 1:
                ways[Way.JSON].append((plain, content, schema, files))
        elif _is_bytes(document, plain, schema):
            ways[Way.BYTES].append((plain, content, schema, ()))
    way = next((way for way in Way if ways[way]), None)
    if way is None:
        return []
    media, content, schema, files = ways[way][0]
    return [
        Operation(
            method=method.upper(),
            path=path,
            name=printable(document.text(at, "operationId")),
            summary=printable(" ".join(_summary(document, at).split())),
            way=way,
            media=media,
            files=files,
            others=tuple(other for each in Way for other, *_ in ways[each] if other != media),
            at=at,
            item=item,
            content=content,
            schema=schema,
        )
    ]


def form_files(document: Document, schema: Schema) -> tuple[str, ...]:
    """Return the fields of a form that take a file, or several. Raises RuleBroken."""
    return tuple(
        name
        for name, node in schema.properties.items()
        if form_file(document, flattened(document, node)) is not FileKind.NONE
    )


def form_file(document: Document, schema: Schema) -> FileKind:
    """Return how a field takes a file, or how each entry of its list does."""
    if schema.is_read_only:
        return FileKind.NONE
    if schema.items is not None:
        return file_kind(document, flattened(document, schema.items), is_form=True)
    return file_kind(document, schema, is_form=True)


def _is_bytes(document: Document, media: str, schema: Schema) -> bool:
    if media.startswith("multipart/"):
        return False
    if file_kind(document, schema) is FileKind.BYTES:
        return True
    is_described = media.startswith("text/") or media == "*/*" or media.endswith(_DESCRIBED)
    return not is_described and not schema.is_table and not schema.is_list and "enum" not in schema.facts


def _summary(document: Document, at: Node) -> str:
    said = document.text(at, "summary") or document.text(at, "description")
    return said.strip().partition("\n")[0][:120]
