# SPDX-License-Identifier: MIT
"""What a body must be made of: a form's parts, a text with the file in its place."""

from collections.abc import Mapping
from pathlib import Path

from guiuploader.destinations.destination import BodyKind, Content, Destination, Multipart, Part
from guiuploader.destinations.names import CONTROL, check_header_names, check_pair_names
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.functions import CONTENT_FUNCTIONS, FILE
from guiuploader.values.template import Call, TemplateError, compile_template

MOST_FILES = 100
"""Files that one request may take."""

_OF_A_PART = frozenset({"content-disposition", "content-type", "content-length"})
_ENCODINGS = frozenset({"binary", "8bit", "base64"})


def check_body(destination: Destination) -> None:
    """Check the tables [multipart], [content] and [form]. Raises RuleBroken."""
    form = destination.multipart
    check_pair_names("multipart.fields", form.fields)
    check_pair_names("form.fields", destination.form.fields)
    if not form.file_field:
        raise RuleBroken("multipart.file_field", "must not be empty: servers find the file by this name")
    _check_part_headers("multipart.part_headers", form.part_headers)
    for number, part in enumerate(form.part, 1):
        _check_part(f"multipart.part[{number}]", part)
    _check_together(form, is_form=destination.is_form)
    if destination.body in {BodyKind.TEMPLATE, BodyKind.CONTENT}:
        _check_text(destination.content, has_file=destination.body is BodyKind.TEMPLATE)


def _check_part(key: str, part: Part) -> None:
    if not part.name:
        raise RuleBroken(f"{key}.name", "must not be empty: servers find a part by its name")
    if (part.value is not None) + part.upload + bool(part.file) != 1:
        raise RuleBroken(key, "needs exactly one of value, upload = true and file")
    if CONTROL.search(part.file):
        raise RuleBroken(f"{key}.file", "must not hold control characters")
    if part.file and not (Path(part.file).is_absolute() or part.file.startswith("~/")):
        raise RuleBroken(f"{key}.file", "must be a whole path, beginning at the root or with “~/”")
    _check_part_headers(f"{key}.headers", part.headers)
    if part.value is not None and "content-transfer-encoding" in map(str.lower, part.headers):
        raise RuleBroken(f"{key}.headers", "may hold Content-Transfer-Encoding for a file only")


def _check_together(form: Multipart, *, is_form: bool) -> None:
    usual = Multipart()
    if form.part:
        for key in ("file_field", "filename", "content_type", "part_headers", "fields"):
            if getattr(form, key) != getattr(usual, key):
                raise RuleBroken(f"multipart.{key}", "stands beside [[multipart.part]]; keep one of the two")
    waiting = sum(part.upload for part in form.parts())
    if not 1 <= form.files_per_request <= MOST_FILES:
        raise RuleBroken("multipart.files_per_request", f"must be a number from 1 to {MOST_FILES}")
    if waiting > 1 and form.files_per_request != waiting:
        raise RuleBroken(
            "multipart.files_per_request", f"must be {waiting}, as so many parts wait for a file"
        )
    if form.files_per_request > 1 and not is_form:
        raise RuleBroken("multipart.files_per_request", 'needs body = "multipart" or "buffered"')


def _check_part_headers(table: str, headers: Mapping[str, str]) -> None:
    check_header_names(table, headers)
    for name, value in headers.items():
        if name.lower() in _OF_A_PART:
            raise RuleBroken(f"{table}.{name}", "is made from the part's name, filename and content_type")
        if name.lower() == "content-transfer-encoding" and value.lower() not in _ENCODINGS:
            raise RuleBroken(
                f"{table}.{name}",
                "must be “binary” or “8bit”, or “base64”, in which the file is written then",
            )


def _check_text(content: Content, *, has_file: bool) -> None:
    if not content.text:
        raise RuleBroken("content.text", "must not be empty: it is the body")
    try:
        template = compile_template(content.text, CONTENT_FUNCTIONS)
    except TemplateError as error:
        raise RuleBroken("content.text", str(error)) from error
    outer = [node for node in template.nodes if isinstance(node, Call) and node.name == FILE]
    whole = [call for call in template.calls() if call.name == FILE]
    is_plain = all(isinstance(node, str) for call in whole for node in call.parameters[0])
    if has_file and (len(outer) != 1 or len(whole) != 1 or not is_plain):
        raise RuleBroken("content.text", "must hold “{file:base64}” or “{file:text}” once, by itself")
    if not has_file and whole:
        raise RuleBroken("content.text", 'can hold the file only with body = "template"')
