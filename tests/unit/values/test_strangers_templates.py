# SPDX-License-Identifier: MIT
"""Functions that may be a stranger's: patterns as .NET writes them, XPath, and a clock over both."""

import datetime as dt
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiuploader.values import patterns, xml_paths
from guiuploader.values.functions import REPLY_FUNCTIONS, REQUEST_FUNCTIONS, ReplyScope, RequestScope
from guiuploader.values.template import TemplateError, compile_template

AT_LENGTH = settings() if settings().max_examples > 2_000 else settings.get_profile("importers")
AMPLE = 10.0  # seconds, many times what the clocks allow
LINK = "https://i.example/x"
XML = "<r xmlns:q='u'><a b='1'>t<c>u</c></a><a>z</a></r>"
SCOPE = RequestScope(
    filename="Ü 1.txt",
    relpath="Ü 1.txt",
    size=1,
    content_type="text/plain",
    uuid="id",
    now=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC),
    variables={},
    environment={},
    secret=str,
    digest=str.encode,
)


def reply(text: str, body: str) -> str:
    scope = ReplyScope(body, {"x": "h=1"}, url="https://up.example/in", filename="Ü 1.txt")
    return compile_template(text, REPLY_FUNCTIONS).fill(scope)


@pytest.mark.parametrize(
    ("text", "pattern", "group", "found"),
    [
        ("ab12", r"(?<n>[a-z]+)(\d+)", "0", "ab12"),
        ("ab12", r"(?<n>[a-z]+)(\d+)", "1", "12"),
        ("ab12", r"(?'n'[a-z]+)(\d+)", "2", "ab"),
        ("ab12", r"(?<n>[a-z]+)(\d+)", "n", "ab"),
        ("aeb", "[a-z-[aeiou]]+", "0", "b"),
        ("a[b", "[[]b", "0", "[b"),
        ("x]y", "[]]y", "0", "]y"),
        ("ab", "[^]]b", "0", "ab"),
        ("xaa", r"(?<c>a)\k<c>", "0", "aa"),
        ("xaa", r"(?<c>a)\k'c'", "0", "aa"),
        ("a\n", r"a\Z", "0", "a"),
        ("a{,2}", "a{,2}", "0", "a{,2}"),
        ("bcdy", "(?<=a|bcd)y", "0", "y"),
        ("a&&b", "[a&&b]+", "0", "a&&b"),
        ("b", "(a)?b", "1", ""),
    ],
)
def test_patterns_are_read_as_dotnet_does(text: str, pattern: str, group: str, found: str) -> None:
    assert patterns.first_match(text, pattern, group) == found


@pytest.mark.parametrize(
    ("text", "pattern", "group", "message"),
    [
        ("a", "b", "0", "nowhere in the text"),
        ("a", "a", "1", "no group “1”"),
        ("a", "a", "x", "no group “x”"),
        ("a", "(", "0", "missing )"),
        ("a", "a" * 2001, "0", "2000 characters at most"),
        ("a", "((a{999}){999}){999}", "0", "repeats too much"),
        ("a", f"({'ab|' * 600}c){{999}}", "0", "repeats too much"),
        ("a", "(" * 900 + ")" * 900, "0", "that can be followed"),
        ("a", "(?<x-y>a)", "0", "balancing group"),
        ("a" * 5000 + "b", "(a+)+$", "0", "took longer than 1 s"),
    ],
)
def test_a_pattern_that_does_not_do_says_why(text: str, pattern: str, group: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError, match=message.replace("(", "\\(").replace(")", "\\)")):
        patterns.first_match(text, pattern, group)
    assert time.monotonic() - start < AMPLE


