# SPDX-License-Identifier: MIT
"""The keys to an S3 store: the connection's own, else those that AWS's own programs would use.

Only keys that stand somewhere as such: a profile that signs in first is refused with a way out.
"""

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guiuploader.sources.store_connection import Named
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.secrets import SecretKey, SecretStore

_SIGNS_IN = ("sso_session", "sso_start_url", "role_arn", "credential_process", "login_session")
USUAL_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """Who asks, and where; all but the region are empty for somebody without keys."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    region: str
    endpoint: str


def s3_keys(named: Named, secrets: SecretStore, environment: Mapping[str, str] = os.environ) -> StoreKeys:
    """Return the keys for a connection.

    Raises SourceError when there are none, or none that can be used as they are.
    """
    given = named.connection
    profile = _Profile(given.profile or environment.get("AWS_PROFILE", "") or "default", environment)
    region = (
        given.region
        or environment.get("AWS_REGION", "")
        or environment.get("AWS_DEFAULT_REGION", "")
        or profile.get("region")
        or USUAL_REGION
    )
    endpoint = given.endpoint or (
        environment.get("AWS_ENDPOINT_URL_S3", "")
        or environment.get("AWS_ENDPOINT_URL", "")
        or profile.get("endpoint_url")
    )
    if given.anonymous:
        return StoreKeys("", "", "", region, endpoint)
    if given.access_key:
        own = (given.access_key, given.secret_key, given.session_token)
        access, secret, token = (revealed(named, text, secrets) for text in own)
        return StoreKeys(access, secret, token, region, endpoint)
    if not given.profile and environment.get("AWS_ACCESS_KEY_ID"):
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        access, secret, token = (environment.get(name, "") for name in names)
        return StoreKeys(access, secret, token, region, endpoint)
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    access, secret, token = map(profile.get, names)
    if not access or not secret:
        raise profile.refusal(named.name, is_wanted=bool(given.profile or environment.get("AWS_PROFILE")))
    return StoreKeys(access, secret, token, region, endpoint)


def revealed(named: Named, text: str, secrets: SecretStore) -> str:
    """Return a value of a connection, the secret where it names one. Raises SourceError(SECRET_MISSING)."""
    key = named.secret(text)
    if key is None:
        return text
    value = secrets.find(key)
    if value is None:
        raise missing(named, key)
    return value


def missing(named: Named, key: SecretKey) -> SourceError:
    """Return the error for a secret that is not known."""
    return SourceError(
        ErrorCode.STORE_SECRET_MISSING,
        name=key.name,
        connection=named.name,
        origin=key.origin,
        variable=key.variable,
    )


def blamed(named: Named, error: SourceError) -> SourceError:
    """Return a store's no to a key with the names of the secrets that a person may mend it with."""
    problem = error.problem
    names = [key.name for key in named.secrets()]
    if problem.code not in {ErrorCode.STORE_WRONG_KEY, ErrorCode.STORE_EXPIRED} or not names:
        return error
    about = {"connection": named.name, "origin": named.connection.origin, "secrets": " ".join(names)}
    return SourceError(problem.code, status=problem.status, **{**problem.facts, **about})


class _Profile:
    """One profile of AWS's two files; what one of them lacks may stand in the other."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self._name = name
        home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/") / ".aws"
        self._tables = [
            _table(Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials"), name),
            _table(
                Path(environment.get("AWS_CONFIG_FILE") or home / "config"),
                name if name == "default" else f"profile {name}",
            ),
        ]

    def get(self, key: str) -> str:
        """Return what stands under a key, or nothing."""
        return next((table[key] for table in self._tables if table.get(key)), "")

    def refusal(self, connection: str, *, is_wanted: bool) -> SourceError:
        """Return why there are no keys."""
        if any(map(self.get, _SIGNS_IN)):
            return SourceError(ErrorCode.STORE_PROFILE, profile=self._name)
        if is_wanted:
            reason = f"The profile “{self._name}” does not stand in AWS's files, or holds no keys."
        else:
            reason = "Neither the connection nor AWS_ACCESS_KEY_ID nor ~/.aws/credentials names any."
        return SourceError(ErrorCode.STORE_NO_KEYS, connection=connection, reason=reason)


def _table(path: Path, section: str) -> Mapping[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return dict(parser[section]) if parser.has_section(section) else {}
