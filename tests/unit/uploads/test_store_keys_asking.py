# SPDX-License-Identifier: MIT
"""A store's no to a key asks the person for another one, where that helps and doubles nothing."""

import pytest

from guiuploader.sources.store_connection import Named, StoreConnection
from guiuploader.sources.store_keys import blamed
from guiuploader.uploads.asking import connection_keys
from guiuploader.uploads.retry import Next
from guiuploader.uploads.retry_table import STORE_KEYS
from guiuploader.values.errors import ErrorCode, Problem, SourceError
from guiuploader.values.secrets import SecretKey
from tests.unit.uploads.test_retry import failed, judged

CODES = pytest.mark.parametrize("code", sorted(STORE_KEYS))
KEYED = StoreConnection(
    format=1,
    kind="s3",
    endpoint="https://s.example",
    access_key="A",
    secret_key="{secret:one}",
    session_token="{secret:two}",
)


@CODES
def test_another_key_is_asked_for_and_no_attempt_is_spent(code: ErrorCode) -> None:
    verdict = judged(failed(code, status=403, can_ask=True))
    assert (verdict.next, verdict.ask, verdict.spent) == (Next.AGAIN, True, False)


@CODES
def test_where_nobody_is_there_the_row_fails_alone(code: ErrorCode) -> None:
    verdict = judged(failed(code, status=403))
    assert (verdict.next, verdict.ask, verdict.gives_up) == (Next.FAIL, False, False)
    assert not verdict.standing.refused, "the server that uploads go to has no part in it"


@pytest.mark.parametrize("code", [ErrorCode.STORE_WRONG_KEY, ErrorCode.STORE_EXPIRED])
def test_what_may_have_arrived_is_not_sent_again_for_a_key(code: ErrorCode) -> None:
    verdict = judged(failed(code, status=403, can_ask=True, marked=True))
    assert (verdict.next, verdict.may_have_arrived) == (Next.UNCONFIRMED, True)
    repeatable = failed(code, status=403, can_ask=True, marked=True, repeats_are_safe=True)
    assert judged(repeatable).next is Next.AGAIN


def test_the_question_is_for_the_secrets_of_the_connection() -> None:
    refused = SourceError(ErrorCode.STORE_WRONG_KEY, status=403, path="s3://b/k", answer="403")
    problem = blamed(Named("mine", KEYED), refused).problem
    assert connection_keys(problem) == (
        SecretKey("connection mine", "https://s.example", "one"),
        SecretKey("connection mine", "https://s.example", "two"),
    )
    assert (problem.status, problem.facts["path"]) == (403, "s3://b/k")


def test_nobody_is_asked_where_no_secret_of_the_connection_could_help() -> None:
    refused = SourceError(ErrorCode.STORE_WRONG_KEY, path="s3://b/k", answer="403")
    plain = Named("mine", StoreConnection(format=1, kind="s3"))
    assert blamed(plain, refused) is refused
    denied = SourceError(ErrorCode.STORE_DENIED, path="s3://b/k", answer="403")
    assert blamed(Named("mine", KEYED), denied) is denied
    assert connection_keys(Problem(ErrorCode.STORE_DENIED, {})) == ()
