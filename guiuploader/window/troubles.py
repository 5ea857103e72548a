# SPDX-License-Identifier: MIT
"""Tells that the queue cannot be written just now, once, until it can, and what stays at a server."""

from PySide6.QtCore import QObject, QTimer, Slot

from guiuploader.uploads.manager import UploadManager
from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.window import wording
from guiuploader.window.notice import Notice, NoticeBar

_QUIET = 6000  # milliseconds without trouble, which comes again every two seconds while it lasts


class Troubles(QObject):
    """Shows one notice from the first trouble until there was none for a while."""

    def __init__(self, manager: UploadManager, bar: NoticeBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._shown: Notice | None = None
        self._quiet = QTimer(self, interval=_QUIET, singleShot=True)
        self._quiet.timeout.connect(self._take_back)
        manager.troubled.connect(self._on_troubled)
        manager.left_behind.connect(self._on_left_behind)

    @Slot(object)
    def _on_troubled(self, problem: Problem) -> None:
        self._quiet.start()
        notice = Notice(str(explain(problem, wording.words)), is_warning=True)
        if notice != self._shown:
            self._take_back()
            self._shown = notice
            self._bar.show_notice(notice)

    @Slot(object)
    def _on_left_behind(self, problem: Problem) -> None:
        self._bar.show_notice(Notice(str(explain(problem, wording.words))))

    @Slot()
    def _take_back(self) -> None:
        if self._shown is not None:
            self._bar.take_back(self._shown)
            self._shown = None
