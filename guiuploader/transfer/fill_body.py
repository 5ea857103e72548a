# SPDX-License-Identifier: MIT
"""Fill what a request's body is made of, besides the files: a form's parts, or a text."""

import base64
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal
from urllib.parse import quote_plus

from guiuploader.destinations.destination import Destination, Part
from guiuploader.sources.content_type import guess
from guiuploader.transfer.filler import Filler, compiled, not_allowed
from guiuploader.values.escapes import ESCAPES, fitting
from guiuploader.values.functions import FILE, PARTS, RequestScope
from guiuploader.values.template import Call, Node, Template

FORM_TYPE = "application/x-www-form-urlencoded"
"""How browsers write a form without files."""

_PLAIN_TEXT = "text/plain; charset=utf-8"
_TRANSFER_ENCODING = "content-transfer-encoding"


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of a form: a `value`, or a file by its number among those of the request.

    `filename` is escaped already. `as_base64` tells that the content travels so.
    """

    name: str
    value: str | None
    file: int | None
    filename: str | None
    content_type: str | None
    headers: tuple[tuple[str, str], ...]

    @property
    def as_base64(self) -> bool:
        """Whether a header of the part promises base64."""
        return any(
            name.lower() == _TRANSFER_ENCODING and value.lower() == "base64" for name, value in self.headers
        )


@dataclass(frozen=True, slots=True)
class TextContent:
    """A text, in whose middle the file may stand; `escape` names how its bytes are written there."""

    before: bytes
    after: bytes
    file: Literal["base64", "text"] | None
    escape: str
    content_type: str


def form_parts(destination: Destination, fillers: Sequence[Filler]) -> Iterator[FormPart]:
    """Yield the form's parts in wire order; there is a filler for each file of the request.

    Files that are always the same have the numbers after those. A lone part that waits for an upload is
    repeated for each file. Raises DestinationError.
    """
    parts = destination.multipart.parts()
    waiting = sum(part.upload for part in parts)
    files = iter(enumerate(fillers))
    extra = len(fillers) if waiting else 0
    for number, part in enumerate(parts):
        key = f"multipart.part[{number + 1}]" if destination.multipart.part else "multipart"
        if part.upload:
            for index, filler in islice(files, None if waiting == 1 else 1):
                yield _file_part(part, filler, key, index)
        elif part.file:
            yield _file_part(part, fillers[0], key, extra)
            extra += 1
        else:
            yield _field(part, fillers[0], key)


def fixed_files(destination: Destination) -> list[Path]:
    """Return the files that every request's form holds, in order."""
    if not destination.is_form:
        return []
    return [Path(part.file).expanduser() for part in destination.multipart.part if part.file]


def text_content(destination: Destination, filler: Filler) -> TextContent:
    """Return the text of `[content]`, cut in two where the file stands. Raises DestinationError."""
    table = destination.content
    content_type = filler.header("content.content_type", table.content_type) or _PLAIN_TEXT
    escape = fitting(content_type) if table.escape == "auto" else table.escape
    written = ESCAPES[escape]

    def fit(value: str, _: str) -> str:
        try:
            return written(value.encode()).decode()
        except ValueError as error:
            raise not_allowed("content.text", str(error)) from error

    before, file, after = _around_file(_listed(compiled(table.text), destination, filler.scope))
    return TextContent(
        filler.template("content.text", before, fit).encode(),
        filler.template("content.text", after, fit).encode(),
        file,
        escape,
        content_type,
    )


def tus_headers(destination: Destination, filler: Filler) -> Iterator[tuple[str, str]]:
    """Yield what the request that makes a tus upload says of it. Raises DestinationError."""
    tus = destination.tus
    texts = {"filename": tus.filename, "filetype": tus.filetype}
    filled = [(name, filler.text(f"tus.{name}", text)) for name, text in texts.items() if text]
    filled += [
        (name, filler.hidden(name, filler.text(f"tus.metadata.{name}", text)))
        for name, text in tus.metadata.items()
    ]
    if filler.scope.size is not None:
        yield "Upload-Length", str(filler.scope.size)
    if filled:
        yield "Upload-Metadata", ",".join(f"{name} {_metadata(filler, value)}" for name, value in filled)


def _metadata(filler: Filler, value: str) -> str:
    shown = filler.mask if filler.mask and filler.mask in value else ""
    return shown or base64.b64encode(value.encode()).decode()


