# SPDX-License-Identifier: MIT
"""Write bytes so that they stand for themselves inside JSON, XML or an address.

Each way goes byte by byte, so that a stream may be cut anywhere. It raises ValueError for a byte that cannot
be written there at all.
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote_from_bytes

# XML has no way to write these at all (XML 1.0, section 2.2).
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A bare carriage return would be read as a line feed (XML 1.0, section 2.11). The ampersand goes first: the
# others are written with it.
_XML = (
    (b"&", b"&amp;"),
    (b"<", b"&lt;"),
    (b">", b"&gt;"),
    (b'"', b"&quot;"),
    (b"'", b"&#39;"),
    (b"\r", b"&#13;"),
)


def _json(data: bytes) -> bytes:
    # As Latin-1 each byte is a character, and those above ASCII stay as they are.
    return json.dumps(data.decode("latin-1"), ensure_ascii=False)[1:-1].encode("latin-1")


def _xml(data: bytes) -> bytes:
    if found := _NOT_IN_XML.search(data):
        raise ValueError(f"the control character {found[0][0]} cannot stand in XML")
    for char, written in _XML:
        data = data.replace(char, written)
    return data


def _url(data: bytes) -> bytes:
    return quote_from_bytes(data, safe="").encode()


def _form(data: bytes) -> bytes:
    return _url(data).replace(b"%20", b"+")


def _unbroken(data: bytes) -> bytes:
    return data.translate(None, b"\r\n\0")


def plain(data: bytes) -> bytes:
    """Return the bytes as they are."""
    return data


ESCAPES: Mapping[str, Callable[[bytes], bytes]] = {
    "json": _json,
    "xml": _xml,
    "url": _url,
    "form": _form,
    "unbroken": _unbroken,
    "none": plain,
}


def fitting(content_type: str) -> str:
    """Return the name of the way that a media type needs."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith(("/json", "+json")):
        return "json"
    if kind.endswith(("/xml", "+xml", "/html")):
        return "xml"
    return "url" if kind == "application/x-www-form-urlencoded" else "none"
