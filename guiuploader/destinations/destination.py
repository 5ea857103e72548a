# SPDX-License-Identifier: MIT
"""A destination: everything a server wants, as a frozen value without a secret inside.

The structs are the schema of a destination's TOML file; what a type cannot say stands in `rules.py`.
"""

from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

import msgspec

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


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all tables share: frozen, no unknown keys, defaults not written."""


class Auth(_Table, frozen=True):
    """How the request proves who sends it; the values are templates."""

    kind: Literal["none", "basic", "bearer"] = "none"
    token: str = ""
    username: str = ""
    password: str = ""


class Multipart(_Table, frozen=True):
    """The form: its fields in order, then the file. All values are templates."""

    file_field: str = "file"
    filename: str = "{filename}"
    content_type: str = "{content_type}"
    part_headers: dict[str, str] = {}
    fields: dict[str, str | list[str]] = {}


class Raw(_Table, frozen=True):
    """The headers of a body that is the file alone. All values are templates; an empty one is left out."""

    content_type: str = "{content_type}"
    content_disposition: str = ""


class Variable(_Table, frozen=True):
    """A value asked for when files are added."""

    label: str = ""
    default: str | None = None


class Secret(_Table, frozen=True):
    """A secret asked for once; `label` says what it is and where to find it."""

    label: str = ""


class Reply(_Table, frozen=True):
    """What to read out of the server's answer; templates."""

    link: str = ""
    error: str = ""
    success: str = ""
    hash: Literal["sha256", "none"] = "sha256"


class Network(_Table, frozen=True):
    """How the server is reached; times in seconds."""

    verify: bool = True
    ca_file: str = ""
    connect_timeout: float = 10.0


class Destination(_Table, frozen=True):
    """One server's wishes. Equal values are the same destination in the same version."""

    format: int
    name: str
    url: str
    method: str = "POST"
    body: BodyKind = BodyKind.MULTIPART
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    auth: Auth = Auth()
    multipart: Multipart = Multipart()
    raw: Raw = Raw()
    variables: dict[str, Variable] = {}
    secrets: dict[str, Secret] = {}
    reply: Reply = Reply()
    network: Network = Network()

    @property
    def is_form(self) -> bool:
        """Whether the body is a form with the file in it, rather than the file alone."""
        return self.body in {BodyKind.MULTIPART, BodyKind.BUFFERED}

    @property
    def host(self) -> str:
        """The server as a person reads it: host, and port where one is written."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def origin(self) -> str:
        """Scheme, host and port, in one spelling: what a secret is bound to (RFC 6454, section 4)."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}:{port}"
