# SPDX-License-Identifier: MIT
"""Take an operation of an OpenAPI 3 document as the destination that sends what it describes.

The document is a stranger's: nothing that it names is fetched or read, and a token is only ever asked for.
"""

from dataclasses import dataclass
from pathlib import Path

from guiuploader.destinations.curl_command import Imported, without_empty_tables
from guiuploader.destinations.destination import FORMAT, Destination, Retry
from guiuploader.destinations.openapi_asked import Asked
from guiuploader.destinations.openapi_body import body
from guiuploader.destinations.openapi_document import Document
from guiuploader.destinations.openapi_file import document_of, text_of
from guiuploader.destinations.openapi_operations import Operation, operations
from guiuploader.destinations.openapi_parameters import Parameters, parameters
from guiuploader.destinations.openapi_reply import reply
from guiuploader.destinations.openapi_server import server, servers
from guiuploader.destinations.openapi_sign_in import SignIn, sign_in
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import check
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.redact import printable

_CALLED = "OpenAPI document"
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Interface:
    """A document, and its operations that take a file. `called` is the name of its file, for messages."""

    called: str
    title: str
    operations: tuple[Operation, ...]
    document: Document

    def find(self, name: str) -> Operation:
        """Return the operation of this id, or of this method and path. Raises DestinationError."""
        words = name.split(maxsplit=1)
        place = f"{words[0].upper()} {words[1]}" if len(words) > 1 else name
        for each in self.operations:
            if name == each.name or place == each.place:
                return each
        raise _invalid(self.called, "operation", f"“{name[:60]}” is none of those that take a file")

    def name_of(self, operation: Operation) -> str:
        """Return what to call the destination that an operation becomes."""
        whole = f"{self.title or printable(self.called)}: {operation.name or printable(operation.place)}"
        return whole if len(whole) <= _LONGEST_NAME else f"{whole[: _LONGEST_NAME - 1]}…"

    def servers(self, operation: Operation) -> tuple[str, ...]:
        """Return the addresses that an operation may be at. Raises DestinationError."""
        try:
            return servers(self.document, operation)
        except RuleBroken as error:
            raise _invalid(self.called, error.key, error.reason) from error


def read_file(path: Path) -> Interface:
    """Return what a file describes. Raises DestinationError, with line and column where it is broken."""
    try:
        return _read(text_of(path), path.name)
    except RuleBroken as error:
        raise _invalid(path.name, error.key, error.reason) from error


def read(text: str, *, called: str = _CALLED) -> Interface:
    """Return what a text describes. Raises DestinationError, with line and column where it is broken."""
    try:
        return _read(text, called)
    except RuleBroken as error:
        raise _invalid(called, error.key, error.reason) from error


def imported(
    interface: Interface,
    operation: Operation,
    *,
    name: str = "",
    at: str = "",
    wanted: frozenset[str] = frozenset(),
) -> Imported:
    """Return what an operation means; `at` is the address of its server where the document's is not meant.

    `wanted` are names that may be left out, and are not to be. Raises DestinationError.
    """
    try:
        return _imported(interface, operation, Asked(interface.document, wanted=wanted), name, at)
    except RuleBroken as error:
        raise _invalid(interface.called, error.key, error.reason) from error


def _read(text: str, called: str) -> Interface:
    document = document_of(text)
    found = operations(document)
    if not found:
        raise RuleBroken("paths", "hold no operation that takes a file")
    title = " ".join(document.text(document.root, "info", "title").split())
    return Interface(called, printable(title), found, document)


def _imported(interface: Interface, operation: Operation, asked: Asked, name: str, at: str) -> Imported:
    url = server(operation, asked, at)
    parts = parameters(operation, asked)
    said = body(operation, asked)
    signed = sign_in(operation, asked)
    destination = Destination(
        format=FORMAT,
        name=printable(name) or interface.name_of(operation),
        url=url + parts.path,
        method=operation.method,
        body=said.kind,
        query={**parts.query, **signed.query},
        headers=_headers(parts, signed),
        auth=signed.auth,
        multipart=said.multipart,
        raw=said.raw,
        content=said.content,
        reply=reply(operation, asked),
        retry=Retry(idempotency_key_header=parts.idempotency_key_header),
        variables=asked.variables,
        secrets=asked.secrets.tables,
    )
    destination = without_empty_tables(destination)
    check(destination)
    if asked.left_out:
        asked.notes.append(f"{', '.join(dict.fromkeys(asked.left_out))}: may be left out, and is")
    return Imported(destination, notes=tuple(dict.fromkeys(asked.notes)))


def _headers(parts: Parameters, signed: SignIn) -> dict[str, str]:
    own = {name.lower() for name in signed.headers}
    found = {name: value for name, value in parts.headers.items() if name.lower() not in own}
    cookies = {**parts.cookies, **signed.cookies}
    if cookies:
        found["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {**found, **signed.headers}


def _invalid(called: str, key: str, reason: str) -> DestinationError:
    return DestinationError(
        ErrorCode.DESTINATION_INVALID,
        destination=printable(called),
        key=printable(key),
        reason=printable(reason),
    )
