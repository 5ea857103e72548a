# SPDX-License-Identifier: MIT
"""A part of a file on its way into a store, or a small file as a whole: streamed, and compared at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from requests_toolbelt import StreamingIterator

from guiuploader.network.session import READ_SIZE
from guiuploader.transfer.body import Body
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.hashing import hasher
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.s3_upload import S3Upload, is_yes
from guiuploader.transfer.s3_words import KeptPart, etag_of, is_hash
from guiuploader.values.errors import ErrorCode, ServerRefused


class Stream:
    """The next bytes of a file, whose reads the meter sees; by those of a `whole` file it is complete."""

    def __init__(self, file: FileBytes, length: int, meter: Meter, *, whole: bool = False) -> None:
        self._file = file
        self._left = length
        self._meter = meter
        self._whole = whole

    def read(self, size: int = READ_SIZE) -> bytes:
        """Return up to `size` bytes, `b""` only at the part's end. Raises as `FileBytes.read` does."""
        data = self._file.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        if data:
            self._meter.given(self._file.position, complete=self._whole and not self._left)
        elif self._whole:
            self._meter.finished()
        return data


def send_part(upload: S3Upload, file: FileBytes, meter: Meter) -> KeptPart | Reply:
    """Send the next part and return it as the store has it, or the answer that is a no.

    Raises as `exchange.deliver_part` does, and ServerRefused(DIGEST_MISMATCH).
    """
    length = upload.next_length()
    with part_digest(upload, file, length) as digest:
        body = Body(StreamingIterator(length, Stream(file, length, meter)), length, None)
        reply = upload.put(body, meter)
        if not is_yes(reply):
            return reply
        if not etag_of(reply):
            raise upload.broken(reply, "It does not say what it calls the part (ETag).")
        compare(upload, reply, digest())
        return KeptPart(len(upload.parts) + 1, length, etag_of(reply))


@contextmanager
def part_digest(upload: S3Upload, file: FileBytes, length: int) -> Iterator[Callable[[], str]]:
    """Hash the next `length` bytes that are read, and give what returns their MD5 in hex.

    That is "" before all were read, and where the destination wants no hash.
    """
    wanted = upload.passage.job.destination.reply.hash != "none"
    end = file.position + length
    made = file.part_hash = hasher("md5" if wanted else "none", length)
    try:
        yield lambda: made.hexdigest() if made and file.position == end else ""
    finally:
        file.part_hash = None
        if made:
            made.close()


def compare(upload: S3Upload, reply: Reply, md5: str) -> None:
    """Compare what a store calls what it got with what was sent.

    Raises ServerRefused(DIGEST_MISMATCH) where it names the hash of something else.
    """
    etag = etag_of(reply)
    if not md5 or not is_hash(reply, etag):
        upload.is_plain = False
    elif etag != md5:
        raise mismatch(md5, etag)


def mismatch(sent: str, received: str) -> ServerRefused:
    """Return the error for a store that said yes, and has something else than was sent."""
    return ServerRefused(ErrorCode.DIGEST_MISMATCH, status=HTTPStatus.OK, sent=sent, received=received)
