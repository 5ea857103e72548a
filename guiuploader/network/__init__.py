# SPDX-License-Identifier: MIT
"""How a request travels: connections, sessions, trust.

Rule: the only room that knows sockets; a foreign exception becomes one of ours in `failures.py` alone.
It knows nothing of files, destinations or Qt.
"""
