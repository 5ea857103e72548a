# SPDX-License-Identifier: MIT
"""The window's program: builds every object once and wires the floors to each other."""

import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QDeadlineTimer, QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QApplication

from guiuploader import logs
from guiuploader.demo import DemoReceiver, demo_destination
from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library, given_secrets
from guiuploader.exit_codes import ALL_DONE
from guiuploader.handover import HandoverError, NotTakenError, QueueTakenError, to_window
from guiuploader.leaving import SHUTDOWN_LIMIT, leave
from guiuploader.memory import NO_MEMORY, Memory, listening, opened
from guiuploader.paths import APP_ID, Folders
from guiuploader.reception import Reception
from guiuploader.sources.store_address import Place, whole
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.awake import Awake
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.store_desk import StoreDesk
from guiuploader.uploads.trial_desk import TrialDesk
from guiuploader.values.errors import DestinationError, ErrorCode, LedgerInUse, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretKey, SecretStore, system_keychain
from guiuploader.values.states import State
from guiuploader.window import next_time, without_memory, wording
from guiuploader.window.cloud_control import CloudControl
from guiuploader.window.controller import Controller
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.editor_control import EditorControl
from guiuploader.window.icons import application_icon
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice
from guiuploader.window.theme import Theme

_NO_DEMO = "guiuploader is open already. Start the demo server there, in the menu “Destinations”."

_log = logging.getLogger(__name__)


class Program(QObject):
    """Everything that lives from start to end; `window` and `manager` are what others may look at."""

    def __init__(
        self,
        application: QApplication,
        folders: Folders,
        secrets: SecretStore,
        memory: Memory = NO_MEMORY,
    ) -> None:
        super().__init__()
        self._memory = memory
        self._library = Library(folders.destinations)
        self._secrets = secrets
        self._waiting: tuple[Place, ...] = ()
        self._demo_name = ""
        self._shelf = DestinationShelf(self._library, folders.config, self)
        self._theme = Theme(application, self._shelf.settings.appearance)
        self.manager = UploadManager(
            secrets,
            parallel=self._shelf.settings.parallel,
            ledger=memory.ledger,
            connections=folders.connections,
            parent=self,
        )
        self._awake = Awake(self.manager, self)
        self._desk = SecretDesk(secrets, self)
        self.window = MainWindow()
        self._controller = Controller(
            self.window,
            self.manager,
            self._desk,
            self._shelf,
            self._theme,
            is_kept=memory.ledger is not None,
        )
        self._stores = StoreDesk(folders.connections, secrets, self)
        self._cloud = CloudControl(self.window, self._controller, self._shelf, self._desk, self._stores)
        self._trials = TrialDesk(secrets, self)
        self._editing = EditorControl(self.window, self._controller, self._shelf, self._desk, self._trials)
        self._reception = Reception(self.manager, self._desk, self)
        self._reception.front_wanted.connect(self._controller.come_to_front)
        self._reception.files_came.connect(self._on_files_came)
        self._instance = listening(folders.data, self._reception) if memory.ledger else None
        self._demo = DemoReceiver(folders.received, self)
        self._demo.started.connect(self._on_demo_started)
        self._demo.failed.connect(self._on_demo_failed)
        self._demo.ended.connect(self._on_demo_ended)
        self._controller.demo_requested.connect(self._demo.start)

    def open(self, paths: Sequence[Place], *, to: str | None, demo: bool) -> None:
        """Show the window and queue what the command line names.

        Where nothing can be remembered, the person says first whether to go on all the same.
        """
        self.window.show()
        begin = partial(self._begin, paths, to=to, demo=demo)
        if self._memory.trouble is None:
            begin()
        else:
            without_memory.ask(self._memory.trouble, self.window, begin)

    def _begin(self, paths: Sequence[Place], *, to: str | None, demo: bool) -> None:
        self._recall()
        if demo:
            self._waiting = tuple(paths)
            self._demo.start()
        elif to is not None:
            self._open_for(paths, to)
        elif paths:
            self._controller.add(paths)

    def _recall(self) -> None:
        """Show what an earlier run left, and say what is to be known of it."""
        memory = self._memory
        if memory.shown:
            self.manager.restore(State.FAILED, State.UNCONFIRMED)
        if left := next_time.left(memory.waiting, memory.doubtful):
            self._controller.notice(Notice(left))
        if memory.ledger is not None and memory.ledger.damage is not None:
            self._warn(memory.ledger.damage)
        if memory.is_taken:
            self._controller.notice(Notice(next_time.taken_by_send(), is_warning=True))

    def shutdown(self) -> bool:
        """Stop every process and thread, out of sight, and return whether every thread ended in time."""
        self.window.hide()
        if self._instance is not None:
            self._instance.close()
        self._controller.close()
        self._awake.close()
        deadline = QDeadlineTimer(SHUTDOWN_LIMIT)
        ending = (self.manager, self._desk, self._stores, self._trials)
        all_ended = [each.shutdown(deadline) for each in ending]
        self._demo.stop()
        return all(all_ended)

    @Slot(str)
    def report_mistake(self, reason: str) -> None:
        """Tell of a mistake of our own, and go on."""
        self._warn(Problem(ErrorCode.INTERNAL, {"reason": reason}))

    def _open_for(self, paths: Sequence[Place], to: str) -> None:
        try:
            destination = self._library.meant(to)
            given = given_secrets(to)
        except DestinationError as error:
            self._warn(error.problem)
            return
        for key, value in given.items():
            self._secrets.keep(key, value, save=False)  # for this session, which asks no keychain
        self._on_files_came(paths, destination)

    @Slot(object, object)
    def _on_files_came(self, paths: Sequence[Place], destination: Destination | None) -> None:
        if destination is not None:
            self._choose(destination)
        if paths:
            self._controller.add(paths)

    def _choose(self, destination: Destination) -> None:
        if self._shelf.find(destination.name) == destination:
            self._shelf.choose(destination.name)
        else:
            self._shelf.add_temporary(destination)

    @Slot(str)
    def _on_demo_started(self, url: str) -> None:
        self._demo_name = self._shelf.add_temporary(demo_destination(url), instead_of=self._demo_name).name
        self._controller.resume()
        if self._waiting:
            self._controller.add(self._waiting)
            self._waiting = ()

    @Slot(str)
    def _on_demo_failed(self, reason: str) -> None:
        text = self.tr("The demo server did not start. {reason}").format(reason=reason)
        self._controller.notice(Notice(text.strip(), is_warning=True))

    @Slot(str)
    def _on_demo_ended(self, reason: str) -> None:
        text = self.tr("The demo server ended. {reason}").format(reason=reason)
        self._controller.notice(Notice(text.strip(), is_warning=True))

    def _warn(self, problem: Problem) -> None:
        self._controller.notice(Notice(str(explain(problem, wording.words)), is_warning=True))


