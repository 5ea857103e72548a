# SPDX-License-Identifier: MIT
"""Maps what a person wishes to the manager, and what the manager reports to the window."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from guiuploader.sources.store_address import Place
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.upload import Upload
from guiuploader.values.settings import Appearance
from guiuploader.values.states import ACTIVE, State
from guiuploader.window import announce, next_time, sentences, wording
from guiuploader.window.adding import Adding
from guiuploader.window.asking import Asking
from guiuploader.window.destination_control import DestinationControl
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.drops import Carried
from guiuploader.window.duplicates_choice import DuplicatesChoice
from guiuploader.window.ending import Ending
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice, Step
from guiuploader.window.opening import Opening
from guiuploader.window.pasting import Pasting
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.row_control import RowControl
from guiuploader.window.run import Run
from guiuploader.window.speed_limit import SpeedLimit
from guiuploader.window.theme import Theme
from guiuploader.window.troubles import Troubles


class Controller(QObject):
    """Lives as long as its window. `is_kept` tells whether the queue survives it."""

    demo_requested = Signal()
    keys_wanted = Signal(object, object)  # Problem, and what to call when another key to a store is known

    def __init__(
        self,
        window: MainWindow,
        manager: UploadManager,
        desk: SecretDesk,
        shelf: DestinationShelf,
        theme: Theme,
        *,
        is_kept: bool = False,
    ) -> None:
        super().__init__(window)
        self._is_kept = is_kept
        self._window = window
        self._manager = manager
        self._shelf = shelf
        self._theme = theme
        self._run = Run()
        self._has_told_failure = False
        self._is_end_due = False
        self._question: QuestionBox | None = None
        self._adding = Adding(manager, desk, shelf, window)
        self._asking = Asking(manager, desk, window.sign_in)
        self.rows = RowControl(window, manager, shelf)
        self.destinations = DestinationControl(window, shelf, desk)
        self._opening = Opening(shelf, desk, window, self._adding)
        self.pasting = Pasting(window)
        self.pasting.carried.connect(self._on_dropped)
        self.pasting.noticed.connect(self.notice)
        self._limit = SpeedLimit(window, manager, shelf)
        self._duplicates = DuplicatesChoice(window, shelf)
        self._troubles = Troubles(manager, window.notice)
        self._ending = Ending(window, manager, shelf, self._adding)
        self._ending.close_wanted.connect(window.close_for_good)
        self._adding.noticed.connect(self.notice)
        self._adding.keys_wanted.connect(self.keys_wanted)
        self._adding.can_undo_changed.connect(self._on_can_undo_changed)
        self.destinations.noticed.connect(self.notice)
        self.destinations.settled.connect(self._adding.resume)
        self.destinations.request_wanted.connect(self._adding.request)
        self._opening.noticed.connect(self.notice)
        self._connect_manager()
        self._connect_window()
        self._show_progress()
        for problem in shelf.problems:
            shelf.failed.emit(problem)

    @Slot(object)
    def notice(self, notice: Notice) -> None:
        """Say this in the notice bar."""
        self._window.notice.show_notice(notice)

    def add(self, paths: Sequence[Place], name: str = "") -> None:
        """Add files and folders for a destination, or for the chosen one."""
        self._on_dropped(name, Carried(tuple(paths), ()))

    @Slot()
    def come_to_front(self) -> None:
        """Show the window above others, or, where the system does not let it, have it ask to be looked at."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        QApplication.alert(self._window)

    def resume(self) -> None:
        """Add what waited for a destination."""
        self._adding.resume()

    def _connect_manager(self) -> None:
        manager, model = self._manager, self._window.model
        manager.added.connect(self._on_added)
        manager.changed.connect(model.update)
        manager.changed.connect(self._on_changed)
        manager.moved.connect(model.move)
        manager.removed.connect(model.remove)
        manager.removed.connect(self._on_removed)
        manager.all_ended.connect(self._on_all_ended)

    def _connect_window(self) -> None:
        window, actions = self._window, self._window.actions_
        window.dropped.connect(self._on_dropped)
        window.close_requested.connect(self._on_close_requested)
        window.notice.step_requested.connect(self._on_step)
        window.notice.closed.connect(self._adding.forget_waiting)
        window.status.show_requested.connect(self._on_show)
        window.status.retry_requested.connect(self._on_retry)
        actions.add_files.triggered.connect(self._on_add_files)
        actions.add_folder.triggered.connect(self._on_add_folder)
        actions.add_archive.triggered.connect(self._on_add_archive)
        actions.undo.triggered.connect(self._on_undo)
        actions.undo.setEnabled(False)
        actions.demo.triggered.connect(self.demo_requested)
        actions.quit.triggered.connect(window.close)
        actions.appearances[self._theme.appearance].setChecked(True)
        actions.on_appearance(self._on_appearance)

    @Slot(object)
    def _on_added(self, uploads: tuple[Upload, ...]) -> None:
        self._window.model.append(uploads)
        self._run.add(uploads)
        self._show_progress()

    @Slot(object)
    def _on_changed(self, uploads: tuple[Upload, ...]) -> None:
        self._run.update(uploads)
        self._window.model.show_parked(self._manager.parked)
        for upload in uploads:
            if upload.state is State.DONE:
                self._shelf.prove(upload.destination)
            elif upload.state is State.FAILED and not self._has_told_failure:
                self._has_told_failure = True
                announce.say(self._window.table, wording.sentence(upload))
        self._show_state()

    @Slot(object)
    def _on_removed(self, ids: tuple[int, ...]) -> None:
        self._run.remove(ids)
        self._show_state()

    def _show_state(self) -> None:
        """Show how far all is, or how it ended: rows are tidied away then, and settled."""
        outcome = self._run.outcome()
        if self._run.is_over and outcome.total:
            self._window.status.show_end(outcome)
        else:
            self._show_progress()
            self._end_when_due()

    def _on_all_ended(self) -> None:
        self._is_end_due = True
        self._end_when_due()

    def _end_when_due(self) -> None:
        """Tell how all ended, unless something is paused: that belongs to the run, and it is not over."""
        is_going_on = self._manager.is_busy or self._manager.overall().counts[State.PAUSED]
        if not self._is_end_due or is_going_on:
            return
        self._is_end_due = False
        self._has_told_failure = False
        outcome = self._run.end()
        if outcome.total:
            self._window.status.show_end(outcome)
            self._ending.act(outcome)

    def close(self) -> None:
        """Do nothing more by itself."""
        self._ending.close()
        self._opening.close()

    def _show_progress(self) -> None:
        overall = self._manager.overall()
        self._window.status.show_progress(overall, self._run.fraction(overall))

    @Slot(str, object)
    def _on_dropped(self, name: str, carried: Carried) -> None:
        rest = self._opening.take(carried)
        if rest.count:
            self._adding.add(rest, self._shelf.find(name) if name else self._shelf.chosen)

    @Slot(object)
    def _on_step(self, step: Step) -> None:
        if step is Step.UNDO:
            self._on_undo()
        elif step is Step.SEND:
            self._window.notice.settle(Step.SEND)
            self._adding.send_held()
        elif step in {Step.SKIP, Step.SEND_AGAIN}:
            self._window.notice.settle(step)
            self._adding.answer_duplicates(again=step is Step.SEND_AGAIN)
        elif step is Step.NEW_DESTINATION:
            self.destinations.make()
        elif step is Step.DEMO:
            self.demo_requested.emit()

    @Slot(bool)
    def _on_can_undo_changed(self, can_undo: bool) -> None:  # noqa: FBT001 - the signal's own argument
        self._window.actions_.undo.setEnabled(can_undo)
        if not can_undo:
            self._window.notice.withdraw(Step.UNDO)

    def _on_undo(self) -> None:
        self._window.notice.settle(Step.UNDO)
        self._adding.undo()

    def _on_show(self) -> None:
        self._window.table.select(self._run.in_state(State.FAILED, State.UNCONFIRMED))

    def _on_retry(self) -> None:
        self.rows.retry(self._run.in_state(State.FAILED))

    def _on_add_files(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Add files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._pick(dialog, self._on_picked)

    def _on_add_folder(self) -> None:
        self._pick_folder(self.tr("Add a folder"), self._on_picked)

    def _on_add_archive(self) -> None:
        self._pick_folder(self.tr("Add a folder as one archive"), self._on_archive_picked)

    def _pick_folder(self, title: str, picked: Callable[[list[str]], None]) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._pick(dialog, picked)

    def _pick(self, dialog: QFileDialog, picked: Callable[[list[str]], None]) -> None:
        dialog.filesSelected.connect(picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_picked(self, names: list[str]) -> None:
        self.add([Path(name) for name in names])

    def _on_archive_picked(self, names: list[str]) -> None:
        self._on_dropped("", Carried((), (), tuple(map(Path, names))))

    def _on_appearance(self, appearance: Appearance) -> None:
        self._theme.choose(appearance)
        self._shelf.set(lambda now: msgspec.structs.replace(now, appearance=appearance))

    def _on_close_requested(self) -> None:
        if self._question is not None:
            return
        overall, waiting = self._manager.overall(), self._adding.waiting
        if self._is_kept:
            is_adding = bool(waiting) or self._adding.is_looking
            breaks_off = is_adding or any(overall.counts[state] for state in ACTIVE)
            text = next_time.broken_off(overall, waiting)
            detail = next_time.goes_on(overall, is_adding=is_adding)
        else:
            standing = overall.counts[State.HELD] + overall.counts[State.PAUSED]
            breaks_off = bool(self._manager.is_busy or standing or waiting)
            text = sentences.not_ended(overall, waiting)
            detail = self.tr("The queue is not kept: what has not arrived must be added again.")
        if not breaks_off:
            self._window.close_for_good()
            return
        question = Question(
            title=self.tr("Close guiuploader?"),
            text=text,
            detail=detail,
            yes=self.tr("&Close anyway"),
            no=self.tr("&Keep open"),
        )
        self._question = QuestionBox(question, self._window)
        self._question.agreed.connect(self._window.close_for_good)
        self._question.finished.connect(self._on_question_finished)
        self._question.open()

    def _on_question_finished(self) -> None:
        self._question = None
