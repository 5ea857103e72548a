# SPDX-License-Identifier: MIT
"""Lends the keychain what only this session knows, until the uploads that need it have ended.

So a link that lets in whoever has it, or a token that is not to stay, survives a crash and is in no file.
Uploads that need the same secret share what is lent: it goes back when the last of them, in the whole
ledger, has arrived, was skipped, was cancelled or was taken out. One that failed may be tried again, and
still needs it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QDeadlineTimer, QObject, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads.asking import secret_keys
from guiuploader.uploads.background import BackgroundWorker, Task
from guiuploader.uploads.books import Books
from guiuploader.uploads.ledger_reader import LedgerReader
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import DestinationError, LedgerError
from guiuploader.values.secrets import SecretKey, SecretStore
from guiuploader.values.states import State

_OVER = frozenset({State.DONE, State.SKIPPED, State.CANCELLED})
_TASK = 0  # nobody waits for one in particular


class Loans(QObject):
    """Follows the rows whose destinations have secrets; without a ledger no row outlives the session."""

    def __init__(self, secrets: SecretStore, books: Books, parent: QObject) -> None:
        super().__init__(parent)
        self._secrets = secrets
        self._books = books
        # By the identity of a destination, which the entry keeps alive: thousands of rows have the same.
        self._known: dict[int, tuple[Destination, tuple[SecretKey, ...]]] = {}
        self._needing: dict[tuple[SecretKey, ...], set[int]] = {}
        self._keys: dict[int, tuple[SecretKey, ...]] = {}  # by row, and by batch below 0
        self._worker = BackgroundWorker(self)
        self._worker.start()

    def before(self, task: Task, destination: Destination, batch: int) -> Task:
        """Return a task that lends a destination's secrets before it does what this one does.

        The batch needs them until it is `over`, be it that no row comes of it.
        """
        keys = self._keys_of(destination)
        if not keys or self._books.reader is None:
            return task
        self._keys[-batch] = keys
        self._needing.setdefault(keys, set()).add(-batch)
        return partial(_lend_first, self._secrets, keys, task)

    def over(self, batch: int) -> None:
        """Note that nothing more comes of a batch: from now on its rows alone need what was lent."""
        self.drop((-batch,))

    def lend(self, destination: Destination) -> None:
        """Lend a destination's secrets, which may be others now."""
        if self._books.reader is not None and (keys := self._keys_of(destination)):
            self._worker.submit(_TASK, partial(_lend, self._secrets, keys))

    def forgets(self, destination: Destination) -> bool:
        """Tell whether a row that is queued now needs a secret that the next session will not know."""
        keys = self._keys_of(destination) if self._books.reader is not None else ()
        return any(map(self._secrets.is_fleeting, keys))

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Give back what is over, and return whether that was done in time; call it once the books are shut.

        A keychain that asks its owner holds it up.
        """
        done = threading.Event()
        self._worker.submit(_TASK, partial(_tell, done))
        done.wait(max(deadline.remainingTime(), 0) / 1000)
        self._worker.stop()
        return self._worker.wait(deadline)

    @Slot(object)
    def take(self, uploads: Sequence[Upload]) -> None:
        """Follow new rows."""
        for upload in uploads:
            if keys := self._keys_of(upload.destination):
                self._keys[upload.id] = keys
                self._follow(upload)

    @Slot(object)
    def follow(self, uploads: Sequence[Upload]) -> None:
        """Note the states of rows, in the order of their steps."""
        for upload in uploads:
            self._follow(upload)

    def _follow(self, upload: Upload) -> None:
        keys = self._keys.get(upload.id)
        if keys is None:
            return
        if upload.state in _OVER:
            self._let_go(upload.id, keys)
            return
        needing = self._needing.setdefault(keys, set())
        if not needing:
            self.lend(upload.destination)  # it may have been given back since the row was made
        needing.add(upload.id)

    @Slot(object)
    def drop(self, ids: Sequence[int]) -> None:
        """Note that rows are gone."""
        for upload_id in ids:
            keys = self._keys.pop(upload_id, None)
            if keys is not None:
                self._let_go(upload_id, keys)

    def _let_go(self, upload_id: int, keys: tuple[SecretKey, ...]) -> None:
        needing = self._needing.get(keys)
        if needing is None or upload_id not in needing:
            return
        needing.remove(upload_id)
        if not needing and self._books.reader is not None:
            task = partial(_give_back, self._secrets, self._books.reader, keys)
            self._books.when_written(partial(self._worker.submit, _TASK, task))

    def _keys_of(self, destination: Destination) -> tuple[SecretKey, ...]:
        found = self._known.get(id(destination))
        if found is None:
            found = self._known[id(destination)] = (destination, secret_keys(destination))
        return found[1]


def give_back(secrets: SecretStore, reader: LedgerReader, keys: Sequence[SecretKey]) -> None:
    """Have the keychain forget those of these secrets that no row in the ledger needs any more."""
    needed: set[SecretKey] = set()
    for name in {key.destination for key in keys}:
        try:
            for snapshot in reader.destinations(name, without=_OVER):
                needed.update(secret_keys(snapshot.restored()))
        except (LedgerError, DestinationError):
            return  # who needs them cannot be known
    for key in keys:
        if key not in needed:
            secrets.give_back(key)


def _lend_first(
    secrets: SecretStore, keys: Sequence[SecretKey], task: Task, going_on: Callable[[], bool]
) -> Iterator[object]:
    yield from _lend(secrets, keys, going_on)
    yield from task(going_on)


def _lend(secrets: SecretStore, keys: Sequence[SecretKey], _: Callable[[], bool]) -> Iterator[object]:
    for key in keys:
        secrets.lend(key)
    yield from ()


def _give_back(
    secrets: SecretStore, reader: LedgerReader, keys: Sequence[SecretKey], _: Callable[[], bool]
) -> Iterator[object]:
    give_back(secrets, reader, keys)
    yield from ()


def _tell(done: threading.Event, _: Callable[[], bool]) -> Iterator[object]:
    done.set()
    yield from ()
