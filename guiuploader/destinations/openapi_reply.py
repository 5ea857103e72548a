# SPDX-License-Identifier: MIT
"""Where a link, and the words of an error, stand in the answers that a document describes: a suggestion."""

import re
from collections import deque

from guiuploader.destinations.destination import Reply
from guiuploader.destinations.openapi_asked import Asked
from guiuploader.destinations.openapi_document import Node
from guiuploader.destinations.openapi_operations import Operation
from guiuploader.destinations.openapi_schema import Schema, flattened

_DEEPEST = 4
_MOST = 300  # members that are looked at
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}")
# Names of links, the best first; capitals, “-” and “_” make no difference.
_LINKS = (
    *("downloadurl", "browserdownloadurl", "publicurl", "fileurl", "imageurl", "url", "permalink", "link"),
    *("weburl", "htmlurl", "webviewlink", "downloadlink", "publiclink", "href", "uri", "location", "src"),
)
_OTHER_LINKS = re.compile(
    r"delete|deletion|remove|thumb|avatar|preview|upload|callback|icon|logo|next|prev|docs", re.IGNORECASE
)
_ERRORS = (
    "message",
    "detail",
    "error_description",
    "errormessage",
    "title",
    "reason",
    "error",
    "description",
)


def reply(operation: Operation, asked: Asked) -> Reply:
    """Return what the answers suggest; nothing is taken for certain. Raises RuleBroken."""
    document = asked.document
    answers = dict(document.members(document.get(operation.at, "responses")))
    good = [answers[key] for key in ("201", "200", "202", "203", "2XX", "default") if key in answers]
    bad = [node for key, node in answers.items() if key[:1] in {"4", "5"} or key == "default"]
    link = next((found for node in good if (found := _link(node, asked))), "")
    error = next((found for node in bad if (found := _error(node, asked))), "")
    if link:
        asked.notes.append(f"[reply] link: {link} is a guess from the answer that the document describes")
    return Reply(link=link, error=error)


def _link(node: Node, asked: Asked) -> str:
    found = _content(node, asked)
    best: tuple[int, int, str] | None = None
    for path, name, schema in _members(found, asked) if found else ():
        plain = re.sub(r"[-_]", "", name).lower()
        is_text = not schema.kinds or "string" in schema.kinds
        if not is_text or _OTHER_LINKS.search(plain.replace("download", "")):
            continue
        rank = _LINKS.index(plain) if plain in _LINKS else None
        if schema.facts.get("format") in {"uri", "url"}:
            rank = len(_LINKS) if rank is None else rank - len(_LINKS)
        if rank is not None and (best is None or (rank, path.count(".")) < best[:2]):
            best = (rank, path.count("."), path)
    if best is not None:
        return f"{{json:{best[2]}}}"
    names = [name for name, _ in asked.document.members(asked.document.get(node, "headers"))]
    location = next((name for name in names if name.lower() == "location"), "")
    return f"{{header:{location}}}" if location else ""


def _error(node: Node, asked: Asked) -> str:
    found = _content(node, asked)
    best: tuple[int, int, str] | None = None
    for path, name, schema in _members(found, asked) if found else ():
        plain = name.lower()
        if plain in _ERRORS and "string" in schema.kinds and "[" not in path:
            rank = (path.count("."), _ERRORS.index(plain), path)
            best = rank if best is None or rank < best else best
    return f"{{json:{best[2]}}}" if best else ""


def _content(node: Node, asked: Asked) -> Schema | None:
    document = asked.document
    for media, content in document.members(document.get(node, "content")):
        if media.partition(";")[0].strip().lower().endswith(("json", "*/*")):
            return flattened(document, document.get(document.resolved(content), "schema"))
    return None


def _members(schema: Schema, asked: Asked) -> list[tuple[str, str, Schema]]:
    """Return members with path, name and schema, the outer ones first; recursion ends at a depth."""
    found: list[tuple[str, str, Schema]] = []
    waiting = deque([("", 0, schema)])
    while waiting and len(found) < _MOST:
        path, depth, each = waiting.popleft()
        if each.items is not None and depth < _DEEPEST:
            waiting.append((f"{path}[0]", depth + 1, flattened(asked.document, each.items)))
        for name, node in each.properties.items():
            if not _PLAIN.fullmatch(name):
                continue
            inner = flattened(asked.document, node)
            place = f"{path}.{name}" if path else name
            found.append((place, name, inner))
            if depth < _DEEPEST and (inner.is_table or inner.is_list):
                waiting.append((place, depth + 1, inner))
    return found
