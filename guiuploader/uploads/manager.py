# SPDX-License-Identifier: MIT
"""The queue: takes files in, hands them to workers, and alone writes what state each is in."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.sources.store_address import Place
from guiuploader.sources.store_connection import ConnectionLibrary
from guiuploader.sources.stores import Stores
from guiuploader.transfer.throttle import Limit
from guiuploader.uploads import steps
from guiuploader.uploads.again import Again
from guiuploader.uploads.books import Books
from guiuploader.uploads.crew import Crew
from guiuploader.uploads.dispatch import Dispatch
from guiuploader.uploads.finding import Find, in_places
from guiuploader.uploads.intakes import Intakes
from guiuploader.uploads.ledger import Ledger
from guiuploader.uploads.leftovers import Leftovers
from guiuploader.uploads.loans import Loans
from guiuploader.uploads.order import Way
from guiuploader.uploads.queue import ARRIVED, IN_LINE, Queue
from guiuploader.uploads.rows import Overall, Rows
from guiuploader.uploads.upload import Parking, Upload, stepped
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import ACTIVE, ENDED, WAITING, State


class UploadManager(QObject):
    """Lives in the main thread; all its signals come from there. `limit` is for all uploads together.

    With a `ledger`, rows are written before they are shown, and what becomes of them as it happens; without
    one the queue is gone when the program ends. With `will_retry`, what may pass is tried again by itself, as
    each destination says. `connections` is the folder that says how object stores are reached.

    `changed` is batched, for views of many rows; so is `stepped`, which tells each change of state.
    """

    added = Signal(object)  # tuple[Upload, ...], new rows at the end
    changed = Signal(object)  # tuple[Upload, ...], the newest value of each row that changed
    moved = Signal(object, object)  # tuple[Upload, ...] in order, and the id before which they stand or None
    removed = Signal(object)  # tuple[int, ...], ids
    stepped = Signal(object)  # tuple[Upload, ...], each row as it was after each of its steps, in order
    refused = Signal(int, object)  # batch, tuple[Problem, ...]
    troubled = Signal(object)  # Problem: the queue cannot be written just now; it is tried again
    doubles_found = Signal(int, int, int)  # batch, how many are skipped, and in the queue already; if any
    intake_finished = Signal(int, int, int)  # batch, accepted, refused
    left_behind = Signal(object)  # Problem: what was cancelled or taken out has a part at its server still
    asked = Signal(object)  # SignInQuestion
    settled = Signal(str)  # the name of a destination whose question needs no answer any more
    all_ended = Signal()  # nothing is queued, active or being taken in any more; held rows do not count

    def __init__(  # noqa: PLR0913 - made once, at the front door
        self,
        secrets: SecretStore,
        *,
        parallel: int = 3,
        limit: Limit | None = None,
        ledger: Ledger | None = None,
        connections: Path | None = None,
        will_retry: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = Rows()
        self._busy = False
        self._is_leaving = False
        self._limit = limit or Limit()
        self._books = Books(ledger, self._rows.get, self)
        self._books.troubled.connect(self.troubled)
        stores = Stores(ConnectionLibrary(connections), secrets)
        self._crew = Crew(secrets, stores, self._books.mark, limit=self._limit, parent=self)
        self._dispatch = Dispatch(parallel, will_retry=will_retry, parent=self)
        self._dispatch.settled.connect(self.settled)
        self._queue = Queue(self._rows, self._crew, self._dispatch, self._books, self)
        self._queue.added.connect(self.added)
        self._queue.changed.connect(self._on_changed)
        self._queue.moved.connect(self.moved)
        self._queue.removed.connect(self.removed)
        self._queue.stepped.connect(self.stepped)
        self._queue.asked.connect(self.asked)
        self._loans = Loans(secrets, self._books, self)
        self._queue.added.connect(self._loans.take)
        self._queue.stepped.connect(self._loans.follow)
        self._queue.removed.connect(self._loans.drop)
        self._leftovers = Leftovers(secrets, stores, self._queue, self)
        self._leftovers.failed.connect(self.left_behind)
        self._intakes = Intakes(self._books, self._loans, self._rows.get, stores, self)
        self._intakes.arrived.connect(self._queue.append)
        self._intakes.refused.connect(self.refused)
        self._again = Again(self._queue, self._dispatch, self._intakes, self)
        self._again.refused.connect(self.refused)
        self._intakes.doubles_found.connect(self.doubles_found)
        self._intakes.finished.connect(self.intake_finished)
        self._intakes.ended.connect(self._queue.look_soon)

    def add(
        self,
        what: Sequence[Place] | Find,
        destination: Destination,
        *,
        variables: Mapping[str, str] | None = None,
        hold: bool = False,
        again: bool = False,
    ) -> int:
        """Take files, folders and objects in and return the batch's id; rows come by `added` as found.

        With `hold` they wait for `release`. What the ledger knows to be there is skipped, unless it is to go
        `again`; what is on its way there already is left out.
        """
        self._busy, state = True, State.HELD if hold else State.QUEUED
        find = what if callable(what) else in_places(what)
        return self._intakes.take(find, destination, dict(variables or {}), state, again=again)

    def request(
        self, destination: Destination, *, variables: Mapping[str, str] | None = None, hold: bool = False
    ) -> int:
        """Queue a request of a destination that takes no file, and return the batch's id."""
        self._busy, state = True, State.HELD if hold else State.QUEUED
        return self._intakes.request(destination, dict(variables or {}), state)

    def restore(self, *states: State) -> None:
        """Take up what an earlier run left unfinished, and rows that ended in these states, to be shown."""
        self._busy = True
        self._intakes.restore(states)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop what is active, and take what waits out of the order; ended rows stay as they are."""
        for upload in self._queue.known(ids):
            if self._crew.has(upload.id):
                self._crew.cancel(upload.id)
            elif upload.state in WAITING:
                self._queue.put(steps.cancelled(upload))

    def pause(self, ids: Iterable[int]) -> None:
        """Let rows wait: in the queue, or, where bytes are on their way, with the connection kept.

        What is in one request with such a row waits with it.
        """
        for upload in self._queue.with_mates(ids):
            if upload.state in IN_LINE:
                self._queue.put(steps.paused_in_line(upload))
            elif upload.state in {State.PREPARING, State.UPLOADING}:
                self._queue.hold(upload.id, is_held=True)
        self._queue.start_next()

    def resume(self, ids: Iterable[int]) -> None:
        """Let paused rows go on, at once where the connection was kept, else at their turn."""
        for upload in self._queue.with_mates(ids):
            if upload.state is State.PAUSED:
                if self._crew.has(upload.id):
                    self._busy = True
                    self._queue.hold(upload.id, is_held=False)
                else:
                    self._enqueue(stepped(upload, State.QUEUED, retry_at=None))
        self._queue.start_next()

    def limit(self, bytes_per_second: int) -> None:
        """Set the speed of all uploads together from now on, 0 for no limit."""
        self._limit.bytes_per_second = bytes_per_second

    def retry(self, ids: Iterable[int], *, instead: Mapping[int, Destination] | None = None) -> None:
        """Send failed, cancelled, skipped and unconfirmed rows again, with the file as it is now.

        Those that wait for their next attempt have it at once. Each goes to the destination it had, with its
        settings as they were, unless `instead` has another for its id.
        """
        if self._again.retry(ids, instead or {}):
            self._busy = True

    def confirm(self, ids: Iterable[int]) -> None:
        """Count rows as done that may have arrived: the person says that they did."""
        for upload in self._queue.known(ids):
            if upload.state is State.UNCONFIRMED:
                self._queue.put(steps.confirmed(upload))

    def shift(self, ids: Iterable[int], way: Way) -> None:
        """Move those of these rows that wait, together, as they follow each other."""
        self._queue.shift(ids, way)

    def move(self, ids: Iterable[int], before: int | None) -> None:
        """Move those of these rows that wait right before another one, or to the end."""
        self._queue.move(ids, before)

    def ask(self) -> None:
        """Let a person be asked from now on, who answers what is `asked` by `answer` or `leave`.

        Where a server refuses a sign-in, all that waits for this destination waits for the answer.
        """
        self._dispatch.can_ask = True

    def answer(self, name: str) -> None:
        """Try a destination again whose sign-in was asked for: one row first, as its secrets are now."""
        asked = self._dispatch.question(name)
        if asked is not None:
            self._loans.lend(asked.destination)
        self._dispatch.answer(name)
        self._queue.start_next()

    def leave(self, name: str) -> None:
        """Let all fail that waits for a destination whose sign-in was asked for: there is no other."""
        self._queue.leave(name)

    def release(self, ids: Iterable[int]) -> None:
        """Let held rows start."""
        for upload in self._queue.known(ids):
            if upload.state is State.HELD:
                self._enqueue(stepped(upload, State.QUEUED))
        self._queue.start_next()

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out of the queue; what is active is stopped first and leaves when it has ended.

        One that arrived after all, or may have, stays: its row is all that tells.
        """
        self._queue.remove(ids)

    def remove_batch(self, batch: int) -> None:
        """Take back what was added together and has not arrived; a walk that still runs is left off."""
        self._intakes.leave_off(batch)
        self.remove(
            [upload.id for upload in self._rows if upload.batch == batch and upload.state not in ARRIVED]
        )

    def stop_all(self) -> None:
        """Leave off every walk and start nothing more; what was not finished stays in the ledger for later.

        Without a ledger it is cancelled: it would be gone.
        """
        self._intakes.leave_off_all()
        if self._books.reader is None:
            self.cancel([upload.id for upload in self._rows if upload.state not in ENDED])
        else:
            self._is_leaving = True
            self._queue.close()

    def clear_finished(self) -> None:
        """Take out the rows that are done or were skipped."""
        self._queue.remove(row.id for row in self._rows if row.state in {State.DONE, State.SKIPPED})

    def uploads(self) -> tuple[Upload, ...]:
        """Return all rows in order."""
        return tuple(self._rows)

    def upload(self, upload_id: int) -> Upload | None:
        """Return one row, or None when it left the queue."""
        return self._rows.get(upload_id)

    def tell_now(self) -> None:
        """Emit at once what would be emitted soon: whoever looks at rows next may have heard all before."""
        self._queue.tell_now()

    def overall(self) -> Overall:
        """Return the queue in figures."""
        return self._rows.overall()

    @property
    def parked(self) -> Mapping[str, Parking]:
        """The destinations that wait as a whole, by name: all that waits for one waits with it."""
        return self._dispatch.parked

    @property
    def is_busy(self) -> bool:
        """Whether anything is queued, active or being taken in; held rows do not count."""
        if self._intakes.is_busy:
            return True
        return not self._crew.is_idle if self._is_leaving else self._rows.overall().unfinished > 0

    @property
    def is_at_work(self) -> bool:
        """Whether anything is being sent, or is about to be within two minutes."""
        counts = self._rows.overall().counts
        is_near = any(counts[state] for state in IN_LINE) and self._dispatch.is_start_near
        return is_near or any(counts[state] for state in ACTIVE)

    def shutdown(self, deadline: QDeadlineTimer) -> bool:
        """Stop everything and return whether every thread ended in time.

        One that did not hangs in the system, and a program that leaves in the usual way would crash on it.
        """
        self._queue.close()
        self._queue.stop_telling()
        all_ended = [part.shutdown(deadline) for part in (self._leftovers, self._crew, self._intakes)]
        all_ended.append(self._books.close(deadline.remainingTime() / 1000))
        return all([*all_ended, self._loans.shutdown(deadline)])

    def _enqueue(self, upload: Upload) -> None:
        self._busy = True
        self._queue.put(upload)

    @Slot(object)
    def _on_changed(self, uploads: tuple[Upload, ...]) -> None:
        if uploads:
            self.changed.emit(uploads)
        if self._busy and not self.is_busy:
            self._busy = False
            self.all_ended.emit()
