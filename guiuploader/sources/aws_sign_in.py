# SPDX-License-Identifier: MIT
"""The keys of AWS profiles that sign in first: single sign-on, a role, a program. All by botocore, an extra.

What botocore fetched it keeps in memory for the process, and renews before it expires.
"""

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from guiuploader.network.proxies import Proxy
from guiuploader.values.errors import ErrorCode, SourceError

_CONNECT = 10  # seconds
_SILENCE = 30  # seconds
# These ask addresses that only Amazon's own computers have, or read files of another age.
_NOT_ASKED = ("ec2-credentials-file", "boto-config", "container-role", "iam-role")
_SIGN_IN_OVER = frozenset(
    {"UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError", "UnauthorizedException"}
)


class _Frozen(Protocol):
    access_key: str
    secret_key: str
    token: str | None


class _Credentials(Protocol):
    def get_frozen_credentials(self) -> _Frozen: ...


@dataclass(frozen=True, slots=True)
class AwsProfile:
    """A profile of AWS's two files, and by which way those are asked who give it keys."""

    name: str
    config: Path
    credentials: Path
    proxy: Proxy | None


def signed_in(profile: AwsProfile) -> tuple[str, str, str]:
    """Return the access key, the secret key and the token as they hold now; may ask AWS and take a while.

    Raises SourceError: STORE_PROFILE without the extra, STORE_SIGN_IN_OVER, STORE_ROLE_DENIED,
    STORE_PROFILE_WRONG, and STORE_SIGN_IN_LOST where nobody answered.
    """
    with _translating(profile.name):
        stamps = tuple(map(_stamp, (profile.config, profile.credentials)))
        found = _credentials(profile, stamps)
        if found is None:
            reason = "It names no way to get keys."
            raise SourceError(ErrorCode.STORE_PROFILE_WRONG, profile=profile.name, reason=reason)
        keys = found.get_frozen_credentials()
    return keys.access_key, keys.secret_key, keys.token or ""


def _stamp(path: Path) -> int:
    """Return what changes when a file is edited."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@functools.lru_cache(maxsize=32)
def _credentials(profile: AwsProfile, _stamps: tuple[int, ...]) -> _Credentials | None:
    """Return what renews itself, None for a profile without a way to keys. It asks nobody yet."""
    import botocore.config  # noqa: PLC0415 - an extra, heavy, and most people never need it
    import botocore.session  # noqa: PLC0415 - the same

    session = botocore.session.Session()
    session.set_config_variable("config_file", str(profile.config))
    session.set_config_variable("credentials_file", str(profile.credentials))
    session.set_config_variable("profile", profile.name)
    proxies = {} if profile.proxy is None else dict.fromkeys(("http", "https"), profile.proxy.with_login)
    session.set_default_client_config(
        botocore.config.Config(
            proxies=proxies,
            connect_timeout=_CONNECT,
            read_timeout=_SILENCE,
            retries={"total_max_attempts": 2, "mode": "standard"},
        )
    )
    _refuse_codes(profile.name, session.full_config["profiles"])
    resolver = session.get_component("credential_provider")
    for method in _NOT_ASKED:
        resolver.remove(method)
    return cast("_Credentials | None", resolver.load_credentials())


def _refuse_codes(name: str, profiles: Mapping[str, Mapping[str, str]]) -> None:
    """Raise STORE_PROFILE_WRONG where a role wants a code: botocore would ask for it in a terminal."""
    step, seen = name, set[str]()
    while step and step not in seen:
        seen.add(step)
        table = profiles.get(step, {})
        if "mfa_serial" in table and "role_arn" in table:
            reason = f"The role of “{step}” wants a one-time code (mfa_serial) each time."
            raise SourceError(ErrorCode.STORE_PROFILE_WRONG, profile=name, reason=reason)
        step = table.get("source_profile", "")


@contextmanager
def _translating(profile: str) -> Iterator[None]:
    """Turn what botocore raises into our errors."""
    try:
        import botocore.exceptions as theirs  # noqa: PLC0415 - an extra that need not be there
    except ModuleNotFoundError:
        raise SourceError(ErrorCode.STORE_PROFILE, profile=profile) from None
    try:
        yield
    except theirs.ClientError as error:
        said = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise _refused(profile, status, f"{status} {said}".strip()) from error
    except (theirs.ConnectionError, theirs.HTTPClientError) as error:
        where = str(getattr(error, "kwargs", {}).get("endpoint_url") or "its address")
        raise SourceError(ErrorCode.STORE_SIGN_IN_LOST, profile=profile, host=where) from error
    except theirs.BotoCoreError as error:
        if type(error).__name__ in _SIGN_IN_OVER:
            raise SourceError(ErrorCode.STORE_SIGN_IN_OVER, profile=profile) from error
        raise SourceError(ErrorCode.STORE_PROFILE_WRONG, profile=profile, reason=_sentence(error)) from error
    except (RuntimeError, ValueError, KeyError) as error:  # its cache, or a time, that it cannot read
        raise SourceError(ErrorCode.STORE_PROFILE_WRONG, profile=profile, reason=_sentence(error)) from error


def _refused(profile: str, status: int, answer: str) -> SourceError:
    if status >= 500:  # noqa: PLR2004 - the class of the server's own failures
        return SourceError(ErrorCode.STORE_SIGN_IN_LOST, profile=profile, host=f"AWS (“{answer}”)")
    return SourceError(ErrorCode.STORE_ROLE_DENIED, profile=profile, answer=answer)


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return f"It says: “{text}”."
