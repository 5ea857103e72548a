# SPDX-License-Identifier: MIT
"""Put a file into a store that is not S3, by the library that speaks with it.

What of it was sent when it is broken off counts for nothing: the next attempt starts again.
"""

import asyncio
from collections.abc import AsyncIterator

from guiuploader.network.session import READ_SIZE
from guiuploader.sources.object_reader import StoreLoop
from guiuploader.sources.store_errors import translated
from guiuploader.sources.stores import Stores
from guiuploader.transfer.cargo import opened
from guiuploader.transfer.exchange import Delivery, Passage
from guiuploader.transfer.file_bytes import FileBytes
from guiuploader.transfer.fill import FilledRequest
from guiuploader.transfer.progress import Meter
from guiuploader.transfer.receipt import Reply
from guiuploader.transfer.s3_words import MIB, MOST_PARTS, SMALL_OBJECT, of_store
from guiuploader.transfer.store_target import StoreTarget
from guiuploader.values.errors import (
    ErrorCode,
    NetworkError,
    ServerRefused,
    SourceError,
    TransferCancelled,
    UploaderError,
)

_AT_ONCE = 2  # parts that are on their way together; each is held in memory until it has arrived


class _Putting:
    """One file on its way."""

    def __init__(self, target: StoreTarget, file: FileBytes, meter: Meter) -> None:
        self.target = target
        self.file = file
        self.meter = meter
        self.failure: Exception | None = None
        """What went wrong on this side, which the library would tell in words of its own."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[str] | None = None

    async def put(self, stores: Stores, attributes: dict[str, str], size: int) -> str:
        """Send it and return its ETag. Raises whatever the library does."""
        import obstore  # noqa: PLC0415 - heavy, and most people never need it

        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        client = stores.writer(self.target.address)
        is_small = size <= SMALL_OBJECT
        content = b"".join([block async for block in self._blocks()]) if is_small else self._blocks()
        length = max(SMALL_OBJECT, -(-size // MOST_PARTS // MIB) * MIB + MIB)
        done = await obstore.put_async(
            client,
            self.target.address.key,
            content,
            attributes=attributes,
            use_multipart=not is_small,
            chunk_size=length,
            max_concurrency=_AT_ONCE,
        )
        return done["e_tag"] or ""

    def cut(self) -> None:
        """Break off a wait for the store; may be called from any thread."""
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _blocks(self) -> AsyncIterator[bytes]:
        try:
            while block := self.file.read(READ_SIZE):
                self.meter.given(self.file.position, complete=self.file.complete)
                yield block
            self.meter.finished()
        except Exception as error:
            self.failure = error
            raise


def deliver(
    passage: Passage, filled: FilledRequest, target: StoreTarget, stores: Stores
) -> tuple[FilledRequest, Delivery]:
    """Send the file; the request is returned with the object's address.

    Raises an error of our tree, as `exchange.deliver` does.
    """
    source, control = passage.job.sources[0], passage.control
    if source.size is None:
        raise SourceError(ErrorCode.SOURCE_LENGTHLESS, path=source.location)
    if dict(target.access.config).get("skip_signature"):
        # The library would look for keys of this computer's own, at an address that only some clouds have.
        reason = "It is anonymous, and nobody writes to such a store without keys."
        raise SourceError(ErrorCode.STORE_NO_KEYS, connection=target.name, reason=reason)
    attributes = {name.title(): value for name, value in filled.headers}
    meter = Meter(passage.events)
    with opened((source,), (), control, algorithm=passage.job.destination.reply.hash) as cargo:
        putting = _Putting(target, cargo.files[0], meter)
        with asyncio.Runner(loop_factory=StoreLoop) as runner:
            try:
                with control.cutting(putting.cut, lambda: None):
                    control.raise_if_cancelled()
                    etag = runner.run(putting.put(stores, attributes, source.size))
            except asyncio.CancelledError:
                raise _stopped(passage, meter) from None
            except UploaderError:
                raise
            except Exception as error:
                if control.cancelled:
                    raise _stopped(passage, meter) from error
                if putting.failure is not None:
                    raise putting.failure from error
                raise _failed(passage, target, meter, error) from error
        reply = Reply(200, "OK", (("ETag", etag),), "", truncated=False)
        return filled, Delivery(reply, cargo.sent(), complete=True, created=target.url)


def _stopped(passage: Passage, meter: Meter) -> UploaderError:
    if meter.phase.committed:
        return NetworkError(ErrorCode.CANCELLED_LATE, host=passage.job.destination.host)
    return TransferCancelled()


def _failed(passage: Passage, target: StoreTarget, meter: Meter, error: Exception) -> UploaderError:
    """Return our error for one of the library's."""
    said = translated(str(target.address), error).problem
    host = passage.job.destination.host
    if said.code is ErrorCode.STORE_LOST:
        if meter.phase.committed:
            return NetworkError(ErrorCode.REPLY_LOST, host=host)
        return NetworkError(ErrorCode.UNREACHABLE, host=host, reason=str(said.facts["reason"]))
    known = of_store(said)
    if known is not None:
        return known
    return ServerRefused(
        ErrorCode.SERVER_REFUSED,
        status=said.status,
        message=f"It says: “{said.facts.get('answer', '')}”.",
        method="PUT",
        allowed="none",
        amount=passage.job.size or 0,
    )