@pytest.mark.parametrize(
    ("path", "found"),
    [("/r/a", "tu"), ("//a[2]", "z"), ("/r/a/@b", "1"), ("string(//c)", "u"), ("count(//a)", "2")],
)
def test_an_xpath_finds_the_first_nodes_text(path: str, found: str) -> None:
    assert xml_paths.first_text(XML, path) == found


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (XML, "//zz", "has no “//zz”"),
        (XML, "//a[", "is not an XPath"),
        (XML, "a" * 1001, "1000 characters at most"),
        ("{}", "//a", "is not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "//a", "defines entities"),
        ("<r>" + "<a><b/></a>" * 20_000 + "</r>", "//*[count(//*[count(//*)=1])=1]", "took longer than 1 s"),
        ("<r>" + "<a/>" * 20_000 + "</r>", "//*[not(preceding::*=following::*)]", "took longer than 1 s"),
        ("<a>" * 20_000 + "</a>" * 20_000, "//*[ancestor::*[ancestor::zz]]", "took longer|no “"),
    ],
)
def test_an_xpath_that_does_not_do_says_why(text: str, path: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError, match=message):
        xml_paths.first_text(text, path)
    assert time.monotonic() - start < AMPLE


MANY = json.dumps([[[[[[[[0] * 3] * 5] * 5] * 5] * 5] * 5] * 3, {"a": {"b": LINK}}])


@pytest.mark.parametrize(
    "path", ["$..*..*..*..*..zz", "$..[?count($..*)>999999999].a", "$..[?@..*..*..*..*..c]"]
)
def test_a_json_path_without_end_is_stopped(path: str) -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError, match="took longer than 1 s"):
        reply(f"{{json:{path}}}", MANY)
    assert time.monotonic() - start < AMPLE


def test_a_json_path_may_look_everywhere() -> None:
    assert reply("{json:$..b}", MANY) == LINK


@pytest.mark.parametrize(
    ("text", "body", "found"),
    [
        ("{regex:a(.)|1}", "xab", "b"),
        ("{regex:{header:x}|=(.)|1}", "", "1"),
        ("{json:{json:a}|b}", '{"a": "{\\"b\\": 5}"}', "5"),
        ("{json:$.[0].a}", '[{"a": "x"}]', "x"),
        ("{xml:{response}|//a}", "<a>b</a>", "b"),
        ("{responseurl}/{filename}", "", "https://up.example/in/%C3%9C%201.txt"),
    ],
)
def test_a_reply_is_read_by_functions_in_one_another(text: str, body: str, found: str) -> None:
    assert reply(text, body) == found


def test_a_request_has_functions_that_need_nothing_but_their_words() -> None:
    text = "{base64:{filename}} {random:a|a} {characters:x|3} {rfc8187:{filename}} {unix}"
    filled = compile_template(text, REQUEST_FUNCTIONS).fill(SCOPE)
    assert filled == "w5wgMS50eHQ= a xxx UTF-8''%C3%9C%201.txt 1795348800"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ab{c", "the “{” before “c” is never closed \\(at character 3\\)"),
        ("a{zz}", "“{zz}” is not known here.*\\(at character 3\\)"),
        ("a{prompt:x}", "described in \\[variables.NAME\\]"),
        ("{characters:|3}", "none to choose from"),
        ("{characters:a|-1}", "no number of characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        compile_template(text, REQUEST_FUNCTIONS).fill(SCOPE)


PIECES = st.sampled_from(
    [
        *"{}|\\:ab1[]()+*?^$",
        "{json:",
        "{regex:",
        "{xml:",
        "{base64:",
        "{random:",
        "//a",
        "$..a",
        "(?<n>",
        "{9}",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30))


@given(TEXTS, st.one_of(TEXTS, st.sampled_from([XML, '{"a": [1, {"b": "x"}]}', "[" * 50])))
@settings(AT_LENGTH)
def test_any_template_is_filled_or_told_of(text: str, body: str) -> None:
    start = time.monotonic()
    try:
        reply(text, body)
    except TemplateError as error:
        told = str(error)
    else:
        told = "no mistake"
    assert told
    assert time.monotonic() - start < AMPLE
