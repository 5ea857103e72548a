# SPDX-License-Identifier: MIT
"""Looks into object stores for the window, which waits for nothing: what stands there, does a key fit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.sources.store_access import access_by
from guiuploader.sources.store_connection import ConnectionLibrary, Named, StoreConnection
from guiuploader.sources.store_folders import Cut, Shelf, address_of, buckets, shelf
from guiuploader.sources.store_keys import blamed, s3_keys
from guiuploader.uploads.background import BackgroundWorker, Task
from guiuploader.values.errors import Problem, SourceError
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain

_USUAL = Named("s3", StoreConnection(format=1, kind="s3"))


@dataclass(frozen=True, slots=True)
class Tried:
    """A connection that works; `buckets` are those that its keys see, None where one was named."""

    buckets: int | None


class StoreDesk(QObject):
    """Answers each question by its number, once, by one of the signals; one that was left off by none."""

    connections_found = Signal(object, object)  # number, tuple[Named, ...]
    buckets_found = Signal(object, object)  # number, tuple[str, ...]
    shelf_found = Signal(object, object)  # number, Shelf
    tried = Signal(object, object)  # number, Tried
    failed = Signal(object, object)  # number, Problem

    def __init__(self, folder: Path | None, secrets: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = ConnectionLibrary(folder)
        self._secrets = secrets
        self._numbers = count(1)
        self._cuts: dict[int, Cut] = {}
        self._worker = BackgroundWorker(self)
        self._worker.resulted.connect(self._on_result)
        self._worker.failed.connect(self._on_failed)
        self._worker.ended.connect(self._on_ended)
        self._worker.start()

    def connections(self) -> int:
        """Ask for all connections, the one of the environment among them where it has keys."""
        return self._begin(lambda _: partial(_connections, self.library))

    def buckets(self, named: Named) -> int:
        """Ask for the buckets that a connection's keys see."""
        return self._begin(lambda cut: partial(_buckets, named, self._secrets, cut))

    def shelf(self, named: Named, bucket: str, key: str, token: str) -> int:
        """Ask for a page of a bucket, or of a folder in it whose names begin with the key's last part."""
        return self._begin(lambda cut: partial(_shelf, (named, bucket, key), token, self._secrets, cut))

    def try_out(self, named: Named, bucket: str, typed: Mapping[SecretKey, str]) -> int:
        """Ask whether a connection works that need not be saved, with secrets that need not be kept."""
        return self._begin(lambda cut: partial(_try_out, named, bucket, self._secrets, (typed, cut)))

    def leave_off(self, number: int) -> None:
        """Wait for this no longer."""
        if number in self._cuts:
            self._worker.leave_off(number)
            self._cuts.pop(number).cut()

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop, and return whether the thread ended in time."""
        self._worker.stop()
        for cut in self._cuts.values():
            cut.cut()
        return self._worker.wait(deadline)

    def _begin(self, task: Callable[[Cut], Task]) -> int:
        number, cut = next(self._numbers), Cut()
        self._cuts[number] = cut
        self._worker.submit(number, task(cut))
        return number

    @Slot(object, object)
    def _on_result(self, number: int, result: object) -> None:
        if number not in self._cuts:
            return  # it was on its way when it was left off
        match result:
            case Problem():
                self.failed.emit(number, result)
            case Shelf():
                self.shelf_found.emit(number, result)
            case Tried():
                self.tried.emit(number, result)
            case list():
                self.buckets_found.emit(number, tuple(result))
            case _:
                self.connections_found.emit(number, result)

    @Slot(object, object)
    def _on_failed(self, number: int, problem: Problem) -> None:
        if number in self._cuts:
            self.failed.emit(number, problem)

    @Slot(object)
    def _on_ended(self, number: int) -> None:
        self._cuts.pop(number, None)


def _connections(library: ConnectionLibrary, _: Callable[[], bool]) -> Iterator[tuple[Named, ...]]:
    found, _problems = library.listing()
    if all(each.name != _USUAL.name for each in found):
        try:
            s3_keys(_USUAL, SecretStore(no_keychain, {}), signs_in=False)
        except SourceError:
            pass
        else:
            found = [_USUAL, *found]
    yield tuple(found)


def _buckets(
    named: Named, secrets: SecretStore, cut: Cut, _: Callable[[], bool]
) -> Iterator[list[str] | Problem]:
    try:
        yield buckets(named, secrets, cut)
    except SourceError as error:
        yield blamed(named, error).problem


def _shelf(
    place: tuple[Named, str, str], token: str, secrets: SecretStore, cut: Cut, _: Callable[[], bool]
) -> Iterator[Shelf | Problem]:
    named, bucket, key = place
    try:
        yield shelf(access_by(named, bucket, secrets), address_of(named, bucket, key), token, cut)
    except SourceError as error:
        yield blamed(named, error).problem


def _try_out(
    named: Named,
    bucket: str,
    secrets: SecretStore,
    given: tuple[Mapping[SecretKey, str], Cut],
    _: Callable[[], bool],
) -> Iterator[Tried | Problem]:
    typed, cut = given
    own = SecretStore(no_keychain, {})
    for key in named.secrets():
        value = typed.get(key) or secrets.find(key)
        if value is not None:
            own.keep(key, value, save=False)
    try:
        if bucket:
            shelf(access_by(named, bucket, own), address_of(named, bucket), "", cut)
            yield Tried(None)
        else:
            yield Tried(len(buckets(named, own, cut)))
    except SourceError as error:
        yield error.problem
