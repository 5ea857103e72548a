# SPDX-License-Identifier: MIT
"""Where the operations of a document are: its servers, and what stands for their variables."""

import re
from urllib.parse import quote, urljoin, urlsplit

from guiuploader.destinations.destination import Variable
from guiuploader.destinations.openapi_asked import Asked
from guiuploader.destinations.openapi_document import Document, Node
from guiuploader.destinations.openapi_operations import Operation
from guiuploader.destinations.openapi_schema import text_of
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.redact import printable
from guiuploader.values.template import literal

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SAFE = "/:@!$&'()*+,;=~%-._"


def servers(document: Document, operation: Operation) -> tuple[str, ...]:
    """Return the addresses that an operation may be at, with the defaults of their variables in them.

    One without a server in it is relative to the place where the document was found.
    """
    found = [_filled(document, node) for node in _nodes(document, operation)]
    return tuple(dict.fromkeys(printable(each) for each in found if each))


def server(operation: Operation, asked: Asked, given: str) -> str:
    """Return the address as a template; `given` is a person's, in place of the document's.

    Raises RuleBroken where there is none.
    """
    document = asked.document
    nodes = _nodes(document, operation)
    if given and _is_whole(given):
        relative = next(
            (url for url in (_filled(document, node) for node in nodes) if not _is_whole(url)), ""
        )
        is_bare = urlsplit(given).path in {"", "/"}
        whole = urljoin(given, relative) if is_bare and relative and not _whole(document, nodes) else given
        return literal(whole.rstrip("/"))
    if given:
        raise RuleBroken("server", "must start with http:// or https://")
    node = next(iter(_whole(document, nodes)), None)
    if node is None:
        raise RuleBroken("servers", "name no server: say at which address it is, as in https://api.example")
    if len(nodes) > 1:
        asked.notes.append(f"servers: the first of {len(nodes)} is taken; another address may be given")
    return _template(node, asked)


def _nodes(document: Document, operation: Operation) -> list[Node]:
    for place in (operation.at, operation.item, document.root):
        if found := list(document.entries(document.get(place, "servers"))):
            return found
    return []


def _whole(document: Document, nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if _is_whole(_filled(document, node))]


def _is_whole(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _filled(document: Document, node: Node) -> str:
    def value(mark: re.Match[str]) -> str:
        return text_of(document.get(node, "variables", mark[1], "default").value or "")

    return _VARIABLE.sub(value, document.text(node, "url")).strip()


def _template(node: Node, asked: Asked) -> str:
    """Return an address: variables in its path are asked for, those of its server have their defaults."""
    document = asked.document
    url = document.text(node, "url").strip().partition("#")[0].partition("?")[0].rstrip("/")
    filled = _filled(document, node)
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    for name in _VARIABLE.findall(f"{scheme}{host}"):
        choices = _choices(document, node, name)
        known = text_of(document.get(node, "variables", name, "default").value or "")
        others = [each for each in choices if each != known]
        more = f"; known too: {', '.join(others[:8])}" if others else ""
        asked.notes.append(f"servers: {name} is “{printable(known)}”{more}")
    if not host or not slash or "{" in filled:
        return literal(filled.partition("#")[0].partition("?")[0].rstrip("/"))
    start = _VARIABLE.sub(lambda mark: _default(document, node, mark[1]), f"{scheme}://{host}")
    pieces = _VARIABLE.split(path)
    # Every second piece is the name of a variable.
    written = [
        _asked(document, node, piece, asked) if number % 2 else literal(quote(piece, safe=_SAFE))
        for number, piece in enumerate(pieces)
    ]
    return f"{literal(start)}/{''.join(written)}"


def _asked(document: Document, node: Node, name: str, asked: Asked) -> str:
    choices = _choices(document, node, name)
    default = _default(document, node, name)
    said = document.text(node, "variables", name, "description")
    label = printable(f"{name}: {said[:60]}" if said else name)
    known = default if not choices or default in choices else None
    return asked.variable(name, Variable(label=label, default=known or None, choices=choices))


def _default(document: Document, node: Node, name: str) -> str:
    return text_of(document.get(node, "variables", name, "default").value or "")


def _choices(document: Document, node: Node, name: str) -> list[str]:
    said = document.get(node, "variables", name, "enum").value
    return list(dict.fromkeys(map(text_of, said))) if isinstance(said, list) else []
