# SPDX-License-Identifier: MIT
"""AWS profiles that sign in first: who gives their keys, how long those hold, and what is said otherwise."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from botocore.credentials import SSOProvider
from botocore.tokens import SSOTokenProvider

from guiuploader.sources.object_store import StoreObject, take_in_objects
from guiuploader.sources.store_address import parse_address
from guiuploader.sources.store_connection import ConnectionLibrary, Named, StoreConnection
from guiuploader.sources.store_keys import StoreKeys, s3_keys
from guiuploader.sources.stores import Stores
from guiuploader.values.errors import ErrorCode, Problem, SourceError
from guiuploader.values.explanations import explain
from guiuploader.values.redact import MASK
from guiuploader.values.secrets import SecretStore, no_keychain
from tests.helpers.scripted_aws import ScriptedAws
from tests.helpers.scripted_store import ACCESS, REGION, SECRET, ScriptedStore, Stored

MIB = 1024 * 1024
AWAY = "http://127.0.0.1:9"
REFRESH = pytest.mark.expected_log(r"botocore\.(credentials|tokens): Refreshing \w+( credentials)? failed")
NOBODY = SecretStore(no_keychain, {})


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for provider in (SSOProvider, SSOTokenProvider):  # they looked up the home when they were imported
        monkeypatch.setattr(provider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / ".aws" / "sso" / "cache"))
    with closing(ScriptedAws(tmp_path)) as made:
        yield made


def keys(profile: str) -> StoreKeys:
    return s3_keys(Named("it", StoreConnection(format=1, kind="s3", profile=profile)), NOBODY)


def failure(ask: Callable[[], object]) -> Problem:
    with pytest.raises(SourceError) as caught:
        ask()
    return caught.value.problem


def test_a_role_is_taken_once_for_all_that_ask(aws: ScriptedAws) -> None:
    found = keys("role")
    assert (found.access_key, found.secret_key, found.session_token) == (ACCESS, SECRET, "token-1")
    assert found.region == REGION
    assert keys("role").session_token == "token-1"
    (asked,) = aws.server.requests
    assert b"RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbackup" in asked.body


def test_single_sign_on_gives_keys(aws: ScriptedAws) -> None:
    aws.signed_on()
    assert keys("boss").session_token == "token-1"


def test_a_sign_on_that_ends_soon_is_renewed(aws: ScriptedAws) -> None:
    aws.signed_on(lasting=60, refresh="r1")
    assert keys("boss").session_token == "token-1"
    assert [each.method for each in aws.server.requests] == ["POST", "GET"]
    assert aws.server.requests[1].header("x-amz-sso_bearer_token") == "sign-on-2"


def test_a_program_gives_keys(aws: ScriptedAws) -> None:
    assert keys("program").session_token == "of-the-program"
    assert not aws.server.requests


@REFRESH
@pytest.mark.parametrize("token", [None, "outdated"])
def test_a_sign_on_that_is_over_says_how_to_do_it_again(aws: ScriptedAws, token: str | None) -> None:
    if token:
        aws.signed_on(token)
    problem = failure(lambda: keys("boss"))
    assert problem.code is ErrorCode.STORE_SIGN_IN_OVER
    assert "“aws sso login --profile boss”" in explain(problem).advice
    aws.signed_on()
    assert keys("boss").session_token == "token-1"


@REFRESH
def test_a_role_that_is_denied_says_so(aws: ScriptedAws) -> None:
    aws.refusal = (403, "AccessDenied")
    problem = failure(lambda: keys("role"))
    assert (problem.code, problem.facts["answer"]) == (ErrorCode.STORE_ROLE_DENIED, "403 AccessDenied")


@REFRESH
def test_a_single_sign_on_without_the_right_to_its_role_says_so(aws: ScriptedAws) -> None:
    aws.signed_on()
    aws.refusal = (403, "ForbiddenException")
    problem = failure(lambda: keys("boss"))
    assert (problem.code, problem.facts["answer"]) == (ErrorCode.STORE_ROLE_DENIED, "403 ForbiddenException")


@pytest.mark.parametrize(
    ("profile", "words"), [("coded", "one-time code"), ("lost", "nobody"), ("nobody", "“nobody”")]
)
def test_a_profile_that_cannot_work_says_why(aws: ScriptedAws, profile: str, words: str) -> None:
    problem = failure(lambda: keys(profile))
    wrong = ErrorCode.STORE_NO_KEYS if profile == "nobody" else ErrorCode.STORE_PROFILE_WRONG
    assert problem.code is wrong
    assert words in str(problem.facts["reason"])
    assert not aws.server.requests


@REFRESH
def test_a_service_that_is_away_may_come_back(aws: ScriptedAws) -> None:
    aws.config.write_text(aws.config.read_text("utf-8").replace(aws.server.url, AWAY), "utf-8")
    problem = failure(lambda: keys("role"))
    assert problem.code is ErrorCode.STORE_SIGN_IN_LOST
    assert AWAY in str(problem.facts["host"])


def test_who_only_looks_asks_nobody(aws: ScriptedAws) -> None:
    named = Named("it", StoreConnection(format=1, kind="s3", profile="role"))
    assert s3_keys(named, NOBODY, signs_in=False).secret_key == MASK
    assert not aws.server.requests


def test_without_the_extra_a_sentence_names_it(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    problem = failure(lambda: keys("role"))
    assert problem.code is ErrorCode.STORE_PROFILE
    assert "[aws]" in explain(problem).advice
    assert not aws.server.requests


def test_keys_that_run_out_are_renewed_while_an_object_is_read(
    aws: ScriptedAws, store: ScriptedStore, tmp_path: Path
) -> None:
    aws.lasting = 60
    (tmp_path / "s3.toml").write_text(
        f'format = 1\nkind = "s3"\nendpoint = "{store.url}"\nprofile = "role"\n', "utf-8"
    )
    stores = Stores(ConnectionLibrary(tmp_path), NOBODY)
    store.objects["a.bin"] = Stored(4 * MIB)
    (source,) = take_in_objects(stores, parse_address("s3://bucket/a.bin"), lambda: True)
    assert isinstance(source, StoreObject)
    store.cuts = [MIB, 2 * MIB]
    with closing(source.open()) as reader:
        size = sum(len(block) for block in iter(lambda: reader.read(MIB), b""))
    assert size == 4 * MIB
    tokens = [each.headers["x-amz-security-token"] for each in store.asked]
    assert tokens == ["token-1", "token-2", "token-3", "token-4"]
