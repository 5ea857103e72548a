# SPDX-License-Identifier: MIT
"""What every room speaks in: templates, secrets, errors and the words for them.

Rule: frozen values and pure functions; no Qt, no network; imports nothing else of ours.
A new error code needs its words in `explanations.py`; a new template function one entry in `functions.py`.
"""
