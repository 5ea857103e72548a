# SPDX-License-Identifier: MIT
"""How a request travels: connections, sessions, trust, proxies.

Rule: the only room that knows sockets; a foreign exception becomes one of ours in `failures.py`, or in
`detours.py` where a proxy is to blame.
It knows nothing of files, destinations or Qt.
"""
