# SPDX-License-Identifier: MIT
"""Run code as somebody whom file permissions hold back, also where the tests run as root."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# Given up only after the imports: the interpreter itself may lie where nobody else can read.
GIVE_UP_ROOT = f"""
if os.getuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""


def run_unprivileged(imports: str, code: str, *arguments: str | Path) -> str:
    """Run `imports` and then, without root's rights, `code`; return what it prints."""
    script = (
        f"import encodings.utf_8_sig, os, sys\nfrom pathlib import Path\n{imports}\n{GIVE_UP_ROOT}\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def folder_of_nobody() -> Iterator[Path]:
    """Give a folder that belongs to whom `run_unprivileged` runs as; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield folder
        folder.chmod(0o700)
