# SPDX-License-Identifier: MIT
"""Run the queue without a window: the same manager and workers under a QCoreApplication."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.report import Report
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.secrets import SecretStore
from guiuploader.values.states import ENDED, State

ALL_DONE = 0
SOME_NOT = 1
INTERRUPTED = 130


class _Run(QObject):
    """Passes what the manager says on to a report, and ends the loop when nothing is left."""

    def __init__(self, manager: UploadManager, report: Report, stops: StopSignals) -> None:
        super().__init__()
        self._manager = manager
        self._report = report
        self.refused = 0
        self.interrupted = False
        manager.added.connect(self._on_added)
        manager.refused.connect(self._on_refused)
        manager.changed.connect(self._on_changed)
        manager.state_changed.connect(self._on_state_changed)
        stops.caught.connect(self._on_stop)

    @Slot(object)
    def _on_added(self, uploads: Sequence[Upload]) -> None:
        self._report.added(uploads)
        if self.interrupted:
            self._manager.cancel([upload.id for upload in uploads])

    @Slot(int, object)
    def _on_refused(self, _batch: int, problems: Sequence[Problem]) -> None:
        self.refused += len(problems)
        for problem in problems:
            self._report.refused(problem)

    @Slot(object)
    def _on_changed(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            if upload.state is State.UPLOADING:
                self._report.moved(upload)

    @Slot(object)
    def _on_state_changed(self, upload: Upload) -> None:
        self._report.stepped(upload)

    @Slot()
    def _on_stop(self) -> None:
        self.interrupted = True
        self._manager.cancel([upload.id for upload in self._manager.uploads() if upload.state not in ENDED])


def send(
    paths: Sequence[Path],
    destination: Destination,
    variables: Mapping[str, str],
    *,
    secrets: SecretStore,
    parallel: int,
    report: Report,
) -> int:
    """Send files and folders and return the exit code: 0 all done, 1 some not, 130 stopped by a signal."""
    app = QCoreApplication.instance() or QCoreApplication([])
    started = time.perf_counter()
    manager = UploadManager(secrets, parallel=parallel)
    try:
        with StopSignals() as stops:
            run = _Run(manager, report, stops)
            manager.all_ended.connect(app.quit)
            manager.add(paths, destination, variables=variables)
            app.exec()
    finally:
        manager.shutdown()
    uploads = manager.uploads()
    seconds = time.perf_counter() - started
    report.closed(uploads, refused=run.refused, seconds=seconds, interrupted=run.interrupted)
    if run.interrupted:
        return INTERRUPTED
    all_done = all(upload.state is State.DONE for upload in uploads) and not run.refused
    return ALL_DONE if all_done else SOME_NOT
