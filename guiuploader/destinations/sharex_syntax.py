# SPDX-License-Identifier: MIT
r"""ShareX's template syntax, the one of 14.0.0 and later (`{name:a|b}`) and the one before (`$name:a|b$`).

Both become the nodes of our own template language, which is the newer one but for two habits: there a `}` or
a `|` outside of functions ends the text, and names after a dot of a JSON path may hold anything.
"""

import re
from collections.abc import Mapping, Sequence

from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sharex_codes import MARK
from guiuploader.values.template import Function, Node, TemplateError, compile_template
from guiuploader.values.text_functions import MANY


def _function(least: int) -> Function[None]:
    return Function(lambda _, __: "", least=least, most=MANY)


FUNCTIONS: Mapping[str, Function[None]] = {
    "response": _function(0),
    "responseurl": _function(0),
    "header": _function(1),
    "json": _function(1),
    "xml": _function(1),
    "regex": _function(1),
    "input": _function(0),
    "filename": _function(0),
    "random": _function(2),
    "select": _function(1),
    "inputbox": _function(0),
    "prompt": _function(0),
    "outputbox": _function(1),
    "base64": _function(1),
}
"""What ShareX knows by name, and how many parameters each needs."""

_SPECIAL = re.compile(r"[\\{}|]")
_SHORT_NAME = re.compile(r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*|\*")
_STEP = re.compile(r"(\.{1,2})([^.\[]*)|(\[(?:'(?:[^'\\]|\\.)*'|[^\]'])*\]?)")
_CALLS = "|".join(FUNCTIONS)
_OLD_CALL = re.compile(rf"\$(?:{_CALLS})(?::[^$]*)?\$", re.IGNORECASE)
_NEW_CALL = re.compile(rf"\{{(?:{_CALLS})[:}}]", re.IGNORECASE)


def looks_old(texts: Sequence[str]) -> bool:
    """Tell which syntax the texts of a file are in that does not say; without a sign it is the old one."""
    whole = "\n".join(texts)
    return _OLD_CALL.search(whole) is not None or _NEW_CALL.search(whole) is None


def escaped(text: str) -> str:
    """Escape a text so that it stands for itself, also inside a function."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def nodes(key: str, text: str) -> tuple[tuple[Node, ...], str]:
    """Return the nodes of a text in the newer syntax, and what ShareX would not read of it.

    Raises RuleBroken, which tells the character that is wrong.
    """
    end = _end(text)
    try:
        return compile_template(text[:end], FUNCTIONS).nodes, text[end:]
    except TemplateError as error:
        raise RuleBroken(key, str(error)) from error


def plain(run: Sequence[Node]) -> str | None:
    """Return nodes as the text that they are, None where a function or a code is among them."""
    if not all(isinstance(node, str) for node in run):
        return None
    text = "".join(str(node) for node in run)
    return None if MARK.search(text) else text


def split(run: Sequence[Node], separator: str, most: int = -1) -> list[tuple[Node, ...]]:
    """Return the pieces between separators, which are looked for outside of functions."""
    pieces: list[list[Node]] = [[]]
    for node in run:
        if not isinstance(node, str):
            pieces[-1].append(node)
            continue
        left = -1 if most < 0 else most - len(pieces) + 1
        first, *more = node.split(separator, left) if left else [node]
        pieces[-1].append(first)
        pieces += [[each] for each in more]
    return [tuple(node for node in piece if node != "") for piece in pieces]


def from_old(text: str, regexes: Sequence[str], notes: dict[str, None]) -> str:
    r"""Return a text of the older syntax in the newer one: `\` makes the next character literal in both."""
    out: list[str] = []
    at = 0
    while at < len(text):
        end = _closing(text, at + 1) if text[at] == "$" else -1
        if end > 0:
            out.append(_old_call(text[at + 1 : end], regexes, notes))
            at = end + 1
            continue
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        out.append(escaped(text[at]))
        at += 1
    return "".join(out)


def json_path(path: str) -> str:
    """Return a path of Newtonsoft's JSON as RFC 9535 writes it: odd names go into brackets."""
    whole = path if path.startswith("$") else f"${path}" if path.startswith(".") else f"$.{path}"
    out, at = ["$"], 1
    while at < len(whole):
        step = _STEP.match(whole, at)
        if step is None:
            return path  # the rules will say what is wrong with it
        dots, name, bracket = step.groups()
        at = step.end()
        if bracket is not None:
            out.append(bracket)
        elif not name:
            out.append(".." if dots == ".." else "")
        elif _SHORT_NAME.fullmatch(name):
            out.append(dots + name)
        else:
            quoted = name.replace("\\", "\\\\").replace("'", "\\'")
            out.append(f"{'..' if dots == '..' else ''}['{quoted}']")
    found = "".join(out)
    if path.startswith("$") or found.startswith("$.."):
        return found
    return found.removeprefix("$").removeprefix(".")


def _end(text: str) -> int:
    """Return where ShareX stops reading: at a `}` or `|` outside of functions."""
    depth, at = 0, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "{":
            depth += 1
        elif not depth and char in "}|":
            return at
        elif char == "}":
            depth -= 1
        at += 1
    return len(text)


def _closing(text: str, start: int) -> int:
    at = start
    while at < len(text):
        if text[at] == "$":
            return at
        at += 2 if text[at] == "\\" else 1
    return -1


def _old_call(inside: str, regexes: Sequence[str], notes: dict[str, None]) -> str:
    name, sign, rest = inside.partition(":")
    name = name.strip().lower()
    if name not in FUNCTIONS:
        notes[f"“${name[:40]}$” is not known and left out"] = None
        return ""
    parameters = _old_parameters(rest) if sign else []
    if name == "regex" and parameters:
        number, comma, group = parameters[0].partition(",")
        if number.strip().isdecimal() and 0 < int(number[:6]) <= len(regexes):
            parameters = [regexes[int(number) - 1], *([group.strip()] if comma else parameters[1:2])]
    return "{" + ":".join([name, *(["|".join(map(escaped, parameters))] if parameters else [])]) + "}"


def _old_parameters(text: str) -> list[str]:
    found, at = [""], 0
    while at < len(text):
        if text[at] == "|":
            found.append("")
        else:
            at += text[at] == "\\" and at + 1 < len(text)
            found[-1] += text[at]
        at += 1
    return found
