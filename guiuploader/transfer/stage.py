# SPDX-License-Identifier: MIT
"""Where an upload of several requests is among them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Stage:
    """The request that runs: which of so many steps before the file, of its parts, or of the steps after it.

    `number` counts from 1.
    """

    kind: Literal["before", "part", "after"]
    number: int
    count: int
