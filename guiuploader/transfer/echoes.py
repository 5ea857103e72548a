# SPDX-License-Identifier: MIT
"""The forms in which a server may repeat a secret: as it got it, or as the format of its answer has it."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_WORTH_DISGUISING = 4  # characters; an encoded form of less would be found everywhere by chance


_PROOF = re.compile(r'(?:response="|Signature=)([0-9a-f]{32,})')


def credentials(authorization: str) -> Iterator[str]:
    """Yield what in an Authorization header proves who sends, whole and in part."""
    yield authorization.partition(" ")[2] or authorization
    yield authorization.rpartition(" ")[2]
    yield from _PROOF.findall(authorization)


def echoes(secrets: Iterable[str]) -> frozenset[str]:
    """Return every form of these secrets that is to be blanked in an answer."""
    return frozenset(form for secret in secrets if secret for form in _forms(secret))


def _forms(secret: str) -> Iterator[str]:
    yield secret
    if len(secret) < _WORTH_DISGUISING:
        return
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(secret.encode()).decode()
        yield from (encoded, encoded.rstrip("="))
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True))
    yield html.escape(secret)
