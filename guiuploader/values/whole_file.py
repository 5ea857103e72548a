# SPDX-License-Identifier: MIT
"""Write a small file as a whole: after a crash it is the old one or the new one."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace a file's content by this text, in UTF-8, making its folder first.

    Raises OSError; the old file and nothing else is there then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, suffix=".tmp", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows moves no open file
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            with contextlib.suppress(OSError):
                Path(file.name).unlink()
            raise
