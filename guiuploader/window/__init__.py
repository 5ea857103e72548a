# SPDX-License-Identifier: MIT
"""What a person sees.

Rule: a view decides nothing; it asks a model and emits wishes, and `app.py` wires them to the floors below.
Rows are painted by a delegate: no widget per row.
"""
