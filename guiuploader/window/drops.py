# SPDX-License-Identifier: MIT
"""What a drag, a drop or the clipboard carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent

from guiuploader.sources.store_address import Place, is_address, parse_address
from guiuploader.values.errors import SourceError


@dataclass(frozen=True, slots=True)
class Carried:
    """Files and folders of this computer, objects in stores, and the addresses of things that are neither.

    `archives` are folders that are to be sent as one archive each.
    """

    paths: tuple[Place, ...]
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
    """Read the list of what is carried, or a text that is nothing but addresses of objects, one a line."""
    if not mime.hasUrls():
        lines = [line.strip() for line in mime.text().splitlines() if line.strip()]
        return _sorted(lines) if lines and all(map(is_address, lines)) else Carried((), ())
    found = _sorted(_text(url) for url in mime.urls() if not url.isLocalFile())
    files = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    return Carried(files + found.paths, found.foreign)


def _sorted(texts: Iterable[str]) -> Carried:
    paths: list[Place] = []
    foreign: list[str] = []
    for text in texts:
        try:
            paths.append(parse_address(text))
        except SourceError:
            foreign.append(text)
    return Carried(tuple(paths), tuple(foreign))


def _text(url: QUrl) -> str:
    """Return an address as people write it; a key in a list of addresses is encoded."""
    if not is_address(url.toString()):
        return url.toDisplayString()
    path = url.path(QUrl.ComponentFormattingOption.FullyDecoded)
    user = f"{url.userName()}@" if url.userName() else ""
    return f"{url.scheme()}://{user}{url.host()}{path}"
