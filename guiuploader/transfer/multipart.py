# SPDX-License-Identifier: MIT
"""A multipart/form-data encoder that gives a file's blocks on as they were read.

The stock encoder moves each byte through a buffer of its own and copies it three times on the way, which
costs more than sending it. This one keeps its parts, boundary and length, and only reads them otherwise.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

from requests_toolbelt import MultipartEncoder
from requests_toolbelt.multipart.encoder import CustomBytesIO
from urllib3.fields import RequestField

from guiuploader.transfer.segments import Segment, Segments


class FormEncoder(MultipartEncoder):  # type: ignore[misc] # the library ships no types
    """The stock encoder with another `read`; a content that is no text and no bytes must be a `Segment`."""

    def __init__(self, fields: Sequence[RequestField]) -> None:
        super().__init__(fields)
        self._segments = Segments(self._joined())

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that are left for a negative number, `b""` only at the end."""
        if size < 0:
            return b"".join(iter(lambda: self._segments.read(self._segments.len), b""))
        return self._segments.read(size)

    def _iter_fields(self) -> Iterator[RequestField]:
        """Yield the fields; the stock encoder would write file names in its own way."""
        yield from self.fields

    def _joined(self) -> Iterator[Segment]:
        """Yield the body in order, all that lies between two streamed parts as one."""
        line = self._encoded_boundary
        plain = b""
        for part in self.parts:
            plain += line + part.headers
            if isinstance(part.body, BytesIO):
                plain += part.body.getvalue()
            else:
                yield CustomBytesIO(plain)
                yield part.body
                plain = b""
            plain += b"\r\n"
        yield CustomBytesIO(plain + line.removesuffix(b"\r\n") + b"--\r\n")
