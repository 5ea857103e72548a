# SPDX-License-Identifier: MIT
"""Take what is secret out of a curl command, so that its destination only refers to it."""

import re
from collections.abc import Iterator
from urllib.parse import quote_plus, unquote_plus

from guiuploader.destinations.destination import Secret
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.redact import is_secret_name
from guiuploader.values.template import literal

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]+(.+)", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_BEFORE_VALUE = re.compile(r'\s*:\s*(?=")')
# What documentation writes where a reader's own secret belongs.
_STANDS_FOR_ONE = re.compile(r"<[^<>]{0,80}>|\[[^\[\]]{0,80}\]|[x*.…]{3,80}|your[-_ \w]{2,80}", re.IGNORECASE)


class Secrets:
    """What was found so far: `values` by name, and what to call each of them to a person."""

    def __init__(self, *, foreign: bool) -> None:
        self.values: dict[str, str] = {}
        self.tables: dict[str, Secret] = {}
        self._foreign = foreign
        """Whether the command may be a documentation's, with words that stand for a secret."""

    def reference(self, name: str, value: str | None, *, label: str = "") -> str:
        """Return a template for a secret; without a value, or with one that only stands for it, it is asked.

        The same value under the same name is the same secret.
        """
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        plain = plain if plain[:1].isalpha() else f"secret-{plain}".strip("-")
        known = "" if value is None or (self._foreign and _STANDS_FOR_ONE.fullmatch(value)) else value
        free, number = plain, 1
        while free in self.tables and self.values.get(free, "") != known:
            number += 1
            free = f"{plain}-{number}"
        self.tables[free] = Secret(label=label or name)
        if known:
            self.values[free] = known
        return f"{{secret:{free}}}"

    def header(self, name: str, value: str) -> str:
        """Return a header's value as a template; of one that signs in, the scheme stays readable."""
        if not is_secret_name(name) or not value:
            return literal(value)
        found = _SCHEME.fullmatch(value) if name.lower().endswith("authorization") else None
        if found:
            return f"{literal(found[1])} {self.reference(name, found[2])}"
        return self.reference(name, value)

    def field(self, name: str, value: str) -> str:
        """Return a form field's value as a template."""
        return self.reference(name, value) if value and is_secret_name(name) else literal(value)

    def text(self, text: str, *, escape: str) -> str:
        """Return a body's text as a template: pairs as in an address, or JSON.

        `escape` is what the body does to values that are filled in.
        """
        parts = self._json(text) if text.lstrip()[:1] in {"{", "["} else self._pairs(text)
        return "".join(
            literal(part) if name is None else self.reference(name, _unescaped(part, escape))
            for name, part in parts
        )

    def _pairs(self, text: str) -> Iterator[tuple[str | None, str]]:
        for number, pair in enumerate(text.split("&")):
            name, sign, value = pair.partition("=")
            yield None, f"{'&' if number else ''}{name}{sign}"
            if value:
                plain = unquote_plus(name)
                yield plain if is_secret_name(plain) else None, value

    def _json(self, text: str) -> Iterator[tuple[str | None, str]]:
        done, at, name = 0, text.find('"'), None
        while at >= 0 and (string := _STRING.match(text, at)) is not None:
            if name is not None and is_secret_name(name) and string[1]:
                yield None, text[done : string.start(1)]
                yield name, string[1]
                done = string.end(1)
                name = None
            sign = _BEFORE_VALUE.match(text, string.end())
            name = string[1] if sign else None
            at = sign.end() if sign else text.find('"', string.end())
        yield None, text[done:]


def _unescaped(value: str, escape: str) -> str:
    """Return the value that a body's escape makes this one of. Raises RuleBroken where there is none."""
    plain = unquote_plus(value) if escape == "form" else value
    same = quote_plus(plain) == value if escape == "form" else not re.search(r"[\r\n]", value)
    if escape != "none" and not same:
        raise RuleBroken("--data", "a secret beside this file cannot be written; put it into a header")
    return plain
