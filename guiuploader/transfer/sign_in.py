# SPDX-License-Identifier: MIT
"""Deliver a request whose sign-in depends on what the server asks, or on the body."""

import datetime as dt
import hashlib
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import requests

from guiuploader.destinations.destination import BodyKind, origin_of
from guiuploader.network.digest import Challenge, Digest, Login, strongest
from guiuploader.network.session import target_of
from guiuploader.network.sigv4 import UNSIGNED, Keys, signed
from guiuploader.transfer.as_sent import header_text
from guiuploader.transfer.exchange import Delivery, Passage, Sign, deliver, probe
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.fill_body import FORM_TYPE, TextContent
from guiuploader.transfer.one_of_many import Muffled, naming
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.redirects import Hops
from guiuploader.transfer.reply import blanked
from guiuploader.transfer.token import Grant, Tokens
from guiuploader.values.errors import DestinationError, ErrorCode, ServerRefused

_TOKEN_STEP = "sign-in"  # noqa: S105 - how an error names the request for a token
_COVERED = frozenset({"content-type", "content-md5"})  # signed besides the host and x-amz-…


class SignIns:
    """Keeps what servers asked for the files that follow; belongs to one thread."""

    def __init__(self, tokens: Tokens) -> None:
        self._digests: dict[tuple[str, Login], Digest] = {}
        self._tokens = tokens

    def follow(self, passage: Passage, filled: FilledRequest) -> tuple[FilledRequest, Delivery]:
        """Deliver a request to where its server wants it, and return it as it went there.

        Raises as `deliver` does, and ServerRefused for a redirect that is not followed.
        """
        hops = Hops(filled.url)
        delivery = self.deliver(passage, filled)
        while target := hops.follow(delivery.reply, passage.record.secrets):
            filled = replace(filled, url=target)
            delivery = self.deliver(passage, filled)
        return filled, delivery

    def deliver(self, passage: Passage, filled: FilledRequest) -> Delivery:
        """Send a request with the file in it, signed in as the destination says.

        Raises what `exchange.deliver` does, DestinationError(UNSIGNABLE) and ServerRefused(NOT_CHALLENGED).
        """
        if isinstance(filled.sign_in, Login):
            return self._with_digest(passage, filled, filled.sign_in)
        if isinstance(filled.sign_in, Keys):
            payload = _payload(passage, filled, filled.sign_in)
            return deliver(passage, filled, signing(filled.sign_in, filled, payload))
        if isinstance(filled.sign_in, Grant):
            return self._with_token(passage, filled, filled.sign_in)
        return deliver(passage, filled)

    def _with_token(self, passage: Passage, filled: FilledRequest, grant: Grant) -> Delivery:
        """Send the body with a token, and once more with a new one where the server does not take that."""

        def token(*, but: str = "") -> str:
            host = urlsplit(grant.token_url).netloc
            with naming(stores=False, host=host, step=_TOKEN_STEP):
                return self._tokens.get(grant, lambda: _answer_to(passage, grant), but=but)

        first = token()
        delivery = deliver(passage, filled, bearing(first))
        if delivery.reply.status == HTTPStatus.UNAUTHORIZED:
            delivery = deliver(passage, filled, bearing(token(but=first)))
        return delivery

    def _with_digest(self, passage: Passage, filled: FilledRequest, login: Login) -> Delivery:
        """Have the challenge first, then send the body once; once more where the nonce was too old."""
        place = (origin_of(filled.url), login)
        digest = self._digests.pop(place, None)
        is_known = digest is not None
        if digest is None:
            asked = probe(passage, filled)
            if asked.reply.status // 100 == 2:  # noqa: PLR2004 - the class of successes
                raise ServerRefused(ErrorCode.NOT_CHALLENGED, status=asked.reply.status)
            challenge = _challenge(asked.reply)
            if challenge is None:
                return asked
            digest = Digest(challenge, login)
        delivery = deliver(passage, filled, _answering(digest, filled))
        challenge = _challenge(delivery.reply)
        if challenge is not None and (challenge.stale or is_known):
            digest = Digest(challenge, login)
            delivery = deliver(passage, filled, _answering(digest, filled))
        if delivery.reply.status != HTTPStatus.UNAUTHORIZED:
            self._digests[place] = digest
        return delivery


def signing(keys: Keys, filled: FilledRequest, payload: str) -> Sign:
    """Return what adds an AWS signature to a request that has its body's headers.

    `payload` is the body's SHA-256 in hex, or UNSIGNED.
    """

    def sign(request: requests.PreparedRequest) -> None:
        covered = [
            (name, header_text(value))
            for name, value in request.headers.items()
            if name.lower() in _COVERED or name.lower().startswith("x-amz-")
        ]
        now = dt.datetime.now(dt.UTC)
        headers = signed(keys, filled.method, filled.url, covered, payload=payload, at=now)
        for name, value in headers.items():
            request.headers[name] = value.encode()  # type: ignore[assignment] # bytes, as all of ours

    return sign


def bearing(token: str) -> Sign:
    """Return what adds a token to a request."""

    def bear(request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {token}".encode()  # type: ignore[assignment] # bytes, as all of ours

    return bear


def token_request(grant: Grant) -> FilledRequest:
    """Return the request that fetches a token."""
    return FilledRequest(
        method="POST",
        url=grant.token_url,
        headers=(("Accept", "application/json"), ("Authorization", grant.authorization)),
        body=BodyKind.FORM,
        parts=(),
        text=TextContent(urlencode(grant.pairs).encode(), b"", None, "none", FORM_TYPE),
        fixed=(),
        sign_in=None,
        dropped_sign_in=False,
    )


def _answer_to(passage: Passage, grant: Grant) -> Reply:
    """Ask for a token. Raises what `deliver` does; none of it is about the file."""
    around = replace(
        passage,
        job=replace(passage.job, sources=()),
        way=passage.way_to(grant.token_url),
        events=Muffled(passage.events),
        record=passage.record.aside(),
    )
    reply = deliver(around, token_request(grant)).reply
    return reply if reply.status == HTTPStatus.OK else blanked(reply, passage.record.secrets)


def _answering(digest: Digest, filled: FilledRequest) -> Sign:
    def answer(request: requests.PreparedRequest) -> None:
        header = digest.authorization(filled.method, target_of(filled.url))
        request.headers["Authorization"] = header.encode()  # type: ignore[assignment] # bytes, as all of ours

    return answer


def _challenge(reply: Reply) -> Challenge | None:
    if reply.status != HTTPStatus.UNAUTHORIZED:
        return None
    return strongest(reply.lower_headers().get("www-authenticate", ""))


def _payload(passage: Passage, filled: FilledRequest, keys: Keys) -> str:
    """Return what the signature says of the body: its hash, or that TLS protects it.

    Only S3 takes the latter everywhere; so a file that is the whole body is read once beforehand for others.
    """
    if filled.text is None and not filled.parts:
        if not passage.job.sources:
            return hashlib.sha256(b"").hexdigest()
        if keys.service != "s3" or not filled.url.startswith("https:"):
            return passage.ahead.digest(0, "sha256").hex()
    elif filled.text is not None and filled.text.file is None:
        return hashlib.sha256(filled.text.before).hexdigest()
    elif not filled.url.startswith("https:"):
        raise DestinationError(ErrorCode.UNSIGNABLE)
    return UNSIGNED
