# SPDX-License-Identifier: MIT
"""HTTPie, installed for the bench alone: it must not decide which versions our tests run with."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

_LOCK = Path(__file__).with_name("httpie.lock")
_PLACE = Path(sys.prefix) / "httpie"  # goes when the environment goes that it stands in


def httpie() -> Path:
    """Return its program, which is installed from the registry when it is not there as its lock has it.

    Raises RuntimeError with pip's words when that fails.
    """
    scripts = _PLACE / ("Scripts" if sys.platform == "win32" else "bin")
    stamp = _PLACE / "lock.stamp"
    wanted = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(_PLACE, clear=True, with_pip=True)
        install = (scripts / "python", "-m", "pip", "install", "--require-hashes", "--requirement", _LOCK)
        done = subprocess.run([str(word) for word in install], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"HTTPie could not be installed:\n{done.stdout}{done.stderr}")
        stamp.write_text(wanted)
    return scripts / "http"
