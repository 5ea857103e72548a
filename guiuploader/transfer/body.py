# SPDX-License-Identifier: MIT
"""The ways a body travels; each is built afresh for every attempt and never rewound."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests
from requests_toolbelt import StreamingIterator
from requests_toolbelt.multipart.encoder import CustomBytesIO

from guiuploader.destinations.destination import BodyKind
from guiuploader.network.session import READ_SIZE
from guiuploader.transfer import form
from guiuploader.transfer.cargo import Cargo
from guiuploader.transfer.control import Control
from guiuploader.transfer.encoded import Base64, Encoded, Escaped
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.fill_body import TextContent
from guiuploader.transfer.in_memory import InMemory
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.read_ahead import ReadAhead
from guiuploader.transfer.segments import Segment, Segments

SMALL = 64 * 1024
"""Bodies up to this many bytes are complete before a server can do anything about them."""


@dataclass(frozen=True, slots=True)
class Body:
    """What to put into a prepared request; `length` is in bytes, None for chunks.

    `content` is None for no body at all, `content_type` where the request's own headers name the type.
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
        if self.content is None:
            return  # requests has said what its method needs
        request.body = self.content  # type: ignore[assignment] # any object with read(), as requests documents
        request.headers.pop("Content-Length", None)
        request.headers.pop("Transfer-Encoding", None)
        if self.length is None:
            request.headers["Transfer-Encoding"] = "chunked"
        else:
            request.headers["Content-Length"] = str(self.length)
        if self.content_type:
            request.headers["Content-Type"] = self.content_type


def build(filled: FilledRequest, cargo: Cargo, control: Control, meter: Meter, ahead: ReadAhead) -> Body:
    """Return the body for a filled request.

    Raises SourceError when a file does not suit this kind of body, and TransferCancelled.
    """
    if filled.text is not None:
        return _text(filled.text, cargo, control, meter, ahead)
    match filled.body:
        case BodyKind.MULTIPART:
            return Body(*form.streamed(filled, cargo, meter))
        case BodyKind.BUFFERED:
            return Body(*form.buffered(filled, cargo, control, meter))
        case BodyKind.NONE | BodyKind.TUS | BodyKind.OBJECT_STORE:  # the last two send requests of their own
            return Body(None, 0, None)
        case _:
            return _alone(filled.body, cargo.files[0], meter)


class _Watched:
    """A body with one file in it, whose reads the meter sees."""

    def __init__(self, content: FileBytes | Segments, file: FileBytes, meter: Meter) -> None:
        self._content = content
        self._file = file
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        data = self._content.read(size)
        if data:
            self._meter.given(self._file.position, complete=self._file.complete)
        else:
            self._meter.finished()
        return data


def _text(text: TextContent, cargo: Cargo, control: Control, meter: Meter, ahead: ReadAhead) -> Body:
    if text.file is None:
        return Body(InMemory(text.before, control, meter), len(text.before), text.content_type)
    file = cargo.files[0]
    if file.size is None:
        raise file.lengthless()
    middle = _written(text, file, file.size, ahead)
    whole = Segments([CustomBytesIO(text.before), middle, CustomBytesIO(text.after)])
    length = whole.len
    return Body(_Watched(whole, file, meter), length, text.content_type)


def _written(text: TextContent, file: FileBytes, size: int, ahead: ReadAhead) -> Segment:
    """Return the file as it stands in the text; only where its bytes decide the length, it is read before."""
    as_base64 = text.file == "base64"
    if as_base64 and text.escape not in {
        "url",
        "form",
    }:  # base64 holds nothing that JSON or XML would have to escape
        encoder = Base64(line=None)
        return Encoded(file, encoder, encoder.length(size))
    if text.escape == "none":
        return file
    length = ahead.length(text.escape, as_base64=as_base64)
    return Encoded(file, Escaped(text.escape, as_base64=as_base64), length)


def _alone(kind: BodyKind, file: FileBytes, meter: Meter) -> Body:
    """Return the file as the body; an empty one has a length whatever is asked: S3 refuses empty chunks."""
    if file.size is None or (kind is BodyKind.CHUNKED and file.size > 0):
        return Body(_chunks(file, meter), None, None)
    return Body(StreamingIterator(file.size, _Watched(file, file, meter)), file.size, None)


def _chunks(file: FileBytes, meter: Meter) -> Iterator[bytes]:
    """Yield blocks. An error raised here keeps the closing chunk from being sent, so no half looks whole."""
    while block := file.read(READ_SIZE):
        meter.given(file.position, complete=file.complete)
        yield block
    meter.finished()
