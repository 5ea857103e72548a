# SPDX-License-Identifier: MIT
"""The window's program: builds every object once and wires the floors to each other."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from guiuploader import logs
from guiuploader.demo import DemoReceiver, demo_destination
from guiuploader.destinations.library import Library
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
        self._shelf = DestinationShelf(self._library, folders.config, self)
        self._theme = Theme(application, self._shelf.settings.appearance)
        self.manager = UploadManager(secrets, parallel=self._shelf.settings.parallel, parent=self)
        self._desk = SecretDesk(secrets, self)
        self.window = MainWindow()
        self._controller = Controller(self.window, self.manager, self._desk, self._shelf, self._theme)
        self._demo = DemoReceiver(folders.received, self)
        self._demo.started.connect(self._on_demo_started)
        self._demo.failed.connect(self._on_demo_failed)
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

    def shutdown(self) -> None:
        """Stop every thread and process."""
        self.manager.shutdown()
        self._desk.shutdown()
        self._demo.stop()

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
        saved = self._shelf.find("Demo") is not None and not self._shelf.is_temporary("Demo")
        self._shelf.add_temporary(demo_destination("Demo server" if saved else "Demo", url))
        self._controller.resume()
        if self._waiting:
            self._controller.add(self._waiting)
            self._waiting = ()

    @Slot(str)
    def _on_demo_failed(self, reason: str) -> None:
        text = self.tr("The demo server did not start. {reason}").format(reason=reason)
        self._controller.notice(Notice(text, is_warning=True))

    def _warn(self, problem: Problem) -> None:
        self._controller.notice(Notice(str(explain(problem, wording.words)), is_warning=True))


class Mistakes(QObject):
    """Takes what no code caught, on whichever thread: it is logged and told, and the program goes on."""

    happened = Signal(str)

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Stand in for `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("a mistake that nothing caught", exc_info=(kind, error, trace))
        self.happened.emit(kind.__name__)


def make_application() -> QApplication:
    """Return the application with its name and icon, by which desktops know its windows."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("guiuploader")
    application.setApplicationDisplayName("guiuploader")
    application.setDesktopFileName("guiuploader")
    application.setWindowIcon(application_icon())
    return application


def run(paths: Sequence[Path], *, folders: Folders, to: str | None, demo: bool) -> int:
    """Show the window until it is closed, and return the exit code."""
    application = make_application()
    secrets = SecretStore(system_keychain())
    log = logs.configure(folders.logs, secrets.blanked)
    program = Program(application, folders, secrets)
    mistakes = Mistakes()
    mistakes.happened.connect(program.report_mistake)
    sys.excepthook = mistakes.hook
    try:
        with StopSignals() as stops:
            stops.caught.connect(program.window.close_for_good)
            program.open([path.absolute() for path in paths], to=to, demo=demo)
            return application.exec()
    finally:
        sys.excepthook = sys.__excepthook__
        program.shutdown()
        logs.release(log)
