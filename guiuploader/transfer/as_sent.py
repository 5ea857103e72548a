# SPDX-License-Identifier: MIT
"""Write down a request as it stands on the wire, secrets masked, the bytes of files named and not shown."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import requests

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.session import target_of
from guiuploader.sources.source import Source
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.form import request_fields
from guiuploader.transfer.tus_words import OFFSET_TYPE, common_headers
from guiuploader.values.redact import MASK, blank, is_secret_name, printable, redact_pairs

_LONGEST = 4096
"""Characters of one field's value, or of a text, that are shown."""


def request_text(
    request: requests.PreparedRequest,
    filled: FilledRequest,
    sources: Sequence[Source],
    secrets: frozenset[str],
) -> str:
    """Return the head line by line, and what is known of the body."""
    url = request.url or ""
    path, mark, query = target_of(url).partition("?")
    lines = [
        f"{filled.method} {path}{mark}{redact_pairs(query)} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        *(f"{name}: {_shown(name, header_text(value))}" for name, value in request.headers.items()),
        "",
    ]
    files = [_named(source) for source in (*sources, *filled.fixed)]
    if request.body is None:
        pass  # an empty question, or a request that has no body
    elif filled.parts:
        boundary = header_text(request.headers["Content-Type"]).partition("boundary=")[2]
        lines += _form(filled, files, boundary, secrets)
    elif filled.text is not None:
        before, after = (blank(part.decode(), secrets) for part in (filled.text.before, filled.text.after))
        if filled.body is BodyKind.FORM:
            before = redact_pairs(before)
        middle = files[0] if filled.text.file else ""
        lines += (_cut(before) + middle + _cut(after)).split("\n")
    elif filled.body in {BodyKind.TUS, BodyKind.OBJECT_STORE}:
        lines.append(_named(sources[0], header_text(request.headers["Content-Length"])))
    else:
        lines += files
    return "\n".join(printable(line) for line in blank("\n".join(lines), secrets).split("\n"))


def part_text(filled: FilledRequest, source: Source) -> str:
    """Return the request that brings a file to the upload which the one before it makes (tus 1.0)."""
    size = "?" if source.size is None else str(source.size)
    return "\n".join(
        [
            "PATCH <the address that the answer names> HTTP/1.1",
            f"Host: {urlsplit(filled.url).netloc}",
            *(f"{name}: {_shown(name, value)}" for name, value in common_headers(filled)),
            "Upload-Offset: 0",
            f"Content-Length: {size}",
            f"Content-Type: {OFFSET_TYPE}",
            "",
            _named(source),
        ]
    )


def header_text(value: str | bytes) -> str:
    """Return a header's value as text; ours are bytes, those that requests adds are not."""
    return value if isinstance(value, str) else value.decode()


def _form(
    filled: FilledRequest, files: Sequence[str], boundary: str, secrets: frozenset[str]
) -> Iterator[str]:
    fields = request_fields(filled, lambda part: files[part.file or 0])
    for part, field in zip(filled.parts, fields, strict=True):
        yield f"--{boundary}"
        yield from field.render_headers().removesuffix("\r\n").split("\r\n")
        value = part.value
        if value is None:
            content = files[part.file or 0]
        else:
            content = MASK if is_secret_name(part.name) else _cut(blank(value, secrets))
        yield from content.replace("\r\n", "\n").split("\n")
    yield f"--{boundary}--"
    yield ""


def _shown(name: str, value: str) -> str:
    """Return a header's value; of one that signs in only the scheme, of one that looks secret nothing."""
    if not is_secret_name(name):
        return value
    scheme, blank_, rest = value.partition(" ")
    return f"{scheme} {MASK}" if blank_ and rest and name.lower().endswith("authorization") else MASK


def _named(source: Source, size: str = "") -> str:
    size = size or ("?" if source.size is None else str(source.size))
    return f"<{size} bytes of {printable(source.name)}>"


def _cut(text: str) -> str:
    """Shorten a text in which secrets are masked already: half of one would not be found."""
    left_out = len(text) - _LONGEST
    return text if left_out <= 0 else f"{text[:_LONGEST]}… <{left_out} more characters>"
