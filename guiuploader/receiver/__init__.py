# SPDX-License-Identifier: MIT
"""The built-in receiver: a small real HTTP server on 127.0.0.1 that stores what is uploaded to it.

It stands alone: standard library and python-multipart, nothing of ours, so that it can judge the rest.
It is for demos, try-outs and tests: loopback only, closed to web pages, and never a file in memory.
`Receiver` is the server; `run` is the program around it.
"""

import logging

from .command import run
from .server import Receiver

__all__ = ["Receiver", "run"]

# Without any handler Python would print what goes wrong on stderr.
logging.getLogger(__name__).addHandler(logging.NullHandler())
