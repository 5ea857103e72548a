# SPDX-License-Identifier: MIT
"""What an operation asks for besides the file: as variables, secrets, and what the file itself can answer."""

import re
from typing import NamedTuple

from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import Variable
from guiuploader.destinations.openapi_document import Document, Node
from guiuploader.destinations.openapi_schema import Schema, flattened, text_of
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.redact import is_secret_name, printable
from guiuploader.values.template import literal

_LONGEST_LABEL = 80
_MOST_CHOICES = 200
# Characters that neither a TOML file nor a form may hold; line breaks and tabs may stand in texts.
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Names under which interfaces ask for what is known of each file; blanks, “-” and “_” make no difference.
_FACTS = {
    "filename": "{filename}",
    "originalfilename": "{filename}",
    "objectname": "{filename}",
    "objectkey": "{filename}",
    "assetname": "{filename}",
    "filesize": "{size}",
    "contenttype": "{content_type}",
    "mimetype": "{content_type}",
    "md5": "{md5}",
    "sha1": "{sha1}",
    "sha256": "{sha256}",
    "sha512": "{sha512}",
}
_OF_NO_BODY = {
    **_FACTS,
    "name": "{filename}",
    "path": "{filename}",
    "filepath": "{filename}",
    "key": "{filename}",
}


class Wish(NamedTuple):
    """A value that an operation wants: its name, what it is, and whether it must be there."""

    name: str
    schema: Schema
    is_required: bool
    label: str = ""


class Asked:
    """Collects what is asked for. `wanted` are those that may be left out, and are not to be."""

    def __init__(self, document: Document, *, wanted: frozenset[str] = frozenset()) -> None:
        self.document = document
        self.variables: dict[str, Variable] = {}
        self.secrets = Secrets(foreign=True)
        self.notes: list[str] = []
        self.left_out: list[str] = []
        self._wanted = wanted

    def value(self, wish: Wish, *, names_file: bool = False) -> str | None:
        """Return the template of a value, None where it is left out.

        With `names_file` nothing else tells the server the file's name.
        """
        name, schema = wish.name, wish.schema
        if schema.is_read_only:
            return None
        fixed = _only(schema)
        if fixed is not None and wish.is_required:
            return literal(fixed)
        is_wanted = wish.is_required or name in self._wanted
        default = schema.facts.get("default")
        if not is_wanted and (default is None or schema.is_list or schema.is_table):
            self.left_out.append(name)
            return None
        if is_secret_name(name) and default is None:
            return self.secrets.reference(name, None, label=self.label(wish))
        facts = _OF_NO_BODY if names_file else _FACTS
        known = facts.get(re.sub(r"[\s_-]", "", name).lower())
        if known and default is None and "enum" not in schema.facts and not schema.is_table:
            return known
        return self.variable(name, self._variable(wish))

    def variable(self, name: str, variable: Variable) -> str:
        """Return a template for a variable of this name, or of one like it that is free or the same.

        Raises RuleBroken.
        """
        if any(_ODD.search(text) for text in (variable.default or "", *variable.choices)):
            raise RuleBroken(name, "has a default or a choice with characters that no text may hold")
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")
        plain = plain if plain[:1].isalpha() else f"value-{plain}".strip("-")
        free, number = plain, 1
        while self.variables.get(free, variable) != variable:
            number += 1
            free = f"{plain}-{number}"
        self.variables[free] = variable
        return f"{{var:{free}}}"

    def label(self, wish: Wish) -> str:
        """Return what to call a value to a person: its name, and the beginning of what is said of it."""
        said = wish.label or str(wish.schema.facts.get("description") or wish.schema.facts.get("title") or "")
        first = re.split(r"(?<=[.!?])\s|\n", said.strip(), maxsplit=1)[0].rstrip(".")
        whole = f"{wish.name}: {first}" if first and first.lower() != wish.name.lower() else wish.name
        cut = whole if len(whole) <= _LONGEST_LABEL else f"{whole[: _LONGEST_LABEL - 1]}…"
        return printable(" ".join(cut.split()))

    def _variable(self, wish: Wish) -> Variable:
        schema, of_list = wish.schema, None
        if schema.is_list:
            of_list = flattened(self.document, schema.items) if schema.items else None
            self.notes.append(f"{wish.name}: is a list; one value of it is asked for")
        choices = _choices(of_list or schema)
        said = schema.facts.get("default")
        if isinstance(said, list) and of_list is not None:
            said = said[0] if said else None
        default = None if said is None else text_of(said)
        if choices and default is not None and default not in choices:
            default = None
        return Variable(label=self.label(wish), default=default, choices=choices)


def parameter_schema(document: Document, node: Node) -> Schema:
    """Return the schema of a parameter or a header, which may be that of a content."""
    content = next((each for _, each in document.members(document.get(node, "content"))), None)
    return flattened(document, document.get(content or node, "schema"))


def _only(schema: Schema) -> str | None:
    """Return the one value that is allowed, if there is but one."""
    if "const" in schema.facts:
        return text_of(schema.facts["const"])
    choices = schema.facts.get("enum")
    return text_of(choices[0]) if isinstance(choices, list) and len(choices) == 1 else None


def _choices(schema: Schema) -> list[str]:
    if "boolean" in schema.kinds:
        return ["true", "false"]
    said = schema.facts.get("enum")
    found = [text_of(each) for each in said if each is not None] if isinstance(said, list) else []
    return list(dict.fromkeys(found))[:_MOST_CHOICES]
