# SPDX-License-Identifier: MIT
"""A destination: everything a server wants, as a frozen value without a secret inside.

The structs are the schema of a destination's TOML file; what a type cannot say stands in `rules.py`.
"""

from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from guiuploader.destinations.auth import Auth as Auth  # noqa: PLC0414 - had from here by all who speak of destinations
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.destinations.origin import origin_of as origin_of  # noqa: PLC0414 - as Auth
from guiuploader.destinations.reply_tables import Reply as Reply  # noqa: PLC0414 - as Auth
from guiuploader.destinations.step import Parts, Step
from guiuploader.values.template import literal

FORMAT = 1


class BodyKind(StrEnum):
    """How the file travels in the request's body."""

    MULTIPART = "multipart"
    """A form with fields and the file, streamed, with its exact length."""
    RAW = "raw"
    """The file's bytes alone, streamed, with their exact length."""
    CHUNKED = "chunked"
    """The file's bytes alone, streamed in chunks without a length beforehand."""
    BUFFERED = "buffered"
    """The form of `multipart`, made whole in memory first."""
    TUS = "tus"
    """The file's bytes in an upload of their own, which goes on where it was (tus 1.0)."""
    OBJECT_STORE = "object-store"
    """The file as an object in a store, by one of the saved connections."""
    TEMPLATE = "template"
    """A text with the file in it, streamed, with its exact length."""
    CONTENT = "content"
    """A text; no file travels."""
    FORM = "form"
    """Pairs of names and values as in an address; no file travels."""
    NONE = "none"
    """Nothing: all is in the address and the headers."""


