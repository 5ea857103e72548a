# SPDX-License-Identifier: MIT
"""Which rows changed, told together a few times a second: a view need not hear of each byte."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

_INTERVAL = 50  # milliseconds: 20 batches of changes a second


class Changes(QObject):
    """Collects ids in the order of their first change."""

    due = Signal(object)  # tuple[int, ...]; may be empty, when only something else is to be looked at

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ids: dict[int, None] = {}
        self._timer = QTimer(self, interval=_INTERVAL, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tell)

    def note(self, upload_id: int) -> None:
        """Tell of this row soon."""
        self._ids[upload_id] = None
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, upload_id: int) -> None:
        """Do not tell of this row: it is gone."""
        self._ids.pop(upload_id, None)

    @Slot()
    def soon(self) -> None:
        """Tell soon, whatever there is then."""
        self._timer.start()

    @Slot()
    def tell(self) -> None:
        """Tell at once."""
        ids = tuple(self._ids)
        self._ids.clear()
        self.due.emit(ids)

    def stop(self) -> None:
        """Tell nothing any more."""
        self._timer.stop()
