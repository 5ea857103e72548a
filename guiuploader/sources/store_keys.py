# SPDX-License-Identifier: MIT
"""The keys to an S3 store: the connection's own, else those that AWS's own programs would use.

A profile that signs in first gets its keys from `aws_sign_in`, anew each time that they are asked for.
"""

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guiuploader.network.proxies import Proxy, ProxySetting, choose
from guiuploader.sources.aws_sign_in import AwsProfile, signed_in
from guiuploader.sources.store_connection import Named
from guiuploader.values.errors import DestinationError, ErrorCode, SourceError
from guiuploader.values.redact import MASK
from guiuploader.values.secrets import SecretKey, SecretStore

_GOES_FIRST = ("sso_session", "sso_start_url", "role_arn")  # before keys of the same profile, as AWS has it
_GOES_LAST = ("credential_process", "login_session")
_AWS = "https://sts.amazonaws.com"
USUAL_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """Who asks, and where; all but the region are empty for somebody without keys."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    region: str
    endpoint: str


def s3_keys(
    named: Named,
    secrets: SecretStore,
    environment: Mapping[str, str] = os.environ,
    *,
    signs_in: bool = True,
) -> StoreKeys:
    """Return the keys for a connection; AWS may be asked for them, else masks stand there.

    Raises SourceError when there are none, and what `signed_in` does.
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
    has_keys = bool(access and secret)
    if any(map(profile.get, _GOES_FIRST)) or (not has_keys and any(map(profile.get, _GOES_LAST))):
        if not signs_in:
            return StoreKeys(MASK, MASK, MASK, region, endpoint)
        access, secret, token = signed_in(profile.by_way_of(proxy_for(named, _AWS)))
    elif not has_keys:
        raise profile.refusal(named.name, is_wanted=bool(given.profile or environment.get("AWS_PROFILE")))
    return StoreKeys(access, secret, token, region, endpoint)


def proxy_for(named: Named, url: str) -> Proxy | None:
    """Return the proxy by which a connection reaches an address, None for none. Raises SourceError."""
    try:
        proxy = choose(ProxySetting(named.connection.proxy), url, destination=named.name)
    except DestinationError as error:
        reason = str(error.problem.facts.get("reason", ""))
        raise SourceError(
            ErrorCode.STORE_INVALID, connection=named.name, key="proxy", reason=reason
        ) from error
    if proxy is not None and proxy.is_socks:
        reason = (
            f"{proxy.url} is a SOCKS proxy, by which stores cannot be reached; name an HTTP proxy or “none”"
        )
        raise SourceError(ErrorCode.STORE_INVALID, connection=named.name, key="proxy", reason=reason)
    return proxy


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
        home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/") / ".aws"
        self._name = name
        self._credentials = Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials")
        self._config = Path(environment.get("AWS_CONFIG_FILE") or home / "config")
        section = name if name == "default" else f"profile {name}"
        self._tables = [_table(self._credentials, name), _table(self._config, section)]

    def get(self, key: str) -> str:
        """Return what stands under a key, or nothing."""
        return next((table[key] for table in self._tables if table.get(key)), "")

    def by_way_of(self, proxy: Proxy | None) -> AwsProfile:
        """Return what signs in."""
        return AwsProfile(self._name, self._config, self._credentials, proxy)

    def refusal(self, connection: str, *, is_wanted: bool) -> SourceError:
        """Return why there are no keys."""
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
