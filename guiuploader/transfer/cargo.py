# SPDX-License-Identifier: MIT
"""The files of one request, opened together."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from guiuploader.sources.object_reader import ObjectReader
from guiuploader.sources.source import Placeable, Reader, Source
from guiuploader.sources.standard_input import StandardInput
from guiuploader.transfer.control import Control
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.values.errors import SourceError


@dataclass(frozen=True, slots=True)
class Sent:
    """What of one file went into a request; `size` is in bytes, the hashes are of these, in hex.

    `changed` tells whether the file is another now.
    """

    size: int
    changed: bool
    sha256: str | None
    md5: str | None


class Cargo:
    """A request's files in wire order: those that are uploaded, then those that every request holds."""

    def __init__(self, files: Sequence[FileBytes], readers: Sequence[Reader]) -> None:
        self.files = files
        self._readers = readers
        """Those of the uploaded files alone."""

    @property
    def position(self) -> int:
        """The bytes read of the uploaded files together."""
        return sum(file.position for file in self.files[: self.own])

    @property
    def own(self) -> int:
        """How many files are uploaded, rather than always the same."""
        return len(self._readers)

    @property
    def waited(self) -> float | None:
        """The seconds that were spent waiting for stores, None where no file comes from one."""
        waits = [reader.waited for reader in self._readers if isinstance(reader, ObjectReader)]
        return sum(waits) if waits else None

    @property
    def complete(self) -> bool:
        """Whether a file has been read to its end, or there is none: the server may have something then."""
        return not self.files or any(file.complete for file in self.files)

    def sent(self) -> tuple[Sent, ...]:
        """Return what came of each uploaded file; nothing can be read afterwards."""
        return tuple(
            Sent(file.position, reader.changed(), file.digest("sha256"), file.digest("md5"))
            for file, reader in zip(self.files, self._readers, strict=False)
        )


@contextmanager
def opened(
    sources: Sequence[Source], fixed: Sequence[Source], control: Control, *, algorithm: str
) -> Iterator[Cargo]:
    """Open all files for one request; the uploaded ones are hashed. Raises SourceError, which file it is."""
    with ExitStack() as stack:
        files: list[FileBytes] = []
        readers: list[Reader] = []
        for index, source in enumerate((*sources, *fixed)):
            is_own = index < len(sources)
            with blaming(index if is_own else None):
                reader = _begun(stack, source, control)
            file = FileBytes(
                reader,
                source,
                control,
                algorithm=algorithm if is_own else "none",
                index=index if is_own else None,
            )
            stack.callback(file.close)
            files.append(file)
            if is_own:
                readers.append(reader)
        yield Cargo(files, readers)


@contextmanager
def reading(source: Source, control: Control) -> Iterator[Reader]:
    """Open a source and wait until it gives; a stop ends that wait. Raises SourceError."""
    with ExitStack() as stack:
        yield _begun(stack, source, control)


def _begun(stack: ExitStack, source: Source, control: Control, at: int = 0) -> Reader:
    """Open a source at a byte until the stack unwinds; anything but 0 asks for a Placeable."""
    if isinstance(source, StandardInput):
        source.heed(lambda: control.cancelled)
    reader = source.open_at(at) if at and isinstance(source, Placeable) else source.open()
    stack.callback(reader.close)
    if isinstance(reader, ObjectReader):
        stack.enter_context(control.waking(reader.wake))
        reader.ready()
    return reader


@contextmanager
def opened_at(
    source: Source, at: int, control: Control, *, algorithm: str, passing: Callable[[], None]
) -> Iterator[Cargo]:
    """Open one file to be read on from byte `at`; `passing` is called before what precedes it is read.

    That is done where a hash is wanted, which is always of the whole file, and where a source has no other
    way to get there. Raises SourceError and TransferCancelled.
    """
    with ExitStack() as stack:
        start = at if algorithm == "none" and isinstance(source, Placeable) else 0
        with blaming(0):
            reader = _begun(stack, source, control, start)
        file = FileBytes(reader, source, control, algorithm=algorithm, position=start)
        stack.callback(file.close)
        if file.position < at:
            passing()
            file.pass_over(at)
        yield Cargo([file], [reader])


@contextmanager
def blaming(index: int | None) -> Iterator[None]:
    """Say of a SourceError which of the request's files it is about."""
    try:
        yield
    except SourceError as error:
        error.index = index
        raise
