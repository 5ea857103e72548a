# SPDX-License-Identifier: MIT
"""Where the keys to a store come from, and what is said when there are none."""

import sys
from pathlib import Path

import pytest

from guiuploader.sources.store_connection import Named, StoreConnection
from guiuploader.sources.store_keys import s3_keys
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.secrets import SecretStore, no_keychain

CREDENTIALS = """
[default]
aws_access_key_id = DEFAULT
aws_secret_access_key = default-secret
[work]
aws_access_key_id = WORK
aws_secret_access_key = work-secret
aws_session_token = work-token
"""
CONFIG = """
[default]
region = eu-central-1
[profile work]
region = eu-west-3
endpoint_url = https://work.example
[profile boss]
sso_session = corporate
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::1:role/x
source_profile = default
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(CREDENTIALS, "utf-8")
    (tmp_path / ".aws" / "config").write_text(CONFIG, "utf-8")
    return {"HOME": str(tmp_path)}


def named(**given: str | bool) -> Named:
    return Named("it", StoreConnection(format=1, kind="s3", **given))  # type: ignore[arg-type] # a test's own values


def keys(environment: dict[str, str], **given: str | bool) -> tuple[str, str, str, str]:
    found = s3_keys(named(**given), SecretStore(no_keychain, environment), environment)
    return found.access_key, found.secret_key, found.session_token, found.region


def test_the_connection_s_own_go_first(environment: dict[str, str]) -> None:
    environment |= {
        "AWS_ACCESS_KEY_ID": "ENV",
        "AWS_SECRET_ACCESS_KEY": "s",
        "GUIUPLOADER_SECRET_MINE": "own",
    }
    given = keys(environment, access_key="OWN", secret_key="{secret:mine}", region="r")
    assert given == ("OWN", "own", "", "r")


def test_then_those_of_the_environment(environment: dict[str, str]) -> None:
    environment |= {
        "AWS_ACCESS_KEY_ID": "ENV",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
        "AWS_DEFAULT_REGION": "r2",
    }
    assert keys(environment) == ("ENV", "s", "t", "r2")


def test_then_the_profile_that_the_environment_names_or_the_default_one(environment: dict[str, str]) -> None:
    assert keys(environment) == ("DEFAULT", "default-secret", "", "eu-central-1")
    environment["AWS_PROFILE"] = "work"
    assert keys(environment) == ("WORK", "work-secret", "work-token", "eu-west-3")


def test_a_named_profile_goes_before_the_environment(environment: dict[str, str]) -> None:
    environment |= {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}
    assert keys(environment, profile="work")[0] == "WORK"


def test_a_profile_may_name_the_endpoint(environment: dict[str, str]) -> None:
    found = s3_keys(named(profile="work"), SecretStore(no_keychain, {}), environment)
    assert found.endpoint == "https://work.example"


def test_nobody_has_no_keys(environment: dict[str, str]) -> None:
    assert keys(environment, anonymous=True)[:3] == ("", "", "")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"profile": "boss"}, ErrorCode.STORE_PROFILE),
        ({"profile": "role"}, ErrorCode.STORE_PROFILE),
        ({"profile": "nobody"}, ErrorCode.STORE_NO_KEYS),
        ({"access_key": "OWN", "secret_key": "{secret:mine}"}, ErrorCode.STORE_SECRET_MISSING),
    ],
)
def test_what_is_missing_is_said(
    environment: dict[str, str], given: dict[str, str], code: ErrorCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    with pytest.raises(SourceError) as caught:
        keys(environment, **given)
    assert caught.value.problem.code is code


def test_a_computer_without_keys_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        keys({"HOME": str(tmp_path)})
    assert caught.value.problem.code is ErrorCode.STORE_NO_KEYS


def test_keys_are_not_shown(environment: dict[str, str]) -> None:
    assert "secret" not in repr(s3_keys(named(), SecretStore(no_keychain, {}), environment))
