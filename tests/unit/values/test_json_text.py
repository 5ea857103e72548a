# SPDX-License-Identifier: MIT
"""Values as JSON and back, odd bytes of file names included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.json_text import from_json, to_json

ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates too


@given(st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_any_texts_come_back(texts: dict[str, str]) -> None:
    told = to_json(texts)
    assert told.encode()
    assert from_json(told, dict[str, str]) == texts


@pytest.mark.parametrize("value", ["7", "caf\udce9"])
def test_equal_mappings_give_equal_texts(value: str) -> None:
    assert to_json({"a": "1", "b": value}) == to_json({"b": value, "a": "1"})


@pytest.mark.parametrize("name", ["a.bin", "caf\udce9"])
def test_a_dataclass_comes_back(name: str) -> None:
    problem = Problem(ErrorCode.SOURCE_MISSING, {"path": name, "size": 7}, 404)
    assert from_json(to_json(problem), Problem) == problem


@pytest.mark.parametrize(
    "text", ["", "{", "nonsense", '{"code": "never-heard-of", "facts": {}}', '["\\udce9"]']
)
def test_what_is_no_such_value_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text, Problem)
