# SPDX-License-Identifier: MIT
"""Shows what would be sent to a destination that is being made, and tries it, while the window goes on."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, SignalInstance, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.local_file import LocalFile, examine
from guiuploader.sources.sample import SampleFile
from guiuploader.transfer import reply as replies
from guiuploader.transfer.control import Control
from guiuploader.transfer.job import Job
from guiuploader.transfer.preview import http_text
from guiuploader.transfer.receipt import Exchange
from guiuploader.transfer.send import Sender
from guiuploader.transfer.unheard import Unheard
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.values.errors import Problem, TransferCancelled, UploaderError
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown or tried: a destination, its variables, and a file; None is the sample.

    `secrets` are those that were typed or brought along and are saved nowhere yet.
    """

    destination: Destination
    variables: Mapping[str, str]
    path: Path | None = None
    secrets: Mapping[SecretKey, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a try: the request and its answer where one went out, its link, or what went wrong."""

    exchange: Exchange | None
    link: str | None
    problem: Problem | None


class TrialDesk(QObject):
    """Answers each question by its number, once, by one of the signals; one that was left off by none."""

    previewed = Signal(object, object)  # number, the text, or a Problem
    missing = Signal(object, object)  # number, tuple[SecretKey, ...]: those not known, perhaps none
    tried = Signal(object, object)  # number, Trial
    link_found = Signal(object, object)  # number, the link or None

    def __init__(self, secrets: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._numbers = count(1)
        self._told: dict[int, Callable[[object], None]] = {}
        self._controls: dict[int, Control] = {}
        self._quick = self._worker()
        self._slow = self._worker()  # what waits for a server holds no preview up

    def preview(self, wish: Wish) -> int:
        """Ask for the request as it would go out, secrets masked; answers by `previewed`."""
        return self._begin(self._quick, self.previewed, lambda _: partial(_preview, wish))

    def look(self, wish: Wish) -> int:
        """Ask which of its secrets are not known; answers by `missing`."""
        return self._begin(self._quick, self.missing, lambda _: partial(_look, wish, self._secrets))

    def try_out(self, wish: Wish) -> int:
        """Send it; answers by `tried`."""
        return self._begin(
            self._slow, self.tried, lambda control: partial(_try_out, wish, self._secrets, control)
        )

    def find_link(self, wish: Wish, exchange: Exchange) -> int:
        """Ask which link the destination finds in an answer; answers by `link_found`."""
        return self._begin(self._quick, self.link_found, lambda _: partial(_find_link, wish, exchange))

    def leave_off(self, number: int) -> None:
        """Wait for this no longer, and cut its connection."""
        if self._told.pop(number, None) is not None:
            self._quick.leave_off(number)
            self._slow.leave_off(number)
            self._controls.pop(number).cancel()

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop, and return whether the threads ended in time."""
        for worker in (self._quick, self._slow):
            worker.stop()
        for control in self._controls.values():
            control.cancel()
        ended = [worker.wait(deadline) for worker in (self._quick, self._slow)]
        return all(ended)

    def _worker(self) -> BackgroundWorker:
        worker = BackgroundWorker(self)
        worker.resulted.connect(self._on_result)
        worker.failed.connect(self._on_failed)
        worker.ended.connect(self._on_ended)
        worker.start()
        return worker

    def _begin(
        self,
        worker: BackgroundWorker,
        answer: SignalInstance,
        task: Callable[[Control], Callable[[Callable[[], bool]], Iterator[object]]],
    ) -> int:
        number, control = next(self._numbers), Control()

        def told(result: object) -> None:
            answer.emit(number, result)

        self._told[number] = told
        self._controls[number] = control
        worker.submit(number, task(control))
        return number

    @Slot(object, object)
    def _on_result(self, number: int, result: object) -> None:
        if number in self._told:
            self._told[number](result)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        if number in self._told:
            self.tried.emit(number, Trial(None, None, problem))
            self.previewed.emit(number, problem)

    @Slot(object)
    def _on_ended(self, number: int) -> None:
        self._told.pop(number, None)
        self._controls.pop(number, None)


class _Ear(Unheard):
    """Keeps the request and its answer."""

    exchange: Exchange | None = None

    def exchanged(self, exchange: Exchange, /) -> None:
        """Keep it."""
        self.exchange = exchange


def _job(wish: Wish) -> Job:
    path = wish.path
    source = LocalFile(path, path.name, examine(path)) if path else SampleFile()
    sources = (source,) if wish.destination.takes_file else ()
    return Job(sources, wish.destination, wish.variables, str(uuid4()), dt.datetime.now(dt.UTC), again=True)


def _preview(wish: Wish, _: Callable[[], bool]) -> Iterator[str | Problem]:
    try:
        yield http_text(_job(wish))
    except UploaderError as error:
        yield error.problem


def _look(wish: Wish, secrets: SecretStore, _: Callable[[], bool]) -> Iterator[tuple[SecretKey, ...]]:
    keys = secret_keys(wish.destination)
    yield tuple(key for key in keys if not wish.secrets.get(key) and secrets.find(key) is None)


def _try_out(wish: Wish, secrets: SecretStore, control: Control, _: Callable[[], bool]) -> Iterator[Trial]:
    own = SecretStore(no_keychain, {})
    for key in secret_keys(wish.destination):
        value = wish.secrets.get(key) or secrets.find(key)
        if value is not None:
            own.keep(key, value, save=False)
    ear, sender = _Ear(), Sender(own)
    try:
        (receipt, *_rest) = sender.send(_job(wish), control, ear)
    except TransferCancelled:
        return
    except UploaderError as error:
        yield Trial(ear.exchange, None, error.problem)
    else:
        yield Trial(ear.exchange, receipt.link, None)
    finally:
        sender.close()


def _find_link(wish: Wish, exchange: Exchange, _: Callable[[], bool]) -> Iterator[str | None]:
    reply = exchange.reply
    if reply is None:
        yield None
        return
    name = _job(wish).sources[0].name if wish.destination.takes_file else ""
    url = f"{wish.destination.origin}{urlsplit(wish.destination.url).path}"
    yield replies.link(wish.destination, reply, url=url, secrets=frozenset(), index=None, filename=name)
