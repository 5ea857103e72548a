# SPDX-License-Identifier: MIT
"""A file's bytes on their way into a body, exactly as many as were promised."""

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.source import Reader, Source
from guiuploader.transfer.control import Control
from guiuploader.transfer.hashing import Hasher, hasher
from guiuploader.values.errors import ErrorCode, SourceError


class FileBytes:
    """A source's bytes on their way into a body: counted, hashed, and stopped by the control.

    Where the source's size is known, exactly so many bytes are given. `len` is what is left of them, as the
    form's encoder expects of a part. `index` is its number among a request's uploads, None for a file that is
    none of them. `position` is where the reader stands, `part_hash` what hashes the bytes of a part besides.
    Close it: the hash may have a thread.
    """

    def __init__(
        self,
        reader: Reader,
        source: Source,
        control: Control,
        *,
        algorithm: str = "none",
        index: int | None = 0,
        position: int = 0,
    ) -> None:
        self._reader = reader
        self._index = index
        self.size = source.size
        self._location = source.location
        self._control = control
        self._algorithm = algorithm
        self._hasher = hasher(algorithm, source.size)
        self._ahead: bytes | None = None
        self.part_hash: Hasher | None = None
        self.position = position

    @property
    def complete(self) -> bool:
        """Whether all has been read, which is known as soon as the last byte is."""
        return self._ahead == b"" if self.size is None else self.position == self.size

    @property
    def len(self) -> int:
        """The bytes left to read, 0 where the length is not known."""
        return 0 if self.size is None else self.size - self.position

    def digest(self, algorithm: str) -> str | None:
        """Return the hash of what was read, in hex, after which no read may follow; None when not wanted."""
        return self._hasher.hexdigest() if self._hasher and algorithm == self._algorithm else None

    def close(self) -> None:
        """End what hashes; the reader belongs to whoever opened it."""
        if self._hasher:
            self._hasher.close()

    def lengthless(self) -> SourceError:
        """Return the error for a file whose length must be known and is not."""
        return self._blamed(SourceError(ErrorCode.SOURCE_LENGTHLESS, path=self._location))

    def changed(self) -> SourceError:
        """Return the error for a file that is not what it was when it was looked at."""
        size = self.position + self.len
        return self._blamed(SourceError(ErrorCode.SOURCE_CHANGED, path=self._location, before=size, now=size))

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

    def pass_over(self, until: int) -> None:
        """Read what the server has already, for the hash of the whole. Raises as `read` does."""
        while self.position < until:
            self._next(min(READ_SIZE, until - self.position))

    def _next(self, size: int) -> bytes:
        self._control.raise_if_cancelled()
        try:
            data = self._until_end(size) if self.size is None else self._exactly(size, self.size)
        except SourceError as error:
            raise self._blamed(error) from error.__cause__
        except OSError as error:
            # A reader should have said so itself; taken for the network's, it would blame the server.
            reason = error.strerror or "unknown error"
            unreadable = SourceError(ErrorCode.SOURCE_UNREADABLE, path=self._location, reason=reason)
            raise self._blamed(unreadable) from error
        self.position += len(data)
        if self._hasher:
            self._hasher.update(data)
        if self.part_hash:
            self.part_hash.update(data)
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

    def _blamed(self, error: SourceError) -> SourceError:
        error.index = self._index
        return error