_USUAL_METHOD = "POST"
_FORMS = frozenset({BodyKind.MULTIPART, BodyKind.BUFFERED})
_IDEMPOTENT = frozenset({"PUT", "DELETE", "GET", "HEAD", "OPTIONS"})
_WITHOUT_FILE = frozenset({BodyKind.CONTENT, BodyKind.FORM, BodyKind.NONE})


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all tables share: frozen, no unknown keys, defaults not written."""


class Part(_Table, frozen=True):
    """One part of a form: a `value`, the uploaded file (`upload`), or a `file` that is always the same one.

    `filename` and `content_type` have their usual values where they are empty. All but `file`, which is a
    path, are templates.
    """

    name: str
    value: str | None = None
    upload: bool = False
    file: str = ""
    filename: str = ""
    content_type: str = ""
    headers: dict[str, str] = {}


class Multipart(_Table, frozen=True):
    """The form: its fields in order, then the file; or each of its parts in `part`. Values are templates.

    A request takes up to `files_per_request` files: the part with the file is repeated for each, or each of
    the parts that wait for an upload takes one. `filename_escaping` is how quotes in file names are written.
    """

    file_field: str = "file"
    filename: str = "{filename}"
    content_type: str = "{content_type}"
    part_headers: dict[str, str] = {}
    fields: dict[str, str | list[str]] = {}
    part: list[Part] = []
    files_per_request: int = 1
    filename_escaping: Literal["browser", "backslash", "ascii"] = "browser"

    def parts(self) -> list[Part]:
        """Return the form's parts in wire order, however they are written down."""
        if self.part:
            return self.part
        fields = [
            Part(name=literal(name), value=value)
            for name, values in self.fields.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        file = Part(
            name=self.file_field,
            upload=True,
            filename=self.filename,
            content_type=self.content_type or "application/octet-stream",
            headers=self.part_headers,
        )
        return [*fields, file]


class Raw(_Table, frozen=True):
    """The headers of a body that is the file alone. All values are templates; an empty one is left out."""

    content_type: str = "{content_type}"
    content_disposition: str = ""


class Tus(_Table, frozen=True):
    """An upload that can be resumed. The texts are templates; an empty `filename` or `filetype` is left out.

    `metadata` is told to the server besides. `part_size` is in bytes, 0 to send all that is left at once.
    With `creation_with_upload` the request that makes the upload brings its first bytes.
    """

    filename: str = "{filename}"
    filetype: str = "{content_type}"
    metadata: dict[str, str] = {}
    part_size: int = 0
    creation_with_upload: bool = False


class Content(_Table, frozen=True):
    """The text that is the body; in a `template` it holds `{file:base64}` or `{file:text}`.

    `escape` is how filled values are made fit for what stands around them: “auto” goes by the content type,
    “form” is “url” with “+” for blanks, and “unbroken” only leaves out line breaks and null characters.
    """

    text: str = ""
    content_type: str = ""
    escape: Literal["auto", "json", "xml", "url", "form", "unbroken", "none"] = "auto"


class Form(_Table, frozen=True):
    """The pairs of a body that is written like an address's query; values are templates, a list repeats."""

    fields: dict[str, str | list[str]] = {}


class Variable(_Table, frozen=True):
    """A value asked for when files are added; with `choices` it is one of them."""

    label: str = ""
    default: str | None = None
    choices: list[str] = []


class Secret(_Table, frozen=True):
    """A secret asked for once; `label` says what it is, and `help` where to find it."""

    label: str = ""
    help: str = ""


class Limits(_Table, frozen=True):
    """What is not to be asked too much of; for all uploads to this destination together, 0 for no limit."""

    bytes_per_second: int = 0
    parallel: int = 0
    starts_per_minute: int = 0


class Retry(_Table, frozen=True):
    """When to send again by itself.

    `attempts` are those of one file. `repeats_are_safe` says that a file which is sent twice is stored once;
    so does a header of the name in `idempotency_key_header`, which holds the same key at each attempt.
    """

    attempts: int = 6
    repeats_are_safe: bool = False
    idempotency_key_header: str = ""


class Network(_Table, frozen=True):
    """How the server is reached; times in seconds.

    `proxy` is “system”, “none”, or an address that starts with http://, socks5:// or socks5h:// (where the
    proxy looks names up). `proxy_username`, `proxy_password` and `client_key_password` are templates.
    """

    proxy: str = "system"
    proxy_username: str = ""
    proxy_password: str = ""
    verify: bool = True
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    client_key_password: str = ""
    connect_timeout: float = 10.0
    stall_timeout: float = 60.0
    expect_continue: Literal["auto", "always", "never"] = "auto"
    reply_timeout: float = 900.0
    give_up_after: str = "72h"


class Destination(_Table, frozen=True):
    """One server's wishes. Equal values are the same destination in the same version.

    `omit_headers` are those that a request would have by itself, and is not to have.
    """

    format: int
    name: str
    url: str
    method: str = _USUAL_METHOD
    body: BodyKind = BodyKind.MULTIPART
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    omit_headers: list[str] = []
    auth: Auth = Auth()
    before: list[Step] = []
    parts: Parts = Parts()
    after: list[Step] = []
    multipart: Multipart = Multipart()
    raw: Raw = Raw()
    tus: Tus = Tus()
    content: Content = Content()
    form: Form = Form()
    variables: dict[str, Variable] = {}
    secrets: dict[str, Secret] = {}
    reply: Reply = Reply()
    lookup: Lookup = Lookup()
    limits: Limits = Limits()
    retry: Retry = Retry()
    network: Network = Network()

    def __post_init__(self) -> None:
        """Say of an object what is always so: it is put, whatever was written down."""
        if self.body is BodyKind.OBJECT_STORE and self.method == _USUAL_METHOD:
            msgspec.structs.force_setattr(self, "method", "PUT")

    @property
    def is_form(self) -> bool:
        """Whether the body is a form with the file in it, rather than the file alone."""
        return self.body in _FORMS

    @property
    def takes_file(self) -> bool:
        """Whether a file travels in the request; one without is sent for its own sake."""
        if self.is_form and self.multipart.part:
            return any(part.upload for part in self.multipart.part)
        return self.body not in _WITHOUT_FILE

    @property
    def host(self) -> str:
        """The server as a person reads it: host, and port where one is written."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def repeats_are_safe(self) -> bool:
        """Whether what is sent twice does no more than once (RFC 9110, section 9.2.2)."""
        retry = self.retry
        methods = {self.method, *(step.method for step in (*self.before, *self.after))}
        return retry.repeats_are_safe or bool(retry.idempotency_key_header) or methods <= _IDEMPOTENT

    @property
    def has_steps(self) -> bool:
        """Whether one upload is several requests of this destination's own making."""
        return bool(self.before or self.after) or self.parts != Parts()

    @property
    def can_be_asked(self) -> bool:
        """Whether the server tells if it has a file."""
        return bool(self.lookup.url)

    @property
    def is_unproved(self) -> bool:
        """Whether the connection is encrypted, but to whoever answers: the certificate is not checked."""
        return not self.network.verify and urlsplit(self.url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme, host and port, in one spelling: what a secret is bound to (RFC 6454, section 4).

        Where tokens come from another server, its secret goes there: then it is both.
        """
        own = origin_of(self.url)
        tokens = origin_of(self.auth.token_url) if self.auth.token_url else own
        return own if tokens == own else f"{own}+{tokens}"
