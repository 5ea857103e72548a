# SPDX-License-Identifier: MIT
"""Run the queue without a window: the same manager and workers under a QCoreApplication."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, Slot

from guiuploader.destinations.destination import Destination
from guiuploader.exit_codes import exit_code
from guiuploader.leaving import SHUTDOWN_LIMIT, leave
from guiuploader.report import Report
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.awake import Awake
from guiuploader.uploads.finding import Find
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import Problem
from guiuploader.values.states import ENDED

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
        manager.doubles_found.connect(self._on_doubles_found)
        manager.changed.connect(self._on_changed)
        manager.stepped.connect(self._on_stepped)

    @Slot()
    def stop(self) -> None:
        """Stop all that has not ended; the loop ends when that is done."""
        self.interrupted = True
        self._manager.stop_all()

    @Slot(object)
    def _on_added(self, uploads: Sequence[Upload]) -> None:
        self._tell(self._report.added, uploads)
        for upload in uploads:
            if upload.state in ENDED:
                self._tell(self._report.stepped, upload)
        if self.interrupted or self.failure:
            self._manager.stop_all()

    @Slot(int, object)
    def _on_refused(self, _batch: int, problems: Sequence[Problem]) -> None:
        self.refused += len(problems)
        for problem in problems:
            self._tell(self._report.refused, problem)

    @Slot(int, int, int)
    def _on_doubles_found(self, _batch: int, _skipped: int, queued: int) -> None:
        if queued:
            self._tell(self._report.left_out, queued)

    @Slot(object)
    def _on_changed(self, uploads: Sequence[Upload]) -> None:
        self._tell(self._report.moved, uploads)

    @Slot(object)
    def _on_stepped(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
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


@dataclass(frozen=True, slots=True)
class Errand:
    """What to find and send; for a destination that takes no file nothing is looked for.

    What was sent there before is skipped, which counts as done, unless it is to go `again`.
    """

    find: Find
    destination: Destination
    variables: Mapping[str, str]
    again: bool


def send(
    errand: Errand,
    *,
    new_manager: Callable[[], UploadManager],
    report: Report,
    hang_up: Callable[[], None],
) -> int:
    """Carry out an errand and return the exit code: 0 all done, 1 some not, 130 stopped by a signal.

    The manager is made here, as it needs the application; `hang_up` is called before it lets go of the
    ledger, which may be another's at once. Raises OSError when the report could not be written; everything
    was stopped then.
    """

    def begin(manager: UploadManager) -> None:
        if errand.destination.takes_file:
            manager.add(errand.find, errand.destination, variables=errand.variables, again=errand.again)
        else:
            manager.request(errand.destination, variables=errand.variables)

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
    awake = Awake(manager)
    with StopSignals() as stops:
        stops.caught.connect(run.stop)
        manager.all_ended.connect(app.quit)
        begin(manager)
        app.exec()
        awake.close()
        hang_up()
        all_ended = manager.shutdown(QDeadlineTimer(SHUTDOWN_LIMIT))
    if run.failure is not None:
        raise run.failure
    uploads = manager.uploads()
    seconds = time.perf_counter() - started
    report.closed(uploads, refused=run.refused, seconds=seconds, interrupted=run.interrupted)
    code = exit_code(uploads, refused=run.refused, interrupted=run.interrupted)
    return leave(code, all_ended=all_ended)
