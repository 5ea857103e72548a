# SPDX-License-Identifier: MIT
"""Read what `-F` says of one part of a form: its name, its content and what is said of that."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from guiuploader.destinations.rule_broken import RuleBroken

_OPTION = "--form"
_BLANKS = " \t\r\n\v\f"
_TYPE = re.compile(r"[^/ ]{1,127}/[^;, \n]+")
_MORE_OF_TYPE = re.compile(r";\s*(?!filename=|headers=|encoder=)[^;,\s]", re.IGNORECASE)

# What curl takes a file for; all others are bytes to it.
_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "htm": "text/html",
    "html": "text/html",
    "pdf": "application/pdf",
    "xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One part: a `value`, or a file that is uploaded (`upload`) or whose text is the value (`text_of`)."""

    name: str
    value: str = ""
    upload: str | None = None
    text_of: str | None = None
    filename: str = ""
    content_type: str = ""
    encoder: str = ""
    headers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def curl_type(name: str) -> str:
    """Return the type that curl guesses from a file's name, an empty text where it has none."""
    return _TYPES.get(PurePosixPath(name.replace("\\", "/")).suffix.lower().removeprefix("."), "")


def field_of(text: str, *, plain: bool) -> Field:
    """Return the part that a value of `-F` means; a `plain` one is taken to the letter. Raises RuleBroken."""
    name, sign, content = text.partition("=")
    if not sign:
        raise RuleBroken(_OPTION, f"“{text[:40]}” lacks its “=”")
    if plain:
        return Field(name, content)
    if content.startswith("(") or (not name and content.startswith(")")):
        raise RuleBroken(_OPTION, "a form inside of a form cannot be written here")
    reader = _Reader(content)
    if content.startswith("@"):
        reader.at = 1
        what, attributes = reader.attributed(ends=";,")
        if reader.at < len(content):
            raise RuleBroken(
                _OPTION,
                f"several files in one field are written once for each: {name}=@FIRST, {name}=@SECOND",
            )
        return Field(name, upload=what, **attributes)  # type: ignore[arg-type] # by the names that it has
    if content.startswith("<"):
        reader.at = 1
        what, attributes = reader.attributed(ends=";")
        return Field(name, text_of=what, **attributes)  # type: ignore[arg-type] # the same
    what, attributes = reader.attributed(ends=";")
    return Field(name, what, **attributes)  # type: ignore[arg-type] # the same


class _Reader:
    """Goes through a text that `;` parts, as curl does; `at` is an index into it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def attributed(self, *, ends: str) -> tuple[str, dict[str, str | tuple[str, ...]]]:
        """Return the content, and what stands after it, by the names of a Field."""
        what = self._word(ends)
        found: dict[str, str | tuple[str, ...]] = {}
        headers: list[str] = []
        unknown: list[str] = []
        while self.text.startswith(";", self.at):
            self.at += 1
            self._skip_blanks()
            lower = self.text[self.at : self.at + 9].lower()
            if lower.startswith("type=") and "content_type" not in found:
                found["content_type"] = self._type(ends)
            elif lower == "filename=":
                self.at += 9
                found["filename"] = self._word(ends)
            elif lower.startswith("encoder="):
                self.at += 8
                found["encoder"] = self._word(ends)
            elif lower.startswith("headers="):
                self.at += 8
                if self.text.startswith(("@", "<"), self.at):
                    raise RuleBroken(_OPTION, "headers are not read from a file; write headers=NAME: VALUE")
                headers.append(self._word(ends))
            else:
                unknown.append(self._word(ends))
        return what, {**found, "headers": tuple(headers), "unknown": tuple(filter(None, unknown))}

    def _skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _BLANKS:
            self.at += 1

    def _word(self, ends: str) -> str:
        """Return a text up to one of `ends`, or a quoted one."""
        self._skip_blanks()
        if self.text.startswith('"', self.at):
            parts: list[str] = []
            at = self.at + 1
            while at < len(self.text) and self.text[at] != '"':
                if self.text[at] == "\\" and self.text[at + 1 : at + 2] in {"\\", '"'}:
                    at += 1
                parts.append(self.text[at])
                at += 1
            if at < len(self.text):
                self.at = at + 1
                self._plain(ends)
                return "".join(parts)
        return self._plain(ends).rstrip(_BLANKS)

    def _plain(self, ends: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1
        return self.text[start : self.at]

    def _type(self, ends: str) -> str:
        """Return a media type; what follows it belongs to it unless curl knows it as something else."""
        self.at += 5
        self._skip_blanks()
        if not _TYPE.match(self.text, self.at):
            raise RuleBroken(_OPTION, "“type=” needs a media type such as image/png")
        said = [self._plain(ends).rstrip(_BLANKS)]
        while _MORE_OF_TYPE.match(self.text, self.at):
            self.at += 1
            said.append(";" + self._plain(ends).rstrip(_BLANKS))
        return "".join(said)
