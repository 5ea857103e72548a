# SPDX-License-Identifier: MIT
"""The wheel, for those who have Python and prefer pip, pipx or uv."""

import sys
from pathlib import Path

from place import DIST, NAME, ROOT, moment, output, version


def make_wheel() -> Path:
    """Make the wheel with the pinned builder and return it."""
    output(
        *(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", DIST),
        SOURCE_DATE_EPOCH=str(moment()),
    )
    wheel = DIST / f"{NAME}-{version()}-py3-none-any.whl"
    if not wheel.is_file():
        sys.exit(f"No {wheel.relative_to(ROOT)} was made")
    return wheel
