# SPDX-License-Identifier: MIT
"""What can be done with the selected rows, and doing it."""

from collections.abc import Collection, Sequence
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from guiuploader.uploads.doubt import is_asked_first
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.order import Way
from guiuploader.uploads.upload import Upload
from guiuploader.values.states import PAUSABLE, WAITING, State
from guiuploader.values.words import STATE_WORDS, Action
from guiuploader.window import wording
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.trying_again import TryingAgain

_REFRESH = 100  # milliseconds; what can be done need not be known at every tick of progress


class RowControl(QObject):
    """Joins the row actions of a window to a manager."""

    def __init__(self, window: MainWindow, manager: UploadManager, shelf: DestinationShelf) -> None:
        super().__init__(window)
        self._window = window
        self._manager = manager
        self._again = TryingAgain(manager, shelf, window)
        self.retry = self._again.retry
        self.retry_edited = self._again.retry_edited
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH)
        self._timer.timeout.connect(self.refresh)
        window.table.selection_changed.connect(self.refresh)
        window.model.dataChanged.connect(self._refresh_soon)
        window.model.rowsRemoved.connect(self._refresh_soon)
        window.model.rowsInserted.connect(self._refresh_soon)
        window.model.rowsMoved.connect(self._refresh_soon)
        window.model.modelReset.connect(self._refresh_soon)
        actions = window.actions_
        actions.send.triggered.connect(self._send)
        actions.pause.triggered.connect(self._pause)
        actions.resume.triggered.connect(self._resume)
        actions.pause_all.triggered.connect(self._pause_all)
        actions.resume_all.triggered.connect(self._resume_all)
        actions.cancel.triggered.connect(self._cancel)
        actions.confirm.triggered.connect(self._confirm)
        actions.retry.triggered.connect(self._retry)
        actions.retry_failed.triggered.connect(self._retry_failed)
        for way, action in actions.moves.items():
            action.triggered.connect(partial(self._shift, way))
        window.table.rows_dropped.connect(self._on_rows_dropped)
        actions.remove.triggered.connect(self._remove)
        actions.copy_link.triggered.connect(self._copy_links)
        actions.open_link.triggered.connect(self._open_links)
        manager.added.connect(self._on_queue_changed)
        manager.changed.connect(self._on_queue_changed)
        manager.removed.connect(self._on_queue_changed)
        self._on_queue_changed()
        actions.clear_finished.triggered.connect(manager.clear_finished)
        actions.select_all.triggered.connect(window.table.selectAll)
        window.table.copy_link_requested.connect(self._copy_link)
        window.table.open_requested.connect(actions.open_link.trigger)

    def refresh(self) -> None:
        """Offer what the selected rows can do now, and describe them."""
        uploads = self._window.table.selected()
        states = {upload.state for upload in uploads}
        possible = {action for state in states for action in STATE_WORDS[state].actions}
        links = [wording.link_of(upload) for upload in uploads]
        if not any(links):
            possible.discard(Action.COPY_LINK)
        if not any(is_web_link(link) for link in links):
            possible.discard(Action.OPEN_LINK)
        doubtful = [upload for upload in uploads if upload.state is State.UNCONFIRMED]
        again = not all(is_asked_first(upload, upload.destination) for upload in doubtful)
        self._window.actions_.allow(possible, again=again, anew=states == {State.SKIPPED})
        self._window.actions_.allow_moves(self._ways(uploads))
        # With many, the strip tells how many they are.
        self._window.strip.show_uploads(list(map(self._window.model.seen, uploads[:1])) + uploads[1:])

    def _on_queue_changed(self) -> None:
        counts, actions = self._manager.overall().counts, self._window.actions_
        actions.clear_finished.setEnabled(counts[State.DONE] + counts[State.SKIPPED] > 0)
        actions.retry_failed.setEnabled(counts[State.FAILED] > 0)
        actions.pause_all.setEnabled(sum(counts[state] for state in PAUSABLE) > 0)
        actions.resume_all.setEnabled(counts[State.PAUSED] > 0)

    def _ways(self, uploads: Sequence[Upload]) -> Collection[Way]:
        """Return the ways in which those of these that wait can be moved.

        Up and down are steps among the rows in sight, so these have to stand in the queue's order.
        """
        model = self._window.model
        waiting = [upload for upload in uploads if upload.state in WAITING]
        if not waiting:
            return frozenset()
        if not model.is_in_queue_order:
            return {Way.TOP, Way.END}
        count = len(waiting)
        is_at_top = model.row_of(waiting[-1].id) == count - 1
        is_at_end = model.row_of(waiting[0].id) == model.rowCount() - count
        up = set[Way]() if is_at_top else {Way.TOP, Way.UP}
        return up if is_at_end else up | {Way.DOWN, Way.END}

    def _refresh_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _selected_ids(self) -> list[int]:
        return [upload.id for upload in self._window.table.selected()]

    def _send(self) -> None:
        self._manager.release(self._selected_ids())

    def _pause(self) -> None:
        self._manager.pause(self._selected_ids())

    def _resume(self) -> None:
        self._manager.resume(self._selected_ids())

    def _pause_all(self) -> None:
        self._manager.pause([upload.id for upload in self._manager.uploads()])

    def _resume_all(self) -> None:
        self._manager.resume([upload.id for upload in self._manager.uploads()])

    def _cancel(self) -> None:
        self._manager.cancel(self._selected_ids())

    def _confirm(self) -> None:
        self._manager.confirm(self._selected_ids())

    def _retry(self) -> None:
        self.retry(self._selected_ids())

    def _retry_failed(self) -> None:
        self.retry([upload.id for upload in self._manager.uploads() if upload.state is State.FAILED])

    def _shift(self, way: Way) -> None:
        self._manager.shift(self._selected_ids(), way)
        self._window.table.follow()
        self.refresh()

    def _on_rows_dropped(self, before: int | None) -> None:
        self._manager.move(self._selected_ids(), before)

    def _remove(self) -> None:
        # An active or paused one has Cancel; among many it would be stopped without a word.
        now = [upload for upload in map(self._manager.upload, self._selected_ids()) if upload]
        self._manager.remove([each.id for each in now if Action.REMOVE in STATE_WORDS[each.state].actions])

    def _copy_links(self) -> None:
        links = [wording.link_of(upload) for upload in self._window.table.selected()]
        QGuiApplication.clipboard().setText("\n".join(link for link in links if link))

    def _copy_link(self, id_: int) -> None:
        upload = self._manager.upload(id_)
        link = wording.link_of(upload) if upload else None
        if link:
            QGuiApplication.clipboard().setText(link)

    def _open_links(self) -> None:
        for upload in self._window.table.selected():
            link = wording.link_of(upload)
            if link and is_web_link(link):
                QDesktopServices.openUrl(QUrl(link))


def is_web_link(link: str | None) -> bool:
    """Tell whether a server's link may be opened: no other scheme starts a program of this computer."""
    try:
        return link is not None and urlsplit(link).scheme in {"http", "https"}
    except ValueError:
        return False
