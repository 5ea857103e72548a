# SPDX-License-Identifier: MIT
"""The body that a curl command sends, as the tables of a destination."""

from dataclasses import dataclass, field

from guiuploader.destinations import curl_data
from guiuploader.destinations.curl_address import without_patterns
from guiuploader.destinations.curl_form import Field, curl_type, field_of
from guiuploader.destinations.curl_headers import Headers
from guiuploader.destinations.curl_options import Options
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.destination import BodyKind, Content, Multipart, Part, Raw
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.values.template import literal

_PAIRS = "application/x-www-form-urlencoded"
_FORM = "multipart/form-data"
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class BodySaid:
    """The kind of body and its table; `files` are those that it uploads, “-” for standard input.

    `content_type` is that of a body without anything in it.
    """

    kind: BodyKind
    method: str
    multipart: Multipart = field(default_factory=Multipart)
    raw: Raw = field(default_factory=Raw)
    content: Content = field(default_factory=Content)
    files: tuple[str, ...] = ()
    content_type: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a body is understood: with `as_named`, the types of files are those that curl guesses."""

    secrets: Secrets
    read: curl_data.Read
    as_named: bool


def body(options: Options, headers: Headers, reading: Reading) -> BodySaid:
    """Return what a command sends. Raises RuleBroken."""
    has_data = options.has_any(*curl_data.OPTIONS)
    has_form = options.has_any("form", "form-string")
    has_upload = options.has("upload-file")
    if has_data + has_form + has_upload - (has_data and options.is_on("get")) > 1:
        raise RuleBroken(
            "the command", "sends a form, data or a file alone; more than one of them does not go"
        )
    if has_form:
        found = _form(options, headers, reading)
    elif has_upload:
        found = _upload(options, headers)
    elif has_data and not options.is_on("get"):
        found = _data(options, headers, reading)
    else:
        found = BodySaid(BodyKind.NONE, "GET", content_type=headers.content_type or "")
    if headers.chunked and found.kind not in {BodyKind.CHUNKED, BodyKind.NONE}:
        raise RuleBroken("--header", "Transfer-Encoding: chunked is known here for a file alone")
    if options.is_on("head") and found.kind is not BodyKind.NONE and not options.has("request"):
        raise RuleBroken("--head", "is for a request without a body")
    return found


def _upload(options: Options, headers: Headers) -> BodySaid:
    given = options.all("upload-file")
    if len(given) > 1:
        raise RuleBroken("--upload-file", "one file can be sent by one command; its PATHs may be many")
    path = given[0].value
    if not options.is_on("globoff"):
        path = without_patterns(path, "--upload-file")
    if not path:
        raise RuleBroken("--upload-file", "names no file")
    is_input = path in {".", curl_data.INPUT}
    kind = BodyKind.CHUNKED if headers.chunked or is_input else BodyKind.RAW
    raw = Raw(content_type=literal(headers.content_type or ""))
    return BodySaid(kind, "PUT", raw=raw, files=(curl_data.INPUT if is_input else path,))


def _data(options: Options, headers: Headers, reading: Reading) -> BodySaid:
    """Return a text; the first file in it is the one that is uploaded, others become part of the text."""
    pieces = curl_data.pieces(options)
    usual = "application/json" if options.has("json") else _PAIRS
    media_type = usual if headers.content_type is None else headers.content_type
    place = next((number for number, piece in enumerate(pieces) if piece.file is not None), None)
    if place is None:
        text = curl_data.whole_text(pieces, reading.read)
        if not text:
            return BodySaid(BodyKind.NONE, "POST", content_type=media_type)
        template = reading.secrets.text(text, escape="none")
        content = Content(text=template, content_type=literal(media_type), escape="none")
        return BodySaid(BodyKind.CONTENT, "POST", content=content)
    file = pieces[place]
    files = (file.file or curl_data.INPUT,)
    if len(pieces) == 1 and file.way == "none":
        kind = BodyKind.CHUNKED if headers.chunked else BodyKind.RAW
        return BodySaid(kind, "POST", raw=Raw(content_type=literal(media_type)), files=files)
    before, after = (
        reading.secrets.text(curl_data.whole_text(part, reading.read), escape=file.way)
        for part in (pieces[:place], pieces[place + 1 :])
    )
    content = Content(
        text=f"{before}{{file:text}}{after}",
        content_type=literal(media_type),
        escape=file.way,  # type: ignore[arg-type] # one of those that there are
    )
    return BodySaid(BodyKind.TEMPLATE, "POST", content=content, files=files)


def _form(options: Options, headers: Headers, reading: Reading) -> BodySaid:
    if headers.content_type is not None and not headers.content_type.lower().startswith(_FORM):
        raise RuleBroken("--header", f"the Content-Type of a form is {_FORM}, with its boundary")
    fields = [
        field_of(each.value, plain=each.name == "form-string") for each in options.all("form", "form-string")
    ]
    if options.is_on("form-escape") and any('"' in each.name for each in fields):
        raise RuleBroken("--form-escape", "a field's name with a quote cannot be written so here")
    files = tuple(each.upload for each in fields if each.upload is not None)
    form = Multipart(
        part=[_part(each, reading) for each in fields],
        files_per_request=max(1, len(files)),
        filename_escaping="backslash" if options.is_on("form-escape") else "browser",
    )
    notes = tuple(
        f"--form: “{each[:40]}” is not known and left out" for said in fields for each in said.unknown
    )
    return BodySaid(BodyKind.MULTIPART, "POST", multipart=form, files=files, notes=notes)


def _part(said: Field, reading: Reading) -> Part:
    headers = {}
    for line in said.headers:
        name, colon, text = line.partition(":")
        if not colon:
            raise RuleBroken("--form", "“headers=” needs a header such as X-Name: VALUE")
        headers[name.strip()] = reading.secrets.header(name.strip(), text.strip())
    if said.encoder:
        headers["Content-Transfer-Encoding"] = literal(said.encoder)
    path = said.upload if said.upload is not None else said.text_of
    media_type = said.content_type or curl_type(said.filename) or curl_type(path or "")
    value = None
    if said.upload is not None:
        usual = _UNKNOWN if reading.as_named else ""
        media_type = (media_type if reading.as_named else said.content_type) or usual
    elif said.text_of is not None:
        value = literal(curl_data.text_of(said.text_of, "--form", reading.read))
    else:
        value = reading.secrets.field(said.name, said.value)
    if said.upload is None and not said.filename and not said.content_type and media_type == "text/plain":
        media_type = ""  # curl does not say of a plain field that it is one
    return Part(
        name=literal(said.name),
        value=value,
        upload=said.upload is not None,
        filename=literal(said.filename),
        content_type=literal(media_type),
        headers=headers,
    )
