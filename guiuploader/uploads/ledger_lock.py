# SPDX-License-Identifier: MIT
"""One lock of the operating system per ledger; whoever holds it is the instance, and its death frees it."""

import os
import sys
from pathlib import Path

from guiuploader.sources.local_file import shown
from guiuploader.values.errors import ErrorCode, LedgerError, LedgerInUse

if sys.platform == "win32":
    import msvcrt

    _REFUSALS: tuple[type[OSError], ...] = (PermissionError,)

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    _REFUSALS = (BlockingIOError,)

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LedgerLock:
    """Held from its making until `release`.

    Raises LedgerInUse when another has it, and LedgerError when the folder takes no file or knows no locks.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb")
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise LedgerError(
                ErrorCode.FOLDER_NOT_WRITABLE, path=shown(path.parent), reason=reason
            ) from error
        try:
            _lock(self._file.fileno())
        except _REFUSALS as error:
            self.release()
            raise LedgerInUse(ErrorCode.LEDGER_IN_USE, path=shown(path.parent)) from error
        except OSError as error:
            self.release()
            reason = error.strerror or "unknown error"
            raise LedgerError(ErrorCode.LEDGER_FAILED, path=shown(path), reason=reason) from error

    def release(self) -> None:
        """Let another have it; may be called twice.

        The file stays: were it removed, two could hold a lock of its name.
        """
        self._file.close()
