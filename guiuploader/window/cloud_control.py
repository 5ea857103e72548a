# SPDX-License-Identifier: MIT
"""From object stores into the queue: opens the browser, the connections, and asks for keys."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from guiuploader.uploads.secret_desk import SecretDesk
from guiuploader.uploads.store_desk import StoreDesk
from guiuploader.values.errors import Problem
from guiuploader.window import wording
from guiuploader.window.connection_control import ConnectionControl
from guiuploader.window.controller import Controller
from guiuploader.window.destination_shelf import DestinationShelf
from guiuploader.window.main_window import MainWindow
from guiuploader.window.store_asking import StoreAsking
from guiuploader.window.store_browser import StoreBrowser


class CloudControl(QObject):
    """Lives as long as its window."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        shelf: DestinationShelf,
        desk: SecretDesk,
        stores: StoreDesk,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._shelf = shelf
        self._stores = stores
        self._asking = StoreAsking(desk, self)
        self._connections = ConnectionControl(stores, desk, self)
        self._browser: StoreBrowser | None = None
        self._connections.closed.connect(self._on_connections_closed)
        controller.keys_wanted.connect(self._on_keys_wanted)
        window.actions_.add_from_store.triggered.connect(self._open_browser)
        window.actions_.connections.triggered.connect(self._open_connections)

    def _open_browser(self) -> None:
        if self._browser is not None:
            return
        chosen = self._shelf.chosen
        self._browser = StoreBrowser(self._stores, wording.place(chosen) if chosen else "", self._window)
        self._browser.add_requested.connect(self._controller.add)
        self._browser.connections_requested.connect(self._open_connections)
        self._browser.stuck.connect(self._on_stuck)
        self._browser.finished.connect(self._on_browser_finished)
        self._browser.open()

    def _open_connections(self) -> None:
        self._connections.open(self._browser or self._window)

    @Slot(object)
    def _on_stuck(self, problem: Problem) -> None:
        if self._browser is not None:
            self._asking.ask(problem, self._browser, self._go_on)

    def _go_on(self) -> None:
        if self._browser is not None:
            self._browser.go_on()

    @Slot(object, object)
    def _on_keys_wanted(self, problem: Problem, then: Callable[[], None]) -> None:
        self._asking.ask(problem, self._window, then)

    @Slot()
    def _on_connections_closed(self) -> None:
        if self._browser is not None:
            self._browser.reload()

    def _on_browser_finished(self) -> None:
        if self._browser is not None:
            self._browser.deleteLater()
            self._browser = None
