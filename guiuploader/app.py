# SPDX-License-Identifier: MIT
"""The window's program: builds every object once and wires the floors to each other."""

import logging
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QDeadlineTimer, QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QApplication

from guiuploader import logs
from guiuploader.demo import DemoReceiver, demo_destination
from guiuploader.destinations.library import Library
from guiuploader.leaving import SHUTDOWN_LIMIT, leave
from guiuploader.paths import Folders
from guiuploader.stop_signals import StopSignals
from guiuploader.uploads.manager import UploadManager
from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.values.errors import DestinationError, ErrorCode, Problem
from guiuploader.values.explanations import explain
from guiuploader.values.secrets import SecretStore, system_keychain
from guiuploader.window import wording
from guiuploader.window.controller import Controller
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.icons import application_icon
from guiuploader.window.main_window import MainWindow
from guiuploader.window.notice import Notice
from guiuploader.window.theme import Theme

_log = logging.getLogger(__name__)


class Program(QObject):
    """Everything that lives from start to end; `window` and `manager` are what others may look at."""

    def __init__(self, application: QApplication, folders: Folders, secrets: SecretStore) -> None:
        super().__init__()
        self._library = Library(folders.destinations)
        self._waiting: tuple[Path, ...] = ()
        self._demo_name = ""
        self._shelf = DestinationShelf(self._library, folders.config, self)
        self._theme = Theme(application, self._shelf.settings.appearance)
        self.manager = UploadManager(secrets, parallel=self._shelf.settings.parallel, parent=self)
        self._desk = SecretDesk(secrets, self)
        self.window = MainWindow()
        self._controller = Controller(self.window, self.manager, self._desk, self._shelf, self._theme)
        self._demo = DemoReceiver(folders.received, self)
        self._demo.started.connect(self._on_demo_started)
        self._demo.failed.connect(self._on_demo_failed)
        self._demo.ended.connect(self._on_demo_ended)
        self._controller.demo_requested.connect(self._demo.start)

    def open(self, paths: Sequence[Path], *, to: str | None, demo: bool) -> None:
        """Show the window and queue what the command line names."""
        self.window.show()
        if demo:
            self._waiting = tuple(paths)
            self._demo.start()
        elif to is not None:
            self._open_for(paths, to)
        elif paths:
            self._controller.add(paths)

    def shutdown(self) -> bool:
        """Stop every process and thread, out of sight, and return whether every thread ended in time."""
        self.window.hide()
        deadline = QDeadlineTimer(SHUTDOWN_LIMIT)
        all_ended = [self.manager.shutdown(deadline), self._desk.shutdown(deadline)]
        self._demo.stop()
        return all(all_ended)

    @Slot(str)
    def report_mistake(self, reason: str) -> None:
        """Tell of a mistake of our own, and go on."""
        self._warn(Problem(ErrorCode.INTERNAL, {"reason": reason}))

    def _open_for(self, paths: Sequence[Path], to: str) -> None:
        try:
            destination = self._library.meant(to)
        except DestinationError as error:
            self._warn(error.problem)
            return
        if self._shelf.find(destination.name) == destination:
            self._shelf.choose(destination.name)
        else:
            self._shelf.add_temporary(destination)
        if paths:
            self._controller.add(paths)

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
    application.setDesktopFileName("guiuploader")
    application.setWindowIcon(application_icon())
    return application


def keep_settings_in(folder: Path) -> None:
    """Let Qt keep there what it remembers by itself, such as the folder last seen in a file dialog."""
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder))


def run(paths: Sequence[Path], *, folders: Folders, to: str | None, demo: bool) -> int:
    """Show the window until it is closed, and return the exit code."""
    keep_settings_in(folders.config)
    application = make_application()
    secrets = SecretStore(system_keychain)
    log = logs.configure(folders.logs, secrets.blanked)
    program = Program(application, folders, secrets)
    mistakes = Mistakes()
    mistakes.happened.connect(program.report_mistake)
    try:
        with mistakes, StopSignals() as stops:
            stops.caught.connect(program.window.close_for_good)
            try:
                program.open([path.absolute() for path in paths], to=to, demo=demo)
                code = application.exec()
            finally:
                all_ended = program.shutdown()
        return leave(code, all_ended=all_ended)
    finally:
        logs.release(log)
