# SPDX-License-Identifier: MIT
"""What a template may say of a file among others, and of the whole of one."""

import base64
import hashlib
from dataclasses import replace

import pytest

from guiuploader.values.functions import (
    CONTENT_FUNCTIONS,
    HASHES,
    REPLY_FUNCTIONS,
    REQUEST_FUNCTIONS,
    ReplyScope,
)
from guiuploader.values.template import TemplateError, compile_template
from tests.unit.values.test_functions import SCOPE, request

HASHED = replace(SCOPE, digest=lambda name: hashlib.new(name, b"content").digest())
MANY = '{"files": [{"url": "a"}, {"url": "b"}, {"url": "c"}]}'


@pytest.mark.parametrize("name", HASHES)
def test_a_hash_is_in_hex_or_in_base64(name: str) -> None:
    digest = hashlib.new(name, b"content").digest()
    assert request(f"{{{name}}}", HASHED) == digest.hex()
    assert request(f"{{{name}:base64}}", HASHED) == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("text", "result"), [("{index}", "4"), ("{index:0}", "4"), ("{index:1}", "5"), ("{index:100}", "104")]
)
def test_files_are_counted_from_any_number(text: str, result: str) -> None:
    assert request(text) == result
    reply = compile_template(text, REPLY_FUNCTIONS).fill(ReplyScope("", {}, 4))
    assert reply == result


@pytest.mark.parametrize(("index", "url"), [(0, "a"), (2, "c")])
def test_a_reply_is_searched_for_the_file_of_this_number(index: int, url: str) -> None:
    template = compile_template("{json:$.files[{index}].url}", REPLY_FUNCTIONS)
    assert template.fill(ReplyScope(MANY, {}, index)) == url


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{index:one}", "is no number to count from"),
        ("{index:-1}", "is no number to count from"),
        ("{index:}", "is no number to count from"),
        ("{index:1|2}", "takes 0 to 1 parameters"),
        (f"{{index:{'9' * 5000}}}", "is no number to count from"),
        ("{sha256:hex}", "is not known here; known: base64"),
        ("{md5:base64|base64}", "takes 0 to 1 parameters"),
        ("{sha3}", "is not known here"),
        ("{file:base64}", "is not known here"),
    ],
)
def test_what_makes_no_sense_is_found_before_anything_is_sent(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        compile_template(text, REQUEST_FUNCTIONS)


@pytest.mark.parametrize("number", ["x", "9" * 5000, "٣"])
def test_a_number_that_is_filled_in_and_none_is_an_error_of_the_template(number: str) -> None:
    scope = replace(SCOPE, variables={"n": number})
    with pytest.raises(TemplateError, match="is no number to count from"):
        request("{index:{var:n}}", scope)


def test_the_file_itself_stands_by_itself_in_a_text() -> None:
    template = compile_template("{file:base64}", CONTENT_FUNCTIONS)
    with pytest.raises(TemplateError, match="must stand by itself"):
        template.fill(SCOPE)
    with pytest.raises(TemplateError, match="known: base64, text"):
        compile_template("{file:hex}", CONTENT_FUNCTIONS)
