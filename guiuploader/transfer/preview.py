# SPDX-License-Identifier: MIT
"""Show exactly what would be sent, secrets masked, without sending anything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

import requests

from guiuploader.destinations.destination import BodyKind
from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession
from guiuploader.network.sigv4 import SCHEME, UNSIGNED, Keys
from guiuploader.transfer.as_sent import part_text, request_text
from guiuploader.transfer.body import build
from guiuploader.transfer.cargo import opened
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import encoded, leave_out
from guiuploader.transfer.export import Export, one_request
from guiuploader.transfer.export_curl import curl_command
from guiuploader.transfer.export_python import python_program
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.job import Job
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.sign_in import signing
from guiuploader.values.redact import MASK


class Unheard:
    """Events of a transfer that never runs."""

    def progressed(self, _sent: int, /) -> None:
        """Say nothing."""

    def resumed(self, _at: int, /) -> None:
        """Say nothing."""

    def checkpoint(self, _value: Checkpoint | None, /) -> None:
        """Say nothing."""

    def reading_ahead(self) -> None:
        """Say nothing."""

    def before_commit_point(self) -> None:
        """Let nothing wait."""

    def body_sent(self, sent: int, /) -> None:
        """Say nothing."""

    def went_out(self, _whole: tuple[bool, ...], /) -> None:
        """Say nothing."""

    def exchanged(self, _exchange: Exchange, /) -> None:
        """Say nothing."""


def http_text(job: Job) -> str:
    """Return the request as it would stand on the wire, the files' bytes named in one line.

    The head comes from the same code that sends, lengths included. Raises SourceError or DestinationError.
    """
    with _prepared(job, signs=True) as (request, filled):
        text = request_text(request, filled, job.sources, frozenset())
        return f"{text}\n{part_text(filled, job.sources[0])}" if filled.body is BodyKind.TUS else text


def curl_text(job: Job) -> str:
    """Return the curl command that sends the same; raises as `http_text` does, and UsageError."""
    with _prepared(job, signs=False) as (request, filled):
        return curl_command(one_request(Export(request, filled, job)))


def python_text(job: Job) -> str:
    """Return the Python program that sends the same; raises as `http_text` does, and UsageError."""
    with _prepared(job, signs=False) as (request, filled):
        return python_program(one_request(Export(request, filled, job)))


FORMATS: Mapping[str, Callable[[Job], str]] = {"http": http_text, "curl": curl_text, "python": python_text}
"""The ways to show a request, by name."""


@contextmanager
def _prepared(job: Job, *, signs: bool) -> Iterator[tuple[requests.PreparedRequest, FilledRequest]]:
    """Give a request as it would go out, but for what proves who sends it."""
    control, events = Control(), Unheard()
    ahead = ReadAhead(job.sources, hash_names(job.destination), control, events)
    filled = fill(job.destination, job.scopes(lambda _: MASK, ahead.digest_of), masked=True)
    with (
        opened(job.sources, filled.fixed, control, algorithm="none") as cargo,
        closing(HttpSession()) as session,
    ):
        body = build(filled, cargo, control, Meter(events), ahead)
        request = session.prepare(filled.method, filled.url, encoded(filled))
        body.attach(request)
        leave_out(request, filled)
        if signs and isinstance(filled.sign_in, Keys):
            signing(filled.sign_in, filled, UNSIGNED)(request)
            request.headers["Authorization"] = f"{SCHEME} {MASK}"
        yield request, filled
