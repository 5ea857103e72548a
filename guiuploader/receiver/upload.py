# SPDX-License-Identifier: MIT
"""What one request uploads, and how the answer describes it."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from .storage import Delivery, IncomingFile


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file and what the client said about it; None is what it did not say."""

    stored: IncomingFile
    filename: str | None
    field: str | None
    content_type: str | None


class Upload(Protocol):
    """A consumer of body pieces."""

    files: list[ReceivedFile]
    fields: dict[str, str | list[str]]

    def feed(self, piece: memoryview) -> None:
        """Take the next piece of the body; raise Refusal if it is malformed or does not fit."""

    def finish(self) -> None:
        """Take note that the body is complete; raise Refusal if its content is not."""


class RawUpload:
    """A body that is the file itself."""

    def __init__(self, delivery: Delivery, *, filename: str, content_type: str | None) -> None:
        self._file = delivery.begin(filename)
        self.files = [ReceivedFile(self._file, filename or None, None, content_type)]
        self.fields: dict[str, str | list[str]] = {}

    def feed(self, piece: memoryview) -> None:
        """Write the piece; raise Refusal if it does not fit."""
        self._file.write(piece)

    def finish(self) -> None:
        """End the file; raise Refusal if the disk fails."""
        self._file.close()


def describe(upload: Upload, base_url: str) -> dict[str, object]:
    """Return the JSON object that answers an upload: its first file, all files, and the form's fields."""
    files = [_describe_file(file, base_url) for file in upload.files]
    first = files[0] if files else {}
    return {**first, "fields": upload.fields, "files": files}


def _describe_file(file: ReceivedFile, base_url: str) -> dict[str, object]:
    return {
        "link": f"{base_url}/files/{quote(file.stored.name)}",
        "name": file.stored.name,
        "filename": file.filename,
        "size": file.stored.size,
        "sha256": file.stored.sha256,
        "field": file.field,
        "content_type": file.content_type,
    }
