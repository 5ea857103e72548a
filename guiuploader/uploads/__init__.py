# SPDX-License-Identifier: MIT
"""The queue: order, states, and the threads that run transfers.

Rule: QtCore only; the manager, in the main thread, is the only writer of state.
Only frozen values and ids cross a thread.
"""
