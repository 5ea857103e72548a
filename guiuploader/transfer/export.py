# SPDX-License-Identifier: MIT
"""What an exported request is made of, whatever it is written as; secrets are masked already."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import requests

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.digest import Login
from guiuploader.network.sigv4 import Keys
from guiuploader.sources.local_file import LocalFile
from guiuploader.transfer.as_sent import header_text
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.filler import compiled
from guiuploader.transfer.job import Job
from guiuploader.values.errors import ErrorCode, UsageError
from guiuploader.values.redact import MASK
from guiuploader.values.template import TemplateError

_BY_THE_BODY = frozenset({"content-length", "transfer-encoding"})


@dataclass(frozen=True)
class Export:
    """One request for one job, its body not yet read."""

    request: requests.PreparedRequest
    filled: FilledRequest
    job: Job

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers that the body and the sign-in do not bring along."""
        left_out = set(_BY_THE_BODY)
        if self.filled.parts:
            left_out.add("content-type")
        if self.login is not None:
            left_out.add("authorization")
        return {
            name: header_text(value)
            for name, value in self.request.headers.items()
            if name.lower() not in left_out
        }

    @cached_property
    def login(self) -> tuple[str, str] | None:
        """User and password, or the two keys of a signature, as a person would write them."""
        sign_in = self.filled.sign_in
        if isinstance(sign_in, Login):
            return sign_in.username, sign_in.password
        if isinstance(sign_in, Keys):
            return sign_in.access_key, MASK
        auth = self.job.destination.auth
        if auth.kind != "basic" or "Authorization" not in self.request.headers:
            return None
        scope = self.job.scopes(lambda _: MASK, _no_digest)[0]
        try:
            return compiled(auth.username).fill(scope, mask=MASK), MASK if auth.password else ""
        except TemplateError:
            return None  # then the header stands there, masked

    @property
    def files(self) -> list[Path]:
        """The files in the order of their numbers. Raises UsageError for what is no file on this computer."""
        found: list[Path] = []
        for source in (*self.job.sources, *self.filled.fixed):
            if not isinstance(source, LocalFile):
                raise cannot(f"{source.location} is no file on this computer, which this could name")
            found.append(source.path)
        return found

    @property
    def url(self) -> str:
        """The whole address."""
        return self.filled.url

    @property
    def is_chunked(self) -> bool:
        """Whether the body goes without a length."""
        return "Transfer-Encoding" in self.request.headers


def one_request(export: Export) -> Export:
    """Return it, where one request is all that goes out. Raises UsageError for an upload of several."""
    if export.filled.body is BodyKind.TUS:
        raise cannot("An upload by tus is several requests that answer each other; take http")
    if export.filled.body is BodyKind.OBJECT_STORE:
        raise cannot("An object goes to a store in several requests that answer each other; take http")
    return export


def cannot(reason: str) -> UsageError:
    """Return the error for a request that cannot be written down so."""
    return UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader preview")


def _no_digest(_: int) -> Callable[[str], bytes]:
    def digest(_: str) -> bytes:
        raise TemplateError("a user's name is not made of the file")

    return digest
