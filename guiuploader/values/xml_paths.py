# SPDX-License-Identifier: MIT
"""XPath 1.0 through a foreign XML text, with a clock: neither the path nor the text is ours."""

import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, TypeVar

from elementpath import ElementPathError, XPath1Parser, XPathContext, XPathToken
from elementpath.xpath_nodes import XPathNode

from guiuploader.values.template import TemplateError

SECONDS = 1.0
"""How long one search may take."""

_LONGEST = 1000  # characters
_Step = TypeVar("_Step")


class _TooLong(Exception):  # noqa: N818 - named for what happened
    """The clock ran out."""


class _Clocked(XPathContext):
    """A context that looks at the clock at every step along the axes that may be long."""

    deadline = float("inf")

    def _watched(self, steps: Iterator[_Step]) -> Iterator[_Step]:
        for step in steps:
            if time.monotonic() > self.deadline:
                raise _TooLong
            yield step

    def iter_children_or_self(self) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_children_or_self())

    def iter_descendants(self, axis: str | None = None) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_descendants(axis))

    def iter_matching_nodes(self, name: str, default_namespace: str | None = None) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_matching_nodes(name, default_namespace))

    def iter_siblings(self, axis: str | None = None) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_siblings(axis))

    def iter_preceding(self) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_preceding())

    def iter_followings(self) -> Iterator[Any]:
        """Yield what the parent yields."""
        return self._watched(super().iter_followings())


def check(path: str) -> None:
    """Raise TemplateError for what is no XPath."""
    _compiled(path)


def first_text(text: str, path: str) -> str:
    """Return the text of the first node that a path finds. Raises TemplateError where it finds none."""
    token = _compiled(path)
    if "<!ENTITY" in text:  # what a text defines may be made to grow without end
        raise TemplateError("the reply's XML defines entities, which is not taken")
    try:
        root = ET.fromstring(text)  # noqa: S314 - the entities that make it dangerous are refused above
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise TemplateError("the reply is not XML") from error
    try:
        context = _Clocked(ET.ElementTree(root))
        context.deadline = time.monotonic() + SECONDS
        found = next(iter(token.select(context)), None)
    except _TooLong as error:
        raise TemplateError(f"“{path[:60]}” took longer than {SECONDS:g} s and was stopped") from error
    except (ElementPathError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
        raise TemplateError(f"“{path[:60]}” cannot be followed through the reply's XML") from error
    if found is None:
        raise TemplateError(f"the reply's XML has no “{path[:60]}”")
    return found.string_value if isinstance(found, XPathNode) else str(found)


def _compiled(path: str) -> XPathToken:
    if len(path) > _LONGEST:
        raise TemplateError(f"a path may have {_LONGEST} characters at most")
    try:
        return XPath1Parser().parse(path)
    except (ElementPathError, ArithmeticError, ValueError, RecursionError) as error:
        raise TemplateError(f"“{path[:60]}” is not an XPath") from error
