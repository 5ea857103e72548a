# SPDX-License-Identifier: MIT
"""How objects in stores are named: `s3://bucket/key`, or `s3://CONNECTION@bucket/key`."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.redact import printable

KINDS = {"s3": "s3", "gs": "google", "az": "azure"}
"""Which kind of store a scheme means."""

CONNECTION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
"""What connections may be called; their files are named so."""

_ADDRESS = re.compile(r"(s3|gs|az)://(?:([^@/]*)@)?([^/]*)(?:/(.*))?", re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """An object, or with an empty key or one that ends in “/” all that begins so.

    `connection` is empty for the usual one of its scheme. The key is to the letter: nothing in it is encoded.
    """

    scheme: str
    connection: str
    bucket: str
    key: str

    def __str__(self) -> str:
        at = f"{self.connection}@" if self.connection else ""
        return f"{self.scheme}://{at}{self.bucket}/{self.key}"

    @property
    def kind(self) -> str:
        """The kind of store."""
        return KINDS[self.scheme]

    @property
    def is_prefix(self) -> bool:
        """Whether it can only mean all that begins so."""
        return not self.key or self.key.endswith("/")

    def with_key(self, key: str) -> "StoreAddress":
        """Return the address of another object in the same bucket."""
        return StoreAddress(self.scheme, self.connection, self.bucket, key)


Place: TypeAlias = Path | StoreAddress
"""What a person adds: a file or folder of this computer, or something in a store."""


def is_address(text: str) -> bool:
    """Tell whether a text is meant as the address of something in a store."""
    return text.startswith(tuple(f"{scheme}://" for scheme in KINDS))


def parse_address(text: str) -> StoreAddress:
    """Return the address that a text is. Raises SourceError(STORE_ADDRESS)."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise _wrong(text, "it must look like s3://bucket/key")
    scheme, connection, bucket, key = found[1], found[2], found[3], found[4] or ""
    if connection is not None and not CONNECTION_NAME.fullmatch(connection):
        raise _wrong(
            text, "what stands before “@” must be a connection's name: letters, digits, “-”, “_”, “.”"
        )
    if not _BUCKET.fullmatch(bucket):
        raise _wrong(text, "its bucket must be named with letters, digits, “-”, “_” and “.”")
    try:
        key.encode()
    except UnicodeEncodeError:
        raise _wrong(text, "it is no text") from None
    return StoreAddress(scheme, connection or "", bucket, key)


def whole(place: Place) -> Place:
    """Return what a place means wherever the program is: a path becomes absolute."""
    return place.absolute() if isinstance(place, Path) else place


def _wrong(text: str, reason: str) -> SourceError:
    return SourceError(ErrorCode.STORE_ADDRESS, path=printable(text), reason=reason)
