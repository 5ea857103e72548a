# SPDX-License-Identifier: MIT
"""Secrets in a text, in every form that a server's language may give them."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.disguises import pattern
from guiuploader.values.redact import MASK, blank

SECRET = "a/b\"c'd<e&f+gü€😀 h"


def go(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")[1:-1]


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with its letters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "PHP's JSON": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON in capitals": lambda text: json.dumps(text)[1:-1].replace("\\u20ac", "\\u20AC"),
    "Go's JSON": go,
    "Flask's JSON": lambda text: go(text).replace("'", "\\u0027"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "percent": lambda text: quote(text, safe=""),
    "percent with slashes": quote,
    "percent in small letters": lambda text: re.sub(
        "%..", lambda found: found[0].lower(), quote(text, safe="")
    ),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "a form": quote_plus,
    "JavaScript's encodeURI": lambda text: quote(text, safe=";,/?:@&=+$-_.!~*'()#"),
    "HTML": html.escape,
    "HTML without quotes": lambda text: html.escape(text, quote=False),
    "Go's HTML": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "PHP's HTML": lambda text: html.escape(text).replace("&#x27;", "&#039;").replace("+", "&#43;"),
    "JSON of HTML": lambda text: json.dumps(html.escape(text))[1:-1],
    "HTML in HTML": lambda text: html.escape(html.escape(text)),
    "misread": lambda text: text.encode().decode("latin-1"),
    "misread in JSON": lambda text: json.dumps(text.encode().decode("latin-1"))[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 behind a user": lambda text: base64.b64encode(b"me:" + text.encode()).decode(),
    "base64 behind a longer user": lambda text: base64.b64encode(b"them:" + text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(text.encode() * 3).decode().rstrip(),
    "base64 in PHP's JSON": lambda text: base64.b64encode(text.encode()).decode().replace("/", "\\/"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_however_it_is_written(form: str) -> None:
    written = FORMS[form](SECRET)
    shown = blank(f"before {written} after", frozenset({SECRET}))
    assert MASK in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert written[8:-8] not in shown


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=10), st.sampled_from(sorted(FORMS)))
def test_no_secret_passes_as_a_whole(secret: str, form: str) -> None:
    written = FORMS[form](secret)
    assert written not in blank(f"<{written}>", frozenset({secret})).removeprefix("<").removesuffix(">") or (
        written in MASK
    )


def test_empty_secrets_hide_nothing_and_short_ones_only_themselves() -> None:
    assert pattern(frozenset({""})) is None
    assert blank("a&b %61 a%26b", frozenset({"a&b"})) == "*** %61 a%26b"


@pytest.mark.parametrize(
    "text", ["\\" * 200_000, "%25" * 70_000, "&amp;" * 50_000, "&#" + "0" * 200_000, "a/" * 100_000]
)
def test_no_text_makes_the_search_slow(text: str) -> None:
    secrets = frozenset({'/&"\\ü/secret', "a/a/a/a/b"})
    assert blank(text, secrets) == text  # a search that is quadratic would take minutes
