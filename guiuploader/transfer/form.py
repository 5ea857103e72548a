# SPDX-License-Identifier: MIT
"""The forms: filled parts and files become one multipart/form-data body, streamed or in memory."""

from collections.abc import Callable, Iterator

from requests_toolbelt import MultipartEncoderMonitor
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from guiuploader.transfer.cargo import Cargo
from guiuploader.transfer.control import Control
from guiuploader.transfer.encoded import LINE, Base64, Encoded
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.fill_body import FormPart
from guiuploader.transfer.in_memory import InMemory
from guiuploader.transfer.multipart import FormEncoder
from guiuploader.transfer.progress import Meter
from guiuploader.values.errors import ErrorCode, SourceError

BUFFER_LIMIT = 256 * 1024 * 1024
"""The most bytes of files, together, that `buffered` takes; it needs about twice that in memory."""

_HEAD_END = b"\r\n\r\n"


def streamed(filled: FilledRequest, cargo: Cargo, meter: Meter) -> tuple[object, int, str]:
    """Return a form that reads its files as it is sent, its length in bytes, and its content type.

    Raises SourceError for a file without a length.
    """
    encoder = FormEncoder(list(request_fields(filled, lambda part: _stream(part, cargo))))
    seen = 0

    def watch(monitor: MultipartEncoderMonitor) -> None:
        nonlocal seen
        if monitor.bytes_read > seen:
            meter.given(cargo.position, complete=cargo.complete)
        else:
            meter.finished()
        seen = monitor.bytes_read

    return MultipartEncoderMonitor(encoder, watch), encoder.len, encoder.content_type


def buffered(filled: FilledRequest, cargo: Cargo, control: Control, meter: Meter) -> tuple[object, int, str]:
    """Return the same form whole in memory, as requests makes it of `files=`, its length and type.

    Raises SourceError for files without a length, or too large to be held.
    """
    size = sum(_known_length(file) for file in cargo.files)
    if size > BUFFER_LIMIT:
        raise SourceError(ErrorCode.SOURCE_TOO_LARGE_TO_BUFFER, amount=size, limit=BUFFER_LIMIT)

    def read(part: FormPart) -> bytes:
        content = _file(part, cargo).read_all()
        if part.as_base64:
            content = Base64(line=LINE)(content, last=True)
        return content

    fields = list(request_fields(filled, read))
    form, content_type = encode_multipart_formdata(fields)
    files = [
        (place, _known_length(cargo.files[part.file]) if part.file < cargo.own else 0)
        for place, part in zip(_places(form, fields), filled.parts, strict=True)
        if part.file is not None
    ]
    return InMemory(form, control, meter, files=files), len(form), content_type


def request_fields(filled: FilledRequest, content_of: Callable[[FormPart], object]) -> Iterator[RequestField]:
    """Yield the form's parts as urllib3 writes them; `content_of` gives the content of one with a file."""
    for part in filled.parts:
        content = part.value if part.file is None else content_of(part)
        field = _Field(
            part.name,
            content,  # type: ignore[arg-type] # or what is read later
            filename=part.filename,
            headers=dict(part.headers),
        )
        field.make_multipart(content_type=part.content_type)
        yield field


class _Field(RequestField):
    """Writes a file name as it comes, which is escaped already."""

    def _render_part(self, name: str, value: str | bytes) -> str:
        return f'filename="{value!s}"' if name == "filename" else super()._render_part(name, value)


def _stream(part: FormPart, cargo: Cargo) -> object:
    file = _file(part, cargo)
    size = _known_length(file)
    if not part.as_base64:
        return file
    encoder = Base64(line=LINE)
    return Encoded(file, encoder, encoder.length(size))


def _file(part: FormPart, cargo: Cargo) -> FileBytes:
    if part.file is None:
        raise ValueError(part.name)
    return cargo.files[part.file]


def _known_length(file: FileBytes) -> int:
    if file.size is None:
        raise file.lengthless()
    return file.size


def _places(form: bytes, fields: list[RequestField]) -> Iterator[range]:
    """Yield where in a form each part's content is."""
    end = 0
    for field in fields:
        start = form.index(_HEAD_END, end) + len(_HEAD_END)
        content = field.data
        end = start + len(content.encode() if isinstance(content, str) else content)
        yield range(start, end)
