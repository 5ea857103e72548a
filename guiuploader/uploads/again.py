# SPDX-License-Identifier: MIT
"""Sends rows once more that have ended, with their files as they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.uploads import steps
from guiuploader.uploads.dispatch import Dispatch
from guiuploader.uploads.intakes import Intakes
from guiuploader.uploads.queue import Queue
from guiuploader.uploads.tasks import Renewal
from guiuploader.uploads.upload import Upload, stepped
from guiuploader.values.states import ACTIVE, ENDED, WAITING, State

_GOES_AGAIN = ENDED - {State.DONE} | {State.RETRYING}


class Again(QObject):
    """Looks at the files in the background first: they may have changed, or be gone."""

    refused = Signal(int, object)  # batch, tuple[Problem, ...]: these stay as they are

    def __init__(self, queue: Queue, dispatch: Dispatch, intakes: Intakes, parent: QObject) -> None:
        super().__init__(parent)
        self._queue = queue
        self._dispatch = dispatch
        self._intakes = intakes
        self._instead: dict[int, Destination] = {}  # by the row's id
        intakes.renewed.connect(self._on_renewed)

    def retry(self, ids: Iterable[int], instead: Mapping[int, Destination]) -> bool:
        """Send rows again, to `instead` where that has a destination for their id.

        Returns whether any file is to be looked at first. Rows that wait for their next attempt have it at
        once.
        """
        again = []
        known = [upload for upload in self._queue.with_mates(ids) if upload.state in _GOES_AGAIN]
        # Once for each: the second time would let all go at once where one is to try a sign-in first.
        for destination in {upload.destination.name: upload.destination for upload in known}.values():
            self._dispatch.forgive(destination)
        for upload in known:
            self._instead.pop(upload.id, None)
            if upload.id in instead:
                self._instead[upload.id] = instead[upload.id]
            if upload.state is State.RETRYING:
                self._queue.put(self._with_settings(stepped(upload, State.QUEUED, retry_at=None)))
            else:
                again.append((upload.id, upload.source))
        self._queue.start_next()
        if again:
            self._intakes.renew(again)
        return bool(again)

    def _with_settings(self, upload: Upload) -> Upload:
        """Return a row with the settings it is to be sent with from now on."""
        destination = self._instead.pop(upload.id, None)
        if destination is None:
            return upload
        return replace(upload, destination=destination, checkpoint=None, is_bound=False)

    @Slot(object)
    def _on_renewed(self, renewals: tuple[Renewal, ...]) -> None:
        for renewal in renewals:
            self._take(renewal)
        self._queue.start_next()

    def _take(self, renewal: Renewal) -> None:
        known = self._queue.known([renewal.upload_id])
        if not known or known[0].state in ACTIVE | WAITING:
            self._instead.pop(renewal.upload_id, None)
            return
        again = steps.renewed(known[0], renewal)
        if again.state is State.QUEUED:
            self._queue.put(self._with_settings(again))
        elif again is known[0]:
            self.refused.emit(again.batch, (renewal.problem,))
        else:
            self._queue.put(again)
