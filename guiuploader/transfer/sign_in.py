# SPDX-License-Identifier: MIT
"""Deliver a request whose sign-in depends on what the server asks, or on the body."""

import datetime as dt
import hashlib
from http import HTTPStatus

import requests

from guiuploader.destinations.destination import origin_of
from guiuploader.network.digest import Challenge, Digest, Login, strongest
from guiuploader.network.session import target_of
from guiuploader.network.sigv4 import UNSIGNED, Keys, signed
from guiuploader.transfer.as_sent import header_text
from guiuploader.transfer.exchange import Delivery, Passage, Sign, deliver, probe
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.receipt import Reply
from guiuploader.values.errors import DestinationError, ErrorCode, ServerRefused

_COVERED = frozenset({"content-type", "content-md5"})  # signed besides the host and x-amz-…


class SignIns:
    """Keeps what servers asked for the files that follow; belongs to one thread."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, Login], Digest] = {}

    def deliver(self, passage: Passage, filled: FilledRequest) -> Delivery:
        """Send a request with the file in it, signed in as the destination says.

        Raises what `exchange.deliver` does, DestinationError(UNSIGNABLE) and ServerRefused(NOT_CHALLENGED).
        """
        if isinstance(filled.sign_in, Login):
            return self._with_digest(passage, filled, filled.sign_in)
        if isinstance(filled.sign_in, Keys):
            payload = _payload(passage, filled, filled.sign_in)
            return deliver(passage, filled, signing(filled.sign_in, filled, payload))
        return deliver(passage, filled)

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
