# SPDX-License-Identifier: MIT
"""Start guiuploader, by `python -m guiuploader` or its command."""

import signal
import sys

# Ctrl-C while the rest is still being loaded ends the program without a word, instead of a traceback.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from guiuploader.cli import main

if __name__ == "__main__":
    sys.exit(main())
