# SPDX-License-Identifier: MIT
"""An OpenAPI document, whose references are followed within it; no other file or address is ever read.

A document may refer to itself in circles, so the steps that are taken through it are counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from referencing import Registry
from referencing import exceptions as broken
from referencing.jsonschema import DRAFT202012, Schema

from guiuploader.destinations.rule_broken import RuleBroken

_MOST_STEPS = 2_000_000
_MOST_HOPS = 30  # references that lead to one another
# What the library raises for a member that is of no kind it could be.
_MANGLED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Resolved(Protocol):
    """What a reference leads to."""

    @property
    def contents(self) -> object:
        """Return the value."""

    @property
    def resolver(self) -> "Resolver":
        """Return what follows the references in it."""


class Resolver(Protocol):
    """Follows references as they are meant in one place."""

    def lookup(self, text: str, /) -> Resolved:
        """Return what a reference leads to."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document, and how references in it are meant."""

    value: object
    resolver: Resolver

    def beside(self, value: object) -> "Node":
        """Return another value of the same place."""
        return Node(value, self.resolver)


class Document:
    """A whole document; `is_new` tells that it is of 3.1 or later, whose schemas are those of JSON Schema."""

    def __init__(self, root: dict[str, object], *, is_new: bool) -> None:
        self.is_new = is_new
        registry: Registry[Schema] = Registry()
        whole = registry.with_resource("", DRAFT202012.create_resource(root))
        self.root = Node(root, whole.resolver(""))
        self._steps = 0

    def step(self) -> None:
        """Count one step. Raises RuleBroken after too many."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise RuleBroken("the file", "leads round and round in itself, or is larger than can be read")

    def resolved(self, node: Node) -> Node:
        """Return what a node refers to, or itself. Raises RuleBroken."""
        for _ in range(_MOST_HOPS):
            self.step()
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if reference is None:
                return node
            node = self.referred(node, reference)
        raise RuleBroken("$ref", "refers to itself")

    def referred(self, node: Node, reference: object) -> Node:
        """Return what a reference in a node names. Raises RuleBroken, also for other files and addresses."""
        text = str(reference)
        if not isinstance(reference, str):
            raise RuleBroken("$ref", f"“{text[:80]}” is no reference")
        try:
            found = node.resolver.lookup(text)
        except (broken.Unresolvable, *_MANGLED) as error:
            if text.startswith("#"):
                raise RuleBroken("$ref", f"“{text[:80]}” leads nowhere") from error
            raise RuleBroken(
                "$ref",
                f"“{text[:80]}” is in another file or at an address, and neither is read;"
                " put the document into one file first (“bundle” it)",
            ) from error
        return Node(found.contents, found.resolver)

    def get(self, node: Node, *names: str) -> Node:
        """Return a member of a member …, references followed; a node of None where there is none."""
        for name in names:
            node = self.resolved(node)
            value = node.value.get(name) if isinstance(node.value, dict) else None
            node = node.beside(value)
        return self.resolved(node)

    def text(self, node: Node, *names: str) -> str:
        """Return a member that is a text, else nothing."""
        value = self.get(node, *names).value
        return value if isinstance(value, str) else ""

    def members(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield the members of a table by name, references not followed yet."""
        node = self.resolved(node)
        if isinstance(node.value, dict):
            for name, value in node.value.items():
                self.step()
                yield name, node.beside(value)

    def entries(self, node: Node) -> Iterator[Node]:
        """Yield the entries of a list, references followed."""
        node = self.resolved(node)
        if isinstance(node.value, list):
            for value in node.value:
                yield self.resolved(node.beside(value))
