# SPDX-License-Identifier: MIT
"""Look up and keep secrets without holding up the window: a keychain may first ask to be unlocked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.secrets import SecretKey, SecretStore

_KEYCHAIN = -1
_SILENT = 0  # the number of tasks whose end nobody waits for; those of `look` are above


class SecretDesk(QObject):
    """Runs a secret store on a thread of its own; its signals come from the thread it was made in."""

    looked = Signal()  # `has_keychain` is known now
    missing = Signal(object, object)  # token, tuple[SecretKey, ...]: those not known, perhaps none
    kept = Signal(object)  # SecretKey
    failed = Signal(object)  # Problem

    def __init__(self, store: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._has_keychain = False
        self._worker = BackgroundWorker(self)
        self._worker.resulted.connect(self._on_result)
        self._worker.failed.connect(self._on_failed)
        self._worker.start()
        self._worker.submit(_KEYCHAIN, partial(_look_for_keychain, store))

    @property
    def has_keychain(self) -> bool:
        """Whether a secret can be kept for the next session; False until `looked`."""
        return self._has_keychain

    def look(self, token: int, destination: Destination) -> None:
        """Find out which of a destination's secrets are not known; the answer comes by `missing`."""
        self._worker.submit(token, partial(_look, self._store, destination))

    def keep(self, key: SecretKey, value: str, *, save: bool) -> None:
        """Keep a secret for this session and, with `save`, in the keychain; answers by `kept` or `failed`."""
        self._worker.submit(_SILENT, partial(_keep, self._store, key, value, save=save))

    def when_done(self, token: int) -> None:
        """Tell by `missing`, with none, when all that was asked for before is done."""
        self._worker.submit(token, _nothing_missing)

    def forget(self, destination: Destination) -> None:
        """Remove a destination's secrets from the session and the keychain."""
        self.forget_keys(secret_keys(destination))

    def forget_keys(self, keys: Sequence[SecretKey]) -> None:
        """Remove these secrets from the session and the keychain."""
        self._worker.submit(_SILENT, partial(_forget, self._store, tuple(keys)))

    def move_keys(self, pairs: Sequence[tuple[SecretKey, SecretKey]]) -> None:
        """Let the first secret of each pair be known by the second one's name."""
        self._worker.submit(_SILENT, partial(_move, self._store, tuple(pairs)))

    def rename(self, old: Destination, new: Destination) -> None:
        """Let a destination's secrets follow it to its new name; another origin must not have them."""
        self._worker.submit(_SILENT, partial(_rename, self._store, old, new))

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop, and return whether the thread ended in time; a keychain that asks its owner holds it."""
        self._worker.stop()
        return self._worker.wait(deadline)

    @Slot(object, object)
    def _on_result(self, token: int, result: object) -> None:
        if isinstance(result, bool):
            self._has_keychain = result
            self.looked.emit()
        elif isinstance(result, Problem):
            self.failed.emit(result)
        elif isinstance(result, SecretKey):
            self.kept.emit(result)
        else:
            self.missing.emit(token, result)

    @Slot(object, object)
    def _on_failed(self, token: int, problem: Problem) -> None:
        self.failed.emit(problem)
        if token > 0:
            self.missing.emit(token, ())  # the upload itself will say what it lacks


def _look_for_keychain(store: SecretStore, _: Callable[[], bool]) -> Iterator[bool]:
    yield store.has_keychain


def _look(
    store: SecretStore, destination: Destination, _: Callable[[], bool]
) -> Iterator[tuple[SecretKey, ...]]:
    yield tuple(key for key in secret_keys(destination) if store.find(key) is None)


def _keep(
    store: SecretStore, key: SecretKey, value: str, _: Callable[[], bool], *, save: bool
) -> Iterator[SecretKey | Problem]:
    try:
        store.keep(key, value, save=save)
    except DestinationError as error:
        yield error.problem
    else:
        yield key


def _nothing_missing(_: Callable[[], bool]) -> Iterator[tuple[SecretKey, ...]]:
    yield ()


def _forget(store: SecretStore, keys: Sequence[SecretKey], _: Callable[[], bool]) -> Iterator[Problem]:
    for key in keys:
        store.forget(key)
    yield from ()


def _move(
    store: SecretStore, pairs: Sequence[tuple[SecretKey, SecretKey]], _: Callable[[], bool]
) -> Iterator[Problem]:
    for old, new in pairs:
        try:
            store.move(old, new)
        except DestinationError as error:
            yield error.problem


def _rename(
    store: SecretStore, old: Destination, new: Destination, _: Callable[[], bool]
) -> Iterator[Problem]:
    for key in secret_keys(old):
        if old.origin != new.origin:
            store.forget(key)
            continue
        try:
            store.move(key, replace(key, destination=new.name))
        except DestinationError as error:
            yield error.problem
