# SPDX-License-Identifier: MIT
"""Undo, followed to its end: what had arrived cannot be taken back, and a cancel may come too late."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import ENDED


class TakingBack(QObject):
    """Takes one batch back; `finished` comes once each of its rows is gone or stays for good."""

    finished = Signal(int, int)
    """How many were taken back, and how many stay because they arrived or may have."""

    def __init__(self, manager: UploadManager, parent: QObject) -> None:
        super().__init__(parent)
        self._manager = manager
        self._open: set[int] = set()
        self._taken = 0
        self._kept = 0
        self._is_over = False

    def start(self, batch: int) -> None:
        """Begin; call once."""
        self._open = {upload.id for upload in self._manager.uploads() if upload.batch == batch}
        self._manager.removed.connect(self._on_removed)
        self._manager.changed.connect(self._on_changed)
        self._manager.remove_batch(batch)
        self._settle(self._manager.upload(id_) for id_ in tuple(self._open))

    @Slot(object)
    def _on_removed(self, ids: tuple[int, ...]) -> None:
        gone = self._open.intersection(ids)
        self._taken += len(gone)
        self._open -= gone
        self._settle(())

    @Slot(object)
    def _on_changed(self, uploads: tuple[Upload, ...]) -> None:
        self._settle(uploads)

    def _settle(self, uploads: Iterable[Upload | None]) -> None:
        stay = {upload.id for upload in uploads if upload and upload.state in ENDED} & self._open
        self._kept += len(stay)
        self._open -= stay
        if not self._open and not self._is_over:
            self._is_over = True
            self._manager.removed.disconnect(self._on_removed)
            self._manager.changed.disconnect(self._on_changed)
            self.finished.emit(self._taken, self._kept)
            self.deleteLater()
