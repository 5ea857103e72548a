# SPDX-License-Identifier: MIT
"""What a person is asked when a server, or a proxy, does not take a sign-in."""

from dataclasses import dataclass
from http.client import PROXY_AUTHENTICATION_REQUIRED

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.texts import secret_names, secrets_in, texts_in_use
from guiuploader.values.errors import ErrorCode, Problem
from guiuploader.values.secrets import SecretKey

_SIGN_IN_TABLES = frozenset({"auth", "headers", "query", "url"})
_PROXY_KEYS = frozenset({"network.proxy_username", "network.proxy_password"})


@dataclass(frozen=True, slots=True)
class SignInQuestion:
    """All that waits for `destination` waits for other `keys`, or for the word that there are none."""

    destination: Destination
    problem: Problem
    keys: tuple[SecretKey, ...]


def secret_keys(destination: Destination) -> tuple[SecretKey, ...]:
    """Return the keys of all secrets that a destination's request draws on."""
    return _keys(destination, secret_names(destination))


def question(destination: Destination, problem: Problem) -> SignInQuestion | None:
    """Return what to ask a person, None where no secret of the destination could mend it."""
    names: tuple[str, ...] = ()
    texts = tuple(texts_in_use(destination))
    if problem.code is ErrorCode.SECRET_MISSING:
        names = (str(problem.facts["name"]),)
    elif keys := connection_keys(problem):
        return SignInQuestion(destination, problem, keys)
    elif problem.code is ErrorCode.PROXY_UNAUTHORIZED or problem.status == PROXY_AUTHENTICATION_REQUIRED:
        names = secrets_in(text for text in texts if text.key in _PROXY_KEYS)
    elif problem.code is ErrorCode.UNAUTHORIZED:
        # Some take their key among the fields of the form.
        names = secrets_in(text for text in texts if text.table in _SIGN_IN_TABLES) or secrets_in(
            text for text in texts if text.table != "network"
        )
    return SignInQuestion(destination, problem, _keys(destination, names)) if names else None


def connection_keys(problem: Problem) -> tuple[SecretKey, ...]:
    """Return the secrets of a connection that could mend a store's no, if any could."""
    facts = problem.facts
    names = (
        facts.get("name", "") if problem.code is ErrorCode.STORE_SECRET_MISSING else facts.get("secrets", "")
    )
    owner, origin = f"connection {facts.get('connection', '')}", str(facts.get("origin", ""))
    return tuple(SecretKey(owner, origin, name) for name in str(names).split())


def _keys(destination: Destination, names: tuple[str, ...]) -> tuple[SecretKey, ...]:
    return tuple(SecretKey(destination.name, destination.origin, name) for name in names)
