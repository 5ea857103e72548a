# SPDX-License-Identifier: MIT
"""A report that also keeps a list of what was sent, in a file."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from guiuploader.report import Report
from guiuploader.uploads.manifest import Manifest, entry_of
from guiuploader.uploads.upload import Upload
from guiuploader.values.errors import ErrorCode, Problem, UsageError
from guiuploader.values.states import ENDED


class Listed:
    """Passes everything on, and writes a line for each row that ended.

    Raises UsageError when the file cannot be opened, or is no such list.
    """

    def __init__(self, report: Report, path: Path) -> None:
        self._report = report
        try:
            self._manifest = Manifest(path)
        except OSError as error:
            reason = f"The list “{path}” cannot be written: {error.strerror or 'unknown error'}"
            raise UsageError(ErrorCode.USAGE, reason=reason, program="guiuploader send") from error

    def added(self, uploads: Sequence[Upload]) -> None:
        """Pass it on."""
        self._report.added(uploads)

    def refused(self, problem: Problem) -> None:
        """Pass it on."""
        self._report.refused(problem)

    def left_out(self, count: int) -> None:
        """Pass it on."""
        self._report.left_out(count)

    def moved(self, uploads: Sequence[Upload]) -> None:
        """Pass it on."""
        self._report.moved(uploads)

    def stepped(self, upload: Upload) -> None:
        """Write what ended. Raises OSError, after which nobody would know what was sent."""
        self._report.stepped(upload)
        if upload.state in ENDED:
            self._manifest.add(entry_of(upload, dt.datetime.now().astimezone()))

    def hold(self, *, is_held: bool) -> None:
        """Pass it on."""
        self._report.hold(is_held=is_held)

    def closed(self, uploads: Sequence[Upload], *, refused: int, seconds: float, interrupted: bool) -> None:
        """Close the list."""
        self._manifest.close()
        self._report.closed(uploads, refused=refused, seconds=seconds, interrupted=interrupted)
