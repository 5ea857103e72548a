# SPDX-License-Identifier: MIT
"""The four ways a body travels; each is built afresh for every attempt and never rewound."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import requests
from requests_toolbelt import MultipartEncoder, MultipartEncoderMonitor, StreamingIterator

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Reader, Source
from guiuploader.transfer.control import Control
from guiuploader.transfer.fill import FilePart, FilledRequest
from guiuploader.transfer.progress import Meter
from guiuploader.values.errors import ErrorCode, SourceError

BUFFER_LIMIT = 256 * 1024 * 1024
"""The largest file, in bytes, that `buffered` takes; it needs about twice that in memory."""


class FileBytes:
    """A source's bytes on their way into a body: counted, hashed, and stopped by the control.

    Where the source's size is known, exactly so many bytes are given. `len` is what is left of them, as
    MultipartEncoder expects of a part: with anything else it loops for ever.
    """

    def __init__(self, reader: Reader, source: Source, control: Control, *, hashed: bool) -> None:
        self._reader = reader
        self._size = source.size
        self._location = source.location
        self._control = control
        self._hash = hashlib.sha256() if hashed else None
        self.position = 0

    @property
    def len(self) -> int:
        """The bytes left to read, 0 where the length is not known."""
        return 0 if self._size is None else self._size - self.position

    @property
    def sha256(self) -> str | None:
        """The hash of what was read so far, in hex; None when none was wanted."""
        return self._hash.hexdigest() if self._hash else None

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, `b""` only at the end. Raises SourceError or TransferCancelled."""
        self._control.raise_if_cancelled()
        wanted = size if self._size is None else min(size, self.len)
        data = self._reader.read(wanted) if wanted else b""
        if wanted and not data and self._size is not None:
            raise SourceError(ErrorCode.SOURCE_SHORT, path=self._location, missing=self.len, size=self._size)
        self.position += len(data)
        if self._hash:
            self._hash.update(data)
        return data


class _Watched:
    """A file-like body whose reads the meter sees."""

    def __init__(self, file: FileBytes, meter: Meter) -> None:
        self._file = file
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        data = self._file.read(size)
        if data:
            self._meter.given(self._file.position)
        else:
            self._meter.finished()
        return data


class _InMemory:
    """A whole body in memory, given out in slices, so that progress and stop work as in a stream."""

    def __init__(self, content: bytes, size: int, control: Control, meter: Meter) -> None:
        self._rest = memoryview(content)
        self._size = size
        self._control = control
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        self._control.raise_if_cancelled()
        data, self._rest = bytes(self._rest[:size]), self._rest[size:]
        if data:
            # The file stands last in the form; the few bytes of the closing boundary do not matter here.
            self._meter.given(max(0, self._size - len(self._rest)))
        else:
            self._meter.finished()
        return data


@dataclass(frozen=True, slots=True)
class Body:
    """What to put into a prepared request; `length` is in bytes, None for chunks.

    `content_type` is None where the request's own headers name the type.
    """

    content: object
    length: int | None
    content_type: str | None

    def attach(self, request: requests.PreparedRequest) -> None:
        """Give the request this body and exactly one framing header (RFC 9112, section 6)."""
        request.body = self.content  # type: ignore[assignment] # any object with read(), as requests documents
        request.headers.pop("Content-Length", None)
        request.headers.pop("Transfer-Encoding", None)
        if self.length is None:
            request.headers["Transfer-Encoding"] = "chunked"
        else:
            request.headers["Content-Length"] = str(self.length)
        if self.content_type:
            request.headers["Content-Type"] = self.content_type


def build(filled: FilledRequest, file: FileBytes, size: int | None, control: Control, meter: Meter) -> Body:
    """Return the body for a filled request.

    Raises SourceError when the source's length does not suit this kind of body.
    """
    if filled.file is None:
        return _alone(filled.body, file, size, meter)
    if size is None:
        raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=filled.file.filename)
    if filled.body is BodyKind.BUFFERED:
        return _buffered(filled, filled.file, file, control, meter)
    encoder = MultipartEncoder(form_fields(filled, filled.file, file))
    seen = 0

    def watch(monitor: MultipartEncoderMonitor) -> None:
        nonlocal seen
        if monitor.bytes_read > seen:
            meter.given(file.position)
        else:
            meter.finished()
        seen = monitor.bytes_read

    return Body(MultipartEncoderMonitor(encoder, watch), encoder.len, encoder.content_type)


def form_fields(filled: FilledRequest, part: FilePart, content: object) -> list[tuple[str, object]]:
    """Return the form as MultipartEncoder takes it: the fields in order, then the file."""
    file = (part.filename, content, part.content_type, dict(part.headers))
    return [*filled.fields, (part.field, file)]


def _alone(kind: BodyKind, file: FileBytes, size: int | None, meter: Meter) -> Body:
    """Return the file as the body; an empty one has a length whatever is asked: S3 refuses empty chunks."""
    if size is None or (kind is BodyKind.CHUNKED and size > 0):
        return Body(_chunks(file, meter), None, None)
    return Body(StreamingIterator(size, _Watched(file, meter)), size, None)


def _chunks(file: FileBytes, meter: Meter) -> Iterator[bytes]:
    """Yield blocks. An error raised here keeps the closing chunk from being sent, so no half looks whole."""
    while block := file.read(READ_SIZE):
        meter.given(file.position)
        yield block
    meter.finished()


def _buffered(filled: FilledRequest, part: FilePart, file: FileBytes, control: Control, meter: Meter) -> Body:
    size = file.len
    if size > BUFFER_LIMIT:
        raise SourceError(ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER, amount=size, limit=BUFFER_LIMIT)
    content = b"".join(iter(lambda: file.read(READ_SIZE), b""))
    whole = requests.Request(
        filled.method,
        "http://form.invalid/",
        data=list(filled.fields),
        files=[(part.field, (part.filename, content, part.content_type, dict(part.headers)))],
    ).prepare()
    form = cast("bytes", whole.body)  # what requests makes of files=
    return Body(_InMemory(form, size, control, meter), len(form), str(whole.headers["Content-Type"]))
