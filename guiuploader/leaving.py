# SPDX-License-Identifier: MIT
"""The way out when a thread hangs in the system: looking up a name, at a dead disk, at a locked keychain."""

import logging
import os
import sys

SHUTDOWN_LIMIT = 5000
"""Milliseconds that threads may take to end."""

_log = logging.getLogger(__name__)


def leave(code: int, *, all_ended: bool) -> int:
    """Return the exit code, or end the process here where a thread has not ended.

    Python would wait for that thread, and Qt would crash on it.
    """
    if all_ended:
        return code
    _log.warning("a thread did not end in time and was left behind")
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
