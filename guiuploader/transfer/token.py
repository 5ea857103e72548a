# SPDX-License-Identifier: MIT
"""Tokens that a server hands out for a client's own id and secret (OAuth 2.0, RFC 6749, section 4.4)."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote_plus

from guiuploader.transfer import reply as replies
from guiuploader.transfer.receipt import Reply
from guiuploader.values.errors import ErrorCode, ServerRefused

_MARGIN = 30.0  # seconds before its end from which a token is not used for a further request
_USUAL = 300.0  # seconds for which one without a named end is kept
_LONGEST_TEXT = 16 * 1024  # characters
_LONGEST_WORDS = 200  # characters
_NO = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a token is fetched and what proves who asks for it."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str

    @property
    def authorization(self) -> str:
        """The header that proves it (RFC 6749, section 2.3.1: both are form-encoded first)."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What the request for a token says."""
        scope = (("scope", self.scope),) if self.scope else ()
        return (("grant_type", "client_credentials"), *scope)


Fetch = Callable[[], Reply]
"""Asks a server for a token."""


class Tokens:
    """Keeps tokens in memory as long as they hold; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Grant, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, grant: Grant, fetch: Fetch, *, but: str = "") -> str:
        """Return a token, any `but` this one, which a server did not take.

        Raises ServerRefused where none is handed out, and what `fetch` does.
        """
        with self._lock:
            token, end = self._kept.get(grant, ("", 0.0))
            if not token or token == but or self._clock() >= end:
                self._kept.pop(grant, None)
                token, seconds = _read(fetch())
                self._kept[grant] = (token, self._clock() + max(0.0, seconds - _MARGIN))
            return token


def _read(reply: Reply) -> tuple[str, float]:
    """Return the token in an answer, and for how many seconds it holds."""
    token, seconds = (replies.find(f"{{json:{key}}}", reply) for key in ("access_token", "expires_in"))
    is_token = token.isascii() and token.isprintable() and " " not in token and len(token) <= _LONGEST_TEXT
    if reply.status == HTTPStatus.OK and token and is_token:
        try:
            return token, float(seconds)
        except ValueError:
            return token, _USUAL
    said = replies.find("{json:error_description}", reply) or replies.find("{json:error}", reply)
    code = ErrorCode.UNAUTHORIZED if reply.status in _NO else ErrorCode.NO_TOKEN
    message = f"It says: “{said[:_LONGEST_WORDS]}”." if said else ""
    raise ServerRefused(code, status=reply.status, message=message)
