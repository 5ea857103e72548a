# SPDX-License-Identifier: MIT
"""Look up and keep secrets without holding up the window: a keychain may first ask to be unlocked."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.rules import secret_names
from guiuploader.uploads.background import BackgroundWorker
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.secrets import SecretKey, SecretStore


class SecretDesk(QObject):
    """Runs a secret store on a thread of its own; its signals come from the thread it was made in."""

    missing = Signal(object, object)  # token, tuple[SecretKey, ...]: those not known, perhaps none
    kept = Signal(object)  # SecretKey
    failed = Signal(object)  # Problem

    def __init__(self, store: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._worker = BackgroundWorker(self)
        self._worker.resulted.connect(self._on_result)
        self._worker.start()

    @property
    def has_keychain(self) -> bool:
        """Whether a secret can be kept for the next session."""
        return self._store.has_keychain

    def look(self, token: int, destination: Destination) -> None:
        """Find out which of a destination's secrets are not known; the answer comes by `missing`."""
        self._worker.submit(token, partial(_look, self._store, destination))

    def keep(self, key: SecretKey, value: str, *, save: bool) -> None:
        """Keep a secret for this session and, with `save`, in the keychain; answers by `kept` or `failed`."""
        self._worker.submit(0, partial(_keep, self._store, key, value, save=save))

    def shutdown(self) -> None:
        """Join the thread."""
        self._worker.stop()

    @Slot(object, object)
    def _on_result(self, token: int, result: object) -> None:
        if isinstance(result, Problem):
            self.failed.emit(result)
        elif isinstance(result, SecretKey):
            self.kept.emit(result)
        else:
            self.missing.emit(token, result)


def secret_keys(destination: Destination) -> tuple[SecretKey, ...]:
    """Return the keys of all secrets that a destination's request draws on."""
    return tuple(SecretKey(destination.name, destination.origin, name) for name in secret_names(destination))


def _look(store: SecretStore, destination: Destination) -> Iterator[tuple[SecretKey, ...]]:
    yield tuple(key for key in secret_keys(destination) if store.find(key) is None)


def _keep(store: SecretStore, key: SecretKey, value: str, *, save: bool) -> Iterator[SecretKey | Problem]:
    try:
        store.keep(key, value, save=save)
    except DestinationError as error:
        yield error.problem
    else:
        yield key
