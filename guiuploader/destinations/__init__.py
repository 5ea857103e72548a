# SPDX-License-Identifier: MIT
"""What a server wants: a destination is a checked, frozen value, kept as one TOML file.

Rule: no Qt, no HTTP, and no secret inside, only `{secret:NAME}` references.
A new table is one struct in `destination.py` and its rules in `rules.py`.
"""
