# SPDX-License-Identifier: MIT
"""The body of a ShareX uploader's request, for a file or for a text; the text is a file's content here."""

import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from guiuploader.destinations.destination import BodyKind, Content, Form, Multipart, Raw
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.sharex_codes import MARK
from guiuploader.destinations.sharex_file import FILES, TEXTS, Uploader
from guiuploader.destinations.sharex_texts import Texts
from guiuploader.values.template import Call, Node, literal

_PAIRS = "application/x-www-form-urlencoded"
_TYPES = {"JSON": "application/json", "XML": "application/xml"}


@dataclass(frozen=True, slots=True)
class Body:
    """The kind of body and its table."""

    kind: BodyKind
    multipart: Multipart = field(default_factory=Multipart)
    raw: Raw = field(default_factory=Raw)
    content: Content = field(default_factory=Content)
    form: Form = field(default_factory=Form)


def body(uploader: Uploader, texts: Texts, content_type: str) -> Body:
    """Return what is sent; `content_type` is what the file's headers say of it. Raises RuleBroken."""
    takes_texts = not uploader.kinds or bool(uploader.kinds & TEXTS)
    if uploader.body not in {"MultipartFormData", "Binary"} and not takes_texts:
        raise RuleBroken("Body", f"is {uploader.body}, with which ShareX sends no file")
    if uploader.body == "MultipartFormData":
        return _multipart(uploader, texts, content_type)
    if uploader.body == "Binary":
        return Body(BodyKind.RAW, raw=Raw(content_type=content_type) if content_type else Raw())
    if uploader.body == "FormURLEncoded":
        return _pairs(uploader, texts)
    if uploader.body == "None":
        texts.notes["Body: is None; nothing but the address and the headers is sent"] = None
        return Body(BodyKind.NONE)
    return _text(uploader, texts, content_type)


def _multipart(uploader: Uploader, texts: Texts, content_type: str) -> Body:
    if content_type:
        texts.notes["Headers.Content-Type: is set by the form, and left out"] = None
    values = {
        name: texts.read(f"Arguments.{name}", text, codes=True) for name, text in uploader.arguments.items()
    }
    if uploader.file_field.strip():
        fields: dict[str, str | list[str]] = {
            name: texts.value(f"Arguments.{name}", name, run) for name, run in values.items()
        }
        return Body(
            BodyKind.MULTIPART,
            multipart=Multipart(file_field=literal(uploader.file_field), fields=fields),
        )
    if uploader.kinds & FILES or not uploader.kinds:
        raise RuleBroken("FileFormName", "is missing: servers find the file by this name")
    # A form in which the text is a plain field, without a file's name: its parts are written out.
    boundary = f"guiuploader-{randomness.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{literal(_quoted(name))}"\r\n\r\n'
        f"{_with_file(texts, f'Arguments.{name}', name, run)}\r\n"
        for name, run in values.items()
    ]
    text = f"{''.join(parts)}--{boundary}--\r\n"
    return _whole(texts, text, f"multipart/form-data; boundary={boundary}", "none")


def _pairs(uploader: Uploader, texts: Texts) -> Body:
    values = {
        name: texts.read(f"Arguments.{name}", text, codes=True) for name, text in uploader.arguments.items()
    }
    if not any(_has_input(run) for run in values.values()):
        return _plain_pairs(texts, values)
    pairs = []
    for name, run in values.items():
        written = [_encoded(node) if isinstance(node, str) else node for node in run]
        pairs.append(
            f"{literal(quote_plus(name))}={_with_file(texts, f'Arguments.{name}', name, tuple(written))}"
        )
    return _whole(texts, "&".join(pairs), _PAIRS, "form")


def _plain_pairs(texts: Texts, values: Mapping[str, tuple[Node, ...]]) -> Body:
    texts.notes["Arguments: hold no “{input}”; the text that you add is not sent"] = None
    fields: dict[str, str | list[str]] = {
        name: texts.value(f"Arguments.{name}", name, run) for name, run in values.items()
    }
    return Body(BodyKind.FORM, form=Form(fields=fields))


def _text(uploader: Uploader, texts: Texts, content_type: str) -> Body:
    escape = uploader.body.lower()
    if not uploader.data:
        texts.notes["Data: is empty; no body is sent"] = None
        return Body(BodyKind.NONE)
    text = texts.data(uploader.data, escape=escape)
    return _whole(texts, text, content_type or _TYPES[uploader.body], escape)


def _whole(texts: Texts, text: str, content_type: str, escape: str) -> Body:
    if texts.files > 1:
        raise RuleBroken("{input}", "stands in the body more than once; the text can be sent once")
    content = Content(
        text=text,
        content_type=content_type,
        escape=escape,  # type: ignore[arg-type] # one of those that there are
    )
    if texts.files:
        return Body(BodyKind.TEMPLATE, content=content)
    texts.notes["{input}: is nowhere in the body; the text that you add is not sent"] = None
    return Body(BodyKind.CONTENT, content=content)


def _with_file(texts: Texts, key: str, name: str, run: tuple[Node, ...]) -> str:
    if _has_input(run):
        return texts.request(key, run, has_file=True)
    return texts.value(key, name, run)


def _has_input(run: tuple[Node, ...]) -> bool:
    return any(
        isinstance(node, Call) and (node.name == "input" or any(map(_has_input, node.parameters)))
        for node in run
    )


def _encoded(text: str) -> str:
    """Return a text as pairs have it, with the marks of codes left as they are."""
    done, out = 0, []
    for mark in MARK.finditer(text):
        out += [quote_plus(text[done : mark.start()]), mark[0]]
        done = mark.end()
    return "".join([*out, quote_plus(text[done:])])


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
