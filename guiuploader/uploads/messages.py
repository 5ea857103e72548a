# SPDX-License-Identifier: MIT
"""What a second start says to the instance that holds the queue, and what that answers.

Each message is a frame: two bytes for the version, four for the length, then MessagePack. Paths are bytes, as
a name on a disk need not be text.
"""

import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Generic, TypeAlias, TypeVar

import msgspec

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.toml_file import checked
from guiuploader.sources.store_address import Place, StoreAddress, is_address, parse_address
from guiuploader.values.errors import DestinationError, SourceError

VERSION = 1
LARGEST_REQUEST = 1024 * 1024
"""Bytes that one request may have."""
LARGEST_ANSWER = 8 * LARGEST_REQUEST
"""Bytes that one answer may have; with a server's whole reply in it, each byte of which may take six."""

_HEADER = struct.Struct(">HI")
_PATHS_AT_ONCE = 256 * 1024  # bytes


class MessageError(Exception):
    """What came is no message of ours, or too large for one; says why."""


class _Request(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """What all requests share: frozen, told apart by their names, nothing unknown in them."""

    largest: ClassVar[int] = LARGEST_REQUEST


class _Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The same for answers."""

    largest: ClassVar[int] = LARGEST_ANSWER


class AddFiles(_Request, frozen=True):
    """Take these in: absolute paths and addresses of objects, for this destination or else the chosen one.

    With `more` the next message goes on with the same batch; with `follow` the caller wants to hear of each
    upload until all have ended; with `again` what was sent before is sent once more, and with `archive` each
    folder goes as one archive.
    """

    paths: tuple[bytes, ...]
    destination: Destination | None = None
    variables: dict[str, str] = {}
    follow: bool = False
    again: bool = False
    archive: bool = False
    more: bool = False

    def __post_init__(self) -> None:
        for path in self.files:
            if isinstance(path, Path) and (not path.is_absolute() or "\0" in str(path)):
                raise ValueError("a path is not whole")
            if self.archive and not isinstance(path, Path):
                raise ValueError("what is in a store makes no archive")
        if self.destination is not None:
            checked(self.destination)

    @property
    def files(self) -> tuple[Place, ...]:
        """The paths and addresses as such. Raises SourceError for what is no address."""
        texts = map(os.fsdecode, self.paths)
        return tuple(parse_address(text) if is_address(text) else Path(text) for text in texts)


class Resume(_Request, frozen=True):
    """Carry on with all that is unfinished; the caller hears of each upload until all have ended."""


class Show(_Request, frozen=True):
    """Bring the window to the front."""


class Stop(_Request, frozen=True):
    """Cancel what this caller handed over; it goes on hearing of it."""


class Accepted(_Answer, frozen=True):
    """It was taken over, and the caller need do nothing more; what a caller follows may yet be refused."""


class Event(_Answer, frozen=True):
    """One line of what `send --json` prints, without its end."""

    line: str


class Ended(_Answer, frozen=True):
    """All that the caller follows has ended; `code` is for it to exit with."""

    code: int


class Refused(_Answer, frozen=True):
    """It is not done, and why, in a sentence for the person."""

    reason: str


class NoWindow(_Answer, frozen=True):
    """Nothing was taken over: a `send` has the queue, and no window is there."""


Request: TypeAlias = AddFiles | Resume | Show | Stop
Answer: TypeAlias = Accepted | Event | Ended | Refused | NoWindow

Message = TypeVar("Message")


def add_files(
    paths: Sequence[Place],
    *,
    destination: Destination | None = None,
    variables: Mapping[str, str] | None = None,
    follow: bool = False,
    again: bool = False,
    archive: bool = False,
) -> Iterator[AddFiles]:
    """Yield the messages that hand these files over, as many as it takes to keep each small."""
    some: list[bytes] = []
    size = 0
    whole = AddFiles(
        paths=(),
        destination=destination,
        variables=dict(variables or {}),
        follow=follow,
        again=again,
        archive=archive,
    )
    for path in paths:
        name = os.fsencode(str(path) if isinstance(path, StoreAddress) else path.absolute())
        if some and size + len(name) > _PATHS_AT_ONCE:
            yield msgspec.structs.replace(whole, paths=tuple(some), more=True)
            some, size = [], 0
        some.append(name)
        size += len(name)
    yield msgspec.structs.replace(whole, paths=tuple(some))


def framed(message: Request | Answer) -> bytes:
    """Return a message as it travels. Raises MessageError when it is too large."""
    content = msgspec.msgpack.encode(message)
    if len(content) > message.largest:
        raise MessageError(f"a message of {len(content)} bytes is too large")
    return _HEADER.pack(VERSION, len(content)) + content


class Frames(Generic[Message]):
    """Puts messages of one kind together from what comes in pieces; none has more than `largest` bytes."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Message], *, largest: int) -> None:
        self._decoder = decoder
        self._largest = largest
        self._buffer = bytearray()

    @property
    def is_partial(self) -> bool:
        """Whether a message has begun and its end is missing."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take some bytes and yield the messages that are whole now. Raises MessageError for what is none."""
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            version, length = _HEADER.unpack_from(self._buffer)
            if version != VERSION:
                raise MessageError(f"it speaks version {version}, this program version {VERSION}")
            if length > self._largest:
                raise MessageError(f"a message of {length} bytes is too large")
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            content = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield self._decoded(content)

    def _decoded(self, content: bytes) -> Message:
        try:
            return self._decoder.decode(content)
        except (msgspec.MsgspecError, DestinationError, SourceError, UnicodeError, RecursionError) as error:
            raise MessageError("what it said makes no sense") from error


def request_frames() -> Frames[Request]:
    """Return what puts requests together."""
    return Frames(msgspec.msgpack.Decoder(Request), largest=LARGEST_REQUEST)


def answer_frames() -> Frames[Answer]:
    """Return what puts answers together."""
    return Frames(msgspec.msgpack.Decoder(Answer), largest=LARGEST_ANSWER)