def pairs_content(destination: Destination, filler: Filler) -> TextContent:
    """Return the pairs of `[form.fields]`, written as browsers write a form without files."""
    pairs = [
        f"{quote_plus(name)}={quote_plus(filler.hidden(name, filler.text(f'form.fields.{name}', text)), '*')}"
        for name, texts in destination.form.fields.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    return TextContent("&".join(pairs).encode(), b"", None, "none", FORM_TYPE)


def _around_file(
    template: Template,  # type: ignore[type-arg] # of whatever scope
) -> tuple[Template, Literal["base64", "text"] | None, Template]:  # type: ignore[type-arg] # the same
    for place, node in enumerate(template.nodes):
        if isinstance(node, Call) and node.name == FILE:
            before, after = template.nodes[:place], template.nodes[place + 1 :]
            kind: Literal["base64", "text"] = "base64" if node.parameters[0] == ("base64",) else "text"
            return template.with_nodes(before), kind, template.with_nodes(after)
    return template, None, template.with_nodes(())


def _listed(
    template: Template,  # type: ignore[type-arg] # of whatever scope
    destination: Destination,
    scope: RequestScope,
) -> Template:  # type: ignore[type-arg] # the same
    """Return a text with `{parts}` in it as the text that says the item of each part."""
    item, joint = compiled(destination.parts.item), destination.parts.joint
    nodes: list[Node] = []
    for node in template.nodes:
        if not (isinstance(node, Call) and node.name == PARTS):
            nodes.append(node)
            continue
        for number in range(1, scope.parts + 1):
            nodes += [*([joint] if number > 1 else []), *_of_part(item.nodes, str(number))]
    return template.with_nodes(tuple(nodes))


def _of_part(nodes: Sequence[Node], number: str) -> Iterator[Node]:
    """Yield nodes whose calls of `{part:…}` are about the part of this number."""
    for node in nodes:
        if isinstance(node, str):
            yield node
            continue
        parameters = tuple(tuple(_of_part(parameter, number)) for parameter in node.parameters)
        yield Call(node.name, (*parameters, (number,)) if node.name == "part" else parameters)


def _field(part: Part, filler: Filler, key: str) -> FormPart:
    name = filler.line(f"{key}.name", part.name)
    place = key if key != "multipart" else f"multipart.fields.{name}"
    value = filler.hidden(name, filler.text(place, part.value or ""))
    return FormPart(
        name,
        value,
        None,
        _filename(part, filler, key) if part.filename else None,
        filler.line(f"{key}.content_type", part.content_type) or None,
        tuple(filler.headers(part.headers, f"{key}.headers")),
    )


def _file_part(part: Part, filler: Filler, key: str, index: int) -> FormPart:
    filename = _filename(part, filler, key)
    if not filename:
        raise not_allowed(
            f"{key}.filename",
            "it came out empty, and servers take a part without a file name for a plain field",
        )
    usual = guess(part.file) if part.file else filler.scope.content_type
    return FormPart(
        filler.line(f"{key}.file_field" if key == "multipart" else f"{key}.name", part.name),
        None,
        index,
        filename,
        filler.line(f"{key}.content_type", part.content_type) or usual or "application/octet-stream",
        tuple(
            filler.headers(part.headers, f"{key}.part_headers" if key == "multipart" else f"{key}.headers")
        ),
    )


def _filename(part: Part, filler: Filler, key: str) -> str:
    if part.filename:
        name = filler.text(f"{key}.filename", part.filename)
    else:
        name = Path(part.file).name if part.file else filler.scope.filename
    return _ESCAPINGS[filler.destination.multipart.filename_escaping](name)


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _browser(name: str) -> str:
    """Escape as browsers do (WHATWG HTML, multipart/form-data), and the other control characters alike.

    So too a backslash at the end, which many servers take for one that escapes the closing quote: they would
    drop the file and say yes.
    """
    return re.sub(r'[\x00-\x1f\x7f"]|\\\Z', _percent, name)


def _backslash(name: str) -> str:
    """Write a quoted string (RFC 2183 by RFC 822); a line break cannot stand in one."""
    return re.sub(r'(["\\])', r"\\\1", re.sub(r"[\x00-\x1f\x7f]", _percent, name))


def _ascii(name: str) -> str:
    """Leave only what no server can get wrong: plain letters for accented ones, “_” for the rest."""
    bare = unicodedata.normalize("NFKD", name)
    kept = "".join(char for char in bare if not unicodedata.combining(char))
    return re.sub(r'[^ -~]|["\\]', "_", kept)


_ESCAPINGS: Mapping[str, Callable[[str], str]] = {
    "browser": _browser,
    "backslash": _backslash,
    "ascii": _ascii,
}
