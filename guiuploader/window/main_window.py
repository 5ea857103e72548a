# SPDX-License-Identifier: MIT
"""The window itself: where everything stands, and drops anywhere on it."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from guiuploader.destinations.destination import Destination
from guiuploader.window import drops, wording
from guiuploader.window.actions import Actions
from guiuploader.window.destination_list import DestinationList
from guiuploader.window.destination_side import LEAST_WIDTH, DestinationSide
from guiuploader.window.drop_area import DropArea, DropVeil
from guiuploader.window.menus import open_menu
from guiuploader.window.notice import NoticeBar
from guiuploader.window.queue_split import QueueSplit
from guiuploader.window.row_strip import RowStrip
from guiuploader.window.sign_in_strip import SignInStrip
from guiuploader.window.status import Status
from guiuploader.window.theme import ICON, SPACE, TARGET
from guiuploader.window.upload_model import UploadModel
from guiuploader.window.upload_table import UploadTable
from guiuploader.window.variable_switch import VariableSwitch

_SIZE = QSize(1140, 700)
_LEAST = QSize(600, 400)
_LOW = 520
"""The height below which the strip gives its lines to the table."""
_LIST_WIDTH = 230
_LIST_SHARE = 4


class MainWindow(QMainWindow):
    """Shows and asks; what a wish leads to is wired outside."""

    dropped = Signal(str, object)
    """A destination's name, "" for the chosen one, and drops.Carried."""
    close_requested = Signal()
    activated = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("guiuploader"))
        self.setAcceptDrops(True)
        self._may_close = False
        self._place = ""
        self.actions_ = Actions(self)
        self.model = UploadModel(self)
        self.table = UploadTable(self.model)
        self.drop_area = DropArea(self.actions_)
        self.destinations = DestinationList()
        self.notice = NoticeBar()
        self.sign_in = SignInStrip()
        self.strip = RowStrip(self.actions_)
        self.switch = VariableSwitch()
        self._limits = self._limit_menu()
        self._moves = self._move_menu()
        self._when_ended = self._when_ended_menu()
        self.status = Status(self.actions_, self._limits, self._when_ended)
        self._queue = QStackedWidget()
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._is_dragged = False
        self.veil: DropVeil
        self._build_menus()
        self._build_toolbar()
        self._lay_out()
        self._attach_keys()
        self.destinations.dropped.connect(self.dropped)
        self.destinations.drag_over.connect(self._on_drag_over)
        self.destinations.drag_left.connect(self.veil.hide)
        self.destinations.menu_requested.connect(self._on_destination_menu)
        self.table.menu_requested.connect(self._on_row_menu)
        self.model.rowsInserted.connect(self._on_rows)
        self.model.rowsRemoved.connect(self._on_rows)
        self.model.modelReset.connect(self._on_rows)
        self.show_chosen(None)
        self._on_rows()

    def show_chosen(self, destination: Destination | None) -> None:
        """Name where drops go."""
        self._place = wording.place(destination) if destination else ""
        self.drop_area.show_destination(destination)
        takes_file = destination is None or destination.takes_file
        for action in self.actions_.adding:
            action.setVisible(takes_file)
        self.actions_.add_archive.setEnabled(destination is not None)
        self.actions_.request.setVisible(not takes_file)
        actions = self.actions_
        named = (actions.edit_destination, actions.delete_destination)
        for action in (*named, actions.duplicate_destination, actions.share_destination):
            action.setEnabled(destination is not None)

    def close_for_good(self) -> None:
        """Close without asking."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whoever knows what is running."""
        if not self._may_close:
            self.close_requested.emit()
        event.setAccepted(self._may_close)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette, and tell when the window comes to the front."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.actions_.recolour(QPalette())
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room anew."""
        super().resizeEvent(event)
        self.strip.set_low(is_low=self.height() < _LOW)
        wanted = min(max(self.width() // _LIST_SHARE, LEAST_WIDTH), _LIST_WIDTH)
        if not self._is_dragged:
            self._halves.setSizes([wanted, self.width() - wanted])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show where files would go."""
        if drops.accept(event):
            self._on_drag_over("")

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Keep taking files."""
        drops.accept(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show the queue again."""
        super().dragLeaveEvent(event)
        self.veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Send what was dropped to the chosen destination."""
        self.veil.hide()
        if drops.accept(event):
            self.dropped.emit("", drops.carried(event.mimeData()))

    def _on_splitter_moved(self) -> None:
        self._is_dragged = True

    def _on_drag_over(self, name: str) -> None:
        place = name or self._place
        if not self.destinations.takes_file(name):
            self.veil.show_text(self.tr("{place} takes no files").format(place=place))
        elif place:
            self.veil.show_text(self.tr("Drop to send to {place}").format(place=place))
        else:
            self.veil.show_text(self.tr("Drop here, then say where it should go"))

    def _on_rows(self) -> None:
        has_rows = self.model.rowCount() > 0
        self._queue.setCurrentIndex(1 if has_rows else 0)
        self.actions_.select_all.setEnabled(has_rows)
        self.strip.views.setEnabled(has_rows)

    def _on_row_menu(self, place: QPoint) -> None:
        possible = [action for action in self.actions_.rows.values() if action.isEnabled()]
        if any(action.isEnabled() for action in self.actions_.moves.values()):
            possible.append(self._moves.menuAction())
        if self.actions_.edit_and_retry.isEnabled():
            possible.append(self.actions_.edit_and_retry)
        open_menu(self, place, possible, [self.actions_.select_all, self.actions_.clear_finished])

    def _on_destination_menu(self, place: QPoint) -> None:
        requests = [self.actions_.request_there] if self.actions_.request_there.isEnabled() else []
        more = [self.actions_.duplicate_destination, self.actions_.share_destination]
        open_menu(self, place, requests, [*self._destination_actions(), *more])

    def _destination_actions(self) -> list[QAction]:
        actions = self.actions_
        return [actions.new_destination, actions.edit_destination, actions.delete_destination]

    def _build_menus(self) -> None:
        actions, bar = self.actions_, self.menuBar()
        files = bar.addMenu(self.tr("&File"))
        files.addActions(actions.adding)
        files.addActions([actions.paste, actions.request])
        files.addAction(actions.undo)
        files.addSeparator()
        files.addAction(actions.quit)
        rows = bar.addMenu(self.tr("&Uploads"))
        rows.addActions(list(actions.rows.values()))
        rows.addAction(actions.edit_and_retry)
        rows.addMenu(self._moves)
        rows.addSeparator()
        rows.addActions([actions.pause_all, actions.resume_all, actions.retry_failed])
        rows.addMenu(self._limits)
        rows.addMenu(self._when_ended)
        rows.addMenu(self.tr("Files sent &before")).addActions(list(actions.duplicates.values()))
        rows.addSeparator()
        rows.addActions([actions.select_all, actions.clear_finished])
        places = bar.addMenu(self.tr("&Destinations"))
        places.addActions(self._destination_actions())
        places.addActions([actions.new_from_curl, actions.duplicate_destination, actions.share_destination])
        places.insertAction(actions.edit_destination, actions.recipes)
        places.addSeparator()
        places.addActions([actions.request_there, actions.connections, actions.demo])
        view = bar.addMenu(self.tr("&View"))
        view.addActions(self.strip.views.actions())
        view.addSeparator()
        view.addActions(list(actions.appearances.values()))

    def _limit_menu(self) -> QMenu:
        menu = QMenu(self.tr("Spee&d limit"), self.menuBar())
        menu.addActions([*self.actions_.limits.values(), self.actions_.other_limit])
        return menu

    def _move_menu(self) -> QMenu:
        menu = QMenu(self.tr("Mo&ve"), self.menuBar())
        menu.addActions(list(self.actions_.moves.values()))
        return menu

    def _when_ended_menu(self) -> QMenu:
        menu = QMenu(self.tr("&When all has ended"), self.menuBar())
        menu.addActions(list(self.actions_.when_ended.values()))
        return menu

    def _build_toolbar(self) -> None:
        bar = QToolBar(self.tr("Toolbar"))
        bar.setMovable(False)
        bar.setIconSize(QSize(ICON, ICON))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        actions = self.actions_
        bar.addActions([actions.add_files, actions.add_folder, actions.add_from_store, actions.request])
        bar.addSeparator()
        bar.addActions([actions.pause, actions.resume, actions.cancel, actions.retry, actions.clear_finished])
        for button in bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setMinimumHeight(TARGET + SPACE // 2)
        self.addToolBar(bar)

    def _lay_out(self) -> None:
        self._queue.addWidget(self.drop_area)
        self._queue.addWidget(QueueSplit(self.table, self.strip))
        self.veil = DropVeil(self._queue)
        halves = self._halves
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(DestinationSide(self.destinations, self._destination_actions()))
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.switch)
        column.addWidget(self._queue, stretch=1)
        halves.addWidget(right)
        halves.splitterMoved.connect(self._on_splitter_moved)
        halves.setStretchFactor(1, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.sign_in)
        layout.addWidget(halves, stretch=1)
        layout.addWidget(_line())
        layout.addWidget(self.status)
        self.setCentralWidget(whole)
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)

    def _attach_keys(self) -> None:
        actions = self.actions_
        actions.attach(self.table, actions.remove, actions.open_link, actions.copy_link, actions.select_all)
        actions.attach(self.destinations, actions.edit_destination, actions.delete_destination)


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    line.setFixedHeight(1)
    return line
