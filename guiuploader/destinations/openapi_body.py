# SPDX-License-Identifier: MIT
"""The body of an operation: a form with its fields and encodings, the file alone, or JSON around it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from guiuploader.destinations.body_rules import MOST_FILES
from guiuploader.destinations.destination import BodyKind, Content, Multipart, Part, Raw
from guiuploader.destinations.names import TOKEN
from guiuploader.destinations.openapi_asked import Asked, Wish, parameter_schema
from guiuploader.destinations.openapi_document import Node
from guiuploader.destinations.openapi_json import json_text
from guiuploader.destinations.openapi_operations import Operation, Way, form_file
from guiuploader.destinations.openapi_schema import FileKind, Schema, flattened
from guiuploader.values.template import literal

_AS_IT_IS = "{content_type}"


@dataclass(frozen=True, slots=True)
class Body:
    """The kind of body and its table."""

    kind: BodyKind
    multipart: Multipart = field(default_factory=Multipart)
    raw: Raw = field(default_factory=Raw)
    content: Content = field(default_factory=Content)


class _File(NamedTuple):
    """A field that takes a file, and how many at most in one request."""

    part: Part
    is_required: bool
    most: int


def body(operation: Operation, asked: Asked) -> Body:
    """Return what is sent, with what is asked for it noted in `asked`. Raises RuleBroken."""
    if operation.others and operation.way is not Way.BYTES:
        asked.notes.append(f"Content types: {operation.media} is sent; known too: {_few(operation.others)}")
    if operation.way is Way.FORM:
        return Body(BodyKind.MULTIPART, multipart=_form(operation, asked))
    if operation.way is Way.JSON:
        text = json_text(operation.schema, asked)
        return Body(BodyKind.TEMPLATE, content=Content(text=text, content_type=literal(operation.media)))
    return Body(BodyKind.RAW, raw=Raw(content_type=_raw_type(operation)))


def _raw_type(operation: Operation) -> str:
    """Return the one type that is taken, or the file's own where it may be any of several."""
    several = [operation.media, *operation.others]
    return _AS_IT_IS if "*" in operation.media or len(several) > 1 else literal(operation.media)


def _form(operation: Operation, asked: Asked) -> Multipart:
    document, form = asked.document, operation.schema
    encodings = document.get(operation.content, "encoding")
    files: list[_File] = []
    parts: list[Part] = []
    for name, node in form.properties.items():
        schema = flattened(document, node)
        encoding = document.get(encodings, name)
        is_required = name in form.required
        kind = form_file(document, schema)
        if kind is not FileKind.NONE:
            part = _file_part(name, schema, encoding, kind, asked)
            files.append(_File(part, is_required, _most(schema)))
            continue
        value = asked.value(Wish(name, schema, is_required))
        if value is not None:
            said = _one_type(document.text(encoding, "contentType"))
            is_json = schema.is_table and not said
            parts.append(
                Part(
                    name=literal(name),
                    value=value,
                    content_type="application/json" if is_json else literal(said),
                    headers=_headers(encoding, asked),
                )
            )
    return _put_together(files, parts, asked)


def _put_together(files: list[_File], parts: list[Part], asked: Asked) -> Multipart:
    chosen = [each for each in files if each.is_required] or files[:1]
    rest = [each.part.name for each in files if each not in chosen]
    if rest:
        asked.notes.append(f"{_few(rest)}: takes a file too, and is left out")
    if len(chosen) > 1:
        asked.notes.append(
            f"{_few([each.part.name for each in chosen])}: each takes one of the files you add"
        )
        uploads = [each.part for each in chosen]
        return Multipart(part=[*parts, *uploads], files_per_request=len(chosen))
    (file,) = chosen
    names = [part.name for part in parts]
    if len(set(names)) < len(names) or any(part.content_type or part.headers for part in parts):
        return Multipart(part=[*parts, file.part], files_per_request=file.most)
    return Multipart(
        file_field=file.part.name,
        content_type=file.part.content_type or _AS_IT_IS,
        part_headers=file.part.headers,
        fields={_plain(part.name): part.value or "" for part in parts},
        files_per_request=file.most,
    )


def _file_part(name: str, schema: Schema, encoding: Node, kind: FileKind, asked: Asked) -> Part:
    document = asked.document
    inner = flattened(document, schema.items) if schema.items else schema
    media = inner.facts.get("contentMediaType")
    said = document.text(encoding, "contentType") or (media if isinstance(media, str) else "")
    headers = _headers(encoding, asked)
    if kind is FileKind.BASE64 and "content-transfer-encoding" not in map(str.lower, headers):
        headers["Content-Transfer-Encoding"] = "base64"
        asked.notes.append(f"{name}: the file is written in base64 there, as the document has it")
    if schema.items is not None and _most(schema) == 1:
        asked.notes.append(
            f"{name}: takes several files in one request; each is sent in one of its own,"
            " unless [multipart] files_per_request says how many"
        )
    return Part(name=literal(name), upload=True, content_type=literal(_one_type(said)), headers=headers)


def _most(schema: Schema) -> int:
    """Return how many files go in one request: as many as the document says; one where it does not."""
    said = schema.facts.get("maxItems")
    is_count = schema.items is not None and isinstance(said, int) and not isinstance(said, bool)
    return max(1, min(said, MOST_FILES)) if is_count and isinstance(said, int) else 1


def _headers(encoding: Node, asked: Asked) -> dict[str, str]:
    """Return the headers of a part; those that are made from its name and its type are left out."""
    document = asked.document
    found: dict[str, str] = {}
    for name, node in document.members(document.get(encoding, "headers")):
        if name.lower() in {"content-type", "content-disposition", "content-length"} or not TOKEN.fullmatch(
            name
        ):
            continue
        header = document.resolved(node)
        is_required = document.get(header, "required").value is True
        label = document.text(header, "description")
        value = asked.value(Wish(name, parameter_schema(document, header), is_required, label))
        if value is not None:
            found[name] = value
    return found


def _one_type(said: str) -> str:
    """Return a type of content, nothing where several would do."""
    return "" if "," in said or "*" in said else said.strip()


def _plain(template: str) -> str:
    return template.replace("\\{", "{").replace("\\\\", "\\")


def _few(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004 - enough for a line
