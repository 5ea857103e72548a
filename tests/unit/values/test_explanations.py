# SPDX-License-Identifier: MIT
"""Every error code has words that read well, and every code is raised somewhere with the facts they need."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiuploader.values.errors import ErrorCode, Problem, TransferCancelled
from guiuploader.values.explanations import _TEXTS, explain

PACKAGE = Path(__file__).resolve().parents[3] / "guiuploader"
FRAGMENTS = {"plain": "it broke", "closed": "It broke.", "asking": "It says: really?"}


def placeholders(code: ErrorCode) -> set[str]:
    return {name for text in _TEXTS[code] for _, name, _, _ in string.Formatter().parse(text) if name}


def raised() -> Iterator[tuple[str, ErrorCode, ast.Call | None]]:
    """Yield each use of a code outside the lists of codes, and the call around it that names its facts."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in {"explanations.py", "refusals.py", "store_words.py"}:
            continue
        tree = ast.parse(path.read_bytes())
        inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for top in inside if path.name == "errors.py" else [tree]:
            calls = {
                id(node.args[0]): node for node in ast.walk(top) if isinstance(node, ast.Call) and node.args
            }
            for node in ast.walk(top):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ErrorCode":
                    where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    yield where, ErrorCode[node.attr], calls.get(id(node))


def given_facts(call: ast.Call) -> set[str] | None:
    """Return the names of the facts in `Error(code, a=…)` or `Problem(code, {"a": …})`, if it shows them."""
    if len(call.args) > 1 and isinstance(call.args[1], ast.Dict):
        return {str(ast.literal_eval(key)) for key in call.args[1].keys if key}
    names = {keyword.arg for keyword in call.keywords}
    clear = len(call.args) == 1 and None not in names
    return {str(name) for name in names} if clear else None


def test_every_code_has_words() -> None:
    assert set(_TEXTS) == set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
@pytest.mark.parametrize("fragment", FRAGMENTS.values(), ids=FRAGMENTS)
def test_every_explanation_is_whole_sentences(code: ErrorCode, fragment: str) -> None:
    facts: dict[str, str | int] = dict.fromkeys(placeholders(code), "value") | {"status": 413}
    facts |= {name: fragment for name in ("reason", "message") if name in facts}
    explanation = explain(Problem(code, facts, 413))
    assert explanation.title
    for text in (explanation.title, explanation.detail, explanation.advice):
        assert not text or re.search(r"[^.!?][.!?]$", text), text
        assert not text or text == text.strip()
    assert not re.search(r"  |\.\.|[!?]\.|[{}]|“”| [.,;:!?](?!\w)", str(explanation))


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_is_raised_somewhere(code: ErrorCode) -> None:
    assert code in {used for _, used, _ in raised()}


def test_every_raiser_gives_the_facts_that_the_words_need() -> None:
    lacking = [
        f"{where} lacks {sorted(missing)}"
        for where, code, call in raised()
        if call
        and (facts := given_facts(call)) is not None
        and not ast.unparse(call.func).startswith(("_refused", "isinstance"))
        and (missing := placeholders(code) - {"status"} - facts)
    ]
    assert lacking == []


def test_a_server_that_said_nothing_leaves_no_gap() -> None:
    facts: dict[str, str | int] = {"message": "", "amount": 7, "method": "POST", "allowed": "none"}
    assert explain(Problem(ErrorCode.NOT_FOUND, facts, 404)).detail == ""
    assert explain(Problem(ErrorCode.TOO_LARGE, facts, 413)).detail == "7 bytes were refused."


def test_facts_are_foreign_text_and_stay_on_one_line() -> None:
    facts = {"path": "a\nb\u202e{path}\x1b[31m.txt"}
    detail = explain(Problem(ErrorCode.SOURCE_MISSING, facts)).detail
    assert detail == "“a�b�{path}�[31m.txt”."


def test_a_translation_is_filled_like_the_original() -> None:
    words = {"No server has the name {host}.": "Kein Server heißt {host}"}
    problem = Problem(ErrorCode.NAME_NOT_FOUND, {"host": "a.example"})
    assert explain(problem, lambda text: words.get(text, text)).title == "Kein Server heißt a.example."


def test_a_cancelled_upload_needs_only_its_title() -> None:
    problem = TransferCancelled().problem
    assert str(explain(problem)) == "You cancelled this upload."
    assert not problem.retryable
    assert not problem.unconfirmed


def test_no_code_is_both_safe_to_repeat_and_unconfirmed() -> None:
    problems = [Problem(code, {}) for code in ErrorCode]
    assert any(problem.retryable for problem in problems)
    assert any(problem.unconfirmed for problem in problems)
    assert not any(problem.retryable and problem.unconfirmed for problem in problems)
