# SPDX-License-Identifier: MIT
"""The log file: what went wrong inside, for whoever mends it; never a secret."""

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FILE = "guiuploader.log"
_SIZE = 1_000_000  # bytes, after which the file is kept as .1 and a new one begun
_KEPT = 3


class _BlankingFormatter(logging.Formatter):
    """Masks secrets in the finished line, so that a traceback is covered too."""

    def __init__(self, blanked: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._blanked = blanked

    def format(self, record: logging.LogRecord) -> str:
        return self._blanked(super().format(record))


def configure(folder: Path, blanked: Callable[[str], str]) -> logging.Handler:
    """Write the log of our own modules into this folder and return the handler, to be closed at the end.

    `blanked` masks secrets in a text. A folder that cannot be written means no log, not no upload. Other
    libraries' logs stay out: urllib3's hold whole URLs with their signatures.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / _FILE, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_BlankingFormatter(blanked))
    logger = logging.getLogger("guiuploader")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def release(handler: logging.Handler) -> None:
    """Close what `configure` opened."""
    logging.getLogger("guiuploader").removeHandler(handler)
    handler.close()
