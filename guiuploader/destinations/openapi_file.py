# SPDX-License-Identifier: MIT
"""The text of an OpenAPI document, YAML or JSON, as a document of a version that is known here."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from guiuploader.destinations.openapi_document import Document
from guiuploader.destinations.openapi_yaml import DEEPEST, read
from guiuploader.destinations.rule_broken import RuleBroken

LARGEST = 16_000_000
"""Bytes that such a file may have."""

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_HEAD = 256 * 1024  # bytes
_MARK = re.compile(rb"""(?:^|[{,])\s*["']?(?:openapi["']?\s*:\s*["']?3\.)""", re.MULTILINE)
_KNOWN = re.compile(r"3\.([0-9]{1,3})(?:\.|$)")


def may_be_one(path: Path) -> bool:
    """Tell whether a file could be an OpenAPI document by its name."""
    return path.suffix.casefold() in _SUFFIXES


def looks_like_one(path: Path) -> bool:
    """Tell whether a file is one by its name and its beginning; what cannot be read is none."""
    if not may_be_one(path):
        return False
    try:
        with path.open("rb") as file:
            return _MARK.search(file.read(_HEAD)) is not None
    except (OSError, ValueError):
        return False


def text_of(path: Path) -> str:
    """Return the text of a file. Raises RuleBroken."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise RuleBroken("the file", error.strerror or "cannot be read") from error
    except ValueError as error:  # a path with a null character
        raise RuleBroken("the file", "has a name that no file can have") from error
    if len(data) > LARGEST:
        raise RuleBroken("the file", f"has more than {LARGEST} bytes, too many for an OpenAPI document")
    try:
        return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleBroken("the file", "is not UTF-8 text") from error


def document_of(text: str) -> Document:
    """Return the document that a text is. Raises RuleBroken, with line and column where there are any."""
    root = _json(text) if text.lstrip()[:1] == "{" else read(text)
    if not isinstance(root, dict):
        raise RuleBroken("the file", "is no OpenAPI document, which is one table with “openapi” in it")
    if "swagger" in root:
        raise RuleBroken(
            "swagger", "says that this is Swagger 2.0; convert it to OpenAPI 3 first (editor.swagger.io does)"
        )
    version = str(root.get("openapi", ""))
    found = _KNOWN.match(version)
    if not version:
        raise RuleBroken("openapi", "is missing: it tells the version of an OpenAPI document")
    if not found:
        raise RuleBroken("openapi", f"is “{version[:20]}”; the versions known here begin with 3")
    return Document(root, is_new=int(found[1]) > 0)


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise RuleBroken("the file", reason) from error
    except (ValueError, RecursionError) as error:
        raise RuleBroken("the file", "holds a number or a nesting beyond all measure") from error
    _check_depth(value)
    return value


def _check_depth(value: object) -> None:
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise RuleBroken("the file", f"is nested deeper than {DEEPEST} times")
        level = [inner for each in level for inner in _inner(each)]
        depth += 1


def _inner(value: object) -> Iterable[object]:
    """Return what stands in a value and may hold others in its turn."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (each for each in values if isinstance(each, dict | list))
