# SPDX-License-Identifier: MIT
"""The uploads that wait for a worker, in order, and which of them go together."""

from collections import OrderedDict

from guiuploader.uploads.rows import Rows
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import State


class Waiting:
    """First in, first out; rows that are no longer queued when their turn comes are passed over."""

    def __init__(self, rows: Rows) -> None:
        self._ids: OrderedDict[int, None] = OrderedDict()
        self._rows = rows

    def append(self, upload_id: int) -> None:
        """Put an upload at the end; one that still has its place there keeps it."""
        self._ids[upload_id] = None

    def return_first(self, upload_id: int) -> None:
        """Put an upload back to where it came from."""
        self._ids[upload_id] = None
        self._ids.move_to_end(upload_id, last=False)

    def clear(self) -> None:
        """Forget all."""
        self._ids.clear()

    def pop(self) -> list[Upload]:
        """Take out those that make up the next request; empty when nothing waits.

        Uploads that stand one behind the other go together where their destination takes several files, and
        all that the request says is the same for them.
        """
        first = self._front()
        if first is None:
            return []
        group = [first]
        del self._ids[first.id]
        most = first.destination.multipart.files_per_request if first.destination.is_form else 1
        while len(group) < most:
            upload = self._front()
            if upload is None or not _alike(first, upload):
                break
            group.append(upload)
            del self._ids[upload.id]
        return group

    def _front(self) -> Upload | None:
        """Return the first that still waits."""
        while self._ids:
            upload_id = next(iter(self._ids))
            upload = self._rows.get(upload_id)
            if upload is not None and upload.state is State.QUEUED:
                return upload
            del self._ids[upload_id]
        return None


def _alike(first: Upload, other: Upload) -> bool:
    return first.destination == other.destination and first.variables == other.variables
