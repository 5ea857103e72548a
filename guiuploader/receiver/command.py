# SPDX-License-Identifier: MIT
"""The receiver as a program of its own."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from .server import Receiver

_SIGNAL_CHECK_SECONDS = 0.5  # Windows delivers Ctrl-C only between two waits


def run(
    folder: Path, *, port: int, quota: int, announce: Callable[[str], None], stop_with_stdin: bool
) -> int:
    """Serve until SIGINT or SIGTERM, or the end of standard input if told so, and return the exit code 0.

    `announce` gets the address once uploads can come. The end of standard input tells a child that its parent
    was killed. For the main thread only; raises OSError if the port is taken or the folder unusable.
    """
    stop = threading.Event()
    with Receiver(folder, port=port, quota=quota) as receiver:
        handlers = {
            number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            if stop_with_stdin:
                # A daemon: a read of standard input cannot be woken, and must not keep the program.
                threading.Thread(target=_await_end_of_stdin, args=(stop,), name="stdin", daemon=True).start()
            announce(receiver.url)
            while not stop.wait(_SIGNAL_CHECK_SECONDS):
                pass
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    return 0


def _await_end_of_stdin(stop: threading.Event) -> None:
    # Not through sys.stdin's buffer, whose lock would be held while the interpreter shuts down.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()
