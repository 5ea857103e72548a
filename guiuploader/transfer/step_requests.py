# SPDX-License-Identifier: MIT
"""Each request of an upload that is several, as a destination of its own: so it is filled and sent as any."""

from urllib.parse import urlsplit

import msgspec

from guiuploader.destinations.destination import Auth, BodyKind, Content, Destination, Form, Reply, Retry
from guiuploader.destinations.step import Step
from guiuploader.values.functions import CONTENT_FUNCTIONS
from guiuploader.values.template import compile_template


def for_step(destination: Destination, step: Step, *, signs: bool, stores: bool) -> Destination:
    """Return what a step sends; with `signs` it signs in as the destination does, or by its own header."""
    has_own = any(name.lower() == "authorization" for name in step.headers)
    body = BodyKind.CONTENT if step.text else BodyKind.FORM if step.fields else BodyKind.NONE
    return msgspec.structs.replace(
        destination,
        method=step.method,
        url=_address(destination, step.url),
        body=body,
        query=step.query,
        headers=step.headers,
        omit_headers=[],
        auth=destination.auth if signs and not has_own else Auth(),
        content=Content(text=step.text, content_type=step.content_type),
        form=Form(fields=step.fields),
        reply=_reply(destination),
        retry=_retry(destination, stores=stores),
    )


def for_part(destination: Destination, *, stores: bool) -> Destination:
    """Return what a request with a part of the file, or with all of it, sends."""
    return msgspec.structs.replace(
        destination,
        url=_address(destination, destination.parts.url),
        reply=_reply(destination),
        retry=_retry(destination, stores=stores),
    )


def storing_step(destination: Destination) -> str:
    """Return the name of the step with which the file exists at the server, "" where the file's own does it.

    Where nothing is said, parts become a file by the last step; one that goes at once is a file by itself.
    """
    named = [step.name for step in destination.after if step.stores]
    if not named and destination.parts.size and destination.after:
        return destination.after[-1].name
    return named[-1] if named else ""


def mentions(text: str) -> frozenset[str]:
    """Return what of steps a template speaks of, as “step.value”."""
    calls = compile_template(text, CONTENT_FUNCTIONS).calls()
    return frozenset(str(call.parameters[0][0]) for call in calls if call.name == "step")


def _address(destination: Destination, url: str) -> str:
    if url.startswith(("/", "{")):
        return "{0.scheme}://{0.netloc}".format(urlsplit(destination.url)) + url
    return url or destination.url


def _reply(destination: Destination) -> Reply:
    """Return what is read of a reply that is one of many: whether it is a no, and why."""
    told = destination.reply
    return Reply(error=told.error, unauthorized=told.unauthorized, hash="none")


def _retry(destination: Destination, *, stores: bool) -> Retry:
    """Return a table whose key for repeats goes with that request alone which stores the file."""
    header = destination.retry.idempotency_key_header if stores else ""
    return msgspec.structs.replace(destination.retry, idempotency_key_header=header)
