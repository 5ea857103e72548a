# SPDX-License-Identifier: MIT
r"""The one template language: `{name}` or `{name:p1|p2}`, nested; `\` makes the next character literal.

A template is compiled first and filled later, so a value is never parsed again and never runs anything.
Outside a function an unescaped `|` or `}` is literal; a `{` that is never closed is an error. The first `:`
after a name starts its parameters, later ones are literal: `{date:%H:%M}` has one parameter.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Scope = TypeVar("Scope")

_DEEPEST = 20
_LONGEST_QUOTE = 40
_ASKING = frozenset({"prompt", "inputbox", "select"})
_ASKED = "; what a person is asked for is described in [variables.NAME], and “{var:NAME}” stands for it"
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class TemplateError(ValueError):
    """A template that cannot be compiled or filled; the message is a sentence for people.

    `at` is the index of the character that is wrong, where one is.
    """

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message if at is None else f"{message} (at character {at + 1})")
        self.at = at


@dataclass(frozen=True, slots=True)
class Function(Generic[Scope]):
    """What a name in a template means.

    `evaluate` gets the scope and the filled parameters, at least `least` and at most `most` of them.
    `url_safe` are characters its value keeps when it is put into a URL. A `secret` one is masked in previews,
    together with every function around it. `check` looks at each plain parameter beforehand, or, by
    `checked`, at the one whose index that gives for their count.
    """

    evaluate: Callable[[Scope, Sequence[str]], str]
    least: int = 0
    most: int = 0
    url_safe: str = ""
    secret: bool = False
    check: Callable[[str], None] | None = None
    checked: Callable[[int], int] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One function call in a compiled template; each parameter is itself a run of nodes."""

    name: str
    parameters: tuple[tuple["Node", ...], ...]


Node = str | Call


@dataclass(frozen=True, slots=True)
class Template(Generic[Scope]):
    """A compiled template: literal texts and calls in order."""

    text: str
    nodes: tuple[Node, ...]
    functions: Mapping[str, Function[Scope]]

    def fill(self, scope: Scope, *, quote: Callable[[str, str], str] | None = None, mask: str = "") -> str:
        """Return the text with every call replaced by its value.

        `quote(value, safe)` is applied to the values of outermost calls, as a URL needs. With a `mask` each
        outermost call that touches a secret becomes the mask and is not evaluated at all.

        Raises TemplateError when a value cannot be had, and what the scope itself raises: KeyError with the
        name of a variable that has no value, DestinationError for a secret.
        """
        return "".join(self._outer(node, scope, quote, mask) for node in self.nodes)

    def calls(self) -> Iterator[Call]:
        """Yield every call, outer before inner."""
        yield from _walk(self.nodes)

    def with_nodes(self, nodes: tuple[Node, ...]) -> "Template[Scope]":
        """Return another template of the same functions, such as a part of this one."""
        return Template(self.text, nodes, self.functions)

    def is_secret(self, call: Call) -> bool:
        """Tell whether this call, or one inside its parameters, yields a secret."""
        return any(self.functions[inner.name].secret for inner in _walk((call,)))

    def _outer(self, node: Node, scope: Scope, quote: Callable[[str, str], str] | None, mask: str) -> str:
        if isinstance(node, str):
            return node
        if mask and self.is_secret(node):
            return mask
        value = self._value(node, scope)
        return quote(value, self.functions[node.name].url_safe) if quote else value

    def _value(self, node: Node, scope: Scope) -> str:
        if isinstance(node, str):
            return node
        filled = ["".join(self._value(part, scope) for part in nodes) for nodes in node.parameters]
        value = self.functions[node.name].evaluate(scope, filled)
        if _SURROGATE.search(value):
            raise TemplateError(f"“{{{node.name}}}” holds bytes that are no text")
        return value


def compile_template(text: str, functions: Mapping[str, Function[Scope]]) -> Template[Scope]:
    """Compile a text; function names ignore case.

    Raises TemplateError for an unclosed brace, an unknown name, a wrong number of parameters, or functions
    that stand too deep inside one another.
    """
    nodes, _ = _Parser(text, functions).run(0, depth=0)
    return Template(text, nodes, functions)


def literal(text: str) -> str:
    r"""Escape a text so that it stands for itself in a template, outside of its functions."""
    return "".join("\\" + char if char in "\\{" else char for char in text)


def _quoted(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _walk(nodes: tuple[Node, ...]) -> Iterator[Call]:
    for node in nodes:
        if isinstance(node, Call):
            yield node
            for parameter in node.parameters:
                yield from _walk(parameter)


class _Parser(Generic[Scope]):
    """Recursive descent over one text; positions are indexes into it."""

    def __init__(self, text: str, functions: Mapping[str, Function[Scope]]) -> None:
        self._text = text
        self._functions = functions

    def run(self, start: int, *, depth: int) -> tuple[tuple[Node, ...], int]:
        """Read nodes up to the end, or, inside a function, up to the `|` or `}` that ends a parameter."""
        nodes: list[Node] = []
        plain: list[str] = []
        at = start
        while at < len(self._text):
            char = self._text[at]
            if depth and char in "|}":
                break
            if char == "{":
                if plain:
                    nodes.append("".join(plain))
                    plain.clear()
                call, at = self._call(at + 1, depth + 1)
                nodes.append(call)
                continue
            if char == "\\" and at + 1 < len(self._text):
                at += 1
                char = self._text[at]
            plain.append(char)
            at += 1
        if plain:
            nodes.append("".join(plain))
        return tuple(nodes), at

    def _call(self, start: int, depth: int) -> tuple[Call, int]:
        if depth > _DEEPEST:
            raise TemplateError(f"functions stand inside one another more than {_DEEPEST} deep", start - 1)
        at = start
        while at < len(self._text) and self._text[at] not in ":}":
            at += 1
        name = self._text[start:at].strip().lower()
        parameters: list[tuple[Node, ...]] = []
        while at < len(self._text) and self._text[at] in ":|":
            parameter, at = self.run(at + 1, depth=depth)
            parameters.append(parameter)
        if at >= len(self._text):
            raise TemplateError(f"the “{{” before “{_quoted(self._text[start:])}” is never closed", start - 1)
        self._check(name, parameters, start)
        return Call(name, tuple(parameters)), at + 1

    def _check(self, name: str, parameters: list[tuple[Node, ...]], at: int) -> None:
        function = self._functions.get(name)
        if function is None:
            known = ", ".join(sorted(self._functions))
            hint = "" if name.isidentifier() else "; write “\\{” for a brace that is meant as such"
            hint = _ASKED if name in _ASKING else hint
            raise TemplateError(f"“{{{_quoted(name)}}}” is not known here; known are: {known}{hint}", at)
        if not function.least <= len(parameters) <= function.most:
            least, most = function.least, function.most
            wanted = f"{least}" if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            raise TemplateError(f"“{{{name}}}” takes {wanted} parameter{plural}, not {len(parameters)}", at)
        if function.check:
            first = function.checked(len(parameters)) if function.checked and parameters else 0
            for parameter in parameters[first : first + 1 if function.checked else None]:
                if all(isinstance(node, str) for node in parameter):
                    try:
                        function.check("".join(str(node) for node in parameter))
                    except TemplateError as error:
                        raise TemplateError(str(error), at) from error
