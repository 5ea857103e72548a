# SPDX-License-Identifier: MIT
"""What tests of the window over a store share: the store, the browser, and its rows by name."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.window.store_browser import StoreBrowser
from guiuploader.window.store_tree import StoreTree
from tests.gui.conftest import Until, Whole
from tests.helpers.scripted_server import ScriptedServer
from tests.helpers.scripted_store import SECRET, ScriptedStore
from tests.helpers.store_connections import connect

GIVEN = {"GUIUPLOADER_SECRET_STORE_KEY": SECRET}


def opened(
    whole: Callable[..., Whole],
    server: ScriptedServer,
    store: ScriptedStore,
    *,
    given: dict[str, str] | None = None,
    connected: bool = True,
    **more: object,
) -> Whole:
    """Return the window with a destination and a connection called “mine”, whose secret is known."""
    files = Destination(format=FORMAT, name="Files", url=server.url)
    parts = whole(files, environment=GIVEN if given is None else given, **more)
    if connected:
        connect(parts.config / "connections", store.url, name="mine")
    return parts


def browser(parts: Whole, *, tested: bool = False) -> StoreBrowser:
    """Open the browser as the menu does; with `tested` under Qt's model tester, which opens all places."""
    parts.window.actions_.add_from_store.trigger()
    found = parts.window.findChildren(StoreBrowser)[-1]
    if tested:
        fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
        QAbstractItemModelTester(tree(found).model(), fatal, found)
    return found


def tree(top: QWidget) -> StoreTree:
    return top.findChildren(StoreTree)[0]


def names(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    above = parent or QModelIndex()
    return [str(model.index(row, 0, above).data()) for row in range(model.rowCount(above))]


def row(top: QWidget, *path: str) -> QModelIndex:
    """Return the row that is reached by these names; an invalid one when there is none."""
    model, found = tree(top).model(), QModelIndex()
    for name in path:
        below = names(model, found)
        if name not in below:
            return QModelIndex()
        found = model.index(below.index(name), 0, found)
    return found


def expand(top: QWidget, until: Until, *path: str) -> QModelIndex:
    """Open a row, and return it when something stands in it that is no “Loading…”."""
    until(lambda: row(top, *path).isValid())
    tree(top).expand(row(top, *path))
    until(lambda: names(tree(top).model(), row(top, *path)) not in ([], ["Loading…"]))
    return row(top, *path)


def line(top: QWidget, name: str) -> QLineEdit:
    return next(each for each in top.findChildren(QLineEdit) if each.accessibleName() == name)


def said(top: QWidget) -> str:
    return " | ".join(each.text() for each in top.findChildren(QLabel) if each.isVisible())


def aloud(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))
