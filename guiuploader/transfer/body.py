# SPDX-License-Identifier: MIT
"""The four ways a body travels; each is built afresh for every attempt and never rewound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import requests
from requests_toolbelt import MultipartEncoderMonitor, StreamingIterator

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Reader, Source
from guiuploader.transfer.control import Control
from guiuploader.transfer.fill import FilePart, FilledRequest
from guiuploader.transfer.hashing import hasher
from guiuploader.transfer.multipart import FormEncoder
from guiuploader.transfer.progress import Meter
from guiuploader.values.errors import ErrorCode, SourceError

SMALL = 64 * 1024
"""Bodies up to this many bytes are complete before a server can do anything about them."""

BUFFER_LIMIT = 256 * 1024 * 1024
"""The largest file, in bytes, that `buffered` takes; it needs about twice that in memory."""


class FileBytes:
    """A source's bytes on their way into a body: counted, hashed, and stopped by the control.

    Where the source's size is known, exactly so many bytes are given. `len` is what is left of them, as the
    form's encoder expects of a part. Close it: the hash may have a thread.
    """

    def __init__(self, reader: Reader, source: Source, control: Control, *, algorithm: str = "none") -> None:
        self._reader = reader
        self._size = source.size
        self._location = source.location
        self._control = control
        self._algorithm = algorithm
        self._hasher = hasher(algorithm, source.size)
        self._ahead: bytes | None = None
        self.position = 0

    @property
    def complete(self) -> bool:
        """Whether all has been read, which is known as soon as the last byte is."""
        return self._ahead == b"" if self._size is None else self.position == self._size

    @property
    def len(self) -> int:
        """The bytes left to read, 0 where the length is not known."""
        return 0 if self._size is None else self._size - self.position

    def digest(self, algorithm: str) -> str | None:
        """Return the hash of what was read, in hex, after which no read may follow; None when not wanted."""
        return self._hasher.hexdigest() if self._hasher and algorithm == self._algorithm else None

    def close(self) -> None:
        """End what hashes; the reader belongs to whoever opened it."""
        if self._hasher:
            self._hasher.close()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, `b""` only at the end, when they may go.

        Raises SourceError or TransferCancelled.
        """
        data = self._next(self._control.piece(size))
        self._control.pace(len(data))
        return data

    def read_all(self) -> bytes:
        """Return all bytes that are left, at once: they go nowhere yet. Raises as `read` does."""
        return b"".join(iter(lambda: self._next(READ_SIZE), b""))

    def _next(self, size: int) -> bytes:
        self._control.raise_if_cancelled()
        data = self._until_end(size) if self._size is None else self._exactly(size, self._size)
        self.position += len(data)
        if self._hasher:
            self._hasher.update(data)
        return data

    def _exactly(self, size: int, whole: int) -> bytes:
        wanted = min(size, self.len)
        data = self._reader.read(wanted) if wanted else b""
        if wanted and not data:
            raise SourceError(ErrorCode.SOURCE_SHORT, path=self._location, missing=self.len, size=whole)
        return data

    def _until_end(self, size: int) -> bytes:
        """Return what was read before and read on: only so the last byte is known for the last."""
        if self._ahead is None:
            self._ahead = self._reader.read(size)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        if data and not self._ahead:
            self._ahead = self._reader.read(size)
        return data


class _Watched:
    """A file-like body whose reads the meter sees."""

    def __init__(self, file: FileBytes, meter: Meter) -> None:
        self._file = file
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        data = self._file.read(size)
        if data:
            self._meter.given(self._file.position, complete=self._file.complete)
        else:
            self._meter.finished()
        return data


class _InMemory:
    """A whole body in memory, given out in slices, so that progress and stop work as in a stream.

    `file` is where in it the file's own bytes are.
    """

    def __init__(self, content: bytes, file: range, control: Control, meter: Meter) -> None:
        self._content = memoryview(content)
        self._file = file
        self._given = 0
        self._control = control
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        data = bytes(self._content[self._given : self._given + self._control.piece(size)])
        self._control.pace(len(data))
        self._given += len(data)
        if data:
            begun = min(self._given, self._file.stop) - self._file.start
            self._meter.given(max(0, begun), complete=self._given >= self._file.stop)
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

    @property
    def is_small(self) -> bool:
        """Whether it goes out at once: the commit point is then before the headers."""
        return self.length is not None and self.length <= SMALL

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
    encoder = FormEncoder(form_fields(filled, filled.file, file))
    seen = 0

    def watch(monitor: MultipartEncoderMonitor) -> None:
        nonlocal seen
        if monitor.bytes_read > seen:
            meter.given(file.position, complete=file.complete)
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
        meter.given(file.position, complete=file.complete)
        yield block
    meter.finished()


def _buffered(filled: FilledRequest, part: FilePart, file: FileBytes, control: Control, meter: Meter) -> Body:
    size = file.len
    if size > BUFFER_LIMIT:
        raise SourceError(ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER, amount=size, limit=BUFFER_LIMIT)
    content = file.read_all()
    whole = requests.Request(
        filled.method,
        "http://form.invalid/",
        data=list(filled.fields),
        files=[(part.field, (part.filename, content, part.content_type, dict(part.headers)))],
    ).prepare()
    form = cast("bytes", whole.body)  # what requests makes of files=
    end = form.rindex(b"\r\n--")  # the file stands last
    in_memory = _InMemory(form, range(end - size, end), control, meter)
    return Body(in_memory, len(form), str(whole.headers["Content-Type"]))
