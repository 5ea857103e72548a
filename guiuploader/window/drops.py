# SPDX-License-Identifier: MIT
"""What a drag, a drop or the clipboard carries."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent


@dataclass(frozen=True, slots=True)
class Carried:
    """Files and folders of this computer, and the addresses of things that are not.

    `archives` are folders that are to be sent as one archive each.
    """

    paths: tuple[Path, ...]
    foreign: tuple[str, ...]
    archives: tuple[Path, ...] = ()

    @property
    def count(self) -> int:
        """How many things that are."""
        return len(self.paths) + len(self.foreign) + len(self.archives)


def accept(event: QDropEvent) -> bool:
    """Accept a drag that carries files, as a copy, and tell whether it does.

    Only the presence of a list is asked: a file manager may drag 50,000 files, and this runs at each move.
    """
    if not event.mimeData().hasUrls():
        event.ignore()
        return False
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
    return True


def carried(mime: QMimeData) -> Carried:
    """Read the list of what is carried."""
    paths, foreign = [], []
    for url in mime.urls():
        if url.isLocalFile():
            paths.append(Path(url.toLocalFile()))
        else:
            foreign.append(url.toDisplayString())
    return Carried(tuple(paths), tuple(foreign))
