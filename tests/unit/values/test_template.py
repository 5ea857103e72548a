# SPDX-License-Identifier: MIT
"""The template language: what it takes, what it refuses, and that a value is never parsed again."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.template import Function, TemplateError, compile_template, literal


def refuse(_: Mapping[str, str], parameters: Sequence[str]) -> str:
    raise AssertionError(f"the secret {parameters} was looked up")


def plain_only(text: str) -> None:
    if "!" in text:
        raise TemplateError("no shouting")


FUNCTIONS: Mapping[str, Function[Mapping[str, str]]] = {
    "a": Function(lambda scope, _: scope["a"]),
    "path": Function(lambda scope, _: scope["a"], url_safe="/"),
    "join": Function(lambda _, parameters: "+".join(parameters), most=3),
    "quiet": Function(lambda _, parameters: parameters[0], least=1, most=1, check=plain_only),
    "secret": Function(refuse, least=1, most=1, secret=True),
}


def filled(text: str, a: str = "A") -> str:
    return compile_template(text, FUNCTIONS).fill({"a": a})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""),
        ("x{a}y{A}{ a }", "xAyAA"),
        ("{join}", ""),
        ("{join:}", ""),
        ("{join:x|y|z}", "x+y+z"),
        ("{join:12:30:00}", "12:30:00"),
        ("{join:{join:1|{a}}|{a}}", "1+A+A"),
        ("a|b}c", "a|b}c"),
        (r"\{a\}\\", "{a}\\"),
        (r"{join:\||\}|\{}", "|+}+{"),
        ("end\\", "end\\"),
    ],
)
def test_a_template_is_filled(text: str, result: str) -> None:
    assert filled(text) == result


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x{a", "the “{” before “a” is never closed"),
        ("{join:x|y", "the “{” before “join:x|y” is never closed"),
        ("{join:\\}", "never closed"),
        ("{}", "“{}” is not known here; known are: a, join, path, quiet, secret"),
        ("{b}", "“{b}” is not known here"),
        ("{a:1}", "“{a}” takes 0 parameters, not 1"),
        ("{join:1|2|3|4}", "“{join}” takes 0 to 3 parameters, not 4"),
        ("{quiet}", "“{quiet}” takes 1 parameter, not 0"),
        ("{quiet:oh!}", "no shouting"),
    ],
)
def test_a_wrong_template_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template(text, FUNCTIONS)
    assert message in str(caught.value)


def test_a_check_leaves_alone_what_is_only_known_when_filled() -> None:
    assert filled("{quiet:{a}}", "oh!") == "oh!"


@pytest.mark.parametrize("text", ["{" * 5000, "{join:" * 5000, "{join:" * 5000 + "}" * 5000])
def test_deep_nesting_is_refused_in_words(text: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(text, FUNCTIONS)


def test_as_deep_as_allowed_can_be_filled() -> None:
    assert filled("{join:" * 19 + "{a}" + "}" * 19) == "A"
    with pytest.raises(TemplateError, match="more than 20 deep"):
        compile_template("{join:" * 20 + "{a}" + "}" * 20, FUNCTIONS)


def test_a_message_does_not_repeat_a_huge_name() -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template("{" + "x" * 1_000_000 + "}", FUNCTIONS)
    assert len(str(caught.value)) < 200


@given(st.text())
def test_an_escaped_text_stands_for_itself(text: str) -> None:
    assert filled(literal(text)) == text


@given(st.text(st.sampled_from("{}|:\\ aAjoinsecret!\0é")) | st.text())
def test_any_text_is_a_template_or_a_template_error(text: str) -> None:
    try:
        template = compile_template(text, FUNCTIONS)
    except TemplateError:
        return
    template.fill({"a": "A"}, mask="*")


@given(st.text())
def test_a_value_is_never_parsed_again(value: str) -> None:
    hostile = f"{{secret:x}}{value}|}}\\"
    assert filled("{a}{join:{a}|{a}}", hostile) == f"{hostile}{hostile}+{hostile}"


@given(st.integers(1, 15), st.text(st.sampled_from("xyz")))
def test_a_mask_hides_every_function_around_a_secret(depth: int, beside: str) -> None:
    text = "{join:" * depth + f"{beside}{{secret:x}}" + "}" * depth
    template = compile_template(f"<{text}|{{a}}>", FUNCTIONS)
    assert template.fill({"a": "A"}, mask="***") == "<***|A>"


def test_quoting_is_for_outermost_values_and_knows_what_they_keep() -> None:
    template = compile_template("/{a}/{path}/{join:{a}}", FUNCTIONS)
    assert template.fill({"a": "x"}, quote=lambda value, safe: f"[{value},{safe}]") == "/[x,]/[x,/]/[x,]"


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(TemplateError, match="holds bytes that are no text"):
        filled("{join:{a}}", "x\udce9")


def test_calls_are_told_outer_before_inner() -> None:
    template = compile_template("{join:{a}|{secret:x}}{path}", FUNCTIONS)
    assert [call.name for call in template.calls()] == ["join", "a", "secret", "path"]
