# SPDX-License-Identifier: MIT
"""The parameters of an operation, in its path, its query, its headers and its cookies."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from guiuploader.destinations.names import TOKEN
from guiuploader.destinations.openapi_asked import Asked, Wish, parameter_schema
from guiuploader.destinations.openapi_document import Node
from guiuploader.destinations.openapi_operations import Operation, Way
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import FRAMING
from guiuploader.values.template import literal

# OpenAPI says of the first three that such parameters are to be ignored; the rest the request sets by itself.
_SET_OTHERWISE = frozenset({"accept", "content-type", "authorization", "content-disposition", *FRAMING})
_IN_PATH = re.compile(r"\{([^{}]*)\}")
_SAFE = "/:@!$&'()*+,;=~%-._"


@dataclass(slots=True)
class Parameters:
    """Templates of what an operation's parameters add to a request."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    idempotency_key_header: str = ""


def parameters(operation: Operation, asked: Asked) -> Parameters:
    """Return them, with what is to be asked for noted in `asked`. Raises RuleBroken."""
    if not operation.path.startswith("/"):  # it would go on with the name of the server
        raise RuleBroken(f"paths.{operation.path[:60]}", "must start with “/”")
    known = _known(operation, asked)
    pieces = []
    done = 0
    for mark in _IN_PATH.finditer(operation.path):
        pieces.append(_written(operation.path[done : mark.start()]))
        pieces.append(_of_path(mark[1], known.pop(("path", mark[1]), None), operation, asked))
        done = mark.end()
    pieces.append(_written(operation.path[done:]))
    found = Parameters("".join(pieces))
    for (place, name), node in known.items():
        if place == "header":
            _header(name, node, asked, found)
        elif place in {"query", "cookie"}:
            table = found.query if place == "query" else found.cookies
            if asked.document.text(node, "style") == "deepObject":
                asked.notes.append(f"{name}: is a table in the address; write its members into [query]")
                continue
            value = asked.value(_wish(name, node, asked), names_file=_lacks_name(operation))
            if value is not None:
                table[name] = value
    return found


def _known(operation: Operation, asked: Asked) -> dict[tuple[str, str], Node]:
    """Return the parameters by place and name; the operation's own go before those of its path."""
    document = asked.document
    found: dict[tuple[str, str], Node] = {}
    for place in (operation.item, operation.at):
        for node in document.entries(document.get(place, "parameters")):
            found[document.text(node, "in"), document.text(node, "name")] = node
    found.pop(("", ""), None)
    return found


def _of_path(name: str, node: Node | None, operation: Operation, asked: Asked) -> str:
    if node is None:
        node = operation.at.beside({})
    wish = _wish(name, node, asked)._replace(is_required=True)
    value = asked.value(wish, names_file=_lacks_name(operation))
    if value is None:
        raise RuleBroken(f"parameters.{name}", "is in the path, and cannot be left out")
    style = asked.document.text(node, "style")
    return {"matrix": f";{_written(name)}=", "label": "."}.get(style, "") + value


def _lacks_name(operation: Operation) -> bool:
    """Tell whether the body says nothing of the file's name, so that it stands elsewhere."""
    return operation.way is Way.BYTES


def _wish(name: str, node: Node, asked: Asked) -> Wish:
    document = asked.document
    is_required = document.get(node, "required").value is True
    label = document.text(node, "description")
    return Wish(name, parameter_schema(document, node), is_required, label)


def _header(name: str, node: Node, asked: Asked, found: Parameters) -> None:
    if name.lower() in _SET_OTHERWISE:
        return
    if not TOKEN.fullmatch(name):
        raise RuleBroken(f"parameters.{name}", "is no header name")
    if name.lower().removeprefix("x-") == "idempotency-key":
        found.idempotency_key_header = name
        return
    value = asked.value(_wish(name, node, asked))
    if value is not None and name.lower() not in map(str.lower, found.headers):
        found.headers[name] = value


def _written(text: str) -> str:
    return literal(quote(text, safe=_SAFE))
