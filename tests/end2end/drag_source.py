# SPDX-License-Identifier: MIT
"""A square in the corner of the screen from which the named files can be dragged: drag_source.py PATH…"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIDE = 100


class DragSource(QLabel):
    """Starts a drag as soon as it is pulled at."""

    def __init__(self, urls: list[QUrl]) -> None:
        super().__init__("files")
        self._urls = urls
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setGeometry(0, 0, SIDE, SIDE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag, and tell when the drag is over."""
        del event
        mime = QMimeData()
        mime.setUrls(self._urls)
        drag = QDrag(self)
        drag.setMimeData(mime)
        outcome = drag.exec(Qt.DropAction.CopyAction)
        sys.stdout.write(f"dropped {outcome.name}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = DragSource([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
    source.show()
    sys.stdout.write("shown\n")
    sys.stdout.flush()
    sys.exit(application.exec())
