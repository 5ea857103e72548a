# SPDX-License-Identifier: MIT
"""Keep what went over the wire for one upload, to be shown once its secrets are known."""

import re
from collections.abc import Iterator, Sequence

import requests

from guiuploader.sources.source import Source
from guiuploader.transfer.as_sent import header_text, request_text
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.transfer.receipt import Exchange, Reply, Timings
from guiuploader.transfer.reply import blanked
from guiuploader.values.links import spellings

_AMAZON = "AWS4-HMAC-SHA256 Credential="
_PROOF = re.compile(r'(?:response="|Signature=)([0-9a-f]{32,})')


class Record:
    """Belongs to one call of `send`; what is noted of a request takes the place of the one before it."""

    def __init__(self, job: Job, lookup: SecretLookup) -> None:
        self._job = job
        self._lookup = lookup
        self._credentials: set[str] = set()  # of the last request
        self._handed_out: set[str] = set()
        self._is_aside = False
        self._request: tuple[requests.PreparedRequest, FilledRequest, Sequence[Source]] | None = None
        self._reply: Reply | None = None
        self._timings = Timings(None, None, 0.0, 0.0)

    @property
    def secrets(self) -> frozenset[str]:
        """What is to be blanked wherever a server repeats it: secrets, and what proves who sends."""
        return self._lookup.used | self._credentials | self._handed_out

    def aside(self) -> "Record":
        """Return a record of a request that is not to be shown; what it finds secret is secret here, too."""
        other = Record(self._job, self._lookup)
        other._handed_out, other._is_aside = self._handed_out, True
        return other

    def hide(self, secret: str) -> None:
        """Note a secret that a server handed out."""
        self._handed_out.update(spellings(secret))

    def sent(
        self, request: requests.PreparedRequest, filled: FilledRequest, sources: Sequence[Source]
    ) -> None:
        """Note a request that is about to go out with these files."""
        self._request, self._reply = (request, filled, sources), None
        # Only what proves this one: of an upload in thousands of requests, each may be signed anew.
        self._credentials = set(_credentials(header_text(request.headers.get("Authorization", ""))))
        if token := request.headers.get("X-Amz-Security-Token"):
            self._credentials.add(header_text(token))
        if self._is_aside:
            self._handed_out |= self._credentials

    def answered(self, reply: Reply) -> None:
        """Note its answer."""
        self._reply = reply

    def timed(self, timings: Timings) -> None:
        """Note how long it took, answered or not."""
        self._timings = timings

    def exchange(self) -> Exchange | None:
        """Return the last request and its answer without secrets; None where nothing went out."""
        if self._request is None:
            return None
        reply = None if self._reply is None else blanked(self._reply, self.secrets)
        return Exchange(request_text(*self._request, self.secrets), reply, self._timings)


def _credentials(authorization: str) -> Iterator[str]:
    """Yield what in an Authorization header proves who sends, whole and in part.

    Of a signature of Amazon's only the proof and whose it is: all else is public, and as it is another for
    each file, to seek the whole in all its spellings would cost more than a small file's way.
    """
    if authorization.startswith(_AMAZON):
        yield from _PROOF.findall(authorization)
        yield authorization.removeprefix(_AMAZON).partition("/")[0]
        return
    yield authorization.partition(" ")[2] or authorization
    yield authorization.rpartition(" ")[2]
    yield from _PROOF.findall(authorization)
