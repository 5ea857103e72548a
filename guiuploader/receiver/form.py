# SPDX-License-Identifier: MIT
"""Take a multipart/form-data body apart while it arrives: files to the disk, small fields to memory."""

import logging
from http import HTTPStatus

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from .names import decode_name
from .refusal import Refusal
from .storage import Delivery, IncomingFile
from .upload import ReceivedFile

_LARGEST_FIELD = 1024 * 1024  # bytes
_LARGEST_FIELDS = 8 * 1024 * 1024  # bytes, names and values of one request together
_MOST_PARTS = 1000


class FormUpload:
    """A form on its way in. A part with a file name is a file, any other one a text field."""

    def __init__(self, delivery: Delivery, *, boundary: bytes) -> None:
        self._delivery = delivery
        self.files: list[ReceivedFile] = []
        self.fields: dict[str, str | list[str]] = {}
        self._parts = 0
        self._text_bytes = 0
        self._complete = False
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._field = ""
        self._text = bytearray()
        self._file: IncomingFile | None = None
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_header_name,
                    "on_header_value": self._add_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._add_data,
                    "on_part_end": self._end_part,
                    "on_end": self._end_form,
                },
            )
        except FormParserError as error:
            raise _malformed(error) from error
        # Its own logger warns of every malformed form; the refusal says that to whom it concerns.
        self._parser.logger = logging.Logger("unheard", logging.CRITICAL)  # noqa: LOG001 - on purpose in no tree

    def feed(self, piece: memoryview) -> None:
        """Parse the next piece; raise Refusal if the form is malformed or does not fit."""
        try:
            self._parser.write(bytes(piece))
        except FormParserError as error:
            raise _malformed(error) from error

    def finish(self) -> None:
        """Raise Refusal unless the closing boundary has been seen."""
        if not self._complete:
            raise Refusal(HTTPStatus.BAD_REQUEST, "The form ends before its closing boundary.")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _too_large(f"A form may have at most {_MOST_PARTS} parts.")
        self._headers = {}
        self._header_name = self._header_value = b""

    def _add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _open_part(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise Refusal(
                HTTPStatus.BAD_REQUEST, "A part of the form has no Content-Disposition with a name."
            )
        self._field = decode_name(options[b"name"])
        self._count_text(len(options[b"name"]))
        self._text.clear()
        if b"filename" not in options:
            return
        filename = decode_name(options[b"filename"])
        content_type = self._headers.get(b"content-type")
        self._file = self._delivery.begin(filename)
        self.files.append(
            ReceivedFile(
                self._file, filename, self._field, None if content_type is None else decode_name(content_type)
            )
        )

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(memoryview(data)[start:end])
            return
        if len(self._text) + end - start > _LARGEST_FIELD:
            raise _too_large(f"The field {self._field!r} is larger than {_LARGEST_FIELD} bytes.")
        self._count_text(end - start)
        self._text += data[start:end]

    def _end_part(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            return
        value = self._text.decode(errors="replace")
        match self.fields.get(self._field):
            case None:
                self.fields[self._field] = value
            case str(first):
                self.fields[self._field] = [first, value]
            case values:
                values.append(value)

    def _end_form(self) -> None:
        self._complete = True

    def _count_text(self, size: int) -> None:
        self._text_bytes += size
        if self._text_bytes > _LARGEST_FIELDS:
            raise _too_large(f"The text fields of the form are larger than {_LARGEST_FIELDS} bytes together.")


def _too_large(message: str) -> Refusal:
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _malformed(error: FormParserError) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, f"The form is malformed: {error}.")