class Mistakes(QObject):
    """Takes what no code caught, on whichever thread: it is logged and told, and the program goes on.

    It stands in for Python's hooks inside a `with` block.
    """

    happened = Signal(str)

    def __enter__(self) -> Self:
        sys.excepthook = self._hook
        threading.excepthook = self._hook_of_threads
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("a mistake that nothing caught", exc_info=(kind, error, trace))
        self.happened.emit(kind.__name__)

    def _hook_of_threads(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)


def make_application() -> QApplication:
    """Return the application with its name and icon, by which desktops know its windows."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("guiuploader")
    application.setApplicationDisplayName("guiuploader")
    application.setDesktopFileName(APP_ID)
    application.setWindowIcon(application_icon())
    return application


def _lend(given: Mapping[SecretKey, str]) -> None:
    """Have the keychain keep an address's secrets for the window that is open, which is told none."""
    secrets = SecretStore(system_keychain)
    for key, value in given.items():
        secrets.keep(key, value, save=False)
        secrets.lend(key)


def keep_settings_in(folder: Path) -> None:
    """Let Qt keep there what it remembers by itself, such as the folder last seen in a file dialog."""
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder))


def run(paths: Sequence[Place], *, folders: Folders, to: str | None, demo: bool) -> int:
    """Show the window until it is closed, and return the exit code.

    Where one is open already, that one is given these and shown. Raises UploaderError and HandoverError.
    """
    places = [whole(path) for path in paths]
    try:
        memory = opened(folders.data)
    except LedgerInUse as in_use:
        destination = None if to is None else Library(folders.destinations).meant(to)
        if to is not None:
            _lend(given_secrets(to))
        try:
            to_window(folders.data, () if demo else places, destination)
        except QueueTakenError:
            memory = Memory(is_taken=True)
        except NotTakenError:
            raise in_use from None
        else:
            if demo:
                raise HandoverError(_NO_DEMO) from None
            return ALL_DONE
    keep_settings_in(folders.config)
    application = make_application()
    secrets = SecretStore(system_keychain)
    log = logs.configure(folders.logs, secrets.blanked)
    program = Program(application, folders, secrets, memory)
    mistakes = Mistakes()
    mistakes.happened.connect(program.report_mistake)
    try:
        with mistakes, StopSignals() as stops:
            stops.caught.connect(program.window.close_for_good)
            try:
                program.open(places, to=to, demo=demo)
                code = application.exec()
            finally:
                all_ended = program.shutdown()
        return leave(code, all_ended=all_ended)
    finally:
        logs.release(log)
