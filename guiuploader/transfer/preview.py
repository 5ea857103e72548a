# SPDX-License-Identifier: MIT
"""Show exactly what would be sent, secrets masked, without sending anything."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

import requests

from guiuploader.destinations.destination import BodyKind
from guiuploader.destinations.texts import hash_names
from guiuploader.network.session import HttpSession
from guiuploader.network.sigv4 import SCHEME, UNSIGNED, Keys
from guiuploader.transfer.as_sent import part_text, request_text
from guiuploader.transfer.body import build
from guiuploader.transfer.cargo import Cargo, opened
from guiuploader.transfer.control import Control
from guiuploader.transfer.exchange import encoded, leave_out
from guiuploader.transfer.export import Export, cannot, one_request
from guiuploader.transfer.export_curl import curl_command
from guiuploader.transfer.export_python import python_program
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.transfer.filler import Filler
from guiuploader.transfer.job import Job
from guiuploader.transfer.lookup import question
from guiuploader.transfer.preview_steps import shown_requests
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.sign_in import signing, token_request
from guiuploader.transfer.token import Grant
from guiuploader.transfer.unheard import Unheard
from guiuploader.values.functions import RequestScope
from guiuploader.values.redact import MASK


def http_text(job: Job) -> str:
    """Return the request as it would stand on the wire, the files' bytes named in one line.

    The head comes from the same code that sends, lengths included. Where the server is asked first whether it
    has the file, that question stands before it. Raises SourceError or DestinationError.
    """
    ahead = ReadAhead(job.sources, hash_names(job.destination), Control(), Unheard())
    scopes = job.scopes(lambda _: MASK, ahead.digest_of)
    shown = [*_token_text(job, scopes)]
    if job.destination.can_be_asked:
        shown.append(_question_text(job))
    if job.destination.has_steps:
        shown += [
            f"# {title}\n{_text(each, [scope])}" for title, each, scope in shown_requests(job, scopes[0])
        ]
    else:
        shown.append(_text(job, scopes))
    return "\n\n".join(shown)


def curl_text(job: Job) -> str:
    """Return the curl command that sends the same; raises as `http_text` does, and UsageError."""
    with _alone(job) as export:
        return curl_command(export)


def python_text(job: Job) -> str:
    """Return the Python program that sends the same; raises as `http_text` does, and UsageError."""
    with _alone(job) as export:
        return python_program(export)


FORMATS: Mapping[str, Callable[[Job], str]] = {"http": http_text, "curl": curl_text, "python": python_text}
"""The ways to show a request, by name."""


def _question_text(job: Job) -> str:
    """Return the question whether the server has the file, as it goes out before the file does."""
    ahead = ReadAhead(job.sources, hash_names(job.destination), Control(), Unheard())
    filled = question(job.destination, job.scopes(lambda _: MASK, ahead.digest_of), masked=True)
    with closing(HttpSession()) as session:
        request = session.prepare(filled.method, filled.url, encoded(filled))
        leave_out(request, filled)
        _sign(request, filled)
        return f"# Question\n{request_text(request, filled, (), frozenset())}".rstrip("\n")


def _sign(request: requests.PreparedRequest, filled: FilledRequest) -> None:
    """Sign a request for showing, where that is how it is signed in."""
    if isinstance(filled.sign_in, Keys):
        signing(filled.sign_in, filled, UNSIGNED)(request)
        request.headers["Authorization"] = f"{SCHEME} {MASK}"


@contextmanager
def _alone(job: Job) -> Iterator[Export]:
    """Give the request of a job that has one. Raises UsageError for others."""
    if job.destination.has_steps or job.destination.auth.kind == "oauth2":
        raise cannot("This upload is several requests that answer each other; take http")
    ahead = ReadAhead(job.sources, hash_names(job.destination), Control(), Unheard())
    scopes = job.scopes(lambda _: MASK, ahead.digest_of)
    with _prepared(job, scopes, signs=False) as (request, filled):
        yield one_request(Export(request, filled, job))


def _text(job: Job, scopes: Sequence[RequestScope]) -> str:
    with _prepared(job, scopes, signs=True) as (request, filled):
        text = request_text(request, filled, job.sources, frozenset())
        return f"{text}\n{part_text(filled, job.sources[0])}" if filled.body is BodyKind.TUS else text


def _token_text(job: Job, scopes: Sequence[RequestScope]) -> Iterator[str]:
    """Yield the request by which a token is fetched, where the destination signs in with one."""
    auth = job.destination.auth
    if auth.kind == "oauth2":
        filler = Filler(job.destination, scopes[0], MASK)
        grant = Grant(
            auth.token_url,
            filler.text("auth.client_id", auth.client_id),
            MASK,
            filler.text("auth.scope", auth.scope),
        )
        filled = token_request(grant)
        with closing(HttpSession()) as session:
            request = session.prepare(filled.method, filled.url, encoded(filled))
            ahead = ReadAhead((), frozenset(), Control(), Unheard())
            body = build(filled, Cargo([], []), Control(), Meter(Unheard()), ahead)
            body.attach(request)
            yield f"# Sign-in\n{request_text(request, filled, (), frozenset())}"


@contextmanager
def _prepared(
    job: Job, scopes: Sequence[RequestScope], *, signs: bool
) -> Iterator[tuple[requests.PreparedRequest, FilledRequest]]:
    """Give a request as it would go out, but for what proves who sends it."""
    control, events = Control(), Unheard()
    ahead = ReadAhead(job.sources, hash_names(job.destination), control, events)
    filled = fill(job.destination, scopes, masked=True)
    with (
        opened(job.sources, filled.fixed, control, algorithm="none") as cargo,
        closing(HttpSession()) as session,
    ):
        body = build(filled, cargo, control, Meter(events), ahead)
        request = session.prepare(filled.method, filled.url, encoded(filled))
        body.attach(request)
        leave_out(request, filled)
        if signs:
            _sign(request, filled)
        yield request, filled
