# SPDX-License-Identifier: MIT
"""Run the queue without a window: the same manager and workers under a QCoreApplication."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.exit_codes import exit_code
from guiuploader.leaving import SHUTDOWN_LIMIT, leave
from guiuploader.report import Report
from guiuploader.sources.store_address import Place
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem

Said = TypeVar("Said")


class _Run(QObject):
    """Passes what the manager says on to a report, and stops everything when that cannot be told."""

    def __init__(self, manager: UploadManager, report: Report) -> None:
        super().__init__()
        self._manager = manager
        self._report = report
        self.refused = 0
        self.interrupted = False
        self.failure: OSError | None = None
        manager.added.connect(self._on_added)
        manager.refused.connect(self._on_refused)
        manager.changed.connect(self._on_changed)
        manager.state_changed.connect(self._on_state_changed)

    @Slot()
    def stop(self) -> None:
        """Stop all that has not ended; the loop ends when that is done."""
        self.interrupted = True
        self._manager.stop_all()

    @Slot(object)
    def _on_added(self, uploads: Sequence[Upload]) -> None:
        self._tell(self._report.added, uploads)
        if self.interrupted or self.failure:
            self._manager.stop_all()

    @Slot(int, object)
    def _on_refused(self, _batch: int, problems: Sequence[Problem]) -> None:
        self.refused += len(problems)
        for problem in problems:
            self._tell(self._report.refused, problem)

    @Slot(object)
    def _on_changed(self, uploads: Sequence[Upload]) -> None:
        self._tell(self._report.moved, uploads)

    @Slot(object)
    def _on_state_changed(self, upload: Upload) -> None:
        self._tell(self._report.stepped, upload)

    def _tell(self, say: Callable[[Said], None], what: Said) -> None:
        """Say it; when nobody can hear us any more, going on would only look as if nothing had happened."""
        if self.failure is not None:
            return
        try:
            say(what)
        except OSError as error:
            self.failure = error
            self._manager.stop_all()


def send(
    paths: Sequence[Place],
    destination: Destination,
    variables: Mapping[str, str],
    *,
    new_manager: Callable[[], UploadManager],
    report: Report,
    hang_up: Callable[[], None],
) -> int:
    """Send files and folders and return the exit code: 0 all done, 1 some not, 130 stopped by a signal.

    A destination that takes no file gets its request once, and no paths.

    The manager is made here, as it needs the application; `hang_up` is called before it lets go of the
    ledger, which may be another's at once. Raises OSError when the report could not be written; everything
    was stopped then.
    """

    def begin(manager: UploadManager) -> None:
        if destination.takes_file:
            manager.add(paths, destination, variables=variables)
        else:
            manager.request(destination, variables=variables)

    return _carried_out(begin, new_manager, report, hang_up)


def resume(
    *,
    new_manager: Callable[[], UploadManager],
    report: Report,
    hang_up: Callable[[], None],
) -> int:
    """Send what earlier runs left unfinished; returns and raises as `send` does."""
    return _carried_out(UploadManager.restore, new_manager, report, hang_up)


def _carried_out(
    begin: Callable[[UploadManager], None],
    new_manager: Callable[[], UploadManager],
    report: Report,
    hang_up: Callable[[], None],
) -> int:
    app = QCoreApplication.instance() or QCoreApplication([])
    started = time.perf_counter()
    manager = new_manager()
    run = _Run(manager, report)
    with StopSignals() as stops:
        stops.caught.connect(run.stop)
        manager.all_ended.connect(app.quit)
        begin(manager)
        app.exec()
        hang_up()
        all_ended = manager.shutdown(QDeadlineTimer(SHUTDOWN_LIMIT))
    if run.failure is not None:
        raise run.failure
    uploads = manager.uploads()
    seconds = time.perf_counter() - started
    report.closed(uploads, refused=run.refused, seconds=seconds, interrupted=run.interrupted)
    code = exit_code(uploads, refused=run.refused, interrupted=run.interrupted)
    return leave(code, all_ended=all_ended)
