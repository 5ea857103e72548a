# SPDX-License-Identifier: MIT
"""One upload, blocking: fill the request, stream the body, read the answer.

Rule: `send.py` gives a receipt or raises one error of our tree; no Qt, and nothing outlives the call.
A new kind of body is one builder in `body.py`, made afresh for each attempt and never rewound.
"""
