# SPDX-License-Identifier: MIT
"""The texts of a ShareX uploader as templates of a destination; what a person is asked for are variables."""

import re
from collections.abc import Sequence

from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import Variable
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sharex_codes import MARK, Codes
from guiuploader.destinations.sharex_file import Uploader
from guiuploader.destinations.sharex_syntax import escaped, from_old, json_path, nodes, plain
from guiuploader.values.redact import is_secret_name
from guiuploader.values.template import Call, Node, literal

_OF_REPLY = frozenset({"response", "responseurl", "header", "json", "xml", "regex"})
_SAME = {"random": 200, "base64": 1, "header": 1, "xml": 2, "regex": 3, "json": 2}
"""What both languages call the same, and how many parameters ours takes at most; ShareX ignores more."""


class Texts:
    """Turns texts into templates and keeps what is to be said: notes, variables, secrets.

    `files` counts how often the text that is sent was put into the body.
    """

    def __init__(self, uploader: Uploader, secrets: Secrets) -> None:
        self._uploader = uploader
        self.secrets = secrets
        self.variables: dict[str, Variable] = {}
        self.notes: dict[str, None] = {}
        self.codes = Codes(lambda label: self._asked(label, None, ()))
        self.files = 0

    def read(self, key: str, text: str, *, codes: bool) -> tuple[Node, ...]:
        """Return the nodes of a text, with or without ShareX's `%` codes. Raises RuleBroken."""
        if codes:
            text = self.codes.marked(key, text)
        if self._uploader.is_old:
            text = from_old(text, self._uploader.regexes, self.notes)
        run, left = nodes(key, text)
        if left:
            self.notes[f"{key}: “{left[:40]}” is after its end, and left out as ShareX does"] = None
        return run

    def request(self, key: str, run: Sequence[Node], *, has_file: bool = False) -> str:
        """Return nodes as a template of a request; with `has_file` the text that is sent may stand in it."""
        return "".join(self._outer(key, node, has_file=has_file) for node in run)

    def reply(self, key: str, text: str, *, whole: str = "{response}") -> str:
        """Return a text as a template of the reply; `whole` stands for all of it. Raises RuleBroken."""
        run = self.read(key, text, codes=False)
        return "".join(
            literal(node)
            if isinstance(node, str)
            else whole
            if node.name == "response"
            else self._call(key, node, in_reply=True)
            for node in run
        )

    def value(self, key: str, name: str, run: Sequence[Node], *, is_header: bool = False) -> str:
        """Return what stands under a name: a secret, where such a name usually holds one."""
        if not is_secret_name(name):
            return self.request(key, run)
        text = plain(run)
        if text is not None:
            return self.secrets.header(name, text) if is_header else self.secrets.field(name, text)
        if is_header and len(run) > 1 and isinstance(run[-1], Call) and run[-1].name == "base64":
            signed = plain(run[-1].parameters[0])
            before = plain(run[:-1])
            if signed and before is not None:
                return f"{literal(before)}{{base64:{self.secrets.reference(name, signed)}}}"
        return self.request(key, run)

    def data(self, text: str, *, escape: str) -> str:
        """Return the text of a JSON or XML body, in which only `{input}` and `{filename}` mean something."""
        if self._uploader.is_old:
            text = re.sub(r"\$(input|filename)\$", r"{\1}", text, flags=re.IGNORECASE)
        text = self.secrets.text(self.codes.marked("Data", text, escapes=False), escape=escape)
        text = re.sub(r"\\\{filename\}", "{filename}", text, flags=re.IGNORECASE)
        text, count = re.subn(r"\\\{input\}", "{file:text}", text, flags=re.IGNORECASE)
        self.files += count
        return MARK.sub(lambda found: self.codes[int(found[1])], text)

    def _outer(self, key: str, node: Node, *, has_file: bool) -> str:
        if isinstance(node, str):
            return self._unmarked(literal(node))
        if has_file and node.name == "input":
            self.files += 1
            return "{file:text}"
        inner = node.parameters[0] if node.name == "base64" else ()
        if has_file and len(inner) == 1 and isinstance(inner[0], Call) and inner[0].name == "input":
            self.files += 1
            return "{file:base64}"
        return self._call(key, node, in_reply=False)

    def _unmarked(self, text: str) -> str:
        return MARK.sub(lambda found: self.codes[int(found[1])], text)

    def _inside(self, key: str, run: Sequence[Node], *, in_reply: bool) -> str:
        return "".join(
            self._unmarked(escaped(node))
            if isinstance(node, str)
            else self._call(key, node, in_reply=in_reply)
            for node in run
        )

    def _call(self, key: str, call: Call, *, in_reply: bool) -> str:
        if call.name in _OF_REPLY and not in_reply:
            raise RuleBroken(
                key, f"“{{{call.name}}}” reads the answer, which is not there before the request"
            )
        if call.name in {"prompt", "inputbox", "select"}:
            return self._question(key, call, in_reply=in_reply)
        if call.name == "outputbox":
            self.notes[f"{key}: “{{outputbox}}” shows a text, which is left out"] = None
            return ""
        if call.name == "input":
            if self._uploader.sends_file:
                return ""  # a file's is empty
            raise RuleBroken(key, "“{input}”, the text that is sent, can stand in the body only, by itself")
        if call.name in {"response", "responseurl", "filename"}:
            return f"{{{call.name}}}"
        parameters = [self._inside(key, each, in_reply=in_reply) for each in call.parameters]
        parameters = parameters[: _SAME[call.name]]
        if call.name == "json" and (path := plain(call.parameters[len(parameters) - 1])) is not None:
            parameters[-1] = escaped(json_path(path))
        return f"{{{call.name}:{'|'.join(parameters)}}}"

    def _question(self, key: str, call: Call, *, in_reply: bool) -> str:
        if in_reply:
            raise RuleBroken(
                key, f"“{{{call.name}}}” would ask a person when the answer is there; take it out"
            )
        texts = [plain(each) for each in call.parameters]
        if None in texts:
            raise RuleBroken(key, f"“{{{call.name}}}” asks with a text that is not known beforehand")
        said = [each for each in texts if each is not None]
        member = key.partition(".")[2] or key
        if call.name == "select":
            return self._asked(member, said[0], said)
        return self._asked((said or [""])[0].strip() or member, said[1] if len(said) > 1 else None, ())

    def _asked(self, label: str, default: str | None, choices: Sequence[str]) -> str:
        """Return the template of a variable; the same question is asked once."""
        wanted = Variable(label=label, default=default, choices=list(choices))
        slug = re.sub(r"[^a-z0-9]+", "-", label.lower())[:40].strip("-")
        slug = slug if slug[:1].isalpha() else f"value-{slug}".strip("-")
        name, number = slug, 1
        while self.variables.get(name, wanted) != wanted:
            number += 1
            name = f"{slug}-{number}"
        self.variables[name] = wanted
        return f"{{var:{name}}}"
