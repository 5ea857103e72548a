# SPDX-License-Identifier: MIT
"""The dialog that looks into object stores and picks what is to be sent from there."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from guiuploader.sources.store_address import is_address, parse_address
from guiuploader.sources.store_folders import address_of
from guiuploader.uploads.store_desk import StoreDesk
from guiuploader.values.errors import Problem, SourceError
from guiuploader.values.explanations import explain
from guiuploader.window import announce, store_words, wording
from guiuploader.window.labels import ElidedLabel, WrappedLabel
from guiuploader.window.store_model import StoreModel
from guiuploader.window.store_node import Kind
from guiuploader.window.store_tree import StoreTree
from guiuploader.window.text_field import line_field
from guiuploader.window.theme import SPACE, TARGET, tokens_for

_SIZE = QSize(780, 600)
_PAUSE = 300  # milliseconds after the last letter until the store is asked
_NOWHERE = QModelIndex()


class StoreBrowser(QDialog):
    """Whoever opens it does what its signals ask for; Escape closes it and ends what it waits for."""

    add_requested = Signal(object)  # tuple[StoreAddress, ...]
    connections_requested = Signal()
    stuck = Signal(object)  # Problem: asked for at the place that `go_on` tries again

    def __init__(self, desk: StoreDesk, to: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add from cloud storage"))
        self._model = StoreModel(desk, self)
        self._tree = StoreTree(self._model)
        self._bucket = line_field(self.tr("Bucket or address"))
        self._bucket.setPlaceholderText(self.tr("bucket, or s3://bucket/folder/"))
        self._open = QPushButton(self.tr("&Open"))
        self._connections = QPushButton(self.tr("&Connections…"))
        self._filter = line_field(self.tr("Only names that begin with"))
        self._filter.setClearButtonEnabled(True)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._text = WrappedLabel()
        self._again = QPushButton(self.tr("Try a&gain"))
        self._stop = QPushButton(self.tr("&Stop"))
        self._selected = ElidedLabel(Qt.TextElideMode.ElideRight)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._add = self._buttons.addButton(self.tr("A&dd"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._to = to
        self._failed = QPersistentModelIndex()
        self._lay_out()
        self._connect()
        self._on_selection()
        self._on_busy()
        self._forget_failure()
        self._tree.setFocus()
        self._model.load()

    def reload(self) -> None:
        """Look anew, as the connections are others now."""
        self._forget_failure()
        self._model.load()

    def go_on(self) -> None:
        """Ask once more for what did not come."""
        failed = self._failed
        self._forget_failure()
        self._model.go_on(failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the keyboard; in a field it is the field's own."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        button = self.focusWidget()
        if isinstance(button, QPushButton):
            button.click()

    def done(self, code: int) -> None:
        """Close, and wait for nothing any more."""
        self._timer.stop()
        self._model.stop()
        super().done(code)

    def _lay_out(self) -> None:
        cancel = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(self.tr("C&ancel"))
        for button in (self._open, self._connections, self._again, self._stop, self._add, cancel):
            button.setMinimumHeight(TARGET)
            button.setAutoDefault(False)
        opening = QHBoxLayout()
        opening.setSpacing(SPACE)
        opening.addWidget(self._bucket, stretch=1)
        opening.addWidget(self._open)
        opening.addWidget(self._connections)
        form = QFormLayout()
        form.setSpacing(SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field, row in (
            (self.tr("&Bucket or address"), self._bucket, opening),
            (self.tr("Names that begin &with"), self._filter, None),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            label.setMinimumHeight(TARGET)
            if row is None:
                form.addRow(label, field)
            else:
                form.addRow(label, row)
        trouble = QHBoxLayout()
        trouble.setSpacing(SPACE)
        trouble.addWidget(self._text, stretch=1)
        trouble.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self._selected, stretch=1)
        foot.addWidget(self._stop)
        foot.addWidget(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(3 * SPACE // 2)
        layout.addLayout(form)
        layout.addWidget(self._tree, stretch=1)
        layout.addLayout(trouble)
        layout.addLayout(foot)
        self._text.setPalette(self._red())
        self.resize(_SIZE)

    def _connect(self) -> None:
        self._open.clicked.connect(self._on_open)
        self._bucket.returnPressed.connect(self._on_open)
        self._connections.clicked.connect(self.connections_requested)
        self._filter.textChanged.connect(self._timer.start)
        self._filter.returnPressed.connect(self._on_filter)
        self._timer.timeout.connect(self._on_filter)
        self._again.clicked.connect(self.go_on)
        self._stop.clicked.connect(self._model.stop)
        self._buttons.accepted.connect(self._on_add)
        self._buttons.rejected.connect(self.reject)
        self._tree.picked.connect(self._on_add)
        self._tree.selection_changed.connect(self._on_selection)
        self._tree.place_changed.connect(self._on_place)
        self._model.stuck.connect(self._on_stuck)
        self._model.busy_changed.connect(self._on_busy)
        self._model.rowsInserted.connect(self._on_rows)

    def _on_open(self) -> None:
        """Go to the bucket that was typed, of the connection that is meant, or of the one being looked at."""
        text = self._bucket.text().strip()
        if not text:
            return
        connection = self._connection_of(text)
        if not connection.isValid():
            self._say(self.tr("Choose a connection below first, or make one."))
            return
        named = self._model.node(connection).named
        key = ""
        try:
            if is_address(text):
                address = parse_address(text)
                bucket, key = address.bucket, address.key
            else:
                bucket = text if named is None else address_of(named, text).bucket
        except SourceError as error:
            self._say(str(explain(error.problem, wording.words)))
            return
        self._forget_failure()
        place = self._model.open_bucket(connection, bucket)
        self._tree.show_place(place)
        if key:
            self._filter.setText(key)
            self._on_filter()

    def _connection_of(self, text: str) -> QModelIndex:
        rows = [self._model.index(row, 0) for row in range(self._model.rowCount())]
        known = [row for row in rows if self._model.node(row).kind is Kind.CONNECTION]
        if is_address(text):
            try:
                address = parse_address(text)
            except SourceError:
                return known[0] if known else _NOWHERE  # which says what is wrong
            name = address.connection or address.scheme
            return next((row for row in known if self._model.node(row).name == name), _NOWHERE)
        current = self._model.place(self._tree.currentIndex())
        while current.parent().isValid():
            current = current.parent()
        return current if current.isValid() else known[0] if len(known) == 1 else _NOWHERE

    def _on_filter(self) -> None:
        self._timer.stop()
        place = self._model.place(self._tree.currentIndex())
        if place.isValid() and self._model.node(place).wanted != self._filter.text():
            self._model.want(place, self._filter.text())
            self._tree.expand(place)

    def _on_place(self) -> None:
        """Show of which place the names are filtered, and by what."""
        place = self._model.place(self._tree.currentIndex())
        self._filter.setEnabled(place.isValid())
        if place.isValid():
            node = self._model.node(place)
            self._filter.setText(node.wanted)
            self._filter.setPlaceholderText(self.tr("in {place}").format(place=store_words.place_text(node)))

    def _on_rows(self) -> None:
        """Begin with the first connection, opened where it is the only one."""
        first = self._model.index(0, 0)
        if not self._tree.currentIndex().isValid() and self._model.node(first).kind is Kind.CONNECTION:
            self._tree.setCurrentIndex(first)
            if self._model.rowCount() == 1:
                self._tree.expand(first)

    def _on_selection(self) -> None:
        nodes = self._tree.selected()
        self._selected.setText(store_words.summary(nodes, self._to))
        self._add.setEnabled(bool(nodes))

    def _on_add(self) -> None:
        if addresses := self._tree.addresses():
            self.accept()
            self.add_requested.emit(addresses)

    def _on_busy(self) -> None:
        self._stop.setVisible(self._model.is_busy)

    def _on_stuck(self, place: QPersistentModelIndex, problem: Problem) -> None:
        self._failed = place
        self._say(str(explain(problem, wording.words)))
        self._again.show()
        self.stuck.emit(problem)

    def _say(self, text: str) -> None:
        self._text.setText(text)
        self._text.show()
        self._again.hide()
        announce.say(self, text)

    def _forget_failure(self) -> None:
        self._failed = QPersistentModelIndex()
        self._text.hide()
        self._again.hide()

    def _red(self) -> QPalette:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens_for(palette).bad))
        return palette
