# SPDX-License-Identifier: MIT
"""Read files once before they are sent, for what a request must say of a whole file."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Source
from guiuploader.sources.standard_input import StandardInput
from guiuploader.transfer.cargo import blaming, reading
from guiuploader.transfer.control import Control, TransferEvents
from guiuploader.transfer.encoded import Escaped
from guiuploader.values.errors import ErrorCode, SourceError


class ReadAhead:
    """Gives hashes and lengths of one job's files; what was found out once is kept.

    `algorithms` are those hashes that will be asked for, so that one pass finds all of them.
    """

    def __init__(
        self, sources: Sequence[Source], algorithms: frozenset[str], control: Control, events: TransferEvents
    ) -> None:
        self._sources = sources
        self._algorithms = algorithms
        self._control = control
        self._events = events
        self._digests: dict[int, dict[str, bytes]] = {}
        self._lengths: dict[tuple[str, bool], int] = {}

    def digest_of(self, index: int) -> Callable[[str], bytes]:
        """Return what gives a hash of one file by the hash's name."""
        return lambda name: self.digest(index, name)

    def digest(self, index: int, name: str) -> bytes:
        """Return a file's hash. Raises SourceError and TransferCancelled."""
        known = self._digests.setdefault(index, {})
        if name not in known:
            hashes = {each: hashlib.new(each, usedforsecurity=False) for each in self._algorithms | {name}}
            for block in self._blocks(index):
                for made in hashes.values():
                    made.update(block)
            known.update((each, made.digest()) for each, made in hashes.items())
        return known[name]

    def length(self, escape: str, *, as_base64: bool) -> int:
        """Return how many bytes the first file becomes in another writing.

        Raises SourceError, also when it is no text and must be one, and TransferCancelled.
        """
        key = (escape, as_base64)
        if key not in self._lengths:
            try:
                self._lengths[key] = Escaped(escape, as_base64=as_base64).length(self._blocks(0))
            except ValueError as error:
                not_text = SourceError(ErrorCode.SOURCE_NOT_TEXT, path=self._sources[0].location)
                not_text.index = 0
                raise not_text from error
        return self._lengths[key]

    def _blocks(self, index: int) -> Iterator[bytes]:
        source = self._sources[index]
        if isinstance(source, StandardInput):
            with blaming(index):
                raise source.unusable(
                    "it can be read only once, and this request begins with its hash or length"
                )
        self._events.reading_ahead()
        with blaming(index), reading(source, self._control) as reader:
            while block := reader.read(READ_SIZE):
                self._control.raise_if_cancelled()
                yield block
