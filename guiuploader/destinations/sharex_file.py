# SPDX-License-Identifier: MIT
"""What a `.sxcu` file says, of whatever generation: one JSON object, read as its program reads it.

Names and words ignore case, words may be numbers, and what is not of its kind is left out and told of.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sharex_codes import ODD
from guiuploader.destinations.sharex_syntax import looks_old

LARGEST = 256_000
"""Bytes that such a file may have."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODIES = ("None", "MultipartFormData", "FormURLEncoded", "JSON", "XML", "Binary")
KINDS: Mapping[str, int] = {
    "None": 0,
    "ImageUploader": 1,
    "TextUploader": 2,
    "FileUploader": 4,
    "URLShortener": 8,
    "URLSharingService": 16,
}
FILES, TEXTS, LINKS = 5, 2, 24
"""What is uploaded, as bits of a file's kinds."""

_LAST_LEGACY = (12, 3, 1)
_LAST_OLD = (13, 7, 1)
_VERSION = re.compile(r"\s*v?([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})")
_RESPONSES = ("Text", "RedirectionURL", "Headers", "LocationHeader")
_KNOWN = frozenset(
    [
        *("version", "name", "destinationtype", "requestmethod", "requesturl", "parameters", "headers"),
        *("body", "arguments", "fileformname", "data", "url", "thumbnailurl", "deletionurl", "errormessage"),
        *("requesttype", "responsetype", "regexlist"),
    ]
)


@dataclass(frozen=True, slots=True)
class Uploader:
    """The members of a file; `is_old` tells that its texts are in the syntax before 14.0.0."""

    name: str
    kinds: int
    method: str
    url: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    arguments: Mapping[str, str]
    file_field: str
    data: str
    link: str
    thumbnail: str
    deletion: str
    error: str
    response: str
    is_old: bool
    regexes: Sequence[str]
    notes: tuple[str, ...]

    @property
    def sends_file(self) -> bool:
        """Whether a file is sent, as one; a text may be sent as a file, but then it is no other thing too."""
        is_for_texts = bool(self.kinds & TEXTS) and not self.kinds & FILES
        has_file = self.body == "Binary" or (
            self.body == "MultipartFormData" and bool(self.file_field.strip())
        )
        return has_file and not is_for_texts


def read(text: str) -> Uploader:
    """Return what a file says. Raises RuleBroken for a text that is no such file."""
    if len(text) > LARGEST:
        raise RuleBroken("the file", f"is longer than {LARGEST} characters, too long for a ShareX uploader")
    try:
        table = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise RuleBroken("the file", reason) from error
    except (ValueError, RecursionError) as error:
        raise RuleBroken("the file", "holds a number or a nesting beyond all measure") from error
    if not isinstance(table, dict):
        raise RuleBroken("the file", "is no ShareX uploader, which is one JSON object: {…}")
    return _Members(table).uploader()


class _Members:
    """The members of one object by their names in small letters; the last of several counts."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._table = {name.lower(): (name, value) for name, value in table.items()}
        self._notes = [
            f"{name[:40]}: is not known and left out" for name in table if name.lower() not in _KNOWN
        ]

    def uploader(self) -> Uploader:
        """Return them in their kinds, as the file's generation means them."""
        version = self._version()
        is_legacy = not version or version <= _LAST_LEGACY
        method = self._word("requestmethod", METHODS)
        if not method and is_legacy:
            method = self._word("requesttype", METHODS)
        method = method or "POST"
        arguments, parameters = self._pairs("arguments"), self._pairs("parameters")
        body = self._word("body", BODIES)
        if not body and is_legacy:
            body = "MultipartFormData" if method == "POST" else "None"
            if body == "None":
                arguments, parameters = {}, {**arguments, **parameters}
        headers, regexes = self._pairs("headers"), self._list("regexlist")
        url, link = self._text("requesturl"), self._text("url")
        others = [self._text(name) for name in ("data", "thumbnailurl", "deletionurl", "errormessage")]
        texts = [url, link, *others, *parameters.values(), *headers.values(), *arguments.values()]
        if any(ODD.search(each) for each in (*texts, *regexes)):
            raise RuleBroken("the file", "holds characters that no text may hold")
        is_old = looks_old(texts) if not version else version <= _LAST_OLD
        return Uploader(
            self._text("name"),
            self._flags(),
            method,
            url.strip(),
            parameters,
            headers,
            body or "None",
            arguments,
            self._text("fileformname"),
            others[0],
            link,
            others[1],
            others[2],
            others[3],
            self._word("responsetype", _RESPONSES) if is_legacy else "",
            is_old,
            regexes,
            tuple(self._notes),
        )

    def _version(self) -> tuple[int, ...]:
        found = _VERSION.match(self._text("version"))
        return tuple(int(part) for part in found[1].split(".")) if found else ()

    def _get(self, name: str) -> object:
        return self._table.get(name, ("", None))[1]

    def _text(self, name: str) -> str:
        value = self._get(name)
        if value is None:
            return ""
        text = _scalar(value)
        return self._odd(name, "") if text is None else text

    def _pairs(self, name: str) -> dict[str, str]:
        value = self._get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._odd(name, "")
            return {}
        found: dict[str, str] = {}
        for key, each in value.items():
            text = "" if each is None else _scalar(each)
            if text is None:
                self._odd(name, f".{key[:40]}")
            elif key.strip():
                found[key] = text
        return found

    def _list(self, name: str) -> Sequence[str]:
        value = self._get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._odd(name, "")
            return ()
        return tuple(each if isinstance(each, str) else "" for each in value)

    def _word(self, name: str, known: Sequence[str]) -> str:
        """Return one of the known words, which a file may also give by its number; empty for none."""
        value = self._get(name)
        if value is None:
            return ""
        text = str(value).strip().lower()
        if text.isdecimal() and int(text[:6]) < len(known):
            return known[int(text[:6])]
        found = next((word for word in known if word.lower() == text), "")
        return found or self._odd(name, "")

    def _flags(self) -> int:
        value = self._get("destinationtype")
        if value is None:
            return 0
        if isinstance(value, int):
            return value & 31
        bits, known = 0, {word.lower(): bit for word, bit in KINDS.items()}
        for word in str(value).lower().split(","):
            if word.strip() in known:
                bits |= known[word.strip()]
            else:
                self._odd("destinationtype", "")
        return bits

    def _odd(self, name: str, place: str) -> str:
        self._notes.append(f"{self._table[name][0]}{place}: is not what it should be, and left out")
        return ""


def _scalar(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None
