# SPDX-License-Identifier: MIT
"""What every rule of a destination raises."""


class RuleBroken(ValueError):  # noqa: N818 - named for what happened
    """A key of a destination holds something it may not; `key` is its dotted path."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason
