# SPDX-License-Identifier: MIT
"""Whatever bytes are written for a format are read back by that format's own reader."""

import json
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.escapes import ESCAPES, fitting

texts = st.text(st.characters(exclude_categories=["Cs"]))
in_xml = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"))
cuts = st.integers(0, 50)


@given(texts)
def test_json_reads_back_any_text(text: str) -> None:
    assert json.loads(b'"' + ESCAPES["json"](text.encode()) + b'"') == text


@given(in_xml.filter(lambda text: not set(text) & {"\ufffe", "\uffff"}))
def test_xml_reads_back_any_text_that_it_can_hold(text: str) -> None:
    element = ET.fromstring(b"<a>" + ESCAPES["xml"](text.encode()) + b"</a>")  # noqa: S314 - our own text
    assert (element.text or "") == text


@given(texts)
def test_an_address_reads_back_any_text(text: str) -> None:
    escaped = ESCAPES["url"](text.encode()).decode()
    assert parse_qs(f"a={escaped}", keep_blank_values=True) == {"a": [text]}


@given(st.binary())
def test_an_address_holds_any_byte(data: bytes) -> None:
    assert unquote_to_bytes(ESCAPES["url"](data)) == data
    assert ESCAPES["none"](data) == data


@pytest.mark.parametrize("data", [b"\0", b"a\x0bb", b"\x1f"])
def test_what_xml_cannot_hold_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot stand in XML"):
        ESCAPES["xml"](data)


@given(st.binary(), cuts)
@pytest.mark.parametrize("way", list(ESCAPES))
def test_a_stream_may_be_cut_anywhere(way: str, data: bytes, at: int) -> None:
    escape = ESCAPES[way]
    if way == "xml":
        data = data.translate(None, bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32)))
    assert escape(data[:at]) + escape(data[at:]) == escape(data)


@pytest.mark.parametrize(
    ("content_type", "way"),
    [
        ("application/json", "json"),
        ("Application/JSON; charset=utf-8", "json"),
        ("application/vnd.api+json", "json"),
        ("text/xml", "xml"),
        ("application/soap+xml ; action=x", "xml"),
        ("image/svg+xml", "xml"),
        ("text/html", "xml"),
        ("application/x-www-form-urlencoded", "url"),
        ("text/plain", "none"),
        ("application/jsonish", "none"),
        ("", "none"),
    ],
)
def test_a_media_type_says_which_way_fits(content_type: str, way: str) -> None:
    assert fitting(content_type) == way
