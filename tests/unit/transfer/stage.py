# SPDX-License-Identifier: MIT
"""What tests of a transfer need: a sender, sources in memory, destinations in a line, and an ear."""

import datetime as dt
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import msgspec

from guiuploader.destinations.destination import Destination, Network
from guiuploader.destinations.toml_file import parse
from guiuploader.sources.source import Source
from guiuploader.transfer.checkpoint import Checkpoint
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.receipt import Exchange, Receipt, Timings
from guiuploader.transfer.send import Sender
from guiuploader.transfer.stage import Stage as Place
from guiuploader.values.errors import Problem, UploaderError
from guiuploader.values.secrets import SecretStore, no_keychain

ADDED = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def to(url: str, *tables: str, name: str = "Test") -> Destination:
    """Return a destination from its address and further TOML."""
    return parse("\n".join(["format = 1", f'name = "{name}"', f"url = '{url}'", *tables]), called="test")


@dataclass
class MemoryReader:
    """Gives bytes out and notes what it was asked for."""

    content: io.BytesIO
    asked: list[int] = field(default_factory=list)
    closed: bool = False
    has_changed: bool = False

    def read(self, size: int, /) -> bytes:
        self.asked.append(size)
        return self.content.read(size)

    def changed(self) -> bool:
        return self.has_changed

    def close(self) -> None:
        self.closed = True


class MemorySource:
    """A source whose bytes are at hand; `size` and `reader` may be told otherwise than they are."""

    def __init__(
        self,
        content: bytes = b"content",
        name: str = "file.bin",
        *,
        size: int | None = -1,
        reader: MemoryReader | None = None,
    ) -> None:
        self.name = self.relpath = name
        self.location = f"/somewhere/{name}"
        self.content_type = "application/x-test"
        self.size = len(content) if size == -1 else size
        self.reader = reader or MemoryReader(io.BytesIO(content))

    def open(self) -> MemoryReader:
        return self.reader

    def renewed(self) -> "MemorySource":
        return self


class Reopened(MemorySource):
    """A source that starts afresh each time; `passes` are the readers given out."""

    def __init__(self, content: bytes, name: str = "file.bin") -> None:
        super().__init__(content, name)
        self._content = content
        self.passes: list[MemoryReader] = []

    def open(self) -> MemoryReader:
        self.passes.append(MemoryReader(io.BytesIO(self._content)))
        return self.passes[-1]


class Heard:
    """Everything a transfer told, in order."""

    def __init__(self) -> None:
        self.told: list[int | str] = []
        self.commit_points = 0
        self.resumptions: list[int] = []
        self.checkpoints: list[Checkpoint | None] = []
        self.exchange: Exchange | None = None
        self.is_absent = False
        self.stages: list[Place] = []

    def progressed(self, sent: int, /) -> None:
        self.told.append(sent)

    def before_commit_point(self) -> None:
        self.commit_points += 1

    def body_sent(self, sent: int, /) -> None:
        self.told += [sent, "body sent"]

    def resumed(self, at: int, /) -> None:
        self.resumptions.append(at)

    def checkpoint(self, value: Checkpoint | None, /) -> None:
        self.checkpoints.append(value)

    def entered(self, stage: Place, /) -> None:
        self.stages.append(stage)

    def reading_ahead(self) -> None:
        self.told.append("reading ahead")

    def not_there(self) -> None:
        self.is_absent = True

    def went_out(self, whole: tuple[bool, ...], /) -> None:
        self.whole = whole

    def exchanged(self, exchange: Exchange, /) -> None:
        self.exchange = exchange

    @property
    def counts(self) -> list[int]:
        """Return the progress reports alone."""
        return [each for each in self.told if isinstance(each, int)]


class Stage:
    """A sender and what it knows."""

    def __init__(
        self,
        *,
        secrets: Mapping[str, str] | None = None,
        stall_timeout: float = 30.0,
        reply_timeout: float = 30.0,
    ) -> None:
        given = {f"GUIUPLOADER_SECRET_{name.upper()}": value for name, value in (secrets or {}).items()}
        self.sender = Sender(SecretStore(no_keychain, given))
        self._clocks = {"stall_timeout": stall_timeout, "reply_timeout": reply_timeout}
        self.control = Control()
        self.heard = Heard()

    def send(
        self,
        destination: Destination,
        source: Source | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Send one source, with an ear and a control of its own."""
        self.control, self.heard = Control(), Heard()
        return self.sender.send(self.job(destination, source, variables), self.control, self.heard)[0]

    def send_all(self, destination: Destination, *sources: Source) -> tuple[Receipt, ...]:
        """Send several sources in one request, or none."""
        self.control, self.heard = Control(), Heard()
        job = replace(self.job(destination), sources=sources)
        return self.sender.send(job, self.control, self.heard)

    @property
    def exchange(self) -> Exchange:
        """Return what went over the wire last."""
        assert self.heard.exchange is not None
        return self.heard.exchange

    @property
    def timings(self) -> Timings:
        """Return how long each phase of the last request took."""
        return self.exchange.timings

    def fails(self, destination: Destination, source: Source | None = None, **variables: str) -> Problem:
        """Send one source and return why that failed."""
        try:
            receipt = self.send(destination, source, variables)
        except UploaderError as error:
            return error.problem
        raise AssertionError(f"it was sent: {receipt}")

    def cancel(self) -> None:
        """Stop what is being sent."""
        self.control.cancel()

    @contextmanager
    def sending(self, destination: Destination, source: Source | None = None) -> Iterator[Future[Receipt]]:
        """Send in another thread while the block runs; afterwards the transfer is stopped."""
        self.control, self.heard = Control(), Heard()
        job = self.job(destination, source)

        def send() -> Receipt:
            return self.sender.send(job, self.control, self.heard)[0]

        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(send)
            try:
                yield future
            finally:
                self.cancel()

    def job(
        self,
        destination: Destination,
        source: Source | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Job:
        """Return what is to be sent; the stage's clocks stand in for those that the test leaves as usual."""
        usual = Network()
        clocks = {
            name: seconds
            for name, seconds in self._clocks.items()
            if getattr(destination.network, name) == getattr(usual, name)
        }
        network = msgspec.structs.replace(destination.network, **clocks)
        destination = msgspec.structs.replace(destination, network=network)
        sources = (source or MemorySource(),) if destination.takes_file else ()
        return Job(sources, destination, variables or {}, "some-uuid", ADDED)


@contextmanager
def staged(**settings: float) -> Iterator[Stage]:
    """Give a stage with other timeouts than the usual."""
    stage = Stage(**settings)  # type: ignore[arg-type] # the two timeouts
    yield stage
    stage.sender.close()


class Tripwire:
    """A reader's moment: calls `then` when the read number `at` begins."""

    def __init__(self, content: bytes, at: int, then: Callable[[], object]) -> None:
        self._content = io.BytesIO(content)
        self._reads_left = at
        self._then = then
        self.passed = threading.Event()

    def read(self, size: int, /) -> bytes:
        if self._reads_left == 0:
            self._then()
            self.passed.set()
        self._reads_left -= 1
        return self._content.read(size)

    def changed(self) -> bool:
        return False

    def close(self) -> None:
        self._content.close()
