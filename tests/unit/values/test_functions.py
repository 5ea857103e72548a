# SPDX-License-Identifier: MIT
"""What templates may draw on, for requests and for replies that mean harm."""

import contextlib
import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.functions import REPLY_FUNCTIONS, REQUEST_FUNCTIONS, ReplyScope, RequestScope
from guiuploader.values.template import TemplateError, compile_template

SCOPE = RequestScope(
    filename="Bericht.tar.gz",
    relpath="2024/Bericht.tar.gz",
    size=12,
    content_type="application/gzip",
    uuid="0b7e",
    now=dt.datetime(2024, 2, 29, 13, 5, tzinfo=dt.UTC),
    variables={"id": "7"},
    environment={"TEAM": "blue", "RAW": "\udcff"},
    secret=lambda name: f"<{name}>",
    digest=lambda name: f"[{name}]".encode(),
    index=4,
)


def request(text: str, scope: RequestScope = SCOPE) -> str:
    return compile_template(text, REQUEST_FUNCTIONS).fill(scope)


def reply(text: str, body: str) -> str:
    return compile_template(text, REPLY_FUNCTIONS).fill(ReplyScope(body, {"location": "/f/1"}))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{filename} {stem} {ext} {relpath}", "Bericht.tar.gz Bericht.tar gz 2024/Bericht.tar.gz"),
        ("{size} {content_type} {uuid}", "12 application/gzip 0b7e"),
        ("{date} {date:%H:%M} {date:}", "2024-02-29 13:05 "),
        ("{var:id} {env:TEAM} {secret:token}", "7 blue <token>"),
    ],
)
def test_a_request_knows_its_file(text: str, result: str) -> None:
    assert request(text) == result


def test_an_unknown_size_is_empty() -> None:
    assert request("[{size}]", replace(SCOPE, size=None)) == "[]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{env:HOME}", "the environment has no GUIUPLOADER_VAR_HOME"),
        ("{env:RAW}", "holds bytes that are no text"),
        ("{date:\ud800}", "is no form of a date"),
    ],
)
def test_a_value_that_cannot_be_had_is_said(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        request(text)


def test_a_variable_without_a_value_is_a_key_error_with_its_name() -> None:
    with pytest.raises(KeyError, match="other"):
        request("{var:other}")


@given(st.text(st.sampled_from("%0123456789EO-_^#YmdHMSjxXcGVu é"), max_size=20))
def test_any_form_of_a_date_is_filled_or_refused(form: str) -> None:
    try:
        text = compile_template(f"{{date:{form}}}", REQUEST_FUNCTIONS).fill(SCOPE)
    except TemplateError:
        return
    assert len(text) < 10_000


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{response}", '{"data": {"link": "/a", "n": 3.5, "yes": true, "none": null}, "all": [{"u": 1}]}'),
        ("{json:data.link}", "/a"),
        ("{json:$.data.n}", "3.5"),
        ("{json:data['yes']}", "true"),
        ("[{json:data.none}]", "[]"),
        ("{json:$['all'][0].u} {json:$.all[?@.u==1].u}", "1 1"),
        ("{header:Location}", "/f/1"),
    ],
)
def test_a_reply_is_read(text: str, result: str) -> None:
    body = '{"data": {"link": "/a", "n": 3.5, "yes": true, "none": null}, "all": [{"u": 1}]}'
    assert reply(text, body) == result


def test_a_reply_that_is_a_list_is_read() -> None:
    assert reply("{json:[1].url}", '[{}, {"url": "/b"}]') == "/b"


def test_the_last_of_two_equal_keys_counts() -> None:
    assert reply("{json:a}", '{"a": 1, "a": 2}') == "2"


def test_a_long_number_keeps_its_digits() -> None:
    assert reply("{json:id}", '{"id": 12345678901234567890}') == "12345678901234567890"


@pytest.mark.parametrize(
    ("text", "body", "message"),
    [
        ("{json:a}", "<html>", "the reply is not JSON"),
        ("{json:a}", "", "the reply is not JSON"),
        ("{json:a}", "[" * 100_000, "the reply is not JSON"),
        ("{json:a}", '{"a":' * 100_000, "the reply is not JSON"),
        ("{json:a}", '{"a": ' + "9" * 5000 + "}", "the reply is not JSON"),
        ("{json:a}", '{"a": NaN}', "not a number that can be written"),
        ("{json:a}", '{"a": 1e999}', "not a number that can be written"),
        ("{json:a}", '{"a": -Infinity}', "not a number that can be written"),
        ("{json:a}", '{"a": {"b": 1}}', "not a single value"),
        ("{json:a}", "{}", "the reply's JSON has no “a”"),
        ("{json:$..x}", "[" * 500 + "]" * 500, "cannot be followed"),
        ("{json:{header:location}}", "{}", "is not a JSON path"),
        ("{header:X-No}", "", "the reply has no header “X-No”"),
    ],
)
def test_a_reply_without_it_is_said(text: str, body: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        reply(text, body)


@pytest.mark.parametrize(
    "path",
    ["a b", "", "$[?match(@.a, 'x+')]", "$[?search(@.a, 'x')]", "$[?@.a==1e9999]", "$[" + "?" + "!" * 3000],
)
def test_a_path_that_is_none_is_refused_before_anything_is_sent(path: str) -> None:
    with pytest.raises(TemplateError, match="is not a JSON path"):
        compile_template(f"{{json:{path}}}", REPLY_FUNCTIONS)


@given(st.text(st.sampled_from("$.[]*?@'\"()=<>!&|,:-0123456789eE abx\\u{}é"), max_size=40))
def test_any_path_is_followed_or_refused(path: str) -> None:
    with contextlib.suppress(TemplateError):
        reply(f"{{json:{path}}}", '{"a": [1, {"b": "x"}], "x": {"a": null}}')


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from(["a", "$", "[0]", "$..a", "$..*", "$[?@.a > 1]", "$[-1:]"]))
def test_any_reply_is_read_or_refused(document: object, path: str) -> None:
    with contextlib.suppress(TemplateError):
        reply(f"{{json:{path}}}", json.dumps(document))
