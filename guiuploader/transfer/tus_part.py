# SPDX-License-Identifier: MIT
"""One part of a file on its way into a tus upload: mostly all that is left of it."""

import base64
from contextlib import closing
from dataclasses import dataclass, replace

from requests_toolbelt import StreamingIterator

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Placeable
from guiuploader.transfer.body import Body
from guiuploader.transfer.cargo import blaming
from guiuploader.transfer.exchange import deliver_part
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.progress import Meter, TellingMeter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.tus_state import TusState
from guiuploader.transfer.tus_words import OFFSET_TYPE, request


@dataclass(frozen=True, slots=True)
class Part:
    """The next `length` bytes of a file; `creates` tells that the request makes the upload, too."""

    file: FileBytes
    length: int
    creates: bool = False


class _Stream:
    """The part's bytes, whose reads the meter sees."""

    def __init__(self, part: Part, meter: Meter) -> None:
        self._file = part.file
        self._left = part.length
        self._meter = meter

    def read(self, size: int = READ_SIZE) -> bytes:
        data = self._file.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        if data:
            self._meter.given(self._file.position, complete=self._file.complete)
        elif self._file.complete:
            self._meter.finished()
        return data


def send_part(state: TusState, part: Part) -> Reply:
    """Send a part and return the answer. Raises as `exchange.deliver` does."""
    file = part.file
    is_last = part.length == file.len
    filled = _request(state, part)
    meter = TellingMeter(state.passage.events, state.let_go, start=file.position)
    body = Body(StreamingIterator(part.length, _Stream(part, meter)), part.length, OFFSET_TYPE)
    return deliver_part(state.passage, filled, body, meter, is_last=is_last)


def _request(state: TusState, part: Part) -> FilledRequest:
    checksum = _checksum(state, part)
    more = {"Upload-Checksum": checksum} if checksum else {}
    if part.creates:
        return replace(state.filled, headers=(*state.filled.headers, *more.items()))
    return request(state.filled, "PATCH", state.url, {"Upload-Offset": str(part.file.position), **more})


def _checksum(state: TusState, part: Part) -> str:
    """Return what the server is to compare the part with, "" for nothing.

    It stands before the part, which is read twice for it. So it is for parts of a size that was asked for: of
    all that is left, a server could only throw away all of it.
    """
    algorithm, source = state.abilities.algorithm, state.source
    if not algorithm or not state.passage.job.destination.tus.part_size or not isinstance(source, Placeable):
        return ""
    at = part.file.position
    with (
        blaming(0),
        closing(source.open_at(at)) as reader,
        closing(
            FileBytes(reader, state.source, state.passage.control, algorithm=algorithm, position=at)
        ) as ahead,
    ):
        ahead.pass_over(at + part.length)
        digest = bytes.fromhex(ahead.digest(algorithm) or "")
    return f"{algorithm} {base64.b64encode(digest).decode()}"
