# SPDX-License-Identifier: MIT
"""All texts of a destination that are templates, each with its key and with what it may say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from guiuploader.destinations.destination import BodyKind, Destination, Part
from guiuploader.destinations.sign_in_rules import SIGN_IN_KEYS
from guiuploader.destinations.step import Step
from guiuploader.values.functions import (
    CONTENT_FUNCTIONS,
    HASHES,
    REQUEST_FUNCTIONS,
    SECRET_FUNCTIONS,
    RequestScope,
)
from guiuploader.values.template import Call, Function, compile_template

_OF_BODY: Mapping[BodyKind, tuple[str, ...]] = {
    BodyKind.MULTIPART: ("multipart",),
    BodyKind.BUFFERED: ("multipart",),
    BodyKind.RAW: ("raw",),
    BodyKind.CHUNKED: ("raw",),
    BodyKind.TUS: ("tus",),
    BodyKind.OBJECT_STORE: ("raw",),
    BodyKind.TEMPLATE: ("content",),
    BodyKind.CONTENT: ("content",),
    BodyKind.FORM: ("form",),
    BodyKind.NONE: (),
}
"""The tables that each kind of body is made of."""

BODY_TABLES = frozenset(table for tables in _OF_BODY.values() for table in tables)


@dataclass(frozen=True, slots=True)
class Text:
    """A template; `multiline` says that it may hold line breaks, `has_file` that the file may stand in it."""

    key: str
    text: str
    multiline: bool = False
    has_file: bool = False

    @property
    def functions(self) -> Mapping[str, Function[RequestScope]]:
        """What it may say."""
        return CONTENT_FUNCTIONS if self.has_file else REQUEST_FUNCTIONS

    @property
    def table(self) -> str:
        """The first part of the key."""
        return self.key.partition(".")[0]


def request_texts(destination: Destination) -> Iterator[Text]:
    """Yield the templates that a request could be made of, those of all kinds of body included."""
    yield Text("url", destination.url)
    for name, value in destination.query.items():
        yield Text(f"query.{name}", value)
    for name, value in destination.headers.items():
        yield Text(f"headers.{name}", value)
    for key in SIGN_IN_KEYS:
        yield Text(f"auth.{key}", getattr(destination.auth, key))
    yield from _multipart(destination)
    for key in ("client_key_password", "proxy_username", "proxy_password"):
        yield Text(f"network.{key}", getattr(destination.network, key))
    yield Text("raw.content_type", destination.raw.content_type)
    yield Text("raw.content_disposition", destination.raw.content_disposition)
    yield Text("tus.filename", destination.tus.filename)
    yield Text("tus.filetype", destination.tus.filetype)
    for name, value in destination.tus.metadata.items():
        yield Text(f"tus.metadata.{name}", value)
    has_file = destination.body is BodyKind.TEMPLATE
    yield Text("content.text", destination.content.text, multiline=True, has_file=has_file)
    yield Text("content.content_type", destination.content.content_type)
    yield from _pairs("form.fields", destination.form.fields)
    yield Text("lookup.url", destination.lookup.url)
    yield Text("parts.url", destination.parts.url)
    yield Text("parts.item", destination.parts.item, multiline=True)
    for table, steps in (("before", destination.before), ("after", destination.after)):
        for number, step in enumerate(steps, 1):
            yield from _step(f"{table}[{number}]", step)


def texts_in_use(destination: Destination) -> Iterator[Text]:
    """Yield the templates that this destination's requests are made of."""
    used = _OF_BODY[destination.body]
    for text in request_texts(destination):
        if text.table in used or text.table not in BODY_TABLES:
            yield text


def calls_in_use(destination: Destination) -> Iterator[Call]:
    """Yield every function call of the templates that this destination's requests are made of."""
    return calls_of(texts_in_use(destination))


def secret_names(destination: Destination) -> tuple[str, ...]:
    """Return the names of all secrets the request draws on, in order of first use."""
    return secrets_in(texts_in_use(destination))


def secrets_in(texts: Iterable[Text]) -> tuple[str, ...]:
    """Return the names of the secrets that these templates draw on, in order of first use."""
    found = (call for call in calls_of(texts) if call.name in SECRET_FUNCTIONS)
    return tuple(dict.fromkeys(str(call.parameters[0][0]) for call in found))


def hash_names(destination: Destination) -> frozenset[str]:
    """Return the hashes of the whole file that the request holds, or may be signed with."""
    found = {call.name for call in calls_in_use(destination) if call.name in HASHES}
    # An AWS signature covers the file's hash where the file is the whole body.
    signed = destination.auth.kind == "aws-sigv4" and destination.body in {BodyKind.RAW, BodyKind.CHUNKED}
    return frozenset(found | {"sha256"} if signed else found)


def calls_of(texts: Iterable[Text]) -> Iterator[Call]:
    """Yield every function call of these templates."""
    for text in texts:
        yield from compile_template(text.text, CONTENT_FUNCTIONS).calls()


def _multipart(destination: Destination) -> Iterator[Text]:
    form = destination.multipart
    yield Text("multipart.file_field", form.file_field)
    yield Text("multipart.filename", form.filename)
    yield Text("multipart.content_type", form.content_type)
    for name, value in form.part_headers.items():
        yield Text(f"multipart.part_headers.{name}", value)
    yield from _pairs("multipart.fields", form.fields)
    for number, part in enumerate(form.part, 1):
        yield from _part(f"multipart.part[{number}]", part)


def _part(key: str, part: Part) -> Iterator[Text]:
    yield Text(f"{key}.name", part.name)
    yield Text(f"{key}.value", part.value or "", multiline=True)
    yield Text(f"{key}.filename", part.filename)
    yield Text(f"{key}.content_type", part.content_type)
    for name, value in part.headers.items():
        yield Text(f"{key}.headers.{name}", value)


def given_texts(destination: Destination) -> Iterator[Text]:
    """Yield the templates by which steps and parts find in their replies what they give."""
    for table, steps in (("before", destination.before), ("after", destination.after)):
        for number, step in enumerate(steps, 1):
            for name, value in step.gives.items():
                yield Text(f"{table}[{number}].gives.{name}", value)
    for table, values in (("gives", destination.parts.gives), ("renews", destination.parts.renews)):
        for name, value in values.items():
            yield Text(f"parts.{table}.{name}", value)


def _step(key: str, step: Step) -> Iterator[Text]:
    yield Text(f"{key}.url", step.url)
    for table, pairs in (("query", step.query), ("headers", step.headers)):
        for name, value in pairs.items():
            yield Text(f"{key}.{table}.{name}", value)
    yield Text(f"{key}.text", step.text, multiline=True, has_file=True)
    yield Text(f"{key}.content_type", step.content_type)
    yield from _pairs(f"{key}.fields", step.fields)


def _pairs(table: str, pairs: Mapping[str, str | list[str]]) -> Iterator[Text]:
    for name, values in pairs.items():
        for value in [values] if isinstance(values, str) else values:
            yield Text(f"{table}.{name}", value, multiline=True)
